"""工资名单: lines of name, ID number and monthly wage."""

from dataclasses import dataclass

from shebao.base.money import parse_yuan
from shebao.base.refusal import Refusal
from shebao.items import name_list
from shebao.items.name_list import Fault
from shebao.rules import bases

HEAD = ("姓名", "身份证号码", "月工资")


@dataclass(frozen=True)
class Line:
    """One worker of the list."""

    number: int
    name: str
    id_number: str
    wage_fen: int


def read(text: str) -> tuple[list[Line], list[Fault]]:
    """The lines of a list, and what is wrong with the others."""
    return name_list.read(text, HEAD, _line)


def wage(text: str) -> int:
    """A monthly wage, fen. Refuses zero and what is no amount."""
    try:
        fen = parse_yuan(text.removesuffix("元").strip())
    except Refusal:
        raise Refusal("invalid_input", "工资写成 6500 或 6500.50 这样。") from None
    if not 0 < fen <= bases.LARGEST_WAGE_FEN:
        raise Refusal("invalid_input", "工资要大于 0 元。" if fen <= 0 else "工资太大了，请核对。")
    return fen


def outside(lines: list[Line], limits: bases.Bounds) -> tuple[int, int]:
    """How many wages lie below the floor and above the ceiling; their bases are the limits."""
    below = sum(bases.determine(line.wage_fen, limits) > line.wage_fen for line in lines)
    above = sum(bases.determine(line.wage_fen, limits) < line.wage_fen for line in lines)
    return below, above


def _line(number: int, cells: list[str]) -> Line:
    name, id_number, amount = cells
    return Line(number, name, name_list.person(name, id_number), wage(amount))
