"""Regions of the law by GB/T 2260 code: names, and the chain city, province, nation in which values are sought."""

import tomllib
from functools import cache
from importlib.resources import files

from shebao.rules.refusals import invalid

NATION = "100000"


@cache
def names() -> dict[str, str]:
    """Every division code in `regions.toml` with its Chinese name."""
    text = files("shebao.rules").joinpath("regions.toml").read_text(encoding="utf-8")
    return {code: name for group in tomllib.loads(text).values() for code, name in group.items()}


@cache
def chain(region: str) -> tuple[str, ...]:
    """From near to far: the region itself, its city, its province, the nation."""
    if len(region) != 6 or not region.isascii() or not region.isdigit():
        raise invalid("region", "参保地要写六位区划代码。")
    if region != NATION and region[:2] + "0000" not in names():
        raise invalid("region", "没有这个参保地代码。")
    steps = (region, region[:4] + "00", region[:2] + "0000", NATION)
    return tuple(dict.fromkeys(steps))


def name(region: str) -> str:
    """The nearest known Chinese name of a region."""
    return next((names()[code] for code in chain(region) if code in names()), region)


def province(region: str) -> str:
    """The province code of a region."""
    return region[:2] + "0000"


@cache
def divisions() -> frozenset[str]:
    """Every known division code: `regions.toml` and the editions of GB/T 2260 in `divisions.toml`."""
    text = files("shebao.rules").joinpath("divisions.toml").read_text(encoding="utf-8")
    codes = tomllib.loads(text)["codes"]
    return frozenset(names()) | {head + tail for head, tails in codes.items() for tail in tails.split()}


def is_division(code: str) -> bool:
    """Whether a code is known, current or historic. Unknown is a doubt, never a reason to reject."""
    return code in divisions()
