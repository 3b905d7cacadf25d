"""工伤待遇 (工伤保险条例第三十四至三十九条、第六十四条): own wage, lump sums, allowances, death."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shebao.rules import dated
from shebao.rules.columns import least, look_up, ratio, share, within
from shebao.rules.explain import Explained, Working
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.injury", "benefit.toml")
SINCE = date(2011, 1, 1)
NURSING = ("full", "most", "part")
SPOUSE, OTHER = "spouse", "other"


def _table(key: str) -> tuple[int, ...]:
    values: tuple[int, ...] = BOOK.at(key, NATION, SINCE).value
    return values


LUMP_SUM_MONTHS = _table("lump_sum_months")
ALLOWANCE_PERCENT = _table("allowance_percent")
NURSING_PERCENT = _table("nursing_percent")
DEPENDANT_PERCENT = _table("dependant_percent")


@dataclass(frozen=True)
class Dependants:
    """供养亲属抚恤金 (fen a month): each share, and the sum that is paid (not above the wage)."""

    each: tuple[int, ...]
    total: int


def own_wage(average_wage_12_months: Any, area_average: Any) -> Any:
    """本人工资 (fen): the average of 12 months, between 60% and 300% of the area's average (第六十四条)."""
    low = share(area_average, BOOK.at("own_wage_floor", NATION, SINCE).rate)
    high = share(area_average, BOOK.at("own_wage_ceiling", NATION, SINCE).rate)
    return within(average_wage_12_months, low, high)


def lump_sum_months(grade: Any) -> Any:
    """一次性伤残补助金月数 of a grade 1-10."""
    return _at_grade(LUMP_SUM_MONTHS, grade, "伤残等级只有一级到十级。")


def lump_sum(grade: Any, own_wage_fen: Any) -> Any:
    """一次性伤残补助金 (fen)."""
    return own_wage_fen * lump_sum_months(grade)


def allowance(grade: Any, own_wage_fen: Any) -> Any:
    """伤残津贴 (fen a month): grades 1-4 by the fund, 5-6 by the employer; other grades are refused."""
    percent = _at_grade(ALLOWANCE_PERCENT, grade, "伤残津贴只有一级到六级。")
    return ratio(own_wage_fen * percent, 1, 100)


def allowance_payer(grade: int) -> str:
    """Who pays 伤残津贴 of a grade."""
    _at_grade(ALLOWANCE_PERCENT, grade, "伤残津贴只有一级到六级。")
    return "fund" if grade <= 4 else "employer"


def nursing(dependence: str, area_average: Any) -> Any:
    """生活护理费 (fen a month) by dependence: full, most or part."""
    if dependence not in NURSING:
        raise invalid("dependence", "自理障碍分完全、大部分、部分三等。")
    return ratio(area_average, NURSING_PERCENT[NURSING.index(dependence)], 100)


def funeral(area_average: Any) -> Any:
    """丧葬补助金 (fen): six months of the area's average wage."""
    return area_average * BOOK.at("funeral_months", NATION, SINCE).fen


def dependants(own_wage_fen: int, relatives: Sequence[tuple[str, bool]]) -> Dependants:
    """抚恤金 for (relation, orphan or lone elder); the sum is at most the wage (第三十九条)."""
    spouse, other, added = DEPENDANT_PERCENT
    each = tuple(
        int(ratio(own_wage_fen, (spouse if relation == SPOUSE else other) + added * alone, 100))
        for relation, alone in relatives
    )
    return Dependants(each, int(least(sum(each), own_wage_fen)))


def death_lump_sum(accident_year: int, *, provisional: bool = False) -> Explained[int]:
    """一次性工亡补助金 (fen): 20 times the previous year's national urban income; refuses other years.

    `provisional` takes the latest income established where that year's is not.
    """
    note = Working()
    income = int(
        note.use(BOOK.at("national_income", NATION, accident_year * 100 + 1, provisional=provisional))
    )
    multiple = int(note.use(BOOK.at("death_multiple", NATION, SINCE)))
    return note.explained(
        note.step("一次性工亡补助金", f"全国城镇居民人均可支配收入×{multiple}", income * multiple)
    )


def national_income(accident_year: int) -> int:
    """上一年度全国城镇居民人均可支配收入 (fen a year) used for accidents of a year."""
    return BOOK.at("national_income", NATION, accident_year * 100 + 1).fen


def _at_grade(table: tuple[int, ...], grade: Any, message: str) -> Any:
    try:
        return look_up(table, grade - 1)
    except IndexError:
        raise invalid("grade", message) from None
