"""Where a calculator has figures: the regions of the books, as choices. No region is named here."""

from collections.abc import Iterable
from functools import cache

from shebao.items.calculators.questions import Choice, Question
from shebao.rules import regions
from shebao.rules.dated import Book


def sourced(*tables: tuple[Book, str]) -> frozenset[str]:
    """Regions below the nation for which a table has a sourced value."""
    return frozenset(
        value.region
        for book, key in tables
        for value in book.values[key]
        if value.confidence != "demo" and value.region != regions.NATION
    )


@cache
def choices(places: frozenset[str], home: str) -> tuple[Choice, ...]:
    """The places as choices, the home province first, each city before the rest of its province."""
    ordered = sorted(places, key=lambda code: (code[:2] != home[:2], code[:2], code.endswith("0000"), code))
    cities = {code[:2] for code in places if not code.endswith("0000")}
    return tuple(
        Choice(code, f"{regions.name(code)}其他地方")
        if code.endswith("0000") and code[:2] in cities
        else Choice(code, regions.name(code))
        for code in ordered
    )


def settled(region: str, offered: Iterable[Choice]) -> str:
    """The choice that stands for a region: itself, its city, its province, else its own code."""
    codes = {choice.value for choice in offered}
    return next((code for code in regions.chain(region) if code in codes), region)


def known(region: str) -> bool:
    """Whether a text is the code of a region that the rules can look for."""
    return len(region) == 6 and region.isascii() and region.isdigit() and regions.is_division(region)


def question(places: frozenset[str], region: str, home: str) -> Question:
    """参保地. A region outside the list joins it, so that the rule itself says why it is refused."""
    offered = choices(places, home)
    asked = region if known(region) else ""
    if asked and asked not in {choice.value for choice in offered}:
        offered = (*offered, Choice(asked, regions.name(asked)))
    return Question(
        "region",
        "在哪里参保",
        "choice",
        example=asked or offered[0].value,
        hint="别的地方，标准还没有查实。",
        missing="还没有选在哪里参保。",
        choices=offered,
    )
