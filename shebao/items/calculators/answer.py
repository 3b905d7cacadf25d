"""A result that explains itself: the answer first, then every step with its parameters and documents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shebao.base import money
from shebao.base import month as months
from shebao.rules import regions
from shebao.rules.dated import CONFIDENCE, FOREVER, Value
from shebao.rules.explain import RANK

DISCLAIMER = "结果仅供参考，以经办机构核定为准。"
MARKS = {
    "high": "",
    "medium": "较可靠，仅供参考",
    "low": "待核实，仅供参考",
    "demo": "演示数，仅供参考",
}
UNITS = {"months": "个月", "days": "天", "years": "年"}


def yuan(fen: int) -> str:
    """An amount with its unit: 13,009.42 元."""
    return f"{money.yuan(fen)} 元"


def span(count: int) -> str:
    """A span of months: 17 年 3 个月."""
    years, rest = divmod(count, 12)
    parts = [f"{years} 年"] if years else []
    return " ".join([*parts, f"{rest} 个月"] if rest or not years else parts)


def age(count: int) -> str:
    """An age: 51 岁 9 个月."""
    years, rest = divmod(count, 12)
    return f"{years} 岁 {rest} 个月" if rest else f"{years} 岁"


def documents(cited: Iterable[str]) -> tuple[str, ...]:
    """Single documents, once each: a citation may name several."""
    single = (law.strip() for text in cited for law in text.split("；"))
    return tuple(dict.fromkeys(law for law in single if law))


def weakest(marks: tuple[str, ...]) -> str:
    """The weakest of several confidence marks."""
    return max(marks, key=RANK.index, default="high")


@dataclass(frozen=True)
class Used:
    """A parameter as it was used: the value of the law, and the part of it that counts here."""

    value: Value
    text: str = ""

    @property
    def shown(self) -> str:
        """The value for people."""
        if self.text:
            return self.text
        if self.value.unit == "fen":
            return yuan(self.value.fen)
        if self.value.unit in UNITS:
            return f"{self.value.value} {UNITS[self.value.unit]}"
        return self.value.as_text()

    @property
    def mark(self) -> str:
        """The words beside a value that is not certain; empty for a certain one."""
        return MARKS[self.value.confidence]

    @property
    def scope(self) -> str:
        """Where and when it holds: 长春市，2025年7月至2026年6月."""
        since = months.to_text(months.of(self.value.since))
        place = regions.name(self.value.region)
        if self.value.until == FOREVER:
            return f"{place}，{since}起"
        last = months.of(date.fromordinal(self.value.until.toordinal() - 1))
        return f"{place}，{since}至{months.to_text(last)}"

    def as_json(self) -> dict[str, object]:
        """The parameter with everything it rests on; `since` to `until` (first day it no longer holds)."""
        told = self.value.as_json() | {"value": self.shown}
        return told | {"since": told.pop("from")}


@dataclass(frozen=True)
class Step:
    """One step: what, how in words and numbers, the outcome, the parameters and documents it rests on."""

    code: str
    name: str
    result: str
    words: tuple[str, ...]
    used: tuple[Used, ...] = ()
    law: str = ""

    @property
    def laws(self) -> tuple[str, ...]:
        """The documents of the step, once each."""
        return documents([self.law, *(used.value.law for used in self.used)])

    @property
    def confidence(self) -> str:
        """The weakest mark among its parameters."""
        return weakest(tuple(used.value.confidence for used in self.used))

    def as_json(self) -> dict[str, object]:
        """The step as data."""
        return {
            "code": self.code, "name": self.name, "result": self.result, "words": list(self.words),
            "parameters": [used.as_json() for used in self.used], "laws": list(self.laws),
            "confidence": self.confidence, "confidence_name": CONFIDENCE[self.confidence],
        }  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part of the result in fen, or of another size; `code` is the step that explains it."""

    code: str
    word: str
    size: int


@dataclass(frozen=True)
class Option:
    """One way to choose: retirement earlier or later, with what it brings."""

    code: str
    name: str
    month: int
    age_months: int
    total_months: int
    required_months: int
    fen: int
    chosen: bool = False

    @property
    def enough(self) -> bool:
        """Whether enough months will have been paid."""
        return self.total_months >= self.required_months


@dataclass(frozen=True)
class Scenario:
    """The same result under other assumptions."""

    name: str
    growth: str
    interest: str
    fen: int
    chosen: bool = False


@dataclass(frozen=True)
class Limit:
    """What the law allows or demands, and where it says so."""

    words: str
    law: str


@dataclass(frozen=True)
class Missing:
    """What was not computed, and the rule's reason."""

    name: str
    why: str


@dataclass(frozen=True)
class Answer:
    """The result of a calculator. `fen` is the figure; where it is no amount, `figure` says it."""

    calculator: str
    title: str
    steps: tuple[Step, ...]
    fen: int | None = None
    figure: str = ""
    subs: tuple[str, ...] = ()
    refused: bool = False
    parts: tuple[Part, ...] = ()
    options: tuple[Option, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    missing: tuple[Missing, ...] = ()
    unsure: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()

    @property
    def used(self) -> tuple[Used, ...]:
        """Every parameter, once each."""
        found: dict[tuple[str, str, date, str], Used] = {}
        for step in self.steps:
            for used in step.used:
                value = used.value
                found.setdefault((value.key, value.region, value.since, used.text), used)
        return tuple(found.values())

    @property
    def laws(self) -> tuple[str, ...]:
        """Every law or document number the result rests on, once each."""
        cited = [law for step in self.steps for law in step.laws] + [limit.law for limit in self.limits]
        return documents(cited)

    @property
    def confidence(self) -> str:
        """The weakest mark among the parameters."""
        return weakest(tuple(step.confidence for step in self.steps))

    def as_json(self) -> dict[str, object]:
        """The whole explanation: the steps of the page, as data."""
        return {
            "calculator": self.calculator, "title": self.title, "amount_fen": self.fen, "figure": self.figure,
            "sentences": list(self.subs), "refused": self.refused,
            "parts": [part.__dict__ for part in self.parts],
            "options": [option.__dict__ | {"enough": option.enough} for option in self.options],
            "scenarios": [scenario.__dict__ for scenario in self.scenarios],
            "steps": [step.as_json() for step in self.steps],
            "missing": [missing.__dict__ for missing in self.missing],
            "unsure": list(self.unsure), "limits": [limit.__dict__ for limit in self.limits],
            "laws": list(self.laws), "confidence": self.confidence,
            "confidence_name": CONFIDENCE[self.confidence], "disclaimer": DISCLAIMER,
        }  # fmt: skip
