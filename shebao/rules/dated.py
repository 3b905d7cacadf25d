"""Dated parameters: TOML beside the rule, every value with region, dates, law and confidence. No gap is guessed."""

import tomllib
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from shebao.base import money
from shebao.base import month as months
from shebao.rules import regions
from shebao.rules.refusals import not_established, only_demo

When = int | date
CONFIDENCE = {"high": "可靠", "medium": "较可靠", "low": "待核实", "demo": "演示数，仅供参考"}
UNITS = {
    "fen": "元", "ratio": "比例", "months": "个月", "days": "天", "working_days": "个工作日",
    "years": "年", "count": "", "text": "", "table": "",
}  # fmt: skip
FOREVER = date.max


@dataclass(frozen=True)
class Value:
    """One value of the law: valid on [since, until) in one region, published on a day, resting on a document."""

    key: str
    name: str
    unit: str
    region: str
    since: date
    until: date
    value: Any
    law: str
    confidence: str
    published: date | None = None
    note: str = ""

    @property
    def fen(self) -> int:
        """The value as fen, or as a whole number of its unit."""
        return int(self.value)

    @property
    def rate(self) -> Fraction:
        """The value as an exact ratio."""
        return self.value if isinstance(self.value, Fraction) else Fraction(self.value)

    def as_text(self) -> str:
        """The value for people, with its unit."""
        if self.unit == "fen":
            return f"{money.yuan(self.value)} 元"
        if self.unit == "ratio":
            return percent(self.value)
        return f"{self.value}{UNITS[self.unit]}"

    def as_json(self) -> dict[str, object]:
        """The value with everything it rests on, as data."""
        until = None if self.until == FOREVER else self.until.isoformat()
        return {
            "key": self.key, "name": self.name, "value": self.as_text(), "region": self.region,
            "region_name": regions.name(self.region), "from": self.since.isoformat(), "until": until,
            "law": self.law, "confidence": self.confidence, "confidence_name": CONFIDENCE[self.confidence],
            "note": self.note,
        }  # fmt: skip


@lru_cache(maxsize=4096)
def decimal(rate: Fraction, places: int = 0) -> str:
    """An exact decimal text of a ratio whose denominator divides a power of ten: 0.0165."""
    digits = places
    while (rate * 10**digits).denominator != 1:
        digits += 1
        if digits > 12:
            return f"{rate.numerator}/{rate.denominator}"
    scaled = abs(int(rate * 10**digits))
    sign = "-" if rate < 0 else ""
    if digits == 0:
        return f"{sign}{scaled}"
    return f"{sign}{scaled // 10**digits}.{scaled % 10**digits:0{digits}d}"


@lru_cache(maxsize=4096)
def percent(rate: Fraction) -> str:
    """A ratio for people: 7.7%."""
    return f"{decimal(rate * 100)}%"


def day_of(when: When) -> date:
    """The day on which a value is sought: a month stands for its first day."""
    return when if isinstance(when, date) else months.first_day(when)


def in_words(when: When) -> str:
    """A month or a day in Chinese."""
    return f"{when.year}年{when.month}月{when.day}日" if isinstance(when, date) else months.to_text(when)


@dataclass(frozen=True, eq=False)
class Book:
    """The parameters of one TOML file."""

    source: str
    values: dict[str, tuple[Value, ...]]
    titles: dict[str, str]

    def at(
        self,
        key: str,
        region: str,
        when: When,
        *,
        as_of: date | None = None,
        allow_demo: bool = False,
        provisional: bool = False,
    ) -> Value:
        """The value in force; nearest region first, latest publication known on `as_of`. Refuses otherwise.

        `provisional` takes the latest earlier value where none covers the date, and says so in its note.
        """
        found = _seek(self, key, region, day_of(when), as_of, provisional)
        chosen = next((value for value in found if allow_demo or value.confidence != "demo"), None)
        if chosen is None:
            refuse = only_demo if found else not_established
            raise refuse(self.titles[key], regions.name(region), in_words(when))
        return chosen

    def sourced(self, key: str, region: str, when: When) -> bool:
        """Whether a sourced (not demonstration) value covers the region and date."""
        found = _seek(self, key, region, day_of(when), None, False)
        return any(value.confidence != "demo" for value in found)


@lru_cache(maxsize=8192)
def _seek(book: Book, key: str, region: str, day: date, as_of: date | None, provisional: bool) -> list[Value]:
    """Candidates in order: sourced first, nearest region first, latest published first; else a carried one."""
    known = [
        value
        for value in book.values[key]
        if as_of is None or value.published is None or value.published <= as_of
    ]
    found: list[Value] = []
    for place in regions.chain(region):
        here = [value for value in known if value.region == place]
        exact = [value for value in here if value.since <= day < value.until]
        found += sorted(exact, key=lambda value: value.published or date.min, reverse=True)
    if found or not provisional:
        return sorted(found, key=lambda value: value.confidence == "demo")
    for place in regions.chain(region):
        earlier = [v for v in known if v.region == place and v.until <= day and v.confidence != "demo"]
        if earlier:
            return [_carried(max(earlier, key=lambda value: value.until))]
    return []


def _carried(value: Value) -> Value:
    """An earlier value used until the new one is published."""
    note = "新标准还没有公布，暂按上一期标准计算，公布后再补差。"
    return Value(**{**value.__dict__, "confidence": "low", "note": note})


def _parse(unit: str, raw: Any) -> Any:
    """A TOML value in the terms of its unit: fen from a yuan text, an exact ratio, or as it stands."""
    if unit == "fen":
        return money.parse_yuan(str(raw))
    if unit == "ratio":
        return money.exact(str(raw))
    return tuple(raw) if isinstance(raw, list) else raw


def _day(text: str) -> date:
    return date.fromisoformat(text if len(text) == 10 else f"{text}-01")


def _value(key: str, entry: dict[str, Any], row: dict[str, Any]) -> Value:
    published = row.get("published")
    return Value(
        key=key,
        name=entry["name"],
        unit=entry["unit"],
        region=str(row.get("region", regions.NATION)),
        since=_day(row["from"]),
        until=_day(row["until"]) if "until" in row else FOREVER,
        value=_parse(entry["unit"], row["value"]),
        law=row["law"],
        confidence=row["confidence"],
        published=_day(published) if published else None,
        note=row.get("note", ""),
    )


@cache
def load(package: str, *names: str) -> Book:
    """The book of one package's TOML files; later files add values to the keys of earlier ones."""
    values: dict[str, tuple[Value, ...]] = {}
    titles: dict[str, str] = {}
    for name in names:
        text = files(package).joinpath(name).read_text(encoding="utf-8")
        for key, entry in tomllib.loads(text).items():
            titles[key] = entry["name"]
            rows = tuple(_value(key, entry, row) for row in entry["values"])
            values[key] = values.get(key, ()) + rows
    return Book(f"{package}/{names[0]}", values, titles)
