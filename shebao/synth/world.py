"""What all invented people share: cities, employers, institutions, official figures, the time line."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from django.conf import settings

from shebao.rules import regions
from shebao.rules.identity import uscc
from shebao.synth.axis import Axis, Ints, days
from shebao.synth.tariff import Tariff, tariff

PEOPLE_PER_EMPLOYER = 30
MOST_EMPLOYERS = 300_000


@cache
def words() -> dict[str, Any]:
    """The word list (词表) from which every name is put together."""
    return tomllib.loads(files("shebao.synth").joinpath("words.toml").read_text("utf-8"))


@cache
def demo() -> dict[str, Any]:
    """Figures of the demonstration that no office publishes."""
    return tomllib.loads(files("shebao.synth").joinpath("demo.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Institution:
    """An invented hospital, health station or pharmacy."""

    id: int
    name: str
    kind: str
    level: int
    region: str
    district: str
    address: str
    hours: str
    longitude_e6: int
    latitude_e6: int


@dataclass(frozen=True)
class World:
    """One province: `employer_class` and `employer_city` are indexed by employer id (0 is nobody)."""

    profile: str
    divisions: tuple[str, ...]
    axis: Axis
    tariff: Tariff
    employer_city: Ints
    employer_class: Ints
    employer_trade: Ints
    institutions: tuple[Institution, ...]
    offered: frozenset[int]

    @property
    def employers(self) -> int:
        """How many employers there are."""
        return len(self.employer_city) - 1

    def city(self, position: int) -> str:
        """Name of a city."""
        return regions.name(self.divisions[position])

    def prefix(self, position: int) -> str:
        """The 市辖区 code (xx01) that invented numbers of a city start with."""
        return self.divisions[position][:4] + "01"

    def employer_in(self, city: Any, draw: Any) -> Any:
        """An employer of a city for a draw in [0, 1); works on columns."""
        count = len(self.divisions)
        there = (self.employers - 1 - city) // count + 1
        return 1 + city + count * np.floor(draw * there).astype(np.int64)

    def employer_name(self, number: int) -> str:
        """Invented name of an employer; the same for the same number."""
        names = words()["employers"]
        first, second = names["words"].split(), names["second"].split()
        trade = names["industries"][int(self.employer_trade[number])]
        rest = (number - 1) // len(self.divisions)
        word = first[rest % len(first)] + second[rest // len(first) % len(second)]
        series = rest // (len(first) * len(second))
        city = self.city(int(self.employer_city[number])).removesuffix("市")
        city = city.removesuffix("朝鲜族自治州")
        return f"{city}{word}{trade['tail']}有限公司" + (f"{series}部" if series else "")

    def trade(self, number: int) -> str:
        """What an employer does."""
        return str(words()["employers"]["industries"][int(self.employer_trade[number])]["name"])

    def employer_code(self, number: int) -> str:
        """A valid 统一社会信用代码 no office has given out."""
        digits = ""
        rest = number
        for _ in range(6):
            rest, place = divmod(rest, 31)
            digits = uscc.ALPHABET[place] + digits
        return uscc.make(self.prefix(int(self.employer_city[number])), "YY" + digits)

    def spare_code(self, number: int) -> str:
        """A valid code of a business that is no employer yet."""
        return uscc.make(self.prefix(int(self.employer_city[1])), f"YX{number:06d}")


def world(*, people: int, profile: str, today: date) -> World:
    """The province of a profile; cities and insurances come from its deployment file."""
    deployment = _deployment(profile)
    divisions = tuple(str(row["code"]) for row in deployment["area"]["divisions"])
    axis = Axis(today)
    count = min(MOST_EMPLOYERS, max(6 * len(divisions), people // PEOPLE_PER_EMPLOYER))
    numbers = np.arange(count + 1)
    trades = words()["employers"]["industries"]
    trade = numbers // len(divisions) % len(trades)
    return World(
        profile=profile,
        divisions=divisions,
        axis=axis,
        tariff=tariff(divisions, axis),
        employer_city=(numbers - 1) % len(divisions),
        employer_class=np.array([row["injury_class"] for row in trades])[trade],
        employer_trade=trade,
        institutions=_institutions(divisions),
        offered=frozenset(deployment["insurances"]["offered"]),
    )


def registered_on(number: int) -> date:
    """Day an employer registered: before any career begins."""
    return date(1995 + number % 9, 1 + number % 12, 1 + number % 28)


def birthday_range(today: date, oldest: int, youngest: int) -> tuple[int, int]:
    """Days since 1970 [since, until) of people between two ages in years."""
    return days(_years_before(today, oldest)), days(_years_before(today, youngest))


def _years_before(today: date, years: int) -> date:
    return date(today.year - years, today.month, min(today.day, 28))


def _deployment(profile: str) -> dict[str, Any]:
    return tomllib.loads((settings.PROFILES / profile / "profile.toml").read_text("utf-8"))


def _institutions(divisions: tuple[str, ...]) -> tuple[Institution, ...]:
    kinds = (("level3", "hospital", 3), ("level2", "hospital", 2), ("level1", "community", 1))
    streets = words()["streets"]
    districts, roads = streets["districts"].split(), streets["streets"].split()
    rows: list[Institution] = []
    for division in divisions:
        city, (east, north) = regions.name(division), demo()["places"][division]
        for key, kind, level in (*kinds, ("pharmacies", "pharmacy", 0)):
            for name in words()["institutions"][key].split():
                at = len(rows)
                district, road = districts[at % len(districts)], roads[at * 3 % len(roads)]
                rows.append(
                    Institution(
                        at + 1, city + name, kind, level, division, district,
                        f"{city}{district}{road}{2 + at * 13 % 180}号", words()["institutions"]["hours"][kind],
                        east + (at * 41 % 23 - 11) * 5_300, north + (at * 29 % 19 - 9) * 3_700,
                    )
                )  # fmt: skip
    return tuple(rows)
