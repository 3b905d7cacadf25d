"""法定退休年龄: gradual delay from 2025-01-01 (全国人大常委会2024年9月13日决定) and 最低缴费年限."""

from dataclasses import dataclass
from typing import Any

from shebao.base import month as months
from shebao.rules import dated
from shebao.rules.columns import all_within, least, look_up, where, within
from shebao.rules.explain import Explained, Working
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.pension", "retirement.toml")
DECISION = 202501
CATEGORIES = ("male60", "female55", "female50")
NAMES = {"male60": "男职工（原 60 岁）", "female55": "女职工（原 55 岁）", "female50": "女职工（原 50 岁）"}
EARLIEST_BIRTH, LATEST_BIRTH = 190001, 206012


def _table(key: str) -> tuple[int, ...]:
    values: tuple[int, ...] = BOOK.at(key, NATION, DECISION).value
    return values


def _number(key: str) -> int:
    return BOOK.at(key, NATION, DECISION).fen


ORIGINAL_AGE = _table("original_age")
ANCHOR = tuple(months.index(month) for month in _table("first_birth_month"))
STEP = _table("months_per_step")
LONGEST = _table("longest_delay")
HARDSHIP_AGE = _table("hardship_age")
FIRST_MONTHS = _number("minimum_months")
LAST_UNRAISED = _number("minimum_last_unraised_year")
RAISE = _number("minimum_step")
TOP_MONTHS = _number("minimum_top")


@dataclass(frozen=True)
class Retirement:
    """Statutory retirement: months as YYYYMM, delay and age in months, requirement in paid months."""

    category: Any
    affected: Any
    delay_months: Any
    age_months: Any
    original_month: Any
    month: Any
    minimum_months: Any


def category_position(category: Any) -> Any:
    """The position of a category name, or a position (or column of positions) as it is."""
    if isinstance(category, str):
        if category not in CATEGORIES:
            raise invalid("category", "退休类别不对，请选男职工、女干部或女工人。")
        return CATEGORIES.index(category)
    return category


def statutory(birth: Any, category: Any) -> Retirement:
    """法定退休年月 of a birth month (YYYYMM) and category; works on columns of both."""
    position = category_position(category)
    if not all_within(birth, EARLIEST_BIRTH, LATEST_BIRTH) or not all_within(birth % 100, 1, 12):
        raise invalid("birth", "出生年月不对，要在 1900 年到 2060 年之间。")
    after = months.index(birth) - look_up(ANCHOR, position)
    affected = after >= 0
    delay = where(
        affected, least(after // look_up(STEP, position) + 1, look_up(LONGEST, position)), 0 * after
    )
    original = look_up(ORIGINAL_AGE, position) * 12
    month = months.plus(birth, original + delay)
    return Retirement(
        category=category,
        affected=affected,
        delay_months=delay,
        age_months=original + delay,
        original_month=months.plus(birth, original),
        month=month,
        minimum_months=minimum_months(months.year_of(month)),
    )


def minimum_months(year: Any) -> Any:
    """最低缴费年限 (months) for reaching the age in a year: 180, from 2030 six more each year, to 240."""
    return within(FIRST_MONTHS + RAISE * (year - LAST_UNRAISED), FIRST_MONTHS, TOP_MONTHS)


def hardship_month(birth: int, *, male: bool) -> int:
    """特殊工种提前退休年月: men 55, women 45, not delayed (国发〔1978〕104号)."""
    return months.plus(birth, HARDSHIP_AGE[0 if male else 1] * 12)


def first_payment_month(month: Any) -> Any:
    """养老金发放起始月: the month after the retirement month."""
    return months.plus(month, 1)


def age_text(age_months: int) -> str:
    """60y3m."""
    return f"{age_months // 12}y{age_months % 12}m"


def age_zh(age_months: int) -> str:
    """60岁3个月."""
    years, rest = divmod(age_months, 12)
    return f"{years}岁{rest}个月" if rest else f"{years}岁"


def years_zh(count: int) -> str:
    """15年6个月."""
    years, rest = divmod(count, 12)
    return f"{years}年{rest}个月" if rest else f"{years}年"


def explain(birth: int, category: str) -> Explained[Retirement]:
    """The statutory month of one person with every step."""
    note = Working()
    position = category_position(category)
    result = statutory(birth, category)
    for key in ("original_age", "first_birth_month", "months_per_step", "longest_delay"):
        note.use(BOOK.at(key, NATION, DECISION))
    law = BOOK.at("first_birth_month", NATION, DECISION).law
    note.step("原退休年龄", NAMES[category], ORIGINAL_AGE[position], unit="岁", law="国发〔1978〕104号")
    after = months.index(birth) - ANCHOR[position]
    first = months.to_text(months.at(ANCHOR[position]))
    note.step("出生年月距起点", f"从{first}起数", max(after, 0), unit="个月", law=law)
    note.step(
        "延迟",
        f"每{STEP[position]}个月延迟1个月，最多{LONGEST[position]}个月",
        result.delay_months,
        unit="个月",
        law=law,
    )
    note.step("法定退休年龄", "原年龄＋延迟", age_zh(result.age_months), unit="")
    note.step("法定退休年月", "出生年月＋法定退休年龄", months.to_text(result.month), unit="")
    note.step("最低缴费年限", "按到龄的年份", years_zh(result.minimum_months), unit="", law=law)
    return note.explained(result)


def groups(category: str) -> list[dict[str, int]]:
    """The table of a category: births from, until (inclusive), delay, age and retirement months of the group."""
    position = category_position(category)
    rows = []
    for delay in range(1, LONGEST[position] + 1):
        first = months.at(ANCHOR[position] + (delay - 1) * STEP[position])
        last = months.plus(first, STEP[position] - 1)
        age = ORIGINAL_AGE[position] * 12 + delay
        rows.append(
            {
                "birth_from": first,
                "birth_to": last,
                "delay_months": delay,
                "age_months": age,
                "retire_from": months.plus(first, age),
                "retire_to": months.plus(last, age),
            }
        )
    return rows
