"""Clocks of a case (时限): the last day from receipt, without the days that do not count, and the day of warning."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from django.conf import settings

from shebao.base import workdays
from shebao.base.workdays import Calendar, Pause
from shebao.cases.item import Item
from shebao.privacy import availability
from shebao.rules.handling import calendars, deadlines
from shebao.rules.regions import NATION

WARN_PERCENT = 70
SUPPLY_WORKDAYS = 15
DRAFT_DAYS = 30
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """最晚办结日: the last day, the day on which 70 % are used, and whether the calendar may still move."""

    day: date
    warn: date
    provisional: bool
    days: int
    working: bool


def region() -> str:
    """The province of the deployment; the nation where it has none."""
    return str(settings.DEPLOYMENT.get("area", {}).get("province") or NATION)


def calendar() -> Calendar:
    """The office's working calendar."""
    return calendars.of(region())


def limit(item: Item, term: str = "") -> tuple[int, bool]:
    """How many days an item may take, and whether they are working days. Statutory, or a promise (承诺).

    `term`: another limit of the law that this case is held to (`terms` of the item).
    """
    if not item.limit:
        return item.promise_days, True
    value = deadlines.limit(term or item.limit)
    return value.fen, value.unit == "working_days"


def due(item: Item, received: date, halts: Sequence[Pause] = (), *, term: str = "") -> Due:
    """The last day for an application received on a day; halts [since, until) do not count (经办条例第十六条)."""
    days, working = limit(item, term)
    warn_after = days * WARN_PERCENT // 100
    count = workdays.add_working_days if working else workdays.add_calendar_days
    last = count(received, days, calendar(), halts)
    warn = count(received, warn_after, calendar(), halts)
    return Due(last.day, warn.day, last.provisional, days, working)


def promised(item: Item, received: date, halts: Sequence[Pause] = (), *, term: str = "") -> Due:
    """The same, past the end of an announced maintenance window (期限顺延): what a case is held to."""
    plain = due(item, received, halts, term=term)
    return replace(plain, day=availability.moved(plain.day, service=f"item.{item.code}"))


def halt(asked: date, supplied: date) -> Pause:
    """The days that wait for the applicant: after the day of asking, up to and with the day of supplying."""
    return asked + timedelta(days=1), supplied + timedelta(days=1)


def supply_by(asked: date) -> date:
    """The last day for the supplement."""
    return workdays.add_working_days(asked, SUPPLY_WORKDAYS, calendar()).day


class Pausing(Protocol):
    """A halt: days [since, until) that do not count."""

    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date | None: ...


def left(today: date, last: date, halts: Sequence[Pausing] = ()) -> int:
    """Working days left, today and days of halts not counted; negative when late."""
    if today <= last:
        paused = sum(
            workdays.working_days_between(max(today, halt.since - ONE_DAY), halt.until - ONE_DAY, calendar())
            for halt in halts
            if halt.until is not None
        )
        return workdays.working_days_between(today, last, calendar()) - paused
    return -workdays.working_days_between(last, today, calendar())
