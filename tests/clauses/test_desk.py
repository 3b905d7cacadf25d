"""Rows on staff: what is masked, what a reveal leaves behind, and who does not get in."""

import re
from datetime import timedelta

import pytest
from django.db import connections

from shebao.base import clock, money
from shebao.privacy import gate
from tests import people
from tests.clauses import doors
from tests.conftest import Installation
from tests.identity.browser import Browser

REASON = "当事人在窗口核对发放账户"


def at_the_desk(role: str = "clerk") -> tuple[gate.Actor, Browser]:
    actor = people.staff(role)
    return actor, doors.browser_of(actor)


def taken(browser: Browser, subject: int) -> str:
    """Opens a window case for a person; answers with its address."""
    browser.get("/desk/find/")
    number = doors.value(subject, "person.id_number")
    browser.send("/desk/find/", id_number=number, kind="enquiry", reason=REASON)
    assert browser.status == 200 and browser.at.startswith("/desk/cases/")
    return browser.at


def reveals(subject: int) -> list[tuple[str, list[str]]]:
    return doors.rows(
        "select reason, items from privacy_entry where subject_id = %s and kind = 'reveal' and outcome = 'allowed'"
        " order by id",
        subject,
    )


@pytest.mark.clause("JL-1-05")
def test_bank_account_and_amounts_are_masked_and_each_reveal_has_its_reason(standing: Installation) -> None:
    _, browser = at_the_desk()
    case = taken(browser, people.CHANGHE)
    amounts = [
        money.yuan(fen)
        for (fen,) in doors.rows(
            "select amount_fen from registry_benefit where subject_id = %s order by month desc limit 12",
            people.CHANGHE,
        )
    ]
    account = doors.value(people.CHANGHE, "person.bank_account")
    before = reveals(people.CHANGHE)
    assert amounts and "基本养老金" in browser.text
    assert account not in browser.page and not re.search(r"[\d,]+\.\d\d\b", browser.text)
    assert browser.text.count("****") >= len(amounts)
    browser.send(f"{case}reveal", item="person.bank_account", reason="")
    assert browser.status == 409 and account not in browser.page and reveals(people.CHANGHE) == before
    browser.get(case)
    browser.send(f"{case}reveal", item="person.bank_account", reason="核对发放账户")
    assert account in browser.text
    browser.get(case)
    browser.send(f"{case}reveal", item="benefit.record", reason="核对缴费或待遇金额")
    assert all(amount in browser.text for amount in amounts)
    assert reveals(people.CHANGHE) == [
        *before,
        ("核对发放账户", ["person.bank_account"]),
        ("核对缴费或待遇金额", ["benefit.record"]),
    ]
    assert account not in browser.get(case).page and amounts[0] not in browser.page


def lapse(actor: gate.Actor, days: int) -> None:
    until = clock.today_in_china(clock.now()) + timedelta(days=days)
    doors.run("update privacy_actor set trained_until = %s where id = %s", until, actor.actor_id)


@pytest.mark.clause("JL-3.4-04")
def test_a_lapsed_training_closes_personal_screens_until_it_is_renewed(standing: Installation) -> None:
    actor, browser = at_the_desk()
    case = taken(browser, people.QINGHE)
    lapse(actor, 0)
    assert browser.get(case).status == 200
    lapse(actor, -1)
    assert browser.get(case).status == 403 and "培训" in browser.text
    assert gate.actor_of(actor.token).actor_id == actor.actor_id
    lapse(actor, 300)
    assert browser.get(case).status == 200


def test_the_gate_itself_refuses_the_untrained(standing: Installation) -> None:
    actor, browser = at_the_desk()
    case = taken(browser, people.QINGHE).split("/")[-2]
    lapse(actor, -1)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select outcome from privacy.open(%s, 'desk.case', %s, '{case.record}', '{}', %s, '', null)",
            [actor.token, people.QINGHE, case],
        )
        assert cursor.fetchone() == ("training_lapsed",)
