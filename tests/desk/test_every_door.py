"""Every address of the application is tried by those whom a person is no business of: no value, no trace of her."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from shebao.base import clock
from shebao.cases import assigning, tickets
from shebao.items import office
from shebao.privacy import gate, masks, register
from tests import people
from tests.clauses import doors
from tests.clauses.test_crawl import values_of
from tests.conftest import Installation
from tests.desk.doors_list import Address, addresses
from tests.desk.matters import sent

HER = people.QINGHE
UNKNOWN = {
    "case_no": "BJ261122-987654", "no": "BJ261122-987654", "ticket": "GD261122-987654", "letter": "GD261122-987655",
    "page": "987654321", "identity": "987654321", "entry": "987654321", "number": "987654321",
    "booking": "987654321", "waiting": "987654321", "mandate": "987654321", "bond": "987654321",
    "mandate_id": "987654321", "bond_id": "987654321", "office": "1", "old": "1", "new": "2",
    "session_id": "00000000-0000-4000-8000-000000000001", "device_id": "00000000-0000-4000-8000-000000000002",
    "mark": "nobody-knows-this", "moment": "987654321", "path": "checkpoint", "act": "remove", "code": "inpatient-claim",
    "key": "hospital", "part": "policy", "process": "enquiry.home", "answer": "yes", "choice": "off", "kind": "privacy",
    "state": "attended", "template": "feature", "token": "nobody-knows-this", "word": "accept", "switch": "off",
    "name": "camera", "institution": "1", "zoom": "1", "x": "1", "y": "1",
}  # fmt: skip
"""A value for every name that stands in an address; a new name is a new question: whose is it?"""

FORM = {
    "act": "accept", "item": "person.name", "reason": "核对当事人身份", "to": "001127", "q": "", "kind": "enquiry",
    "id_number": "", "text": "请给我看看", "note": "看一看这件", "justified": "yes", "decision": "yes", "read": "yes",
    "seen": "1", "amount": "0", "next": "/desk/", "outcome": "reached", "danger": "life", "fields": "", "aside": "利害关系",
    "template": "feature", "title": "公告", "body": "公告内容", "topic": "advice", "received_on": "2026-11-20", "slot": "1",
    "death_reason": "本人拿着身份证来了窗口", "verdict": "yes",
}  # fmt: skip
ENDS_SESSION = ("logout", "desk/lock", "api/v1/logout", "account/sessions/end-others", "account/cancel/", "account/freeze/",
                "account/sessions/<uuid:session_id>/end", "api/v1/me/cancel", "account/password", "desk/login", "login",
                "api/v1/login", "api/v1/me/sessions")  # fmt: skip
PUBLIC = ("calculators", "elder", "theme", "analytics", "ledger", "services", "healthz", "items")
DESK = {
    "": "own", "find/": "own", "work/": "own", "reminders/<int:number>/read": "message",
    "urgent/": "own", "urgent/<str:case_no>/sign": "case", "keys": "own",
    "lock": "own", "login": "open", "accounts/": "own", "accounts/<str:no>/": "case", "accounts/<str:no>/open": "case",
    "accounts/<str:no>/decide": "case", "security": "own", "training": "own", "cases/<str:case_no>/": "case",
    "cases/<str:case_no>/act": "case", "cases/<str:case_no>/take": "case", "cases/<str:case_no>/release": "case",
    "cases/<str:case_no>/hand-over": "case", "cases/<str:case_no>/reveal": "case", "cases/<str:case_no>/close": "case",
    "cases/<str:no>/materials/<int:page>/file": "case", "cases/<str:no>/materials/<int:page>/preview.png": "case",
    "contact/": "own", "contact/calls/<slug:kind>/": "own", "contact/letters": "own",
    "contact/letters/<str:no>/": "ticket", "contact/<str:no>/": "ticket", "contact/<str:no>/take": "ticket",
    "contact/<str:no>/act": "ticket", "operations/": "own", "operations/window": "own",
    "operations/window/<int:number>/end": "own", "operations/state": "own", "operations/outage/<int:number>": "own",
    "payments/": "own", "payments/collect": "own", "payments/<int:number>/approve": "own",
    "payments/<int:number>/drop": "own",
    "deaths/": "own", "deaths/<int:number>/judge": "own", "cases/<str:case_no>/death": "case",
    "visits/": "own", "visits/book": "own", "visits/<str:number>/<str:state>": "case", "messages/": "own",
    "messages/new/<str:template>": "own", "messages/draft/<str:template>": "own",
    "messages/<int:number>/approve": "message", "messages/<int:number>/final": "message", "messages/announce": "own",
    "messages/letters/take": "own", "messages/letters.pdf": "own", "messages/letters/mailed": "own",
    "messages/call/take": "own", "messages/call": "own", "messages/call/<int:number>": "message",
}  # fmt: skip
"""What stands in the address of each desk page: nothing of a person, or a number that may be somebody's."""


def test_a_new_desk_page_has_to_be_named_here() -> None:
    found = {one.route.removeprefix("desk/") for one in addresses() if one.room == "desk"}
    assert found == DESK.keys()
    assert not {name for one in addresses() for name in one.names} - UNKNOWN.keys()


@dataclass(frozen=True)
class Her:
    """Everything in the system that has a number and is hers."""

    case: str
    page: str
    ticket: str
    entry: str
    message: str
    urgent: str
    words: frozenset[str]
    hidden: frozenset[str]

    def at(self, one: Address) -> dict[str, str]:
        """Her numbers in the places of an address."""
        desk = DESK.get(one.route.removeprefix("desk/"), "case") if one.room == "desk" else "case"
        no = self.ticket if desk == "ticket" or "ticket" in one.route else self.case
        if one.route.endswith("/sign"):
            no = self.urgent
        number = self.message if desk == "message" or "number" in one.names else "1"
        return UNKNOWN | {
            "case_no": no, "no": no, "page": self.page, "entry": self.entry, "number": number,
            "identity": self.message if one.room == "inbox" else UNKNOWN["identity"],
        }  # fmt: skip


def unknown(one: Address) -> dict[str, str]:
    ticket = one.route.startswith("desk/contact") or "tickets" in one.route
    return UNKNOWN | ({"no": UNKNOWN["ticket"]} if ticket else {})


@pytest.fixture(scope="module")
def colleague(standing: Installation) -> gate.Actor:
    return people.staff("clerk")


@pytest.fixture(scope="module")
def her(standing: Installation, colleague: gate.Actor) -> Her:
    """A case in a colleague's hands, one decided, an urgent look, a ticket, messages, entries: all about one person."""
    doors.run("update privacy_process set rate_count = 0")
    for at, table in enumerate(("cases_material", "notices_message", "privacy_entry"), 1):
        doors.run("select setval(pg_get_serial_sequence(%s, 'id'), %s)", table, 700_000_000 + at * 10_000_000)
    by, now = people.citizen(HER), clock.now()
    case = sent(by)
    assigning.take(case, by=colleague)
    office.accept(case, now=now, by=colleague)
    ((page,),) = doors.rows("select min(id) from cases_material where case_id = %s", case)
    ticket = tickets.ask(
        kind="privacy", fields={"about": "谁看过我的信息"}, text="为什么查我", now=now, by=by
    )
    urgent = office.break_glass(
        id_number=doors.value(HER, "person.id_number"),
        reason="医院急救要核对参保地，来不及等办件",
        now=now,
        by=colleague,
    )
    ((message,),) = doors.rows("select max(id) from notices_message where subject_id = %s", HER)
    ((entry,),) = doors.rows("select max(id) from privacy_entry where subject_id = %s", HER)
    values = values_of(False, HER)
    rows = doors.rows("select item from privacy_vault where subject_id = %s", HER)
    forms = {masks.mask(item, doors.value(HER, item)) for (item,) in rows if item in register.current().items}
    return Her(case, str(page), ticket.no, str(entry), str(message), urgent, frozenset(values),
               frozenset(form for form in forms if len(form) > 2 and form != masks.HIDDEN))  # fmt: skip


def held_once(her: Her, by: gate.Actor, hospital: str) -> Her:
    """Another case of hers that this clerk has taken and opened: what she knew of it, she may still have by heart."""
    no = sent(people.citizen(HER), hospital=hospital)
    assigning.take(no, by=by)
    office.accept(no, now=clock.now(), by=by)
    ((page,),) = doors.rows("select min(id) from cases_material where case_id = %s", no)
    return replace(her, case=no, page=str(page))


def strangers(her: Her, colleague: gate.Actor) -> Iterator[tuple[str, gate.Actor, str, Her]]:
    """Those whom she is no business of, how much each of them tries, and at which of her cases."""
    yield "a clerk of another office", people.staff("clerk", unit="城东经办处"), "all", her
    handed, decider = people.staff("clerk"), people.staff("clerk")
    doors.run("update privacy_actor set staff_no = '001128' where id = %s", colleague.actor_id)
    over = held_once(her, handed, "宁溪第四医院")
    assigning.hand_over(over.case, to="001128", reason="我明天休假", by=handed)
    yield "a clerk who handed her case over", handed, "desk", over
    done = held_once(her, decider, "宁溪第五医院")
    reasons = (("dates", "票据日期对不上", ""),)
    office.decide(
        done.case, granted=False, reasons=reasons, text="这次没有通过。", now=clock.now(), by=decider
    )
    yield "a clerk after her decision", decider, "desk", done
    yield "a clerk without the one-time code", people.staff("clerk", level=1), "desk", her
    yield "a privacy officer", people.staff("privacy_officer", unit="个人信息保护办公室"), "look", her
    yield "an operator", people.staff("operator", unit="信息管理科"), "look", her
    yield "another citizen", people.citizen(people.CHUNMEI), "all", her
    yield "an employer's agent", people.account("employer_agent"), "look", her
    yield "a visitor", gate.VISITOR, "look", her


def browser(by: gate.Actor) -> Client:
    client = Client(raise_request_exception=False)
    if by.token:
        client.cookies[settings.SESSION_COOKIE] = by.token.hex()
    return client


def text_of(answer: Any) -> str:
    body = b"".join(answer) if answer.streaming else answer.content
    head = " ".join(f"{name}: {value}" for name, value in answer.items())
    return head + "\n" + body.decode("utf-8", "replace")


def told(found: str, values: dict[str, str]) -> str:
    """An answer without what differs by nature: numbers asked for, request ids, form tokens, times of day."""
    for value in sorted({value for value in values.values() if len(value) > 3}, key=len, reverse=True):
        found = found.replace(value, "#")
    found = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "#", found)
    found = re.sub(r'(csrfmiddlewaretoken" value|sb_csrf)="?[^";]+', "#", found)
    found = re.sub(r'(name="seen" value="|\?seen=)[^"#]+', "#", found)
    found = re.sub(r'(data-session-left|value)="(\d+|[0-9a-f]{32})"', "#", found)
    return re.sub(r"Content-Length: \d+|\d{2}:\d{2}(:\d{2})?", "", found)


def ask(client: Client, method: str, path: str, form: dict[str, str]) -> HttpResponse:
    if method == "POST":
        return client.post(path, form)  # type: ignore[return-value]
    return client.generic(method, path, headers={"Range": "bytes=0-40"} if method == "HEAD" else {})  # type: ignore[return-value]


def attempts(by: gate.Actor, how: str) -> Iterator[tuple[Address, str]]:
    """Every desk page; elsewhere what has a number in it."""
    for one in addresses():
        if one.route in ENDS_SESSION or one.room in PUBLIC or (one.room != "desk" and not one.names):
            continue
        if one.room != "desk" and how == "desk":
            continue
        yield one, "GET"
        if how != "look":
            yield one, "POST"
        if how == "all" and one.room == "desk" and by.is_staff:
            yield one, "HEAD"


SAME_OFFICE = ("a clerk who handed her case over", "a clerk after her decision")
"""Her own office's queue shows that a case exists, without its person; so the two answers may differ."""


def test_no_address_shows_a_stranger_anything_of_her(
    standing: Installation, her: Her, colleague: gate.Actor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    seen: list[tuple[str, str, str]] = []
    tried = 0
    for who, by, how, hers in strangers(her, colleague):
        client = browser(by)
        for one, method in attempts(by, how):
            seen += [
                (who, f"{method} {one.route}", what) for what in found_at(client, one, method, hers, who)
            ]
            tried += 1
    logged = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    seen += [("the log", "", word) for word in her.words if word in logged]
    assert seen == []
    assert tried > 600


def found_at(client: Client, one: Address, method: str, her: Her, who: str) -> Iterator[str]:
    """What one attempt gives away: a failure, a value, a page that may be kept, the difference to a number of nobody."""
    values, others = her.at(one), unknown(one)
    answer = ask(client, method, one.filled(values), FORM)
    found = text_of(answer)
    if answer.status_code >= 500:
        yield f"fails with {answer.status_code}"
    yield from (f"shows {word}" for word in her.words | her.hidden if word in found)
    if one.room == "desk" and answer.get("Cache-Control", "") != "no-store":
        yield "may be cached"
    if one.room == "desk" and answer.get("Referrer-Policy", "") != "same-origin":
        yield "tells other sites where it was"
    if method == "HEAD" or not one.names or values == others or who in SAME_OFFICE:
        return
    again = ask(client, method, one.filled(others), FORM)
    if (answer.status_code, told(found, values)) != (again.status_code, told(text_of(again), others)):
        yield f"differs from a number of nobody: {answer.status_code}, {again.status_code}"


@pytest.mark.parametrize("hostile", ["%00", "9223372036854775808"])
def test_no_address_fails_on_what_no_table_can_hold(standing: Installation, hostile: str) -> None:
    """A NUL or a number beyond eight bytes in an address is an address that does not exist; a query does without it."""
    seen = []
    for by in (people.citizen(people.CHUNMEI), people.staff("supervisor")):
        client = browser(by)
        for one in addresses():
            if one.route in ENDS_SESSION or (one.room == "desk") != by.is_staff or one.room == "ledger":
                continue
            for path in {one.filled(dict.fromkeys(one.names, hostile)), f"{one.filled(UNKNOWN)}?q={hostile}"}:
                seen += [
                    (method, path)
                    for method in ("GET", "POST")
                    if ask(client, method, path, FORM).status_code >= 500
                ]
    assert seen == []
