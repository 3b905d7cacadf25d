"""增员名单和减员名单: lines of an employer's joiners and leavers."""

from dataclasses import dataclass
from datetime import date

from shebao.base.refusal import Refusal
from shebao.cases import answering
from shebao.cases.item import Question
from shebao.items import name_list, wage_list
from shebao.items.employee_leave.decide import REASONS
from shebao.items.name_list import Fault

JOINERS = ("姓名", "身份证号码", "入职日期", "月工资")
LEAVERS = ("姓名", "身份证号码", "离职日期", "离职原因")
DAY = Question("day", "日期", "date")
BY_WORD = {word: code for code, word in REASONS.items()}


@dataclass(frozen=True)
class Joiner:
    """One new worker of the list."""

    number: int
    name: str
    id_number: str
    employed_on: date
    wage_fen: int


@dataclass(frozen=True)
class Leaver:
    """One worker who has left; `reason` is a code of the item."""

    number: int
    name: str
    id_number: str
    left_on: date
    reason: str


def joiners(text: str, *, today: date) -> tuple[list[Joiner], list[Fault]]:
    """Joiners, and what is wrong with the other lines."""

    def line(number: int, cells: list[str]) -> Joiner:
        name, id_number, day, wage = cells
        known = name_list.person(name, id_number)
        return Joiner(number, name, known, _day(day, today), wage_list.wage(wage))

    return name_list.read(text, JOINERS, line, most=name_list.MOST_OPENED)


def leavers(text: str, *, today: date) -> tuple[list[Leaver], list[Fault]]:
    """Leavers, and what is wrong with the other lines."""

    def line(number: int, cells: list[str]) -> Leaver:
        name, id_number, day, reason = cells
        known = name_list.person(name, id_number)
        if reason not in BY_WORD:
            raise Refusal("invalid_input", f"离职原因写这几种：{'、'.join(BY_WORD)}。")
        return Leaver(number, name, known, _day(day, today), BY_WORD[reason])

    return name_list.read(text, LEAVERS, line, most=name_list.MOST_OPENED)


def _day(text: str, today: date) -> date:
    return date.fromisoformat(answering.read(DAY, text, today=today))
