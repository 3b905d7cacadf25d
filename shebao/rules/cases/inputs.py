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


@cache
def table() -> dict[str, Any]:
    """The name table of the case file."""
    return tomllib.loads(files("shebao.rules.cases").joinpath("table.toml").read_text(encoding="utf-8"))


class Input:
    """Typed access to the input of one case."""

    def __init__(self, values: Mapping[str, Any]) -> None:
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
        value = self.raw(*names, default=default)
        if isinstance(value, str):
            return value.strip().lower() in ("true", "yes", "1", "是")
        return bool(value)

    def whole(self, *names: str, default: Any = MISSING) -> int:
        """A whole number."""
        value = self.fraction(*names, default=default)
        if value.denominator != 1:
            raise invalid(names[0], f"要填整数：{names[0]}。")
        return int(value)

    def fraction(self, *names: str, default: Any = MISSING) -> Fraction:
        """An exact number, with % or ‰ if so written."""
        return exact(self.raw(*names, default=default))

    def scaled(self, *names: str, by: int, default: Any = MISSING) -> int:
        """An exact number in units of 1/by; finer numbers are refused."""
        value = self.fraction(*names, default=default) * by
        if value.denominator != 1:
            raise invalid(names[0], f"小数位太多：{names[0]}。")
        return int(value)

    def fen(self, *names: str, default: Any = MISSING) -> int:
        """Money in yuan as fen."""
        return money.parse_yuan(str(self.raw(*names, default=default)))

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
        return list(value) if isinstance(value, list | tuple) else [value]


def exact(value: Any) -> Fraction:
    """An exact number from an int, a text or a decimal."""
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
