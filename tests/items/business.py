"""Business of the tests: an item applied for, decided at the desk, refused by name; people who have just been born."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connections

from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.identity import acting
from shebao.items import catalogue, handling, office, opinion
from shebao.items.handling import Receipt
from shebao.privacy import gate, vault
from tests import people
from tests.cases.papers import hand_in

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ACCOUNT = "6222020000000000000"


def draft(code: str, answers: Mapping[str, str], *, by: gate.Actor, now: datetime = NOW) -> str:
    """A draft with its answers and every material that this path asks for."""
    no = handling.start(code, now=now, by=by)
    handling.answer(no, dict(answers), now=now, by=by)
    for material in catalogue.item(code).wanted(answers):
        if not material.optional:
            hand_in(no, material.code, by=by, now=now)
    return no


def apply(code: str, answers: Mapping[str, str], *, by: gate.Actor, now: datetime = NOW) -> Receipt:
    """Sent."""
    return handling.submit(draft(code, answers, by=by, now=now), now=now, by=by)


def refused(call: Callable[..., Any], *args: Any, **more: Any) -> tuple[str, str]:
    """The condition that did not hold and the sentence said about it."""
    with pytest.raises(Refusal) as caught:
        call(*args, **more)
    assert caught.value.code == "precondition_unmet", (caught.value.code, caught.value.message)
    return caught.value.field, caught.value.message


def unsent(code: str, answers: Mapping[str, str], *, by: gate.Actor, now: datetime = NOW) -> tuple[str, str]:
    """The same for an application that is refused when it is sent; the draft is thrown away."""
    no = draft(code, answers, by=by, now=now)
    told = refused(handling.submit, no, now=now, by=by)
    handling.withdraw(no, now=now, by=by)
    return told


def opened(no: str, *, now: datetime = NOW) -> tuple[office.DeskCase, gate.Actor]:
    """A case taken and accepted by a clerk, as she sees it."""
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    office.accept(no, now=now, by=clerk)
    return office.open_case(no, now=now, by=clerk), clerk


def decided(no: str, *, entries: Mapping[str, str] | None = None, now: datetime = NOW) -> office.DeskCase:
    """Granted by one clerk, or by a clerk and a supervisor where two are needed; `entries`: what the clerk fills in."""
    case, clerk = opened(no, now=now)
    if entries:
        opinion.enter(no, entries, now=now, by=clerk)
        case = office.open_case(no, now=now, by=clerk)
    assert case.verdict.granted, case.verdict.reasons
    words: dict[str, Any] = {
        "granted": True,
        "text": case.draft_text,
        "amount_fen": case.verdict.amount_fen,
    }
    if not case.item.needs_second(words["amount_fen"]):
        office.decide(no, now=now, by=clerk, **words)
        return case
    office.propose(no, now=now, by=clerk, **words)
    boss = people.staff("supervisor")
    assigning.take(no, by=boss)
    office.confirm(no, now=now, by=boss)
    return case


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


def filings(subject: int, kind: str) -> list[tuple[Any, ...]]:
    """(state, since, until, detail, other) of a person's filings of a kind, oldest first."""
    found = rows(
        "select state, since, until, detail, other_id from registry_filing where subject_id = %s and kind = %s"
        " order by id", subject, kind,
    )  # fmt: skip
    return [(*row[:3], json.loads(row[3]), row[4]) for row in found]


def paid(no: str) -> list[tuple[Any, ...]]:
    """(kind, amount, month) of the payments of a case."""
    return rows("select kind, amount_fen, since from registry_payable where case_no = %s", no)


def average_of_unit(subject: int, year: int) -> int:
    """The average monthly base (fen) that the unit of a person declared for all its people in a year."""
    bases = rows(
        "select c.base_fen from registry_contribution c where c.insurance = 310 and c.seq = 0 and c.month / 100 = %s"
        " and c.employer_id in (select employer_id from registry_enrolment"
        "                        where subject_id = %s and insurance = 310 and until is null)",
        year,
        subject,
    )
    return round(sum(base for (base,) in bases) / len(bases))


def number_of(subject: int) -> str:
    """The ID number of a person of the cast."""
    ((sealed,),) = rows(
        "select ciphertext from privacy_vault where subject_id = %s and item = 'person.id_number'", subject
    )
    return vault.unseal(subject, "person.id_number", bytes(sealed))


def newborn(guardian: gate.Actor, born: date, *, region: str = "450100", sex: int = 2) -> gate.Actor:
    """A child whom the birth register has sent, with the guardian acting for it."""
    ((child,),) = rows("insert into privacy_subject default values returning id")
    rows(
        "insert into registry_person (subject_id, sex, birth_date, region) values (%s, %s, %s, %s) returning 1",
        child, sex, born, region,
    )  # fmt: skip
    ((reach,),) = rows(
        "select privacy.grant_reach(%s, %s, 'guardian', '', %s, 1000, '{}', '母亲')",
        guardian.actor_id, child, guardian.actor_id,
    )  # fmt: skip
    acting.choose(guardian, reach_id=reach)
    return gate.actor_of(guardian.token)
