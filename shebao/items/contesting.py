"""更正死亡登记 at the desk: one says that the person lives, another agrees, the worker makes good what the death ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.items import dying, shared_lists
from shebao.privacy import gate
from shebao.registry import working
from shebao.registry.persons import deaths

LEAST_REASON = 10
LEAST_NOTE = 4
PAGE = "/desk/deaths/"
STATES = {"open": "等科长复核", "agreed": "同意了，正在恢复", "done": "已经恢复"}
WORDS = {
    "purpose_not_allowed": ("purpose_not_allowed", "更正由经办人员提出，科长复核。"),
    "out_of_reach": ("out_of_reach", "先在窗口受理「登记更正」，再提出。"),
    "not_found": ("conflict", "登记里没有死亡记录，不用更正。"),
    "conflict": ("conflict", "已经提出过，或者已经复核过。"),
    "own_proposal": ("conflict", "提出和复核要两个人，您提的请别的科长复核。"),
}


@dataclass(frozen=True)
class Contest:
    """One correction: of which case, why, since when, by whom, whether by oneself, how it stands. Nobody in it."""

    number: int
    case_no: str
    reason: str
    at: datetime
    staff_no: str
    mine: bool
    state: str


def propose(case: str, *, reason: str, by: gate.Actor) -> None:
    """提出: the person of this window case lives. Refuses a short reason, other cases, no death on record, a second time."""
    if len(reason.strip()) < LEAST_REASON:
        raise Refusal(
            "precondition_unmet", "请写明怎么知道登记错了，至少十个字。", "补写原因", f"/desk/cases/{case}/",
            "death_reason",
        )  # fmt: skip
    _told("select cases.death_contest(%s, %s, %s, %s)", by.token, case, reason.strip(), gate.request_id.get())


def contests(*, by: gate.Actor) -> list[Contest]:
    """What the unit has proposed, waiting ones first."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from cases.death_contests(%s)", [by.token])
        return [Contest(*row) for row in cursor.fetchall()]


def judge(number: int, *, agreed: bool, note: str = "", by: gate.Actor) -> None:
    """复核. Refuses the person who proposed it, all but supervisors, a second time, a no without a reason."""
    if not agreed and len(note.strip()) < LEAST_NOTE:
        raise Refusal("invalid_input", "不同意要写明原因，至少四个字。", "补写原因", PAGE, "note")
    _told(
        "select cases.death_judge(%s, %s, %s, %s, %s)", by.token, number, agreed, note.strip(), gate.request_id.get()
    )  # fmt: skip


def run(*, now: datetime) -> int:
    """The worker takes back what two people agreed on, each under one entry; running again changes nothing."""
    with connections[working.ALIAS].cursor() as cursor:
        cursor.execute("select death, subject from cases.deaths_agreed()")
        agreed = cursor.fetchall()
    return sum(_done(death, subject, now) for death, subject in agreed)


def _done(death: int, subject: int, now: datetime) -> int:
    batch = f"desk-{death}"
    with shared_lists.entered(dying.LIST, batch, subject) as grant:
        reason = deaths.contested(grant, death)
        if reason is not None:
            dying.correct(grant, reason=reason, on=today_in_china(now))
        shared_lists.done(dying.LIST, batch)
    return reason is not None


def _told(statement: str, *values: Any) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, values)
        (outcome,) = cursor.fetchone()
    if outcome != "allowed":
        code, text = WORDS.get(outcome, (outcome, ""))
        raise Refusal(code, text, "看更正的进度", PAGE)
