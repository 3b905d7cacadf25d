"""What a calculator asks, and how an answer is read from what people type. Refusals name the field."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from shebao.base import money
from shebao.base import month as months
from shebao.base.refusal import Refusal

Values = Mapping[str, int | str | None]
LONGEST_TEXT = 20
INDEX_ONE = 1_000_000
_INDEX = re.compile(r"[0-9](\.[0-9]{1,6})?")


class Faults(Refusal):
    """Several answers that cannot be used: pairs of question and sentence."""

    def __init__(self, faults: Iterable[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        first, sentence = self.faults[0]
        super().__init__("invalid_input", sentence, field=first)


@dataclass(frozen=True)
class Choice:
    """One of a few answers: its code, its word, a line that helps to choose."""

    value: str
    word: str
    note: str = ""


@dataclass(frozen=True)
class Question:
    """One question. Kinds: month (YYYYMM), whole, money (fen), index (millionths), choice (a code).

    `example` is invented; `neutral` assumes nothing and may stand for a person who has not answered yet.
    """

    name: str
    label: str
    kind: str
    example: str
    hint: str = ""
    missing: str = ""
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    least: int = 0
    most: int = 10**12
    outside: str = ""
    optional: bool = False
    label_group: str = ""
    neutral: str = ""
    noun: str = ""

    def as_json(self) -> dict[str, object]:
        """The question as data."""
        told: dict[str, object] = {"name": self.name, "label": self.label, "kind": self.kind,
                                   "hint": self.hint, "optional": self.optional}  # fmt: skip
        if self.choices:
            told["choices"] = [{"value": choice.value, "word": choice.word} for choice in self.choices]
        return told


def bare(text: str) -> str:
    """Full-width signs made plain, spaces removed."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _month(text: str) -> int:
    return months.parse(text)


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise Refusal("invalid_input")
    return int(text)


def _money(text: str) -> int:
    return money.parse_yuan(text.removesuffix("元"))


def _index(text: str) -> int:
    if not _INDEX.fullmatch(text):
        raise Refusal("invalid_input")
    return int(Fraction(text) * INDEX_ONE)


EXAMPLES = {"month": "2026年10月", "whole": "12", "money": "5,460.00", "index": "0.8"}
READERS: dict[str, Callable[[str], int | str]] = {
    "month": _month,
    "whole": _whole,
    "money": _money,
    "index": _index,
    "choice": str,
}


def read_one(question: Question, text: str) -> int | str | None:
    """One answer from its text; None when an optional one is left empty. Refuses in plain words."""
    plain = bare(text)
    if not plain:
        if question.optional:
            return None
        raise Refusal("invalid_input", question.missing or f"还没有填“{question.label}”。")
    if len(plain) > LONGEST_TEXT:
        raise Refusal("invalid_input", f"{question.noun or question.label}写得太长了，请检查。")
    try:
        value = READERS[question.kind](plain)
    except Refusal:
        example = question.example or EXAMPLES[question.kind]
        raise Refusal(
            "invalid_input", f"{question.noun or question.label}写得不对，例如 {example}。"
        ) from None
    check_one(question, value)
    return value


def check_one(question: Question, value: int | str | None) -> None:
    """Refuses a value outside the question's choices or bounds."""
    if value is None:
        if not question.optional:
            raise Refusal("invalid_input", question.missing or f"还没有填“{question.label}”。")
    elif question.kind == "choice":
        if value not in {choice.value for choice in question.choices}:
            raise Refusal("invalid_input", "请从列出的里面选一个。")
    elif not isinstance(value, int) or not question.least <= value <= question.most:
        raise Refusal("invalid_input", question.outside or "这个数不在能算的范围里。")


def read(questions: Iterable[Question], given: Mapping[str, str]) -> dict[str, int | str | None]:
    """All answers from their texts; refuses with every fault at once."""
    values: dict[str, int | str | None] = {}
    faults = []
    for question in questions:
        try:
            values[question.name] = read_one(question, given.get(question.name, ""))
        except Refusal as refusal:
            faults.append((question.name, refusal.message))
    if faults:
        raise Faults(faults)
    return values


def check(questions: Iterable[Question], values: Values) -> None:
    """Refuses values that no text could have given."""
    faults = []
    for question in questions:
        try:
            check_one(question, values.get(question.name))
        except Refusal as refusal:
            faults.append((question.name, refusal.message))
    if faults:
        raise Faults(faults)


def whole(values: Values, name: str) -> int:
    """A number that was checked; 0 for an optional one left empty."""
    value = values.get(name)
    return value if isinstance(value, int) else 0


def word(values: Values, name: str) -> str:
    """A code that was checked."""
    return str(values.get(name) or "")
