"""The way of a run: two people, one grant per chunk, totals that agree, a dry run that leaves nothing."""

from datetime import date

import psycopg
import pytest
from django.db import connections, transaction

from shebao.base.refusal import Refusal
from shebao.batch import actions, catalogue, queries
from shebao.batch.kinds import assessment
from shebao.batch.models import Run
from shebao.privacy import gate
from tests import people
from tests.batch.conftest import NOW, TODAY, content, owner

RESULTS = (
    "registry_contribution", "registry_account", "registry_accountyear", "batch_latefee", "batch_reaching",
    "batch_adjustment", "batch_statement", "batch_headcount",
)  # fmt: skip


def asked(kind: str, by: gate.Actor, period: int = 202611, size: int = 20) -> str:
    return actions.prepare(kind=kind, period=period, as_of=TODAY, by=by, allow_demo=True, size=size)


@pytest.mark.parametrize(
    "kind, period", [("assessment", 202611), ("retirement", 202901), ("adjustment", 2026), ("statements", 2025),
                     ("statistics", 202611)],
)  # fmt: skip
def test_a_dry_run_tells_the_totals_and_writes_no_result(shebao, run, kind, period):
    owner("delete from registry_contribution where month = 202611")
    before = {table: content(table) for table in RESULTS}

    dry = run(kind, period, dry=True)

    assert {table: content(table) for table in RESULTS} == before
    assert owner("select count(*) from batch_chunk where state = 'done'") == [(0,)]
    assert dry.totals == run(kind, period).totals


def test_a_dry_run_is_still_seen_in_the_ledger(shebao, run):
    run("statistics", 202611, dry=True)

    kinds = owner("select distinct kind, outcome from privacy_entry where process = 'run.statistics'")
    assert ("read", "allowed") in kinds


@pytest.mark.parametrize("role", ["clerk", "operator", "auditor", "security_officer"])
def test_only_an_approver_s_role_approves(shebao, operator, role):
    no = asked("statistics", operator)

    with pytest.raises(Refusal) as refused:
        actions.approve(no, by=people.staff(role))
    assert refused.value.code == "permission_missing"

    with pytest.raises(Refusal) as closed:
        actions.carry_out(no, by=operator, now=NOW)
    assert closed.value.code == "precondition_unmet"
    assert owner("select count(*) from batch_headcount") == [(0,)]


def test_an_operator_does_not_approve_her_own_run(shebao, operator):
    no = asked("statistics", operator)
    owner("update privacy_actor set role = 'supervisor' where id = %s", operator.actor_id)

    with pytest.raises(Refusal):
        actions.approve(no, by=gate.actor_of(operator.token))


def test_another_operator_cannot_use_the_approval(shebao, operator, supervisor):
    no = asked("statistics", operator)
    actions.approve(no, by=supervisor)

    with pytest.raises(Refusal) as refused:
        actions.carry_out(no, by=people.staff("operator"), now=NOW)
    assert refused.value.code == "precondition_unmet"


def test_an_approval_is_for_one_kind_of_run(shebao, operator, supervisor):
    no = asked("statistics", operator)
    actions.approve(no, by=supervisor)

    with (
        pytest.raises(Refusal) as refused,
        gate.open_span(
            operator, "run.assessment", low=1, high=9, items=assessment.KIND.items, writes=(), case=no
        ),
    ):
        pass
    assert refused.value.code == "precondition_unmet"


def test_people_outside_the_range_written_down_stay_invisible(shebao, operator, supervisor):
    no = asked("assessment", operator)
    actions.approve(no, by=supervisor)
    seen = "select min(subject_id), max(subject_id) from registry_contribution"

    with connections["worker"].cursor() as cursor:
        with gate.open_span(
            operator, "run.assessment", low=3, high=7, items=assessment.KIND.items,
            writes=assessment.KIND.writes, case=no,
        ):  # fmt: skip
            cursor.execute(seen)
            assert cursor.fetchone() == (3, 6)
            cursor.execute("update registry_contribution set base_fen = base_fen where subject_id = 7")
            assert cursor.rowcount == 0
        cursor.execute(seen)
        assert cursor.fetchone() == (None, None)


def test_a_run_s_grant_without_a_range_opens_nothing(shebao, operator, supervisor):
    no = asked("assessment", operator)
    actions.approve(no, by=supervisor)

    with (
        gate.open(operator, "run.assessment", items=assessment.KIND.items, case=no, alias="worker") as grant,
        connections["worker"].cursor() as cursor,
    ):
        cursor.execute("select count(*) from registry_contribution")
        assert cursor.fetchone() == (0,)
        cursor.execute("select privacy.cover(%s, 1, 1000000)", [grant.entry_id])
        assert cursor.fetchone() == (False,)


def test_the_application_cannot_write_a_range(shebao):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), transaction.atomic(using="default"):
        connections["default"].ensure_connection()
        connections["default"].connection.execute("select privacy.cover(1, 1, 2)")


def test_everybody_but_an_operator_is_refused_to_prepare(shebao, supervisor):
    for actor in (supervisor, people.citizen(), gate.VISITOR):
        with pytest.raises(Refusal) as refused:
            asked("statistics", actor)
        assert refused.value.code == "permission_missing"


def test_changed_parameters_are_noticed(shebao, operator, supervisor):
    no = asked("assessment", operator)
    actions.approve(no, by=supervisor)
    found = Run.objects.using("worker").get(no=no)
    Run.objects.using("worker").filter(no=no).update(parameters=found.parameters | {"since": 202001})

    with pytest.raises(Refusal) as refused:
        actions.carry_out(no, by=operator, now=NOW)
    assert refused.value.code == "conflict"


def test_totals_are_kept_and_agree_with_the_tables(shebao, run):
    owner("delete from registry_contribution where month = 202611")

    summary = run("assessment", 202611)

    rows = owner(
        "select insurance, count(*), sum(employer_fen), sum(person_fen) from registry_contribution"
        " where month = 202611 and insurance = any(array[110, 210, 310, 410]) group by 1"
    )
    for insurance, count, employer, person in rows:
        told = [summary.totals[f"{insurance}.{name}"] for name in ("rows", "employer_fen", "person_fen")]
        assert told == [count, employer, person]
    view = queries.run(summary.no, alias="worker")
    assert (view.state, view.done, view.totals) == ("done", view.chunks, summary.totals)
    assert all(balance.left == balance.right for balance in summary.balances)


def test_a_finished_run_does_nothing_more(shebao, run, operator):
    summary = run("statements", 2025)
    entries = owner("select count(*) from privacy_entry where process = 'run.statements'")

    again = actions.carry_out(summary.no, by=operator, now=NOW)

    assert (again.fresh, again.totals) == (0, summary.totals)
    assert owner("select count(*) from privacy_entry where process = 'run.statements'") == entries


def test_interest_of_a_year_agrees_with_the_province(shebao, run):
    owner("create table kept as select * from registry_accountyear")
    owner("create table balances as select * from registry_account")
    owner("update registry_accountyear set provisional = true where kind = 'pension' and year = 2025")

    summary = run("interest", 2025)

    assert summary.totals["rows"] > 10
    assert summary.totals["credits_disagree"] == 0
    differing = owner(
        "select count(*) from registry_accountyear y join kept k using (subject_id, kind, year)"
        " where (y.opening_fen, y.credit_fen, y.interest_fen, y.spent_fen, y.closing_fen)"
        "    <> (k.opening_fen, k.credit_fen, k.interest_fen, k.spent_fen, k.closing_fen)"
    )
    assert differing == [(0,)]
    assert owner("select * from registry_account except select * from balances") == []


def test_interest_before_the_rate_is_provisional_and_moves_the_balance_once(shebao, run):
    sums = "select sum(balance_fen)::bigint from registry_account where kind = 'pension'"
    (before,) = owner(sums)[0]

    first = run("interest", 2026, as_of=date(2027, 1, 5))
    again = run("interest", 2026, as_of=date(2027, 1, 6))

    (after,) = owner(sums)[0]
    assert after - before == first.totals["interest_fen"] == again.totals["interest_fen"] > 0
    assert owner("select distinct provisional from registry_accountyear where year = 2026") == [(True,)]


def test_the_list_of_those_who_reach_the_age(shebao, run):
    summary = run("retirement", 202901)

    rows = owner(
        "select r.category, r.month, r.age_months, p.sex, p.birth_date from batch_reaching r"
        " join registry_person p using (subject_id)"
    )
    assert len(rows) == summary.totals["rows"]
    for category, month, age, sex, born in rows:
        assert 202901 <= month < 203001
        assert (sex == 1) == (category == "male60")
        assert month == (born.year * 12 + born.month - 1 + age) // 12 * 100 + (born.month - 1 + age) % 12 + 1


def test_adjustment_keeps_before_and_after(shebao, run):
    summary = run("adjustment", 2026)

    rows = owner("select before_fen, increase_fen, after_fen from batch_adjustment")
    assert len(rows) == summary.totals["rows"] > 0
    assert all(before + more == after and more > 0 for before, more, after in rows)


def test_statistics_keep_counts_and_nobody(shebao, run):
    summary = run("statistics", 202611)

    counted = owner("select insurance, sum(people)::bigint from batch_headcount group by 1")
    assert {f"{insurance}.people": people for insurance, people in counted}.items() <= summary.totals.items()


def test_every_kind_is_catalogued():
    assert set(catalogue.KINDS) == {
        "assessment", "interest", "retirement", "adjustment", "statements", "statistics",
    }  # fmt: skip
