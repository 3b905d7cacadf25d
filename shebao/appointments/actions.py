"""Booking, moving, cancelling, waiting for a place: each in one transaction with its ledger entry and its message."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connections

from shebao.appointments import matters
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.privacy import gate

CITIZEN, DESK = "visit.book", "visit.desk"
RECORD = "visit.record"
HOME = "/appointments/"
REFUSED: dict[str, tuple[str, str, str, str]] = {
    "not_found": ("not_found", "没有这个时段，可能已经停办。", "换一个时段", HOME),
    "past": ("conflict", "这个时段已经过了，约不了，也改不了。", "看别的时段", HOME),
    "same_day": ("conflict", "同一天同一类事只能约一次，您已经约了。", "看我的预约", HOME),
    "overlap": ("conflict", "这个时段和您另一个预约撞了。", "先改那一个", HOME),
    "settled": ("conflict", "这个预约已经取消、改过或者办过了。", "看我的预约", HOME),
    "same_place": ("conflict", "您约的就是这个时段，不用改。", "看我的预约", HOME),
    "waiting_already": ("conflict", "您已经在候补这一类事，一次只能候补一个。", "看我的候补", HOME),
    "free": ("conflict", "现在还有空的时段，直接约就行。", "看空的时段", HOME),
    "lapsed": ("conflict", "留给您的位子过了时间，已经给了下一位。", "看别的时段", HOME),
    "too_early": ("conflict", "现在还不能这样登记：到访当天登记，开始后才能记没有来。", "回到当天预约", ""),
}


@dataclass(frozen=True)
class Event:
    """What a person is to be told, in the same transaction; `params` are public facts and her own number."""

    subject: int
    template: str
    params: Mapping[str, str | int]
    case: str
    alias: str


Tell = Callable[[Event], object]


class Full(Refusal):
    """The place was just taken; `nearest` are the ids of the two nearest free ones."""

    def __init__(self, nearest: tuple[int, ...]) -> None:
        offered = "最近的空位在下面。" if nearest else "同城这一类事都约满了，可以候补。"
        super().__init__("conflict", f"这个时段刚被约满，没有约上。{offered}", "看别的时段", HOME, "slot")
        self.nearest = nearest

    def as_problem(self) -> dict[str, object]:
        """The problem document, with the places that are free."""
        return super().as_problem() | {"nearest": list(self.nearest)}


@dataclass(frozen=True)
class Placed:
    """A booking that stands: its id, its number, its place."""

    id: int
    number: str
    slot: int
    office_name: str
    starts_at: datetime
    again: bool


def rules() -> dict[str, int]:
    """The rules of this deployment: lease of an offer, no-shows."""
    return {name: int(value) for name, value in settings.DEPLOYMENT["appointments"].items()}


def book(
    *, slot: int, now: datetime, by: gate.Actor, item: str = "", case: str = "",
    tell: Tell | None = None, allow: Callable[[gate.Grant], None] | None = None,
) -> Placed:  # fmt: skip
    """Books a place for the person herself; `allow` may refuse (a case that is not hers).

    Refuses a full place (`Full`), a past one, a second one of the day, an overlap, and after no-shows any but today's.
    """
    with gate.open(by, CITIZEN, items=_reads(case), writes=(RECORD,), subject=by.person_id) as grant:
        if allow is not None:
            allow(grant)
        answer = _call(
            grant, "select appointments.book(%s, %s, %s, %s, %s, 'app', %s, %s)",
            by.token, grant.subject_id, slot, item, case, now, _rules(),
        )  # fmt: skip
        _told(grant, answer, "visit.booked", tell)
    return _placed(answer)


def book_for(
    *, slot: int, subject: int, visit_no: str, reason: str, channel: str, now: datetime, by: gate.Actor,
    item: str = "", case: str = "", tell: Tell | None = None,
) -> Placed:  # fmt: skip
    """Books from the same pool for a person on the phone or at the window, found by `find`. Refuses as `book`."""
    if channel not in ("phone", "window"):
        raise Refusal("invalid_input", field="channel")
    with gate.open(
        by, DESK, items=(RECORD,), writes=(RECORD,), subject=subject, case=visit_no, reason=reason
    ) as grant:
        answer = _call(
            grant, "select appointments.book(%s, %s, %s, %s, %s, %s, %s, %s)",
            by.token, subject, slot, item, case, channel, now, _rules(),
        )  # fmt: skip
        _told(grant, answer, "visit.booked", tell)
    return _placed(answer)


def move(*, booking: int, slot: int, now: datetime, by: gate.Actor, tell: Tell | None = None) -> Placed:
    """Takes another place and gives up the old one, both or neither. Refuses as `book`; the old one then stands."""
    with gate.open(by, CITIZEN, items=(RECORD,), writes=(RECORD,), subject=by.person_id) as grant:
        answer = _call(
            grant, "select appointments.move(%s, %s, %s, %s, %s, %s)",
            by.token, grant.subject_id, booking, slot, now, _rules(),
        )  # fmt: skip
        _told(grant, answer, "visit.moved", tell)
    return _placed(answer)


def cancel(*, booking: int, now: datetime, by: gate.Actor, tell: Tell | None = None) -> None:
    """Gives a place up; the first in the queue has it on offer. Refuses one that has begun or is not hers."""
    with gate.open(by, CITIZEN, items=(RECORD,), writes=(RECORD,), subject=by.person_id) as grant:
        answer = _call(
            grant, "select appointments.cancel(%s, %s, %s, %s)", grant.subject_id, booking, now, _rules()
        )
        _told(grant, answer, "visit.cancelled", tell)
    _checked(answer)


def wait(
    *, office: int, service: str, day: date | None, now: datetime, by: gate.Actor, item: str = "", case: str = "",
    allow: Callable[[gate.Grant], None] | None = None,
) -> int:  # fmt: skip
    """Joins the queue for an office and service; returns how many stand before. Refuses while a place is free."""
    with gate.open(by, CITIZEN, items=_reads(case), writes=(RECORD,), subject=by.person_id) as grant:
        if allow is not None:
            allow(grant)
        answer = _call(
            grant, "select appointments.wait(%s, %s, %s, %s, %s, %s, %s)",
            grant.subject_id, office, service, day, item, case, now,
        )  # fmt: skip
    return int(_checked(answer)["before"])


def accept(*, waiting: int, now: datetime, by: gate.Actor, tell: Tell | None = None) -> Placed:
    """Takes the place on offer. Refuses one whose lease ran out."""
    with gate.open(by, CITIZEN, items=(RECORD,), writes=(RECORD,), subject=by.person_id) as grant:
        answer = _call(
            grant, "select appointments.accept(%s, %s, %s, %s)", grant.subject_id, waiting, now, _rules()
        )
        _told(grant, answer, "visit.booked", tell)
    return _placed(answer)


def leave(*, waiting: int, now: datetime, by: gate.Actor, tell: Tell | None = None) -> None:
    """Leaves the queue; a place on offer goes to the next."""
    with gate.open(by, CITIZEN, items=(RECORD,), writes=(RECORD,), subject=by.person_id) as grant:
        answer = _call(
            grant, "select appointments.leave(%s, %s, %s, %s)", grant.subject_id, waiting, now, _rules()
        )
        _told(grant, answer, "", tell)
    _checked(answer)


def _reads(case: str) -> tuple[str, ...]:
    return (RECORD, "case.record") if case else (RECORD,)


def _rules() -> str:
    return json.dumps(rules())


def _call(grant: gate.Grant, statement: str, *values: Any) -> dict[str, Any]:
    with connections[grant.alias].cursor() as cursor:
        cursor.execute(statement, values)
        (answer,) = cursor.fetchone()
    document: dict[str, Any] = json.loads(answer) if isinstance(answer, str) else answer
    return document


def _told(grant: gate.Grant, answer: dict[str, Any], template: str, tell: Tell | None) -> None:
    """Hands over what the person, and whoever has the freed place on offer, is to be told."""
    if tell is None or answer["outcome"] != "ok" or answer.get("again"):
        return
    if template:
        tell(event(answer | {"subject": grant.subject_id}, template, alias=grant.alias))
    if answer.get("offer"):
        tell(event(answer["offer"], "visit.offered", alias=grant.alias))


def event(answer: Mapping[str, Any], template: str, *, alias: str) -> Event:
    """An answer of the pool as something to tell, with the parameters of its message template."""
    day, time = _when(answer["starts_at"])
    params: dict[str, str | int] = {"day": day, "time": time, "office": answer["office_name"]}
    if template in ("visit.booked", "visit.moved", "visit.reminder"):
        params["item"] = matters.named(answer["service"])
    elif template == "visit.cancelled":
        params["reason"] = "您取消的"
    elif template == "visit.offered":
        params["until"] = " ".join(_when(answer["until"]))
    elif template == "visit.missed":
        params["rule"] = no_show_rule()
    return Event(int(answer["subject"]), template, params, str(answer.get("case") or ""), alias)


def no_show_rule() -> str:
    """The rule on no-shows as people read it."""
    known = rules()
    return (
        f"约了不来，{known['no_show_days']} 天里满 {known['no_shows']} 次，"
        f"往后 {known['same_day_days']} 天只能约当天的。"
    )


def _when(text: str) -> tuple[str, str]:
    there = clock.china(datetime.fromisoformat(text))
    return f"{there.month}月{there.day}日", f"{there.hour}:{there.minute:02d}"


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    outcome = answer["outcome"]
    if outcome == "ok":
        return answer
    if outcome == "full":
        raise Full(tuple(answer["nearest"]))
    if outcome == "limited":
        raise _limited(answer["until"])
    raise Refusal(*REFUSED[outcome])


def _limited(until: str) -> Refusal:
    there = clock.china(datetime.fromisoformat(until))
    times = rules()["no_shows"]
    return Refusal(
        "precondition_unmet",
        f"您有 {times} 次约了没来，{there.month}月{there.day}日前只能约当天的。",
        "看当天的时段，或打电话说明原因",
        HOME,
    )


def _placed(answer: dict[str, Any]) -> Placed:
    _checked(answer)
    return Placed(
        int(answer["booking"]),
        answer["number"],
        int(answer["slot"]),
        answer["office_name"],
        datetime.fromisoformat(answer["starts_at"]),
        bool(answer.get("again")),
    )
