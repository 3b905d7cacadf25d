"""办公时间: opening spans by weekday, holidays and 调休 from the State Council's calendar. Pure: the moment is passed in.

An opening is a list of (weekday 0 to 6, opens, closes) in minutes of the day.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from shebao.base import clock, workdays

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
MONDAY, SATURDAY = 0, 5
LOOK_AHEAD = 30
Span = tuple[int, int]
Opening = Sequence[Sequence[int]]


def spans_on(opening: Opening, day: date, closed: Collection[date] = ()) -> list[Span]:
    """When an office opens on a day; a weekend day worked for a holiday (调休) has Monday's hours."""
    if day in closed:
        return []
    known = workdays.workday(day)
    weekday = day.weekday()
    if known.working and weekday >= SATURDAY:
        weekday = MONDAY
    elif not known.working and (weekday < SATURDAY or known.name):
        return []
    return sorted((opens, closes) for at, opens, closes in opening if at == weekday)


def is_open(opening: Opening, moment: datetime, closed: Collection[date] = ()) -> bool:
    """Whether an office is open at a moment."""
    there = clock.china(moment)
    minute = there.hour * 60 + there.minute
    return any(opens <= minute < closes for opens, closes in spans_on(opening, there.date(), closed))


def next_opening(opening: Opening, moment: datetime, closed: Collection[date] = ()) -> datetime | None:
    """The next moment at which a closed office opens; None when it does not within a month."""
    today = clock.china(moment).date()
    for ahead in range(LOOK_AHEAD):
        for opens, _ in spans_on(opening, today + timedelta(days=ahead), closed):
            starts = at(today + timedelta(days=ahead), opens)
            if starts > moment:
                return starts
    return None


def starts(opening: Opening, day: date, minutes: int, closed: Collection[date] = ()) -> Iterator[datetime]:
    """Beginnings of the whole places of so many minutes that fit into a day's opening."""
    for opens, closes in spans_on(opening, day, closed):
        for minute in range(opens, closes - minutes + 1, minutes):
            yield at(day, minute)


def at(day: date, minute: int) -> datetime:
    """A minute of a day in China."""
    return datetime.combine(day, time(minute // 60, minute % 60), clock.CHINA)


def words(opening: Opening) -> str:
    """工作日 8:30—11:30、13:30—16:30；周六 9:00—12:00."""
    by_day: dict[int, list[Span]] = {}
    for weekday, opens, closes in sorted(tuple(row) for row in opening):
        by_day.setdefault(weekday, []).append((opens, closes))
    parts = []
    week = by_day.get(MONDAY)
    if week and all(by_day.get(weekday) == week for weekday in range(SATURDAY)):
        parts.append(f"工作日 {_spans(week)}")
        by_day = {weekday: spans for weekday, spans in by_day.items() if weekday >= SATURDAY}
    parts += [f"{WEEKDAYS[weekday]} {_spans(spans)}" for weekday, spans in by_day.items()]
    return "；".join(parts)


def _spans(spans: list[Span]) -> str:
    return "、".join(f"{_clock(opens)}—{_clock(closes)}" for opens, closes in spans)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"
