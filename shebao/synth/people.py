"""Invented people: who they are, before any career. The same seed and count give the same people."""

from dataclasses import dataclass
from datetime import date
from math import gcd
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shebao.rules.identity import citizen
from shebao.synth.axis import Ints, day_of, days
from shebao.synth.world import World, birthday_range, words

CHUNK = 1000
WORKER, FLEXIBLE, RESIDENT, PENSIONER_M, PENSIONER_F55, PENSIONER_F50, MINOR = range(7)
PENSIONERS = (PENSIONER_M, PENSIONER_F55, PENSIONER_F50)
# Of every hundred people, by kind; and the block of sequence numbers each kind takes in ID numbers.
SHARES = (52, 10, 18, 4, 3, 3, 10)
BLOCKS = ((0, 220), (220, 280), (280, 380), (380, 440), (380, 440), (380, 440), (440, 486))
CAST_BLOCK = 490
MALE, FEMALE = 1, 2
EARLIEST_RETIREMENT = {PENSIONER_M: 1961, PENSIONER_F55: 1966, PENSIONER_F50: 1971}
YEARS_OF_NOISE = 40


@dataclass
class People:
    """One chunk: columns by person. `wage` is relative to the average, in millionths."""

    first: int
    kind: Ints
    sex: Ints
    birth: Ints
    city: Ints
    wage: Ints
    noise: Ints
    draws: NDArray[np.float64]
    numbers: list[str]
    names: list[str]

    @property
    def count(self) -> int:
        """How many people."""
        return len(self.numbers)

    @property
    def subject(self) -> Ints:
        """Person keys."""
        return self.first + np.arange(self.count) + 1


@dataclass(frozen=True)
class Crowd:
    """How kinds and birthdays are dealt out over the whole population."""

    pattern: tuple[int, ...]
    rank: tuple[int, ...]
    seed: int
    ranges: dict[tuple[int, int], tuple[int, int]]


def crowd(world: World, seed: int) -> Crowd:
    """The deal for a seed."""
    pattern = [kind for kind, share in enumerate(SHARES) for _ in range(share)]
    Random(seed).shuffle(pattern)
    seen = [0] * len(SHARES)
    rank = []
    for kind in pattern:
        rank.append(seen[kind])
        seen[kind] += 1
    return Crowd(tuple(pattern), tuple(rank), seed, _birth_ranges(world.axis.today))


def capacity(world: World, deal: Crowd) -> int:
    """How many people fit before an ID number would repeat."""
    room = []
    for kind, share in enumerate(SHARES):
        low, high = BLOCKS[kind]
        for sex in (MALE, FEMALE):
            if (kind, sex) in deal.ranges:
                since, until = deal.ranges[kind, sex]
                both = 1 if kind in PENSIONERS else 2
                room.append((until - since) * len(world.divisions) * (high - low) * both * 100 // share)
    return min(room)


def draw(world: World, deal: Crowd, first: int, count: int) -> People:
    """People number `first` to `first + count`, from a random stream of their own."""
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([deal.seed, first])))
    kinds = np.array([deal.pattern[(first + at) % 100] for at in range(count)])
    sex = np.empty(count, dtype=np.int64)
    birth = np.empty(count, dtype=np.int64)
    home = np.empty(count, dtype=np.int64)
    numbers = []
    for at in range(count):
        sex[at], birth[at], home[at], number = _identity(world, deal, first + at)
        numbers.append(number)
    moved = rng.random(count) < 0.3
    city = np.where(moved, 0, home)
    wage = np.clip(rng.lognormal(-0.12, 0.42, count), 0.35, 4.0)
    noise = rng.normal(1.0, 0.04, (count, YEARS_OF_NOISE))
    draws = rng.random((count, 48))
    return People(
        first=first,
        kind=kinds,
        sex=sex,
        birth=birth,
        city=city,
        wage=(wage * 1_000_000).astype(np.int64),
        noise=(noise * 1_000_000).astype(np.int64),
        draws=draws,
        numbers=numbers,
        names=_names(rng, count),
    )


def _birth_ranges(today: date) -> dict[tuple[int, int], tuple[int, int]]:
    ranges = {
        (WORKER, MALE): birthday_range(today, 58, 21),
        (WORKER, FEMALE): birthday_range(today, 48, 21),
        (FLEXIBLE, MALE): birthday_range(today, 58, 22),
        (FLEXIBLE, FEMALE): birthday_range(today, 48, 22),
        (RESIDENT, MALE): birthday_range(today, 86, 18),
        (RESIDENT, FEMALE): birthday_range(today, 88, 18),
        (MINOR, MALE): birthday_range(today, 16, 1),
        (MINOR, FEMALE): birthday_range(today, 16, 1),
    }
    for kind, sex, age in ((PENSIONER_M, MALE, 62), (PENSIONER_F55, FEMALE, 57), (PENSIONER_F50, FEMALE, 52)):
        ranges[kind, sex] = (days(date(EARLIEST_RETIREMENT[kind], 1, 1)), birthday_range(today, 99, age)[1])
    return ranges


def _identity(world: World, deal: Crowd, index: int) -> tuple[int, int, int, str]:
    """Sex, birthday, city and ID number of a person: a permutation, so that no number occurs twice."""
    kind = deal.pattern[index % 100]
    place = index // 100 * SHARES[kind] + deal.rank[index % 100]
    if kind in PENSIONERS:
        sex = MALE if kind == PENSIONER_M else FEMALE
    else:
        sex, place = (MALE, FEMALE)[place % 2], place // 2
    since, until = deal.ranges[kind, sex]
    low, high = BLOCKS[kind]
    span, cities = until - since, len(world.divisions)
    space = span * cities * (high - low)
    step = 0x9E3779B1 % space
    while gcd(step, space) != 1:
        step += 1
    spot = (place * step + deal.seed * 7919) % space
    birth = since + spot % span
    city = spot // span % cities
    sequence = 2 * (low + spot // span // cities) + (sex == MALE)
    return sex, birth, city, citizen.make(world.prefix(city), day_of(birth), sequence)


def _names(rng: np.random.Generator, count: int) -> list[str]:
    lists: dict[str, Any] = {key: text.split() for key, text in words()["names"].items()}
    picks = rng.random((count, 4))

    def pick(key: str, value: float) -> str:
        return str(lists[key][int(value * len(lists[key]))])

    names = []
    for surname, first, second, style in picks.tolist():
        if style < 0.03:
            names.append(f"{pick('ethnic_first', first)}·{pick('ethnic_second', second)}")
        elif style < 0.2:
            names.append(pick("surnames", surname) + pick("second", second))
        else:
            names.append(pick("surnames", surname) + pick("first", first) + pick("second", second))
    return names
