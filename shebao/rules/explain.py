"""Why this amount: the steps, the parameters and the documents behind a result, in Chinese, as JSON."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Generic, TypeVar

from shebao.base import money
from shebao.rules.columns import is_column
from shebao.rules.dated import CONFIDENCE, Value, percent

T = TypeVar("T")
RANK = ("high", "medium", "low", "demo")


@dataclass(frozen=True)
class Step:
    """One line of the working: what, how, and the outcome (empty for a column of people)."""

    name: str
    formula: str
    result: str = ""
    law: str = ""

    def as_json(self) -> dict[str, str]:
        """The step as data."""
        return {"name": self.name, "formula": self.formula, "result": self.result, "law": self.law}


@dataclass(frozen=True)
class Explained(Generic[T]):
    """A result with its working."""

    value: T
    steps: tuple[Step, ...] = ()
    parameters: tuple[Value, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def confidence(self) -> str:
        """The weakest mark among the parameters used."""
        return max((value.confidence for value in self.parameters), key=RANK.index, default="high")

    @property
    def laws(self) -> tuple[str, ...]:
        """Every law or document number the result rests on, once each."""
        cited = [value.law for value in self.parameters] + [step.law for step in self.steps]
        return tuple(dict.fromkeys(law for law in cited if law))

    def as_json(self) -> dict[str, object]:
        """Value, steps, parameters, documents, notices and confidence, all JSON."""
        return {
            "value": plain(self.value),
            "steps": [step.as_json() for step in self.steps],
            "parameters": [value.as_json() for value in self.parameters],
            "laws": list(self.laws),
            "notices": list(self.notices),
            "confidence": self.confidence,
            "confidence_name": CONFIDENCE[self.confidence],
            "disclaimer": "结果仅供参考，以经办机构核定为准。",
        }


@dataclass
class Working:
    """Collects the working while a rule computes."""

    steps: list[Step] = field(default_factory=list)
    parameters: list[Value] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def use(self, value: Value) -> Any:
        """Note a parameter and give its value."""
        if not any(used is value for used in self.parameters):
            self.parameters.append(value)
            if value.note:
                self.say(value.note)
        return value.value

    def step(self, name: str, formula: str, result: Any, *, unit: str = "fen", law: str = "") -> Any:
        """Note a step and give its result back."""
        self.steps.append(Step(name, formula, in_unit(result, unit), law))
        return result

    def say(self, notice: str) -> None:
        """Note something the reader must know, once."""
        if notice not in self.notices:
            self.notices.append(notice)

    def explained(self, value: T) -> Explained[T]:
        """The result with all that was noted."""
        if any(used.confidence == "demo" for used in self.parameters):
            self.say("用到了演示数，仅供参考。")
        return Explained(value, tuple(self.steps), tuple(self.parameters), tuple(self.notices))


def in_unit(result: Any, unit: str) -> str:
    """A result for people; empty for a column."""
    if is_column(result):
        return ""
    if unit == "fen":
        return f"{money.yuan(int(result))} 元"
    if unit == "ratio":
        return percent(Fraction(result))
    return f"{result} {unit}".rstrip()


def plain(value: Any) -> Any:
    """A value in JSON terms: dataclasses as objects, ratios as text, columns as lists."""
    if is_column(value):
        return value.tolist()
    if isinstance(value, Fraction):
        return percent(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
