"""缴费基数: the declared wage inside the floor and ceiling of the contribution month (国办发〔2019〕13号)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from shebao.base import money
from shebao.rules import dated
from shebao.rules.columns import all_within, within
from shebao.rules.explain import Working
from shebao.rules.refusals import invalid

BOOK = dated.load("shebao.rules", "bases.toml", "bases.demo.toml")
LARGEST_WAGE_FEN = 10_000_000_00


@dataclass(frozen=True)
class Bounds:
    """Average, floor and ceiling of one month and region, in fen."""

    average: int
    floor: int
    ceiling: int


def bounds(
    *,
    month: int,
    region: str,
    as_of: date | None = None,
    allow_demo: bool = False,
    provisional: bool = False,
    working: Working | None = None,
) -> Bounds:
    """下限和上限 of a month (fen); refuses a region or month without a sourced value."""
    note = working or Working()
    average, floor, ceiling = (
        note.use(BOOK.at(key, region, month, as_of=as_of, allow_demo=allow_demo, provisional=provisional))
        for key in ("average", "floor", "ceiling")
    )
    return Bounds(average, floor, ceiling)


def determine(declared_fen: Any, limits: Bounds, base_rounding: str = "none") -> Any:
    """缴费基数 = 申报工资, at least the floor, at most the ceiling; optionally rounded to whole yuan."""
    if not all_within(declared_fen, 0, LARGEST_WAGE_FEN):
        raise invalid("declared_wage", "工资应在 0 元到 1000 万元之间。")
    base = within(declared_fen, limits.floor, limits.ceiling)
    if base_rounding == "none":
        return base
    return money.rounding(base_rounding)(base, 1)
