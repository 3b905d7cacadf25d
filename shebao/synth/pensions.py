"""Pension accounts and pensions paid (养老待遇): both schemes, from the first credit to today."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from shebao.base import month as months
from shebao.base.money import round_half_up
from shebao.rules.pension import amount, annuity
from shebao.rules.resident_pension import pension as resident_pension
from shebao.synth import balances
from shebao.synth.axis import Axis, Ints, day_in, month_at, position, position_of_day, year_span
from shebao.synth.balances import Ledger
from shebao.synth.careers import RESIDENT_COVER, Careers, month_position
from shebao.synth.payments import Payments, part_of
from shebao.synth.people import People
from shebao.synth.tariff import MILLION
from shebao.synth.world import World, demo

ACCOUNT_SINCE = position(199507)
WORK_FROM_AGE = 20 * 12
RESIDENT_AGE = 60 * 12
FIRST_BENEFIT = 201901
PAY_DAY = 15
SCHEMES = frozenset({110, 120, 170})


@dataclass
class Pensions:
    """Benefits by person and month, and what of them came out of the account."""

    spending: Ints
    benefits: list[tuple[int, str, int, int, int | None]] = field(default_factory=list)


def pensions(world: World, people: People, told: Careers, paid: Payments, ledger: Ledger) -> Pensions:
    """Runs every year of every pension account; fills `ledger` and returns the benefits.

    A deployment that runs no pensions has neither.
    """
    axis = world.axis
    credits = _credits(world, people, paid)
    first = balances.opened(credits)
    result = Pensions(np.zeros_like(credits))
    if SCHEMES.isdisjoint(world.offered):
        return result
    residents = np.zeros(people.count, dtype=bool)
    residents[[spell.person for spell in told.spells if spell.kind == RESIDENT_COVER]] = True
    starts = _starts(people, told)
    balance = np.zeros(people.count, dtype=np.int64)
    for year in axis.years:
        since, until = year_span(year)
        until = min(until, axis.size)
        for person in starts.get(year, ()):
            _start(world, people, told, paid, result, person, int(balance[person]), credits)
        span = slice(since, until)
        result.spending[:, span] = balances.within_balance(
            balance, credits[:, span], result.spending[:, span]
        )
        balance = _year(world, people, residents, ledger, year, balance, credits, result.spending, first)
    balances.note_accounts(ledger, axis, balances.PENSION, balance, first)
    return result


def _year(
    world: World, people: People, residents: Any, ledger: Ledger, year: int, opening: Ints,
    credits: Ints, spending: Ints, first: Ints,
) -> Ints:  # fmt: skip
    """Closes one year with each scheme's own rate."""
    rates = [balances.pension_rate(year)] * people.count
    own = balances.close(world.axis, year, opening, credits, spending, rates[0].ratio)
    closing, interest = own.closing, own.interest
    for city in np.unique(people.city[residents]).tolist():
        rate = balances.resident_rate(year, world.divisions[city])
        theirs = balances.close(world.axis, year, opening, credits, spending, rate.ratio)
        here = residents & (people.city == city)
        closing, interest = np.where(here, theirs.closing, closing), np.where(here, theirs.interest, interest)
        for person in np.flatnonzero(here).tolist():
            rates[person] = rate
    told = balances.Year(own.opening, own.credit, interest, own.spent, closing)
    balances.note_year(ledger, world.axis, balances.PENSION, year, told, first, rates)
    return closing


def _credits(world: World, people: People, paid: Payments) -> Ints:
    """Account credits by person and month of posting (back-payments are posted when they arrive)."""
    rows = paid.months
    counts = rows.state == 0
    fen = part_of(world, rows, "pension_account")
    table = balances.matrix(
        world.axis, people.count, rows.person[counts], position_of_day(rows.paid_on[counts]), fen[counts]
    )
    for (person, at), credit in paid.resident_years.items():
        table[person, at] += credit
    return table


def _starts(people: People, told: Careers) -> dict[int, list[int]]:
    """Who begins to draw a pension in which year."""
    starts: dict[int, list[int]] = {}
    for person, retired in told.retired.items():
        starts.setdefault(retired // 100, []).append(person)
    born = month_position(people.birth)
    for spell in told.spells:
        if spell.kind == RESIDENT_COVER:
            turn = month_at(int(born[spell.person]) + RESIDENT_AGE)
            starts.setdefault(max(turn // 100, months.year_of(month_at(0))), []).append(spell.person)
    return starts


def _start(
    world: World, people: People, told: Careers, paid: Payments, result: Pensions, person: int,
    opening: int, credits: Ints,
) -> None:  # fmt: skip
    retired = told.retired.get(person)
    born = int(month_position(people.birth[person : person + 1])[0])
    if retired is None:
        _start_resident(world, people, result, person, born + RESIDENT_AGE, opening)
        return
    at = position(retired)
    since, _ = year_span(retired // 100)
    balance = opening + int(credits[person, since : at + 1].sum())
    division = world.divisions[int(people.city[person])]
    monthly, from_account = _employee_pension(world, paid, person, division, retired, born, balance)
    _pay(
        world.axis,
        result,
        person,
        "pension",
        at + 1,
        from_account,
        lambda month: _adjusted(monthly, retired, month),
    )


def _employee_pension(
    world: World, paid: Payments, person: int, division: str, retired: int, born: int, balance: int
) -> tuple[int, int]:
    """基本养老金 by the region's rule; work before July 2004 counts, before July 1995 as deemed years."""
    mine = (paid.months.person == person) & (paid.months.state == 0)
    average = world.tariff.average[paid.months.city[mine], paid.months.at[mine]]
    index = int((paid.months.base[mine] * MILLION // average).mean()) if mine.any() else 600_000
    began = born + WORK_FROM_AGE
    before, deemed = max(0, -began), max(0, ACCOUNT_SINCE - began)
    counted = amount.years_e2(int(mine.sum()) + before, region=division, month=retired)
    facts = amount.Facts(
        index_e6=index,
        years_e2=counted,
        deemed_years_e2=min(counted, amount.years_e2(deemed, region=division, month=retired)),
        account_fen=balance,
        annuity_tenths=annuity.tenths(position(retired) - born),
    )
    told = amount.compute(amount.terms_of(region=division, month=retired, provisional=True), facts)
    return int(told.total), int(told.account_pension)


def _adjusted(fen: int, retired: int, month: int) -> int:
    """The pension after the adjustments of each January since."""
    steps = demo()["adjustment"]["per_mille"]
    for year in range(retired // 100 + 1, month // 100 + 1):
        fen = round_half_up(fen * (1000 + steps.get(str(year), 20)), 1000)
    return fen


def _start_resident(
    world: World, people: People, result: Pensions, person: int, turn: int, opening: int
) -> None:
    division = world.divisions[int(people.city[person])]
    since = max(0, turn + 1)
    own = int(resident_pension.account_pension(opening))

    def monthly(month: int) -> int:
        base = resident_pension.BOOK.at("base_pension", division, month, provisional=True).fen
        return base + own

    _pay(world.axis, result, person, "resident_pension", since, own, monthly)


def _pay(
    axis: Axis, result: Pensions, person: int, kind: str, since: int, from_account: int, monthly: Any
) -> None:
    """Pays each month from `since` to now; the current month once pay day has come."""
    last = axis.current + 1 if axis.today.day >= PAY_DAY else axis.current
    result.spending[person, since:last] = from_account
    for at in range(max(since, position(FIRST_BENEFIT)), last):
        month = int(month_at(at))
        result.benefits.append((person, kind, month, monthly(month), int(day_in(at, PAY_DAY))))
