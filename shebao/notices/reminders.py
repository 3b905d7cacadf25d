"""Reminders of the staff (工作提醒): read at the desk, and mailed to the addresses the deployment names. No person in them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connections

from shebao.base.refusal import Refusal
from shebao.notices.channels.channel import Envelope, Later, Uncertain, Undeliverable
from shebao.notices.channels.email import Email
from shebao.privacy import gate

ALIAS = "worker"
LATE = 100
HOLD_SECONDS = 120
ATTEMPTS = 5
WORDS = {70: "有 1 件办件用了七成时限，请登录经办端办理。", LATE: "有 1 件办件超过了期限，请登录经办端处理。"}


@dataclass(frozen=True)
class Reminder:
    """提醒: which case, how much of its limit is used, its last day; `mine` when it is in her own hands."""

    id: int
    case_no: str
    kind: str
    level: int
    due_on: date
    mine: bool

    @property
    def late(self) -> bool:
        return self.level >= LATE


def post(*, case: str, kind: str, level: int, due_on: date, unit: str, holder: int | None) -> None:
    """Inside the worker's transaction that marked the case; a second one for the same mark is not written."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "select notices.remind(%s, %s, %s, %s, %s, %s::bigint)",
            [case, kind, level, due_on, unit, holder if level < LATE else None],
        )


def unread(*, by: gate.Actor) -> list[Reminder]:
    """The latest first, those past their last day before the others."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from notices.reminders(%s)", [by.token])
        return [Reminder(*row) for row in cursor.fetchall()]


def count(*, by: gate.Actor) -> int:
    """How many are unread."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select notices.reminded(%s)", [by.token])
        return int(cursor.fetchone()[0])


def heard(number: int, *, by: gate.Actor) -> None:
    """知道了; 0 stands for all of hers. Refuses a reminder that is not hers or was read before, in the same words."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select notices.heard(%s, %s)", [by.token, number])
        if not cursor.fetchone()[0]:
            raise Refusal("not_found", "这条提醒不是您的，或者已经看过了。", "回到办件列表", "/desk/")


def mail(channel: Email, *, now: datetime) -> int:
    """Sends one mail that waits; returns 1 when there was one."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select * from notices.next_reminder(%s, %s)", [now, HOLD_SECONDS])
        row = cursor.fetchone()
    if row is None:
        return 0
    number, key, level, unit, staff_no, attempts = row
    outcome, after = "none", None
    if address := _address(unit, staff_no):
        outcome, after = _sent(channel, _envelope(number, key, level), address, int(attempts), now)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select notices.reminder_mailed(%s, %s, %s::timestamptz)", [number, outcome, after])
    return 1


def _address(unit: str, staff_no: str) -> str:
    """Of the member of staff when she has one, of her unit otherwise; empty: the desk alone says it."""
    known = settings.DEPLOYMENT.get("staff", {}).get("mail", {})
    return str(known.get(staff_no) or known.get(unit) or "")


def _envelope(number: int, key: UUID, level: int) -> Envelope:
    words = WORDS[level]
    return Envelope(number, key, "progress", words, words, words, link=f"{settings.BASE_URL}/desk/")


def _sent(
    channel: Email, envelope: Envelope, address: str, attempts: int, now: datetime
) -> tuple[str, datetime | None]:
    try:
        channel.send(envelope, [address])
    except Undeliverable:
        return "failed", None
    except Uncertain:
        return "unknown", None
    except Later:
        if attempts >= ATTEMPTS:
            return "failed", None
        return "queued", now + timedelta(seconds=30 * 2**attempts)
    return "sent", None
