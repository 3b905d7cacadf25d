"""死亡登记: from the family's case or a list of two people's making; all that follows, and the way back with an apology."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shebao.base.refusal import Refusal
from shebao.items import dying, paying
from shebao.privacy import gate
from shebao.registry.payables import batches
from tests import people
from tests.conftest import Installation
from tests.items.doing import NOW, granted, owned, sent
from tests.items.test_survivors import named

ACCOUNT = "6222020000000000000"


def line(subject: int) -> dying.Line:
    values = named(subject)
    head = ",".join(dying.HEAD)
    text = f"{head}\n{values['dead_id']},{values['dead_name']},2026-09-15,MZ-{subject},\n"
    return dying.read(text)[0]


def load(*lines: dying.Line, batch: str) -> dying.Report:
    dying.approve(
        batch=batch, source="civil", operator=people.staff("operator"), approver=people.staff("supervisor")
    )
    return dying.take_in(lines, source="civil", batch=batch, now=NOW)


def pensioner(place: int) -> int:
    return int(owned("select subject_id from registry_enrolment where insurance = 110 and state = 'retired' and"
                     " subject_id > 7 order by 1 offset %s limit 1", place)[0][0])  # fmt: skip


def test_a_list_ends_all_and_its_correction_brings_it_back(standing: Installation) -> None:
    who, heir = pensioner(0), people.WANQING
    by = people.citizen(who)
    whose = line(who)
    owned("insert into registry_payable (subject_id, kind, amount_fen, monthly, since, case_no)"
          " values (%s, 'pension', 250000, true, 202501, 'PX') returning 1", who)  # fmt: skip
    owned("delete from registry_benefit where subject_id = %s and month > 202610 returning 1", who)
    paid = owned("select count(*), coalesce(sum(amount_fen), 0) from registry_benefit where subject_id = %s"
                 " and month between 202610 and 202612 and paid_on is not null", who)[0]  # fmt: skip
    owned("insert into registry_filing (subject_id, other_id, kind, since, detail, state) values"
          " (%s, %s, 'family-pool', '2026-01-01', '{}', 'active'), (%s, %s, 'family-pool-member', '2026-01-01', '{}',"
          " 'active') returning 1", who, heir, heir, who)  # fmt: skip
    before = owned("select id, state, until from registry_enrolment where subject_id = %s order by id", who)

    assert dying.take_in([whose], source="civil", batch="none", now=NOW).unknown == [2], (
        "a list needs its approval"
    )
    boss = people.staff("supervisor")
    with pytest.raises(Refusal):
        dying.approve(batch="B1", source="civil", operator=boss, approver=boss)
    report = load(whose, batch="B1")
    assert (report.recorded, report.unknown, report.wrong) == (1, [], [])
    assert owned("select died_on::text from registry_person where subject_id = %s", who) == [("2026-09-15",)]
    assert owned("select state, until from registry_payable where case_no = 'PX'") == [("stopped", 202610)]
    assert {row[0] for row in owned("select state from registry_enrolment where subject_id = %s", who)} == {
        "terminated"
    }
    assert gate.actor_of(by.token).is_visitor, "the session is over"
    assert owned("select active, inactive_reason from privacy_actor where subject_id = %s", who) == [
        (False, "deceased")]  # fmt: skip
    assert {row[0] for row in owned("select state from registry_filing where kind like 'family-pool%%' and"
                                    " (subject_id = %s or other_id = %s)", who, who)} == {"ended"}  # fmt: skip
    assert ("pool.ended",) in owned("select template from notices_message where subject_id = %s", heir)
    owed = owned("select kind, amount_fen, state from registry_recovery where subject_id = %s", who)
    assert owed == ([("pension", paid[1], "open")] if paid[0] else [])
    assert load(whose, batch="B2").known == [2]
    assert owned("select count(*) from registry_death where subject_id = %s", who) == [(1,)]
    assert ("death.enter", "allowed", "system") in people.entries(who)

    report = load(replace(whose, day=None, reason="民政来函更正，是同名的人"), batch="B3")
    assert report.corrected == 1
    assert owned("select died_on from registry_person where subject_id = %s", who) == [(None,)]
    assert (
        owned("select id, state, until from registry_enrolment where subject_id = %s order by id", who)
        == before
    )
    assert owned("select state, until from registry_payable where case_no = 'PX'") == [("approved", None)]
    number = batches.collect(month=202611, now=NOW, by=people.staff("operator"))
    late = owned("select month, amount_fen from registry_payment where batch_id = %s and subject_id = %s and month > 202609"
                 " order by 1", number, who)  # fmt: skip
    held = {
        row[0]
        for row in owned("select month from registry_benefit where subject_id = %s and kind = 'pension'", who)
    }
    assert late == [(month, 250000) for month in (202610, 202611) if month not in held]
    assert owned("select active from privacy_actor where subject_id = %s", who) == [(True,)]
    assert ("death.corrected",) in owned("select template from notices_message where subject_id = %s", who)
    assert {row[0] for row in owned("select state from registry_recovery where subject_id = %s", who)} <= {
        "cancelled"
    }
    assert load(replace(whose, day=None, reason="再更正一次，已经改过"), batch="B4").wrong == [2]


def test_the_family_shows_the_death_and_the_benefit_ends(standing: Installation) -> None:
    who, by = pensioner(1), people.citizen(people.CHUNMEI)
    told = {
        "relation": "child",
        "cause": "illness",
        "other_grant": "no",
        "account": ACCOUNT,
        "died_on": "2026-11-02",
    }
    no = sent("survivor-benefit", by, told | named(who))
    granted(no)
    assert owned("select died_on::text, source, reference from registry_death where subject_id = %s", who) == [
        ("2026-11-02", "family", no)]  # fmt: skip
    assert owned("select count(*) from registry_enrolment where subject_id = %s and until is null", who) == [
        (0,)
    ]
    number = batches.collect(month=202612, now=NOW + timedelta(days=20), by=people.staff("operator"))
    assert owned(
        "select count(*) from registry_payment where batch_id = %s and subject_id = %s", number, who
    ) == [(0,)]
    assert paying.mine(by=by, case=no)[0].state == "listed"


def test_a_line_that_cannot_be_read_stops_the_list() -> None:
    for text in (
        "a,b\n1,2\n",
        f"{','.join(dying.HEAD)}\n1,名,2026-13-01,R,\n",
        f"{','.join(dying.HEAD)}\n1,名,,R,\n",
    ):
        with pytest.raises(Refusal):
            dying.read(text)
