"""个人账户养老金计发月数 (国发〔2005〕38号附件), by whole year or interpolated by month."""

from fractions import Fraction
from typing import Any

from shebao.base.money import round_half_up
from shebao.rules import dated
from shebao.rules.columns import all_within, look_up, where
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.pension", "annuity.toml")
SINCE = 200601
TABLE: tuple[int, ...] = BOOK.at("annuity_months", NATION, SINCE).value
FIRST_AGE = BOOK.at("first_age", NATION, SINCE).fen
LAST_AGE = FIRST_AGE + len(TABLE) - 1
MODES = {"whole_year": "按整岁", "month_interpolated": "精确到月（待核实）"}


def tenths(age_months: Any, mode: str = "whole_year") -> Any:
    """计发月数 in tenths of a month for an age in months; refuses ages outside 40 to 70 and unknown modes."""
    if mode not in MODES:
        raise invalid("mode", "没有这种计发月数取法。")
    highest = LAST_AGE * 12 + (11 if mode == "whole_year" else 0)
    if not all_within(age_months, FIRST_AGE * 12, highest):
        raise invalid("age", "计发月数表只有 40 岁到 70 岁。")
    position = age_months // 12 - FIRST_AGE
    here = look_up(TABLE, position)
    if mode == "whole_year":
        return here * 10
    beyond = position + where(position < len(TABLE) - 1, 1, 0)
    following = look_up(TABLE, beyond)
    return round_half_up((here * 12 + (following - here) * (age_months % 12)) * 10, 12)


def months(age_months: int, mode: str = "whole_year") -> Fraction:
    """计发月数 of one age as an exact number: 139, or 137.3 by month."""
    return Fraction(tenths(age_months, mode), 10)
