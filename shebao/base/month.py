"""A month as int YYYYMM (202610). All arithmetic works on one int and on an int64 column alike."""

import re
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from shebao.base.refusal import Refusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Months = TypeVar("Months", int, NDArray[np.int64])
else:
    Months = TypeVar("Months")

_TEXT = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})月?(?:-[0-9]{1,2})?")


def year_of(month: Months) -> Months:
    """The year of a month."""
    return month // 100


def month_of(month: Months) -> Months:
    """The number of the month in its year, 1-12."""
    return month % 100


def index(month: Months) -> Months:
    """Months since year 0: the line on which months are counted."""
    return month // 100 * 12 + month % 100 - 1


def at(position: Months) -> Months:
    """The month at a position of `index`."""
    return position // 12 * 100 + position % 12 + 1


def plus(month: Months, count: "int | Months") -> Months:
    """The month so many months later (earlier if negative)."""
    return at(index(month) + count)


def months_until(start: Months, end: Months) -> Months:
    """How many months from start to end; negative when end is earlier."""
    return index(end) - index(start)


def between(since: int, until: int) -> list[int]:
    """The months of the half-open period [since, until)."""
    return [at(position) for position in range(index(since), index(until))]


def is_month(value: int) -> bool:
    """Whether an int is a real month of the years 1000-9999."""
    return 100001 <= value <= 999912 and 1 <= value % 100 <= 12


def of(day: date) -> int:
    """The month of a day."""
    return day.year * 100 + day.month


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 100, month % 100, 1)


def last_day(month: int) -> date:
    """The last day of a month."""
    return date.fromordinal(first_day(plus(month, 1)).toordinal() - 1)


def parse(text: str) -> int:
    """A month from 2026-10, 202610, 2026年10月 or a full date; anything else is refused."""
    found = _TEXT.fullmatch(text.strip())
    value = int(found[1]) * 100 + int(found[2]) if found else 0
    if not is_month(value):
        raise Refusal("invalid_input", "年月写得不对，例如 2026-10。", field="month")
    return value


def to_text(month: int) -> str:
    """For people: 2026年10月."""
    return f"{month // 100}年{month % 100}月"


def to_iso(month: int) -> str:
    """For files: 2026-10."""
    return f"{month // 100:04d}-{month % 100:02d}"
