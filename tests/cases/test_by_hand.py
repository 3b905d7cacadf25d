"""A SQL prompt with the web server's credentials and somebody's live session: it decides no case and forges no person."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections

from shebao.base import clock
from shebao.cases import actions, assigning
from shebao.cases.deciding import Lack
from shebao.items import office
from shebao.privacy import gate, keys
from tests import people
from tests.clauses import doors
from tests.conftest import Installation
from tests.items import doing
from tests.privacy.test_gate import dsn

SHUT = (psycopg.errors.CheckViolation, psycopg.errors.InsufficientPrivilege)
CASE = ("case.record",)


@pytest.fixture
def prompt(standing: Installation) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsn("default")) as connection:
        yield connection
        connection.rollback()


def opened(
    prompt: psycopg.Connection,
    by: gate.Actor,
    subject: int,
    process: str,
    writes: tuple[str, ...],
    case: str = "",
) -> str:
    """The gate's word, asked for by hand with the session of `by`."""
    row = prompt.execute(
        "select outcome from privacy.open(%s, %s, %s, %s, %s, %s)",
        [by.token, process, subject, list(writes), list(writes), case],
    ).fetchone()
    assert row is not None
    return str(row[0])


def tried(prompt: psycopg.Connection, statement: str, *values: object) -> int:
    """How many rows a statement changed; the transaction is thrown away afterwards where it was refused."""
    try:
        return prompt.execute(statement, values).rowcount
    except SHUT:
        prompt.rollback()
        return 0


def sent(by: gate.Actor | None = None) -> str:
    """A complaint: reviewed, without papers, as many as there are."""
    told = {"whom": "office", "text": "窗口排了很久，没有人理我", "transfer": "no"}
    return doing.sent("complaint", by or people.citizen(people.CHUNMEI), told)


def held(clerk: gate.Actor) -> str:
    no = sent()
    assigning.take(no, by=clerk)
    office.accept(no, now=clock.now(), by=clerk)
    return no


@pytest.mark.parametrize(
    "change",
    [
        "state = 'accepted', accepted_at = now()",
        "state = 'declined', decided_at = now()",
        "granted = true, decided_at = now()",
        "amount_fen = 9999999",
        "answers = '\\x00'",
        "due_on = due_on + 100",
        "submitted_at = submitted_at - interval '1 year'",
        "key = 'another'",
        "unit = '城东经办处'",
        "other_id = 2",
        "holder_id = opened_by_id, held_until = now() + interval '1 day'",
        "proposed_by_id = opened_by_id",
        "stars = 5",
    ],
)
def test_an_applicant_writes_nothing_of_what_she_has_sent(prompt: psycopg.Connection, change: str) -> None:
    by = people.citizen(people.CHUNMEI)
    no = sent(by)
    assert opened(prompt, by, people.CHUNMEI, "handle.question", CASE) == "allowed"
    assert tried(prompt, f"update cases_case set {change} where no = %s", no) == 0


def test_an_applicant_does_not_decide_her_own_case_as_if_it_were_done_at_once(
    prompt: psycopg.Connection,
) -> None:
    by, clerk = people.citizen(people.CHUNMEI), people.staff("clerk")
    no = held(clerk)
    assert opened(prompt, by, people.CHUNMEI, "handle.question", CASE) == "allowed"
    forged = (
        "insert into cases_step (case_id, seq, subject_id, at, act, source, target, role, unit, actor_id, entry_id)"
        " select no, {seq}, subject_id, now(), 'submit', 'draft', state, 'citizen', '', %s, currval('privacy_entry_id_seq')"
        " from cases_case where no = %s"
    )
    with pytest.raises((psycopg.errors.UniqueViolation, *SHUT)):
        prompt.execute(forged.format(seq=1), [by.actor_id, no])
    prompt.rollback()
    assert opened(prompt, by, people.CHUNMEI, "handle.question", CASE) == "allowed"
    decided = "update cases_case set state = 'decided', granted = true, decided_at = now() where no = %s"
    assert tried(prompt, decided, no) == 0


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "decided"},
        {"opened_by_id": 1},
        {"other_id": 2},
        {"holder_id": 1},
        {"submitted_at": "2026-01-01"},
    ],
)
def test_a_case_begins_as_a_draft_of_the_one_who_asks(
    prompt: psycopg.Connection, columns: dict[str, Any]
) -> None:
    by = people.citizen(people.CHUNMEI)
    other = people.citizen(people.YUANSHAN).actor_id
    row = {
        "no": "BJ261130-999999", "subject_id": people.CHUNMEI, "kind": "inpatient-claim", "state": "draft",
        "unit": "业务受理科", "reason": "", "opened_by_id": by.actor_id,
    } | {key: other if value == 1 else value for key, value in columns.items()}  # fmt: skip
    assert opened(prompt, by, people.CHUNMEI, "handle.question", CASE) == "allowed"
    insert = f"insert into cases_case ({', '.join(row)}) values ({', '.join(['%s'] * len(row))})"
    assert tried(prompt, insert, *row.values()) == 0


def test_the_proposer_stays_the_proposer_and_never_becomes_the_second(prompt: psycopg.Connection) -> None:
    clerk, boss = people.staff("clerk"), people.staff("supervisor")
    no = held(clerk)
    case = office.open_case(no, now=clock.now(), by=clerk)
    office.propose(
        no, granted=True, text=case.draft_text, amount_fen=case.verdict.amount_fen, now=clock.now(), by=clerk
    )
    assigning.take(no, by=boss)
    assert opened(prompt, boss, people.CHUNMEI, "desk.decide", CASE, no) == "allowed"
    assert tried(prompt, "update cases_case set proposed_by_id = %s where no = %s", boss.actor_id, no) == 0
    assert opened(prompt, boss, people.CHUNMEI, "desk.decide", CASE, no) == "allowed"
    decided = "update cases_case set state = 'decided', granted = true, decided_by_id = %s where no = %s"
    assert tried(prompt, decided, clerk.actor_id, no) == 0


def test_a_clerk_does_not_confirm_what_she_proposed_by_writing_another_name(
    prompt: psycopg.Connection,
) -> None:
    first = people.staff("supervisor")
    no = held(first)
    case = office.open_case(no, now=clock.now(), by=first)
    words = {"granted": True, "text": case.draft_text, "amount_fen": case.verdict.amount_fen}
    office.propose(no, now=clock.now(), by=first, **words)
    assert opened(prompt, first, people.CHUNMEI, "desk.decide", CASE, no) == "out_of_reach"
    prompt.rollback()
    assigning.take(other := sent(), by=first)
    assert opened(prompt, first, people.CHUNMEI, "desk.decide", CASE, other) == "allowed"
    for change in ("proposed_by_id = null, state = 'accepted'", "decided_by_id = null, state = 'decided'"):
        assert tried(prompt, f"update cases_case set {change} where no = %s", no) == 0
        opened(prompt, first, people.CHUNMEI, "desk.decide", CASE, other)


def test_a_clerk_works_only_through_the_case_in_her_own_hands(prompt: psycopg.Connection) -> None:
    mine, colleague = people.staff("clerk"), people.staff("clerk")
    no = held(colleague)
    assigning.take(other := sent(), by=mine)
    assert opened(prompt, mine, people.CHUNMEI, "desk.decide", CASE, other) == "allowed"
    changed = "update cases_case set state = 'proposed', proposed_by_id = %s where no = %s"
    assert tried(prompt, changed, mine.actor_id, no) == 0


def test_a_step_names_the_one_who_does_it(prompt: psycopg.Connection) -> None:
    clerk, boss = people.staff("clerk"), people.staff("supervisor")
    no = held(clerk)
    assert opened(prompt, clerk, people.CHUNMEI, "desk.decide", CASE, no) == "allowed"
    forged = (
        "insert into cases_step (case_id, seq, subject_id, at, act, source, target, role, unit, actor_id, entry_id)"
        " values (%s, 9, %s, now(), 'confirm', 'proposed', %s, 'supervisor', '', %s, 1)"
    )
    assert tried(prompt, forged, no, people.CHUNMEI, "accepted", boss.actor_id) == 0


def test_an_effect_is_kept_once_and_of_a_granted_case_alone(prompt: psycopg.Connection) -> None:
    by = people.citizen(people.CHUNMEI)
    no = sent(by)
    assert opened(prompt, by, people.CHUNMEI, "handle.question", CASE) == "allowed"
    kept = "insert into cases_outcome (case_id, subject_id, at, text) values (%s, %s, now(), '\\x00')"
    assert tried(prompt, kept, no, people.CHUNMEI) == 0


def test_nobody_writes_herself_money_a_contribution_or_a_balance(prompt: psycopg.Connection) -> None:
    by = people.citizen(people.CHUNMEI, level=2)
    for process in (
        "handle.claim",
        "handle.pension",
        "handle.account",
        "handle.unemployment",
        "handle.injury",
    ):
        assert opened(prompt, by, people.CHUNMEI, process, ("payment.order",)) == "field_not_declared"
    assert (
        opened(prompt, by, people.CHUNMEI, "handle.transfer", ("contribution.record",))
        == "field_not_declared"
    )
    assert opened(prompt, by, people.CHUNMEI, "handle.account", ("account.balance",)) == "field_not_declared"
    assert opened(prompt, by, people.CHUNMEI, "handle.change", ("person.basic",)) == "field_not_declared"
    assert opened(prompt, by, people.CHUNMEI, "handle.change", ("payment.order",)) == "allowed"
    order = (
        "insert into registry_payable (subject_id, kind, amount_fen, monthly, since, case_no)"
        " values (%s, 'inpatient', 99999900, false, 202611, 'BJ261130-000001')"
    )
    assert tried(prompt, order, people.CHUNMEI) == 0


def test_the_money_of_an_order_is_not_rewritten(prompt: psycopg.Connection) -> None:
    by = people.citizen(people.CHUNMEI, level=2)
    doors.run(
        "insert into registry_payable (subject_id, kind, amount_fen, monthly, since, state, case_no)"
        " values (%s, 'inpatient', 100, false, 202611, 'stopped', 'BJ261130-000001')", people.CHUNMEI,
    )  # fmt: skip
    for change in ("amount_fen = 99999900", "state = 'approved'", "monthly = true, until = null"):
        assert opened(prompt, by, people.CHUNMEI, "handle.change", ("payment.order",)) == "allowed"
        assert tried(prompt, f"update registry_payable set {change} where case_no = 'BJ261130-000001'") == 0


def test_what_a_ground_was_given_for_is_all_it_opens(prompt: psycopg.Connection) -> None:
    """A case at the window, a visit booked on the phone, a case in hand: each opens its own purposes."""
    clerk = people.staff("clerk")
    number = doors.value(people.CHUNMEI, "person.id_number")
    window = actions.open_window(id_number=number, kind="enquiry", reason="本人在窗口查询", by=clerk)
    assert opened(prompt, clerk, people.CHUNMEI, "desk.case", CASE, window) == "allowed"
    assert opened(prompt, clerk, people.CHUNMEI, "desk.decide", ("payment.order",), window) == "out_of_reach"
    assert (
        opened(prompt, clerk, people.CHUNMEI, "identity.review", ("login.account",), window) == "out_of_reach"
    )
    prompt.commit()
    with connections["default"].cursor() as cursor:
        digest = keys.blind("id_number", number)
        cursor.execute(
            "select visit_no from appointments.find(%s, %s, '电话预约', null)", [clerk.token, digest]
        )
        (visit,) = cursor.fetchone()
    assert opened(prompt, clerk, people.CHUNMEI, "visit.desk", ("visit.record",), visit) == "allowed"
    assert opened(prompt, clerk, people.CHUNMEI, "desk.case", CASE, visit) == "out_of_reach"
    assert opened(prompt, clerk, people.CHUNMEI, "desk.decide", CASE, visit) == "out_of_reach"


def test_a_clerk_draws_no_other_person_into_a_case(standing: Installation) -> None:
    """Whom a matter is also about is said by the applicant; the holder of the case cannot name somebody to reach her."""
    clerk = people.staff("clerk")
    no = held(clerk)
    lacking = (Lack("text", "哪一天、哪个窗口没有写"),)
    office.ask(no, lacking=lacking, now=clock.now(), by=clerk)
    with connections["default"].cursor() as cursor:
        cursor.execute("select cases.relate(%s, %s, %s)", [clerk.token, no, _real_name(people.YUANSHAN)])
        assert cursor.fetchone() == (False,)
    assert doors.rows("select other_id from cases_case where no = %s", no) == [(None,)]


def _real_name(subject: int) -> bytes:
    return keys.blind(
        "real_name", f"{doors.value(subject, 'person.id_number')}|{doors.value(subject, 'person.name')}"
    )


def test_the_clock_of_a_case_is_not_rewritten(prompt: psycopg.Connection) -> None:
    clerk, by = people.staff("clerk"), people.citizen(people.CHUNMEI)
    no = held(clerk)
    office.ask(no, lacking=(Lack("text", "哪一天、哪个窗口没有写"),), now=clock.now(), by=clerk)
    for change in (
        "since = since - 300",
        "cause = 'authority'",
        "until = '2026-01-01', since = '2025-01-01'",
    ):
        assert opened(prompt, by, people.CHUNMEI, "handle.question", CASE) == "allowed"
        assert tried(prompt, f"update cases_halt set {change} where case_id = %s", no) == 0
    assert opened(prompt, by, people.CHUNMEI, "handle.question", CASE) == "allowed"
    stand = "insert into cases_halt (case_id, subject_id, cause, since) values (%s, %s, 'authority', '2026-01-01')"
    assert tried(prompt, stand, no, people.CHUNMEI) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "insert into notices_announcement (kind, title, body, published_at, by_actor) values ('notice', '通知', '假的', now(), 1)",
        "update registry_payment set state = 'returned'",
        "update registry_recovery set state = 'closed', returned_fen = amount_fen",
    ],
)
def test_no_public_notice_payment_or_debt_is_written_by_the_web_server(
    prompt: psycopg.Connection, statement: str
) -> None:
    by = people.citizen(people.CHUNMEI, level=2)
    assert opened(prompt, by, people.CHUNMEI, "handle.change", ("payment.order",)) == "allowed"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        prompt.execute(statement)
