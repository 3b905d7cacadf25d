"""Who holds a case (领件、放回、转交): one clerk at a time, seen by the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import gate

HELD_MINUTES = 480
PAGE = 20
WORDS = {
    "held": ("conflict", "同事正在办这件，等同事放回再领。"),
    "own_case": ("out_of_reach", "这是您自己申请的，请同事来办。"),
    "stepped_aside": ("out_of_reach", "对这件事回避过的人不能再办。"),
    "own_proposal": ("conflict", "初审意见是您提的，要由别人复核。"),
    "conflict": ("conflict", "这件事已经办完，或者申请人撤回了。"),
    "out_of_reach": ("out_of_reach", "这个办件不在您的科室。"),
    "not_found": ("not_found", "科室里没有这个工号。"),
}


@dataclass(frozen=True)
class Queued:
    """办件 in the queue: what, where, until when; nobody in it."""

    no: str
    kind: str
    state: str
    channel: str
    submitted_at: datetime | None
    due_on: date | None
    provisional: bool
    holder: str
    is_mine: bool
    is_held: bool
    asked: bool
    escalated: int
    halted: bool
    proposed_by_me: bool


@dataclass(frozen=True)
class Load:
    """One count of the board (办件看板)."""

    kind: str
    state: str
    due_on: date | None
    escalated: int
    holder: str
    submitted_on: date | None
    count: int


def queue(
    *,
    kind: str = "",
    state: str = "",
    clock: str = "",
    today: date | None = None,
    mine: bool = False,
    no: str = "",
    page: int = 1,
    most: int = PAGE,
    by: gate.Actor,
) -> list[Queued]:
    """A page of the unit's open cases, soonest due first.

    `clock`: late (past `today`), soon (70 % used), halted, or free (running and in nobody's hands).
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select * from cases.queue(%s, %s, %s, %s, %s::date, %s, %s, %s, %s)",
            [by.token, kind, state, clock, today, mine, no, most, (max(page, 1) - 1) * most],
        )
        return [Queued(*row) for row in cursor.fetchall()]


def load(*, by: gate.Actor) -> list[Load]:
    """The unit's open cases, counted."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from cases.load(%s)", [by.token])
        return [Load(*row) for row in cursor.fetchall()]


def take(no: str, *, by: gate.Actor) -> None:
    """领件. Refuses a case that a colleague holds, one's own, one's own proposal, another unit's."""
    _told("select cases.take(%s, %s, %s, %s)", [by.token, no, HELD_MINUTES, gate.request_id.get()])


def release(no: str, *, by: gate.Actor) -> None:
    """放回."""
    _let_go(no, "", "", by)


def hand_over(no: str, *, to: str, reason: str, by: gate.Actor) -> None:
    """转交 to a colleague's staff number (工号) with a reason."""
    if len(reason.strip()) < 4:
        raise Refusal("invalid_input", "请写明为什么转交，至少四个字。", field="reason")
    if not to.strip():
        raise Refusal("invalid_input", "请写同事的工号。", field="to")
    _let_go(no, to.strip(), reason.strip(), by)


def step_aside(no: str, *, reason: str, by: gate.Actor) -> None:
    """回避: a relative or an interest; the case goes back and never to her again."""
    if len(reason.strip()) < 4:
        raise Refusal("invalid_input", "请写明为什么回避，至少四个字。", field="aside")
    _told("select cases.step_aside(%s, %s, %s, %s)", [by.token, no, reason.strip(), gate.request_id.get()])


def _let_go(no: str, to: str, reason: str, by: gate.Actor) -> None:
    _told(
        "select cases.let_go(%s, %s, %s, %s, %s, %s)",
        [by.token, no, to, reason, HELD_MINUTES, gate.request_id.get()],
    )


def _told(statement: str, arguments: Sequence[Any]) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, arguments)
        (outcome,) = cursor.fetchone()
    if outcome == "allowed":
        return
    code, text = WORDS.get(outcome, (outcome, ""))
    raise Refusal(code, text, "回到办件列表", "/desk/")
