"""谁看过我的信息 shows the runs that covered a person: one entry for a whole range, seen by each in it."""

import json
import time

import pytest
from django.db import connections

from shebao.base.refusal import Refusal
from shebao.batch.models import Chunk
from shebao.privacy import ledger, looked
from tests import people
from tests.batch.conftest import owner


def runs_seen(subject: int) -> list[dict]:
    entries = looked.who_looked(people.citizen(subject))["entries"]
    return [entry for entry in entries if entry["process"].startswith("run.")]


def test_a_run_is_one_entry_for_a_range_and_stands_in_each_person_s_ledger(shebao, run):
    summary = run("assessment", 202611, size=4)

    first, fifth = runs_seen(1), runs_seen(5)
    assert len(first) == len(fifth) == 1
    assert first[0]["entry"] != fifth[0]["entry"]
    assert first[0]["entry"] == runs_seen(3)[0]["entry"]
    assert (first[0]["who"], first[0]["case"], first[0]["outcome"]) == ("staff", summary.no, "allowed")
    assert "缴费记录" in first[0]["item_names"]
    (count,) = owner(
        "select count(*) from privacy_entry where process = 'run.assessment' and outcome = 'allowed'"
    )
    assert count[0] == summary.chunks + 1  # and the approval


def test_it_is_counted_among_the_others(shebao, run):
    actor = people.citizen(1)
    before = looked.who_looked(actor)

    run("statistics", 202611)

    after = looked.who_looked(actor)
    assert after["others_30d"] == before["others_30d"] + 1
    assert sum(row["count"] for row in after["months"] if row["who"] == "staff") > sum(
        row["count"] for row in before["months"] if row["who"] == "staff"
    )


def test_people_of_an_undone_chunk_do_not_see_it(shebao, operator, supervisor):
    from shebao.batch import actions, chunk
    from tests.batch.conftest import TODAY

    no = actions.prepare(kind="statistics", period=202611, as_of=TODAY, by=operator, size=4)
    actions.approve(no, by=supervisor)

    chunk.work(operator.token, no, 0)

    assert len(runs_seen(1)) == 1 and not runs_seen(5)
    assert Chunk.objects.using("worker").filter(run_id=no, state="done").count() == 1


def test_the_person_may_ask_for_the_proof_of_a_run_that_covered_her_and_of_no_other(shebao, run):
    run("statistics", 202611, size=4)
    mine, theirs = runs_seen(1)[0]["entry"], runs_seen(5)[0]["entry"]
    actor = people.citizen(1)

    with connections["default"].cursor() as cursor:
        cursor.execute("select privacy.owns_entry(%s, %s), privacy.owns_entry(%s, %s)",
                       [actor.token, mine, actor.token, theirs])  # fmt: skip
        assert cursor.fetchone() == (True, False)


def test_the_range_stands_in_the_words_that_the_public_tree_commits_to(shebao, run):
    run("statistics", 202611, size=4)

    for reason, span in owner(
        "select e.reason, c.span::text from privacy_cover c join privacy_entry e on e.id = c.entry_id"
    ):
        low, high = json.loads(span.replace(")", "]"))
        assert reason == f"整批办理，人员序号 {low} 至 {high - 1}"


def sequenced(entry, actor):
    try:
        ledger.prove(entry, by=actor)
    except Refusal as refusal:
        assert refusal.code == "precondition_unmet"
        return False
    return True


def test_the_proof_of_a_run_verifies_and_its_words_open_for_those_it_covered_only(shebao, run):
    run("statistics", 202611, size=4)
    mine, theirs = runs_seen(1)[0]["entry"], runs_seen(5)[0]["entry"]
    actor = people.citizen(1)
    give_up = time.monotonic() + 30
    while not sequenced(mine, actor) and time.monotonic() < give_up:
        ledger.sequence_once()  # it waits for every writing transaction of the server, another test's too

    assert ledger.verify(ledger.prove(mine, by=actor)).size > 0
    words = ledger.opening(mine, by=actor)["detail"]
    assert words["reason"].startswith("整批办理，人员序号 1 至 ") and words["process"] == "run.statistics"
    for ask in (ledger.prove, ledger.opening):
        with pytest.raises(Refusal) as refused:
            ask(theirs, by=actor)
        assert refused.value.code == "not_found"
