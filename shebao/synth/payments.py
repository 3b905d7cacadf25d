"""Contributions (缴费记录) of a chunk: spells become months, months become amounts by the dated figures."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shebao.base.money import round_half_up
from shebao.rules.columns import within
from shebao.rules.medical import resident as resident_medical
from shebao.rules.resident_pension import contribution as resident_pension
from shebao.synth.axis import Ints, day_in, day_of, days, month_at, position
from shebao.synth.careers import NEVER, RESIDENT_COVER, SELF_PAID, Careers
from shebao.synth.people import People
from shebao.synth.tariff import MILLION
from shebao.synth.world import World, demo

PENSION, JOBLESS, MEDICAL, INJURY, MATERNITY = 110, 210, 310, 410, 510
RESIDENT_PENSION, RESIDENT_MEDICAL = 170, 390
KINDS = ("normal", "backpay", "transfer", "resident_year")
STATES = ("paid", "paying", "arrears")
FIRST_RESIDENT_COVER = 2020
TIERS = np.array([600_000, 800_000, 1_000_000, 1_500_000])


@dataclass
class Months:
    """One row per covered month of a job or of self-paid cover; all columns of one length."""

    person: Ints
    at: Ints
    employer: Ints
    city: Ints
    kind: Ints
    state: Ints
    paid_on: Ints
    base: Ints
    self_paid: NDArray[np.bool_]


@dataclass
class Payments:
    """Rows of registry_contribution, and what they put into the accounts."""

    columns: dict[str, Ints]
    months: Months
    resident_years: dict[tuple[int, int], int]

    def table(self, people: People) -> pa.Table:
        """The rows sorted by person, insurance and month, as the table keeps them."""
        c = self.columns
        order = np.argsort((c["person"] * 1000 + c["insurance"]) * 1_000_000 + c["month"], kind="stable")
        at = {name: values[order] for name, values in c.items()}
        nobody, unpaid = at["employer"] == 0, at["state"] != 0
        return pa.table(
            {
                "subject_id": people.subject[at["person"]],
                "insurance": at["insurance"],
                "month": at["month"],
                "seq": np.zeros(len(order), dtype=np.int64),
                "kind": coded(at["kind"], KINDS),
                "state": coded(at["state"], STATES),
                "base_fen": at["base"],
                "employer_fen": at["employer_fen"],
                "person_fen": at["person_fen"],
                "subsidy_fen": at["subsidy_fen"],
                "employer_id": pa.array(at["employer"], mask=nobody),
                "paid_on": pa.array(at["paid_on"].astype(np.int32), mask=unpaid).cast(pa.date32()),
            }
        )


def coded(codes: Any, names: tuple[str, ...]) -> pa.Array:
    """A text column from small codes."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), list(names)).cast(pa.string())


def payments(world: World, people: People, told: Careers, calm: set[int]) -> Payments:
    """All contributions of a chunk in the insurances that the deployment offers.

    Employers of the cast (`calm`) have no arrears.
    """
    months = _months(world, people, told, calm)
    parts = [_pension(world, months), *_others(world, people, months)]
    yearly, credits = _resident_years(world, people, told)
    parts.append(yearly)
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    kept = np.isin(columns["insurance"], list(world.offered))
    columns = {name: values[kept] for name, values in columns.items()}
    return Payments(columns, months, credits)


def _months(world: World, people: People, told: Careers, calm: set[int]) -> Months:
    spells = [spell for spell in told.spells if spell.kind != RESIDENT_COVER]
    since = np.array([spell.since for spell in spells], dtype=np.int64)
    until = np.array([min(spell.until, world.axis.size) for spell in spells], dtype=np.int64)
    length = until - since
    of = np.repeat(np.arange(len(spells)), length)
    step = np.arange(len(of)) - np.repeat(np.cumsum(length) - length, length)
    at = since[of] + step
    person = np.array([spell.person for spell in spells], dtype=np.int64)[of]
    employer = np.array([spell.employer for spell in spells], dtype=np.int64)[of]
    late = np.array([spell.late for spell in spells], dtype=np.int64)[of]
    moved = np.array([spell.moved for spell in spells], dtype=bool)[of]
    alone = np.array([spell.kind == SELF_PAID for spell in spells], dtype=bool)[of]
    city = people.city[person]
    kind = np.where(moved, 2, np.where(step < late, 1, 0))
    state = _states(world, person, at, employer, calm)
    paid_on = day_in(at + np.where(kind == 1, late - step, 0), 8 + (person * 7 + at * 5 + employer) % 14)
    return Months(
        person=person,
        at=at,
        employer=np.where(moved, 0, employer),
        city=city,
        kind=kind,
        state=np.where(paid_on > days(world.axis.today), np.maximum(state, 1), state),
        paid_on=paid_on,
        base=_bases(world, people, person, at, city, alone),
        self_paid=alone,
    )


def _states(world: World, person: Ints, at: Ints, employer: Ints, calm: set[int]) -> Ints:
    """The current month is on its way; some of last month too; a few employers owe their last months."""
    current = world.axis.current
    quiet = np.isin(employer, list(calm))
    coming = (at == current) | ((at == current - 1) & (person * 31 % 13 == 5) & ~quiet)
    owing = (employer % 97 == 13) & (at >= current - 4) & (at < current) & ~quiet
    return np.where(owing, 2, np.where(coming, 1, 0))


def _bases(
    world: World, people: People, person: Ints, at: Ints, city: Ints, alone: NDArray[np.bool_]
) -> Ints:
    """缴费基数 in fen: last year's wage in whole yuan inside the band; the self-paid choose a tier."""
    book = world.tariff
    average = book.average[city, at]
    noise = people.noise[person, book.year[city, at] % people.noise.shape[1]]
    wage = average * (people.wage[person] * noise // MILLION) // MILLION // 100 * 100
    tier = TIERS[people.wage[person] // 10 % 4]
    chosen = round_half_up(average * tier, MILLION)
    declared = np.where(alone, chosen, wage)
    base: Ints = within(declared, book.floor[city, at], book.ceiling[city, at])
    return base


def _row(months: Months, insurance: int, keep: Any, employer_fen: Ints, person_fen: Ints) -> dict[str, Ints]:
    return {
        "person": months.person[keep],
        "insurance": np.full(int(np.count_nonzero(keep)), insurance),
        "month": month_at(months.at[keep]),
        "kind": months.kind[keep],
        "state": months.state[keep],
        "base": months.base[keep],
        "employer_fen": employer_fen[keep],
        "person_fen": person_fen[keep],
        "subsidy_fen": np.zeros(int(np.count_nonzero(keep)), dtype=np.int64),
        "employer": months.employer[keep],
        "paid_on": months.paid_on[keep],
    }


def part_of(world: World, months: Months, rate: str) -> Ints:
    """base x rate of the month and city, rounded to fen."""
    rates = world.tariff.rates[rate][months.city, months.at]
    return round_half_up(months.base * rates, MILLION)


def _pension(world: World, months: Months) -> dict[str, Ints]:
    employer = np.where(months.self_paid, 0, part_of(world, months, "pension_employer"))
    person = np.where(
        months.self_paid, part_of(world, months, "pension_flexible"), part_of(world, months, "pension_person")
    )
    return _row(months, PENSION, np.ones(len(employer), dtype=bool), employer, person)


def _others(world: World, people: People, months: Months) -> list[dict[str, Ints]]:
    """失业, 医疗, 工伤 and (until it was merged) 生育; months brought in from elsewhere carry pension only."""
    job = ~months.self_paid & (months.kind != 2)
    medical = part_of(world, months, "medical_employer")
    own = part_of(world, months, "medical_person")
    classes = world.tariff.injury[world.employer_class[months.employer], months.at]
    nothing = np.zeros(len(medical), dtype=np.int64)
    return [
        _row(
            months, JOBLESS, job,
            part_of(world, months, "jobless_employer"), part_of(world, months, "jobless_person"),
        ),
        _row(
            months, MEDICAL, months.kind != 2,
            np.where(months.self_paid, 0, medical), np.where(months.self_paid, medical + own, own),
        ),
        _row(months, INJURY, job, round_half_up(months.base * classes, MILLION), nothing),
        _row(
            months, MATERNITY, job & (months.at < position(202001)),
            part_of(world, months, "maternity_employer"), nothing,
        ),
    ]  # fmt: skip


def _resident_years(
    world: World, people: People, told: Careers
) -> tuple[dict[str, Ints], dict[tuple[int, int], int]]:
    """居民养老 (a grade each year until 60) and 居民医保 (collected in the autumn before)."""
    rows: list[tuple[int, ...]] = []
    credits: dict[tuple[int, int], int] = {}
    born = people.birth.tolist()
    for spell in told.spells:
        if spell.kind != RESIDENT_COVER:
            continue
        person = spell.person
        division = world.divisions[int(people.city[person])]
        grade = demo()["resident"]["grades_fen"][int(people.wage[person]) // 7 % 5]
        began, ended = month_at(spell.since), month_at(min(spell.until, world.axis.size) - 1)
        for year in range(began // 100, ended // 100 + 1):
            age = year - day_of(born[person]).year
            month = year * 100 + 3 + (person + spell.since) % 7
            if 16 < age < 60 and began <= month <= ended:
                paid = resident_pension.yearly(grade_fen=grade, on=date(year, 7, 1), region=division)
                rows.append(
                    _yearly(person, RESIDENT_PENSION, month, grade, paid.value.subsidy, position(month))
                )
                credits[person, position(month)] = paid.value.to_account
            if year >= FIRST_RESIDENT_COVER and (spell.until == NEVER or year * 100 + 12 <= ended):
                cover = resident_medical.funding(year - 1).value
                collected = max(position(year * 100 + 1) - 3, spell.since)
                first = max(year * 100 + 1, began)
                rows.append(
                    _yearly(person, RESIDENT_MEDICAL, first, cover.personal, cover.subsidy, collected)
                )
    names = (
        "person", "insurance", "month", "kind", "state", "base", "employer_fen", "person_fen", "subsidy_fen",
        "employer", "paid_on",
    )  # fmt: skip
    table = np.array(rows, dtype=np.int64).reshape(-1, len(names))
    return {name: table[:, at] for at, name in enumerate(names)}, credits


def _yearly(person: int, insurance: int, month: int, fen: int, subsidy: int, paid: int) -> tuple[int, ...]:
    paid_on = int(day_in(paid, 5 + (person + month) % 20))
    return (person, insurance, month, 3, 0, fen, 0, fen, subsidy, 0, paid_on)
