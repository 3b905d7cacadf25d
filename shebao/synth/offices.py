"""Offices (经办机构) with invented names, some in every city."""

import json
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from shebao.appointments import upkeep
from shebao.rules import regions
from shebao.synth.world import World, demo, words

NAMES = (
    "id", "name", "region", "district", "address", "opening", "services", "longitude_e6", "latitude_e6",
)  # fmt: skip
WINDOWS = ("id", "office_id", "service", "capacity", "minutes")
PER_CITY = 4
WORKING_WEEK = range(5)
STATION_SERVICES = ("card",)
SERVICES = {
    "social_insurance": ("enrol", "benefit", "card"),
    "medical_insurance": ("enrol", "medical", "card"),
    "query_service": ("enrol", "benefit", "medical", "card"),
}
Row = tuple[int, str, str, str, str, str, str, int, int]


def offices(world: World) -> Iterator[Row]:
    """Rows of appointments_office: in each city two halls and two small stations."""
    streets = words()["streets"]
    districts, roads = streets["districts"].split(), streets["streets"].split()
    kinds = words()["offices"]["kinds"]
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
                json.dumps(opening(kind["opening"])),
                kind["services"],
                east + (place * 37 % 11 - 5) * 6_100,
                north + (place * 53 % 13 - 6) * 4_300,
            )


def opening(kind: str) -> list[list[int]]:
    """Opening spans of a kind of office, Monday to Friday."""
    spans = words()["offices"]["spans"][kind]
    return [[weekday, *span] for weekday in WORKING_WEEK for span in spans]


def windows(world: World) -> Iterator[tuple[int, int, str, int, int]]:
    """Rows of appointments_window: halls take every service group of the profile's kind, stations cards only."""
    kinds, minutes = words()["offices"]["kinds"], words()["offices"]["minutes"]
    offered = SERVICES[settings.DEPLOYMENT["kind"]]
    number = 0
    for office in range(1, len(world.divisions) * PER_CITY + 1):
        kind = kinds[(office - 1) % PER_CITY % len(kinds)]
        for service in STATION_SERVICES if kind["opening"] == "station" else offered:
            number += 1
            yield number, office, service, kind["capacity"], minutes


def slots(now: datetime) -> int:
    """Opens the places of the next working days."""
    return upkeep.open_slots(now=now, alias="owner")


def first_hall(world: World) -> str:
    """Name of the hall where the demonstration's staff work."""
    return next(offices(world))[1]
