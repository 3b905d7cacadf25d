"""Inputs of a case as the rules want them: fen, months, days, exact ratios. What is missing or odd is refused."""

import tomllib
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from shebao.base import money
from shebao.base import month as months
from shebao.rules.refusals import invalid

MISSING = object()
LARGEST_FEN = 10**13
LARGEST_NUMBER = 10**6
YES, NO = ("true", "yes", "1", "是"), ("false", "no", "0", "否")


@cache
def table() -> dict[str, Any]:
    """The name table of the case file."""
    return tomllib.loads(files("shebao.rules.cases").joinpath("table.toml").read_text(encoding="utf-8"))


class Input:
    """Typed access to the input of one case."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        if not isinstance(values, Mapping):
            raise invalid("input", "输入要写明每一项的名称。")
        self.values = values

    def has(self, *names: str) -> bool:
        """Whether any of the names is given and not null."""
        return any(self.values.get(name) is not None for name in names)

    def raw(self, *names: str, default: Any = MISSING) -> Any:
        """The first given of several names, else the default, else a refusal."""
        for name in names:
            if self.values.get(name) is not None:
                return self.values[name]
        if default is MISSING:
            raise invalid(names[0], f"缺少输入：{names[0]}。")
        return default

    def text(self, *names: str, default: Any = MISSING) -> str:
        """A text."""
        return str(self.raw(*names, default=default))

    def flag(self, *names: str, default: Any = MISSING) -> bool:
        """A yes or no."""
        said = str(self.raw(*names, default=default)).strip().lower()
        if said not in (*YES, *NO):
            raise invalid(names[0], f"要填是或否：{names[0]}。")
        return said in YES

    def whole(self, *names: str, default: Any = MISSING, high: int = LARGEST_NUMBER) -> int:
        """A whole number from 0 to `high`."""
        value = self.fraction(*names, default=default, high=high)
        if value.denominator != 1:
            raise invalid(names[0], f"要填整数：{names[0]}。")
        return int(value)

    def fraction(self, *names: str, default: Any = MISSING, high: int = LARGEST_NUMBER) -> Fraction:
        """An exact number from 0 to `high`, with % or ‰ if so written."""
        value = exact(self.raw(*names, default=default))
        if not 0 <= value <= high:
            raise invalid(names[0], f"数字太大或太小：{names[0]}。")
        return value

    def scaled(self, *names: str, by: int, high: int, default: Any = MISSING) -> int:
        """An exact number from 0 to `high` in units of 1/by; finer numbers are refused."""
        value = self.fraction(*names, default=default, high=high) * by
        if value.denominator != 1:
            raise invalid(names[0], f"小数位太多：{names[0]}。")
        return int(value)

    def fen(self, *names: str, default: Any = MISSING) -> int:
        """Money in yuan as fen, not negative."""
        value = money.parse_yuan(str(self.raw(*names, default=default)))
        if not 0 <= value <= LARGEST_FEN:
            raise invalid(names[0], f"金额太大或小于0：{names[0]}。")
        return value

    def month(self, *names: str, default: Any = MISSING) -> int:
        """A month as YYYYMM."""
        return months.parse(str(self.raw(*names, default=default)).split("..")[0])

    def day(self, *names: str, default: Any = MISSING) -> date:
        """A calendar day."""
        value = self.raw(*names, default=default)
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise invalid(names[0], "日期写得不对，例如 2026-10-01。") from None

    def items(self, *names: str) -> list[Any]:
        """A list; one value is a list of one."""
        value = self.raw(*names)
        found = list(value) if isinstance(value, list | tuple) else [value]
        if not found:
            raise invalid(names[0], f"缺少输入：{names[0]}。")
        return found


def exact(value: Any) -> Fraction:
    """An exact number from an int, a text or a decimal; a yes or no is not a number."""
    if isinstance(value, bool):
        raise invalid("input", "这里要填数字。")
    return Fraction(value) if isinstance(value, int | Fraction) else money.exact(str(value))


def today(given: Input) -> date:
    """The day given with the case, else the day the case file was compiled."""
    return given.day("today", "as_of", "on", default=table()["reference"]["today"])


def short_yuan(fen: int) -> str:
    """Yuan without decimals when whole: 2007, else 2007.50."""
    return str(fen // 100) if fen % 100 == 0 else money.plain_yuan(fen)


def whole_yuan(fen: int) -> int | str:
    """Yuan as an int when whole."""
    return fen // 100 if fen % 100 == 0 else money.plain_yuan(fen)
