"""The time line of the invented province: months as positions 0, 1, 2… from July 2004."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shebao.base import month as months

FIRST = 200407
ORIGIN = months.index(FIRST)
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Axis:
    """All months from July 2004 to the month of `today`."""

    today: date

    @property
    def current(self) -> int:
        """Position of the month of `today`."""
        return months.index(months.of(self.today)) - ORIGIN

    @property
    def size(self) -> int:
        """How many months there are, the current one included."""
        return self.current + 1

    @property
    def years(self) -> range:
        """Calendar years from the first month to the current one."""
        return range(FIRST // 100, self.today.year + 1)


def month_at(position: Any) -> Any:
    """YYYYMM of a position or of a column of positions."""
    return months.at(position + ORIGIN)


def position(month: int) -> int:
    """The position of a month."""
    return months.index(month) - ORIGIN


def year_span(year: int) -> tuple[int, int]:
    """Positions [since, until) of a calendar year; the first year is cut."""
    return max(0, position(year * 100 + 1)), position(year * 100 + 101)


def day_in(positions: Any, day: Any) -> Any:
    """Dates (as days since 1970) of a day number in months at positions."""
    absolute = np.asarray(positions, dtype=np.int64) + ORIGIN - 1970 * 12
    starts = absolute.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return starts + np.asarray(day, dtype=np.int64) - 1


def position_of_day(days: Any) -> Any:
    """Positions of the months of days since 1970."""
    absolute = np.asarray(days, dtype=np.int64).astype("datetime64[D]").astype("datetime64[M]")
    return absolute.astype(np.int64) + 1970 * 12 - ORIGIN


def days(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def day_of(number: int) -> date:
    """The date of days since 1970."""
    return date.fromordinal(number + date(1970, 1, 1).toordinal())
