"""Working days with 调休 from the State Council's calendars; beyond their years the answer is provisional.

Day of receipt not counted, a calendar period ending on a holiday runs on (民法典第二百零一至二百零三条).
"""

import calendar as gregorian
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar.constants import holidays as _published

from shebao.base.refusal import Refusal

FIRST_YEAR = min(day.year for day in _published)
LAST_YEAR = max(day.year for day in _published)
FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
LONGEST = 3660
ONE_DAY = timedelta(days=1)
Pause = tuple[date, date]


@dataclass(frozen=True)
class Calendar:
    """A region's additions: extra holidays and working days, and a season that a yearly notice moves."""

    holidays: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    season: tuple[tuple[int, int], tuple[int, int]] | None = None
    settled_years: frozenset[int] = frozenset()

    def is_doubtful(self, day: date) -> bool:
        """Whether the day lies in a moving season whose notice for that year is not settled here."""
        if self.season is None or day.year in self.settled_years:
            return False
        return self.season[0] <= (day.month, day.day) <= self.season[1]


NATIONAL = Calendar()


@dataclass(frozen=True)
class Workday:
    """Whether a day is a working day, and whether that may still change."""

    day: date
    working: bool
    provisional: bool
    name: str = ""


@dataclass(frozen=True)
class Deadline:
    """The last day of a period; `raw` before it was moved off a holiday."""

    day: date
    raw: date
    provisional: bool


def workday(day: date, region: Calendar = NATIONAL) -> Workday:
    """Whether a day is a working day; years without a published calendar are provisional."""
    provisional = not FIRST_YEAR <= day.year <= LAST_YEAR or region.is_doubtful(day)
    if day in region.holidays:
        return Workday(day, False, provisional, "地方节日")
    if day in region.working:
        return Workday(day, True, provisional, "地方调休上班")
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return Workday(day, chinese_calendar.is_workday(day), provisional, _holiday_name(day))
    rest = day.weekday() >= 5 or (day.month, day.day) in FIXED_HOLIDAYS
    return Workday(day, not rest, True)


def is_working_day(day: date, region: Calendar = NATIONAL) -> bool:
    """Whether a day is a working day, provisional or not."""
    return workday(day, region).working


def add_working_days(
    received: date, days: int, region: Calendar = NATIONAL, pauses: Sequence[Pause] = ()
) -> Deadline:
    """The last of so many working days after the day of receipt; days in a pause [since, until) do not count."""
    _check_count(days)
    day, counted, provisional = received, 0, False
    while counted < days:
        day += ONE_DAY
        answer = workday(day, region)
        provisional = provisional or answer.provisional
        counted += answer.working and not _paused(day, pauses)
    return Deadline(day, day, provisional)


def working_days_between(start: date, end: date, region: Calendar = NATIONAL) -> int:
    """Working days after start up to and including end; 0 when end is not later."""
    span = range(1, (end - start).days + 1)
    return sum(is_working_day(start + timedelta(days=ahead), region) for ahead in span)


def add_calendar_days(
    start: date, days: int, region: Calendar = NATIONAL, pauses: Sequence[Pause] = ()
) -> Deadline:
    """The last of so many days after start, moved to the next working day when it falls on a holiday."""
    _check_count(days)
    day = start
    counted = 0
    while counted < days:
        day += ONE_DAY
        counted += not _paused(day, pauses)
    return move_off_holiday(day, region)


def add_months(start: date, count: int, region: Calendar = NATIONAL) -> Deadline:
    """The same day number so many months later, or that month's end (民法典第二百零二条)."""
    _check_count(count)
    position = start.year * 12 + start.month - 1 + count
    year, month = position // 12, position % 12 + 1
    last = gregorian.monthrange(year, month)[1]
    return move_off_holiday(date(year, month, min(start.day, last)), region)


def move_off_holiday(raw: date, region: Calendar = NATIONAL) -> Deadline:
    """The day itself, or the first working day after it."""
    day = raw
    provisional = workday(day, region).provisional
    while not is_working_day(day, region):
        day += ONE_DAY
        provisional = provisional or workday(day, region).provisional
    return Deadline(day, raw, provisional)


def days_of(year: int, region: Calendar = NATIONAL) -> int:
    """How many working days a year has."""
    return working_days_between(date(year - 1, 12, 31), date(year, 12, 31), region)


def _paused(day: date, pauses: Iterable[Pause]) -> bool:
    return any(since <= day < until for since, until in pauses)


def _holiday_name(day: date) -> str:
    name = chinese_calendar.get_holiday_detail(day)[1]
    return str(name) if name else ""


def _check_count(count: int) -> None:
    if not 0 <= count <= LONGEST:
        raise Refusal("invalid_input", "天数不对，请检查。", field="days")
