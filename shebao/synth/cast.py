"""The cast (演员表): a few invented people with histories worth telling. Always persons 1, 2, 3…"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from shebao.base import month as months
from shebao.rules.identity import citizen
from shebao.rules.pension import retirement
from shebao.synth.axis import days, position
from shebao.synth.careers import EMPLOYEE, NEVER, RESIDENT_COVER, SELF_PAID, Spell
from shebao.synth.people import (
    CAST_BLOCK,
    FEMALE,
    FLEXIBLE,
    MALE,
    MINOR,
    PENSIONER_M,
    RESIDENT,
    WORKER,
    People,
)  # fmt: skip
from shebao.synth.treatment import INPATIENT, OUTPATIENT, PHARMACY, Visit
from shebao.synth.world import World


@dataclass(frozen=True)
class Part:
    """One member of the cast; `spells` gets the person's row and the employers of the home city."""

    code: str
    role: str
    name: str
    sex: int
    born: date
    kind: int
    wage: int
    spells: Callable[[int, list[int]], list[Spell]]
    note: str
    retired: int = 0
    medical: str = ""

    def told(self, offered: frozenset[int]) -> str:
        """The note for whom the demonstration is shown; `medical` where no pensions are run."""
        return self.medical if self.medical and 110 not in offered else self.note


def _spell(person: int, kind: int, since: int, until: int = 0, employer: int = 0, late: int = 0) -> Spell:
    return Spell(person, kind, position(since), position(until) if until else NEVER, employer, late)


def _gap(person: int, jobs: list[int]) -> list[Spell]:
    return [
        _spell(person, EMPLOYEE, 200903, 202311, jobs[0]),
        _spell(person, EMPLOYEE, 202404, 0, jobs[1]),
    ]


def _changes(person: int, jobs: list[int]) -> list[Spell]:
    elsewhere = Spell(person, EMPLOYEE, position(200808), position(201203), jobs[2], 0, True)
    return [
        elsewhere,
        _spell(person, EMPLOYEE, 201204, 201609, jobs[2]),
        _spell(person, EMPLOYEE, 201610, 202107, jobs[3], 4),
        _spell(person, EMPLOYEE, 202107, 202501, jobs[4]),
        _spell(person, EMPLOYEE, 202502, 0, jobs[5], 3),
    ]


def _flexible(person: int, jobs: list[int]) -> list[Spell]:
    return [
        _spell(person, EMPLOYEE, 201307, 201810, jobs[3]),
        _spell(person, SELF_PAID, 201901, 202206),
        _spell(person, SELF_PAID, 202209),
    ]


def _pensioner(person: int, jobs: list[int]) -> list[Spell]:
    return [
        _spell(person, EMPLOYEE, 200407, 201512, jobs[4]),
        _spell(person, EMPLOYEE, 201602, 202205, jobs[0]),
    ]


def _mother(person: int, jobs: list[int]) -> list[Spell]:
    return [
        _spell(person, EMPLOYEE, 201009, 202003, jobs[1]),
        _spell(person, EMPLOYEE, 202003, 0, jobs[2]),
    ]


def _one_job(at: int, until: int = 0) -> Callable[[int, list[int]], list[Spell]]:
    return lambda person, jobs: [_spell(person, EMPLOYEE, 200407, until, jobs[at])]


def _due(today: date, category: str, ahead: int) -> date:
    """A birthday whose statutory retirement falls `ahead` months from now, or in the month before where none does."""
    month = months.plus(months.of(today), ahead)
    born = months.plus(month, -12 * 50)
    while retirement.statutory(born, category).month > month:
        born = months.plus(born, -1)
    return date(months.year_of(born), born % 100, 12)


def _resident(since: int) -> Callable[[int, list[int]], list[Spell]]:
    return lambda person, jobs: [_spell(person, RESIDENT_COVER, since)]


def parts(today: date) -> tuple[Part, ...]:
    """The cast on a day: the minor is always thirteen, who is due to retire is always due."""
    thirteen = today.year - 13 - ((today.month, today.day) < (5, 20))
    child = date(thirteen, 5, 20)
    left = months.plus(months.of(today), -2)
    return (
        Part("gap", "citizen", "何春梅", FEMALE, date(1979, 3, 2), WORKER, 1_050_000, _gap,
             "职工；2023年11月至2024年3月没有缴费，共5个月"),
        Part("changes", "citizen", "周远山", MALE, date(1985, 7, 16), WORKER, 1_680_000, _changes,
             "职工；换过单位，有补缴，有从外地转入的月份"),
        Part("flexible", "citizen", "罗青禾", FEMALE, date(1990, 11, 5), FLEXIBLE, 820_000, _flexible,
             "灵活就业；中间断过两次"),
        Part("pensioner", "pensioner", "孙长河", MALE, date(1962, 4, 9), PENSIONER_M, 1_240_000, _pensioner,
             "2022年4月退休，按月领养老金", 202204, "2022年4月退休，享受职工医保"),
        Part("guardian", "guardian", "苏晚晴", FEMALE, date(1986, 9, 21), WORKER, 1_120_000, _mother,
             "职工；苏小满的母亲和监护人"),
        Part("minor", "minor", "苏小满", FEMALE, child, MINOR, 900_000,
             _resident(child.year * 100 + 6), "13岁；参加居民医保，监护人是苏晚晴"),
        Part("resident", "citizen", "其其格·白音", FEMALE, date(1968, 1, 30), RESIDENT, 700_000,
             _resident(201407), "居民；居民养老和居民医保", medical="居民；参加居民医保"),
        Part("retiring", "citizen", "石守田", MALE, _due(today, "male60", -1), WORKER, 980_000, _one_job(0),
             "职工；刚到法定退休年龄，可以办退休；演示的单位经办人员是他单位的",
             medical="职工；刚到法定退休年龄；演示的单位经办人员是他单位的"),
        Part("early", "citizen", "方素琴", FEMALE, _due(today, "female55", 3), WORKER, 1_260_000, _one_job(3),
             "职工，管理岗；快到法定退休年龄，可以提前或者延迟", medical="职工，管理岗；快到法定退休年龄"),
        Part("jobless", "citizen", "贺立冬", FEMALE, date(1982, 12, 7), WORKER, 860_000, _one_job(1, left),
             "两个月前离开单位，可以办失业登记，领失业金", medical="两个月前离开单位，职工医保停了"),
    )  # fmt: skip


def count(today: date) -> int:
    """How many they are."""
    return len(parts(today))


def jobs(world: World) -> list[int]:
    """Six employers of the first city, for the cast."""
    step = len(world.divisions)
    return [1 + step * (at % max(1, (world.employers - 1) // step)) for at in range(6)]


def join(world: World, people: People) -> tuple[dict[int, tuple[list[Spell], int]], list[Visit]]:
    """Puts the cast on the first rows of the first chunk: their careers by row, and their visits."""
    fixed: dict[int, tuple[list[Spell], int]] = {}
    employers = jobs(world)
    for row, part in enumerate(parts(world.axis.today)):
        people.kind[row], people.sex[row], people.wage[row] = part.kind, part.sex, part.wage
        people.birth[row], people.city[row] = days(part.born), 0
        people.noise[row] = np.clip(people.noise[row], 970_000, 1_060_000)
        people.names[row] = part.name
        sequence = 2 * CAST_BLOCK + 2 * (row % 10) + (part.sex == MALE)
        people.numbers[row] = citizen.make(world.prefix(0), part.born, sequence)
        fixed[row] = (part.spells(row, employers), part.retired)
    return fixed, _visits(world.axis.today)


def _visits(today: date) -> list[Visit]:
    now = days(today)
    return [
        Visit(0, now - 6, OUTPATIENT, 38_640, pending=True),
        Visit(0, now - 41, INPATIENT, 862_315, 7),
        Visit(0, now - 68, PHARMACY, 6_480),
        Visit(0, now - 133, OUTPATIENT, 41_200),
        Visit(3, now - 11, INPATIENT, 1_437_260, 9, True),
        Visit(3, now - 96, OUTPATIENT, 22_350),
        Visit(5, now - 52, OUTPATIENT, 18_900),
        Visit(6, now - 75, INPATIENT, 523_480, 5),
    ]
