"""合并: months of another place join one's own; a month counts once, and what was paid for it twice goes back.

国办发〔2009〕66号 counts the years together; 人社部发〔2009〕187号 keeps one of two payments for a month and gives the
personal part of the other back. A resident payment covers its calendar year.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shebao.base import month as months

LAW = "国办发〔2009〕66号"
DOUBLE_LAW = "人社部发〔2009〕187号"
YEARLY = "resident_year"


@dataclass(frozen=True)
class Paid:
    """One payment of another place: its month (YYYYMM), kind, base and parts in fen, the day it arrived (ISO, or empty)."""

    month: int
    kind: str
    base_fen: int
    employer_fen: int
    person_fen: int
    subsidy_fen: int
    paid_on: str


@dataclass(frozen=True)
class Merged:
    """What is added, what was there already, and the personal payments that go back (fen)."""

    added: tuple[Paid, ...]
    doubled: tuple[Paid, ...]
    refund_fen: int


def merge(own: Iterable[tuple[int, str]], coming: Sequence[Paid], *, account_fen: int) -> Merged:
    """Own months (month, kind) and those that come, each counted once; no more goes back than the account brings."""
    known = {span(month, kind) for month, kind in own}
    added: list[Paid] = []
    doubled: list[Paid] = []
    for one in sorted(coming, key=lambda paid: (paid.month, paid.kind)):
        place = span(one.month, one.kind)
        (doubled if place in known else added).append(one)
        known.add(place)
    back = min(max(account_fen, 0), sum(one.person_fen for one in doubled))
    return Merged(tuple(added), tuple(doubled), back)


def span(month: int, kind: str) -> int:
    """What a payment covers: its month, or the year of a resident's."""
    return months.year_of(month) if kind == YEARLY else month
