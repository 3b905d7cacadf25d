"""紧急查看 as the supervisor reviews it, and what else the desk asks of its cases; no person in any list."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import gate

LEAST_NOTE = 4
WORDS = {
    "own_look": ("out_of_reach", "这次是您自己看的，要由别的科长核对。"),
    "conflict": ("conflict", "这一次已经核对过了。"),
    "out_of_reach": ("out_of_reach", "这次查看不在您的科室。"),
    "purpose_not_allowed": ("purpose_not_allowed", "核对由科长做。"),
}


@dataclass(frozen=True)
class Look:
    """One urgent look: who (staff number), when, why, until when, and what the supervisor found."""

    no: str
    opened_at: datetime
    opened_by: str
    is_mine: bool
    reason: str
    open: bool
    until: datetime | None
    signed_at: datetime | None
    signed_by: str
    justified: bool | None


def hours() -> int:
    """Within how many hours a look is reviewed."""
    return int(settings.DEPLOYMENT.get("review", {}).get("emergency_hours", 24))


def refuse_unreviewed(*, by: gate.Actor) -> None:
    """Refuses another look while an earlier one of hers was not reviewed in time."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select cases.owes_review(%s, %s)", [by.token, hours()])
        if cursor.fetchone()[0]:
            text = f"您有一次紧急查看过了 {hours()} 小时还没核对，先请科长核对。"
            raise Refusal("precondition_unmet", text, "看紧急查看", "/desk/urgent/", field="reason")


def close_unreviewed(*, now: datetime) -> list[str]:
    """Closes the looks that nobody reviewed in time, as the worker; returns their numbers."""
    with connections["worker"].cursor() as cursor:
        cursor.execute("select no from cases.unreviewed(%s, %s)", [now, hours()])
        return [no for (no,) in cursor.fetchall()]


def looks(*, by: gate.Actor) -> list[Look]:
    """The unit's for its supervisor, one's own for a clerk; those not yet reviewed first."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from cases.urgent(%s)", [by.token])
        return [Look(*row) for row in cursor.fetchall()]


def countersign(no: str, *, justified: bool, note: str, by: gate.Actor) -> None:
    """核对 one look, once. Refuses one's own, a second time, other roles; "not justified" needs a sentence."""
    if not justified and len(note.strip()) < LEAST_NOTE:
        raise Refusal("invalid_input", "理由不成立要写明原因，至少四个字。", field="note")
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select cases.countersign(%s, %s, %s, %s, %s)",
            [by.token, no, justified, note.strip(), gate.request_id.get()],
        )
        (outcome,) = cursor.fetchone()
    if outcome != "allowed":
        code, text = WORDS.get(outcome, (outcome, ""))
        raise Refusal(code, text, "回到紧急查看", "/desk/urgent/")


def turned_away(no: str, *, by: gate.Actor) -> None:
    """Keeps the refusal in the ledger; the person of the case sees it."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select cases.turned_away(%s, %s, %s)", [by.token, no, gate.request_id.get()])


def revealed(no: str, *, by: gate.Actor) -> tuple[str, ...]:
    """What the actor has revealed through a case so far."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select cases.revealed(%s, %s)", [by.token, no])
        return tuple(cursor.fetchone()[0])
