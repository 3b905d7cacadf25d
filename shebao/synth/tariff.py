"""Official figures (and, where none is sourced, demonstration ones) as arrays over region and month."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from shebao.rules import bases, regions
from shebao.rules.dated import Book
from shebao.rules.injury import contribution as injury
from shebao.rules.medical import account as medical_account
from shebao.rules.medical import contribution as medical
from shebao.rules.pension import contribution as pension
from shebao.rules.unemployment import contribution as unemployment
from shebao.synth.axis import Axis, Ints, month_at

MILLION = 1_000_000

RATES: dict[str, tuple[Book, str]] = {
    "pension_employer": (pension.BOOK, "employer_rate"),
    "pension_person": (pension.BOOK, "employee_rate"),
    "pension_account": (pension.BOOK, "account_rate"),
    "pension_flexible": (pension.BOOK, "flexible_rate"),
    "jobless_employer": (unemployment.BOOK, "employer_rate"),
    "jobless_person": (unemployment.BOOK, "employee_rate"),
    "medical_employer": (medical.BOOK, "employer_rate"),
    "medical_person": (medical.BOOK, "employee_rate"),
    "medical_account": (medical_account.BOOK, "active_credit_rate"),
    "maternity_employer": (medical.BOOK, "maternity_employer_rate"),
}


@dataclass(frozen=True)
class Tariff:
    """Fen, and rates in millionths, each [region, month]; `injury` is [class, month], `year` numbers base years."""

    average: Ints
    floor: Ints
    ceiling: Ints
    year: Ints
    retired_credit: Ints
    injury: Ints
    rates: dict[str, Ints]


def tariff(divisions: Sequence[str], axis: Axis) -> Tariff:
    """Every figure the province needs, looked up once."""
    grid = [[month_at(p) for p in range(axis.size)]] * len(divisions)
    amounts = {key: _grid(bases.BOOK, key, divisions, grid, int) for key in ("average", "floor", "ceiling")}
    average = amounts["average"]
    changed = np.diff(average, axis=1, prepend=average[:, :1]) != 0
    rates = {name: _grid(book, key, divisions, grid, _exact) for name, (book, key) in RATES.items()}
    classes = np.zeros((9, axis.size), dtype=np.int64)
    for kind in injury.CLASSES:
        classes[kind] = [_exact(_injury_rate(kind, month)) for month in grid[0]]
    return Tariff(
        average=average,
        floor=amounts["floor"],
        ceiling=amounts["ceiling"],
        year=np.cumsum(changed, axis=1),
        retired_credit=_grid(medical_account.BOOK, "retired_credit", divisions, grid, int),
        injury=classes,
        rates=rates,
    )


def _injury_rate(kind: int, month: int) -> Fraction:
    """The class rate; before October 2015 there were three classes only."""
    known = kind if month >= injury.CURRENT else min(kind, 3)
    return injury.rate(known, when=month, allow_demo=True).rate


def _grid(
    book: Book, key: str, divisions: Sequence[str], grid: list[list[int]], whole: Callable[[Any], int]
) -> Ints:
    """Values of one parameter, region by month; a province without city values is looked up once."""
    own = {value.region for value in book.values[key]}
    rows: dict[str, list[int]] = {}
    table = []
    for division, months in zip(divisions, grid, strict=True):
        near = division if division in own else regions.province(division)
        if near not in rows:
            rows[near] = [
                whole(book.at(key, near, month, allow_demo=True, provisional=True).value) for month in months
            ]
        table.append(rows[near])
    return np.array(table, dtype=np.int64)


def _exact(rate: Any) -> int:
    scaled = rate * MILLION
    if scaled.denominator != 1:
        raise ValueError("a rate finer than a millionth")
    return int(scaled)
