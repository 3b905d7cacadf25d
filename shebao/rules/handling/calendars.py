"""The working calendar of a region: national days and the region's own holidays."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

from shebao.base.workdays import NATIONAL, Calendar
from shebao.rules import regions


@cache
def _entries() -> dict[str, Calendar]:
    text = files("shebao.rules.handling").joinpath("calendar.toml").read_text(encoding="utf-8")
    return {
        region: Calendar(
            holidays=frozenset(map(date.fromisoformat, entry["holidays"])),
            working=frozenset(map(date.fromisoformat, entry["working"])),
            season=(_month_day(entry["season"][0]), _month_day(entry["season"][1])),
            settled_years=frozenset(entry["settled_years"]),
        )
        for region, entry in tomllib.loads(text).items()
    }


def of(region: str = regions.NATION) -> Calendar:
    """The nearest region's calendar, or the national one."""
    return next((_entries()[place] for place in regions.chain(region) if place in _entries()), NATIONAL)


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)
