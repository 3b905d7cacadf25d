"""Careers (职业经历): who paid for whom, from when to when. Spells never overlap."""

from dataclasses import dataclass, field

import numpy as np

from shebao.rules.pension import retirement
from shebao.synth.axis import Ints, month_at, position
from shebao.synth.people import (
    FLEXIBLE,
    MINOR,
    PENSIONER_F50,
    PENSIONER_F55,
    PENSIONER_M,
    PENSIONERS,
    RESIDENT,
    People,
)  # fmt: skip
from shebao.synth.world import World

EMPLOYEE, SELF_PAID, RESIDENT_COVER = range(3)
CATEGORY = {PENSIONER_M: "male60", PENSIONER_F55: "female55", PENSIONER_F50: "female50"}
RESIDENT_SINCE = 201407
NEVER = 1 << 30


@dataclass(frozen=True)
class Spell:
    """One stretch of cover of one person: positions [since, until); `until` NEVER while it lasts.

    `late` months at its start were paid later (补缴); `moved` months were paid elsewhere and brought in (转移).
    """

    person: int
    kind: int
    since: int
    until: int = NEVER
    employer: int = 0
    late: int = 0
    moved: bool = False


@dataclass
class Careers:
    """All spells of a chunk, and the month of retirement by person (0: not retired)."""

    spells: list[Spell] = field(default_factory=list)
    retired: dict[int, int] = field(default_factory=dict)


def careers(world: World, people: People, fixed: dict[int, tuple[list[Spell], int]]) -> Careers:
    """The careers of a chunk; `fixed` holds those of the cast (spells and month of retirement)."""
    told = Careers()
    born = month_position(people.birth).tolist()
    kinds, cities = people.kind.tolist(), people.city.tolist()
    for person, draws in enumerate(people.draws.tolist()):
        if person in fixed:
            spells, retired = fixed[person]
            told.spells += spells
        else:
            retired = _retirement(kinds[person], born[person])
            told.spells += _one(world, person, kinds[person], cities[person], born[person], retired, draws)
        if retired:
            told.retired[person] = retired
    return told


def month_position(days: Ints) -> Ints:
    """Positions of the months of days; before July 2004 they are negative."""
    absolute = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return absolute + (1970 - 2004) * 12 - 6


def _retirement(kind: int, born: int) -> int:
    """YYYYMM of the statutory retirement of a pensioner, else 0."""
    if kind not in PENSIONERS:
        return 0
    return int(retirement.statutory(month_at(born), CATEGORY[kind]).month)


def _one(
    world: World, person: int, kind: int, city: int, born: int, retired: int, draws: list[float]
) -> list[Spell]:
    if kind == MINOR:
        return [Spell(person, RESIDENT_COVER, max(0, born + 1))]
    if kind == RESIDENT:
        return [Spell(person, RESIDENT_COVER, max(born + 16 * 12, position(RESIDENT_SINCE)))]
    end = position(retired) + 1 if retired else world.axis.size
    start = max(0, born + (19 * 12) + int(draws[0] * 72))
    if kind == FLEXIBLE and draws[1] < 0.5:
        return _jobs(world, person, city, draws, start, start, end, retired)
    turn = start if kind == FLEXIBLE else end
    return _jobs(world, person, city, draws, start, max(start, turn), end, retired)


def _jobs(
    world: World, person: int, city: int, draws: list[float], start: int, turn: int, end: int, retired: int
) -> list[Spell]:
    """Jobs with gaps until `turn`, then self-paid; a pensioner's last spell ends with retirement."""
    spells: list[Spell] = []
    flexible = turn == start and turn < end
    at, step = start, 2
    while at < end and step + 6 <= len(draws):
        length, pause, late, moved, who, switch = draws[step : step + 6]
        step += 6
        lasts = 10 + int(-62 * np.log(1 - length))
        until = min(at + lasts, end)
        last = until >= end or end - until < 4 or step + 6 > len(draws)
        kind = SELF_PAID if flexible else EMPLOYEE
        spells.append(
            Spell(
                person=person,
                kind=kind,
                since=at,
                until=(end if retired else NEVER) if last else until,
                employer=0 if kind == SELF_PAID else int(world.employer_in(city, who)),
                late=1 + int(late * 40) if late < 0.1 and kind == EMPLOYEE and not last else 0,
                moved=moved < 0.06 and at == start and not last and kind == EMPLOYEE,
            )
        )
        if last:
            break
        flexible = flexible if flexible and switch < 0.8 else switch < 0.06
        at = until + (0 if pause < 0.55 else 1 + int((pause - 0.55) * 20))
    return spells
