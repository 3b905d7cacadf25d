"""Offices (经办机构) with invented names, some in every city."""

from collections.abc import Iterator

from shebao.rules import regions
from shebao.synth.world import World, demo, words

NAMES = (
    "id", "name", "region", "district", "address", "hours", "services", "longitude_e6", "latitude_e6",
)  # fmt: skip
PER_CITY = 4
Row = tuple[int, str, str, str, str, str, str, int, int]


def offices(world: World) -> Iterator[Row]:
    """Rows of appointments_office: in each city two halls and two small stations."""
    streets = words()["streets"]
    districts, roads = streets["districts"].split(), streets["streets"].split()
    kinds, hours = words()["offices"]["kinds"], words()["offices"]["hours"]
    number = 0
    for at, division in enumerate(world.divisions):
        east, north = demo()["places"][division]
        for place in range(PER_CITY):
            number += 1
            kind = kinds[place % len(kinds)]
            district = districts[place % len(districts)]
            road = roads[(at + place * 3) % len(roads)]
            city = regions.name(division)
            yield (
                number,
                f"{city}{district}{kind['name']}（演示）",
                division,
                district,
                f"{city}{district}{road}{10 + number * 7 % 160}号",
                hours,
                kind["services"],
                east + (place * 37 % 11 - 5) * 6_100,
                north + (place * 53 % 13 - 6) * 4_300,
            )


def first_hall(world: World) -> str:
    """Name of the hall where the demonstration's staff work."""
    return next(offices(world))[1]
