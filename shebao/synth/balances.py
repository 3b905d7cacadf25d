"""Personal accounts (个人账户) year by year: opening + credits + interest - spending = closing, to the fen."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from shebao.base import month as months
from shebao.rules.dated import Value, decimal
from shebao.rules.medical import account as medical_account
from shebao.rules.pension import account as pension_account
from shebao.rules.resident_pension import pension as resident_pension
from shebao.synth.axis import Axis, Ints, day_in, days, month_at, year_span
from shebao.synth.world import demo

NOT_PUBLISHED = "未公布"
PENSION, MEDICAL = "pension", "medical"


@dataclass(frozen=True)
class Rate:
    """The interest of one year: the ratio, how it is shown, whether it is settled."""

    ratio: Fraction
    text: str
    provisional: bool


@dataclass
class Ledger:
    """Accounts of a chunk: one row per person, and one per person and year."""

    accounts: list[tuple[int, str, int, int, int]] = field(default_factory=list)
    years: list[tuple[int, str, int, int, int, int, int, int, str, bool]] = field(default_factory=list)


def shown(value: Value) -> Rate:
    """A published or demonstration rate; one carried over from last year is provisional."""
    mark = "（演示）" if value.confidence == "demo" else ""
    carried = "暂按" in value.note
    return Rate(value.rate, f"{decimal(value.rate * 100, 2)}%{mark}", carried)


def pension_rate(year: int) -> Rate:
    """记账利率 of 职工养老."""
    return shown(pension_account.interest_rate(year, allow_demo=True, provisional=True))


def resident_rate(year: int, division: str) -> Rate:
    """Account rate of 居民养老; where none is sourced, a demonstration figure."""
    if resident_pension.BOOK.sourced("interest_rate", division, year * 100 + 1):
        return shown(resident_pension.BOOK.at("interest_rate", division, year * 100 + 1))
    ratio = Fraction(demo()["resident"]["account_rate_e4"], 10_000)
    return Rate(ratio, f"{decimal(ratio * 100, 2)}%（演示）", False)


def medical_rate(year: int) -> Rate:
    """Interest of the medical account: a demonstration figure."""
    return shown(medical_account.interest_rate(year, allow_demo=True))


@dataclass(frozen=True)
class Year:
    """A closed (or running) year of many accounts, in fen."""

    opening: Ints
    credit: Ints
    interest: Ints
    spent: Ints
    closing: Ints


def close(axis: Axis, year: int, opening: Ints, credits: Ints, spending: Ints, rate: Fraction) -> Year:
    """One year by 月积数法: what is spent stops bearing interest in its month. A running year bears none yet."""
    since, until = year_span(year)
    until = min(until, axis.size)
    stays = 13 - months.month_of(month_at(np.arange(since, until)))
    credit, spent = credits[:, since:until], spending[:, since:until]
    told = pension_account.close_year(
        opening=opening,
        credit=credit.sum(axis=1) - spent.sum(axis=1),
        product=((credit - spent) * stays).sum(axis=1),
        rate=rate if year < axis.today.year else Fraction(0),
    )
    return Year(opening, credit.sum(axis=1), told.interest, spent.sum(axis=1), told.closing)


def within_balance(opening: Ints, credits: Ints, wanted: Ints) -> Ints:
    """Spending month by month, never beyond what is there."""
    limit = opening[:, None] + np.cumsum(credits, axis=1)
    return np.diff(np.minimum(np.cumsum(wanted, axis=1), limit), axis=1, prepend=0)


def opened(credits: Ints) -> Ints:
    """Position of the first credit by person; -1 where there is none."""
    any_credit = (credits > 0).any(axis=1)
    return np.where(any_credit, (credits > 0).argmax(axis=1), -1)


def note_year(
    ledger: Ledger, axis: Axis, kind: str, year: int, told: Year, first: Ints, rates: list[Rate]
) -> None:
    """Keeps the year of every account opened by then."""
    _, until = year_span(year)
    running = year >= axis.today.year
    for person in np.flatnonzero((first >= 0) & (first < until)).tolist():
        rate = rates[person]
        ledger.years.append(
            (
                person, kind, year,
                int(told.opening[person]), int(told.credit[person]), int(told.interest[person]),
                int(told.spent[person]), int(told.closing[person]),
                NOT_PUBLISHED if running else rate.text, running or rate.provisional,
            )
        )  # fmt: skip


def note_accounts(ledger: Ledger, axis: Axis, kind: str, balance: Ints, first: Ints) -> None:
    """Keeps every account with its balance; pensions are posted to the end of last month."""
    day = int(day_in(axis.current, 1)) - 1 if kind == PENSION else days(axis.today)
    for person in np.flatnonzero(first >= 0).tolist():
        ledger.accounts.append((person, kind, int(month_at(int(first[person]))), int(balance[person]), day))


def matrix(axis: Axis, count: int, person: Any, at: Any, fen: Any) -> Ints:
    """Amounts by person and month."""
    table = np.zeros((count, axis.size), dtype=np.int64)
    np.add.at(table, (person, at), fen)
    return table
