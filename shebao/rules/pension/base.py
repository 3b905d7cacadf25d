"""养老金计发基数 by province and, where a city keeps its own, by city. Not the contribution average."""

from datetime import date

from shebao.rules import dated, regions
from shebao.rules.dated import Value

BOOK = dated.load("shebao.rules.pension", "base.toml")
SEPARATE = frozenset(value.region for value in BOOK.values["city_base"])


def province(*, region: str, month: int, as_of: date | None = None, provisional: bool = False) -> Value:
    """全省计发基数 (fen); `provisional` uses last year's until the new one is published, then 补差."""
    return BOOK.at("province_base", regions.province(region), month, as_of=as_of, provisional=provisional)


def city(*, region: str, month: int, as_of: date | None = None, provisional: bool = False) -> Value:
    """The city's own 计发基数, or the province's where the city keeps none; never a mixture."""
    own = next((place for place in regions.chain(region) if place in SEPARATE), "")
    if not own:
        return province(region=region, month=month, as_of=as_of, provisional=provisional)
    return BOOK.at("city_base", own, month, as_of=as_of, provisional=provisional)
