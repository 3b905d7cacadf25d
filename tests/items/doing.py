"""Doing an item as applicant and office do it, for the tests of items."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections

from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.cases.item import Effect
from shebao.items import handling, office, opinion, progress
from shebao.privacy import gate
from tests import people
from tests.cases.papers import hand_in

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def started(
    code: str, by: gate.Actor, answers: Mapping[str, str] | None = None, *, now: datetime = NOW
) -> str:
    """A draft with answers."""
    no = handling.start(code, now=now, by=by)
    if answers:
        handling.answer(no, answers, now=now, by=by)
    return no


def sent(
    code: str, by: gate.Actor, answers: Mapping[str, str] | None = None, *papers: str, now: datetime = NOW
) -> str:
    """An application on its way."""
    no = started(code, by, answers, now=now)
    for paper in papers:
        hand_in(no, paper, by=by, now=now)
    handling.submit(no, now=now, by=by)
    return no


def done(
    code: str, by: gate.Actor, answers: Mapping[str, str] | None = None, *, now: datetime = NOW
) -> Effect:
    """An instant item, done."""
    receipt = handling.submit(started(code, by, answers, now=now), now=now, by=by)
    assert receipt.state == "done" and receipt.effect is not None
    return receipt.effect


def granted(
    no: str, *, amount_fen: int | None = None, entries: Mapping[str, str] | None = None, now: datetime = NOW,
    by: gate.Actor | None = None,
) -> Effect:  # fmt: skip
    """A reviewed item taken, accepted and granted as proposed, by as many people as it needs.

    `entries`: what the office writes before it decides. `by`: who applied, when it was not the person herself.
    """
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    office.accept(no, now=now, by=clerk)
    if entries:
        opinion.enter(no, entries, now=now, by=clerk)
    case = office.open_case(no, now=now, by=clerk)
    amount = case.verdict.amount_fen if amount_fen is None else amount_fen
    words: dict[str, Any] = {"granted": True, "text": case.draft_text, "amount_fen": amount}
    if case.item.needs_second(amount):
        office.propose(no, now=now, by=clerk, **words)
        boss = people.staff("supervisor")
        assigning.take(no, by=boss)
        office.confirm(no, now=now, by=boss)
    else:
        office.decide(no, now=now, by=clerk, **words)
    effect = progress.view(no, now=now, by=by or applicant(no)).effect
    assert effect is not None
    return effect


def applicant(no: str) -> gate.Actor:
    """The person of a case, logged in again."""
    return people.citizen(int(owned("select subject_id from cases_case where no = %s", no)[0][0]))


def refused(
    code: str, by: gate.Actor, answers: Mapping[str, str] | None = None, *papers: str, now: datetime = NOW
) -> tuple[str, str]:
    """The condition that is not met, and its sentence, at the start or at sending."""
    with pytest.raises(Refusal) as caught:
        sent(code, by, answers, *papers, now=now)
    assert caught.value.code == "precondition_unmet", (caught.value.code, caught.value.message)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "delete from cases_material where case_id in (select no from cases_case where state = 'draft')"
        )
        cursor.execute("delete from cases_case where state = 'draft'")
    return caught.value.field, caught.value.message


def owned(statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows as the owner sees them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())
