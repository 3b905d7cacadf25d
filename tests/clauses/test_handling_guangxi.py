"""Rows on an address for a delivery, and on what nobody can promise about safety."""

import pytest

from shebao.cases import assigning
from shebao.identity import accounts
from shebao.items import handling, office, progress
from shebao.notices.channels import inbox
from tests import people
from tests.cases.papers import hand_in
from tests.clauses import doors
from tests.conftest import Installation
from tests.identity import people as insured
from tests.items.doing import NOW
from tests.notices.errands import INCIDENT
from tests.notices.test_mailings import account_holders, have, send

ADDRESS = "测试路 71 号 2 单元"


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-1.1-23")
def test_an_address_is_asked_for_a_delivery_alone_and_gone_after_it(shebao: Installation) -> None:
    by = people.citizen(people.XIAOMAN)
    browser = doors.browser_of(by)
    no = handling.start("card-issue", now=NOW, by=by)
    handling.answer(no, {"way": "office"}, now=NOW, by=by)
    assert [question.key for question in handling.draft(no, now=NOW, by=by).asked] == ["way"]
    assert 'name="address"' not in browser.get(f"/cases/{no}/edit/way/").page
    assert 'name="address"' not in browser.get(f"/cases/{no}/edit/").page
    handling.answer(no, {"way": "post", "address": ADDRESS}, now=NOW, by=by)
    assert [question.key for question in handling.draft(no, now=NOW, by=by).asked] == ["way", "address"]
    assert 'name="address"' in browser.get(f"/cases/{no}/edit/address/").page
    hand_in(no, "photo", by=by, now=NOW)
    handling.submit(no, now=NOW, by=by)
    assert ("寄到哪里", ADDRESS) in progress.view(no, now=NOW, by=by).answers
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    office.accept(no, now=NOW, by=clerk)
    office.decide(no, granted=True, text="准予申领。", now=NOW, by=clerk)
    view = progress.view(no, now=NOW, by=by)
    assert view.line.state == "done" and ("寄到哪里", "没有填") in view.answers
    assert ADDRESS not in browser.get(f"/cases/{no}/answers/").text
    kept = doors.rows(
        "select 1 from privacy_vault where subject_id = %s and item = 'person.address'", people.XIAOMAN
    )
    assert not kept or doors.value(people.XIAOMAN, "person.address") != ADDRESS


def told_the_same() -> None:
    """One person accepted the marked clause, another did not: the notice of an incident is the same."""
    person = insured.insured()
    accounts.register(**insured.form(person))
    other = people.citizen(people.YUANSHAN)
    doors.run("delete from privacy_acceptance where subject_id <> %s", person.subject_id)
    ((seen,),) = doors.rows(
        "select seen_marked_at from privacy_acceptance where subject_id = %s and part = 'policy'",
        person.subject_id,
    )
    assert seen is not None
    who = people.citizen(person.subject_id)
    page = doors.browser_of(who).get("/account/sessions/")
    assert "没有万无一失的系统" in page.text and "责任不因这句话减少" in page.text
    send("incident", INCIDENT)
    assert have("incident") == account_holders()
    first, second = (inbox.listing(one).messages[0] for one in (who, other))
    assert (first.template, first.title, first.body) == (second.template, second.title, second.body)
    queued = doors.rows(
        "select m.subject_id, d.channel from notices_delivery d join notices_message m on m.id = d.message_id"
        " where m.template = 'incident' and m.subject_id in (%s, %s) order by 1, 2",
        person.subject_id,
        people.YUANSHAN,
    )
    of = [[channel for who, channel in queued if who == one] for one in (person.subject_id, people.YUANSHAN)]
    assert of[0] == of[1] != []


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-3.1-08")
def test_who_read_that_nothing_is_perfectly_safe_is_told_of_an_incident(open_house: Installation) -> None:
    told_the_same()


@pytest.mark.clause("JL-3.4-13")
def test_who_accepted_the_risk_is_told_of_an_incident_like_all_others(open_house: Installation) -> None:
    told_the_same()
