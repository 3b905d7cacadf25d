"""居民医保: yearly amounts by notice year, waiting periods and repair, newborns (国办发〔2024〕38号)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shebao.base import workdays
from shebao.rules import dated
from shebao.rules.columns import all_within, most, where
from shebao.rules.explain import Explained, Working
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.medical", "resident.toml")
SINCE = 202501


@dataclass(frozen=True)
class Funding:
    """Yearly amounts in fen of one notice; the personal part is for cover in the following year."""

    notice_year: int
    cover_year: int
    personal: int
    subsidy: int
    total: int


@dataclass(frozen=True)
class Waiting:
    """Months before benefits begin."""

    fixed_months: Any
    variable_months: Any
    total_months: Any


def funding(notice_year: int) -> Explained[Funding]:
    """National minimum of a notice year; collected in its autumn for the next year's cover."""
    note = Working()
    personal = int(note.use(BOOK.at("personal", NATION, notice_year * 100 + 1)))
    subsidy = int(note.use(BOOK.at("subsidy", NATION, notice_year * 100 + 1)))
    note.step("个人缴费", "全国最低标准", personal)
    note.step("财政补助", "全国最低标准", subsidy)
    note.say("这是全国最低标准，当地可能更高。")
    return note.explained(Funding(notice_year, notice_year + 1, personal, subsidy, personal + subsidy))


def waiting(*, in_window: Any, broken_years: Any, repaired_years: Any = 0) -> Explained[Waiting]:
    """待遇等待期: 3 fixed months outside the window or after a break, one more per broken year not repaired."""
    if not all_within(broken_years, 0, 60) or not all_within(repaired_years, 0, 60):
        raise invalid("broken_years", "断保年数要在 0 到 60 之间。")
    note = Working()
    fixed_rule, per_year, long_years, least = (
        int(note.use(BOOK.at(key, NATION, SINCE)))
        for key in ("fixed_waiting", "variable_waiting", "long_break_years", "long_break_least")
    )
    broken = broken_years > 0
    fixed = where(broken, fixed_rule, where(in_window, 0, fixed_rule))
    left = most(broken_years - repaired_years, 0) * per_year
    variable = where(broken_years >= long_years, most(left, least - fixed_rule), left)
    note.step("固定等待期", "没在集中期参保或断保过，等3个月", fixed, unit="个月")
    note.step("变动等待期", "每断保1年加1个月，补缴1年减1个月", variable, unit="个月")
    total = note.step("合计", "两段相加", fixed + variable, unit="个月")
    return note.explained(Waiting(fixed, variable, total))


def newborn_start(*, born: date, enrolled: date) -> date:
    """待遇起始日 of a newborn: the birth when enrolled within 90 days, else after the fixed waiting period."""
    if enrolled < born:
        raise invalid("enrolled", "参保日期不能早于出生日期。")
    if enrolled - born <= timedelta(days=BOOK.at("newborn_days", NATION, SINCE).fen):
        return born
    return workdays.add_months(enrolled, BOOK.at("fixed_waiting", NATION, SINCE).fen).raw


def serious_illness_bonus(*, continuous_years: Any, zero_claim_years: Any = 0) -> Any:
    """大病支付限额的最低提高额 (fen): per year beyond four of unbroken cover, and per year without a claim."""
    after = BOOK.at("bonus_after_years", NATION, SINCE).fen
    loyal = most(continuous_years - after, 0) * BOOK.at("bonus_per_year", NATION, SINCE).fen
    return loyal + zero_claim_years * BOOK.at("zero_claim_bonus", NATION, SINCE).fen


def employee_gap_waiting(gap_months: Any) -> Any:
    """职工医保中断: none when back-paid within three months, else at most six months (医保发〔2020〕33号)."""
    allowed = BOOK.at("gap_back_pay_months", NATION, 202008).fen
    return where(gap_months <= allowed, 0, BOOK.at("gap_longest_waiting", NATION, 202008).fen)


def in_window(day: date) -> bool:
    """Whether a day lies in the collection period of the year (集中参保期)."""
    first, last = BOOK.at("collection_months", NATION, SINCE).value
    return bool(first <= day.month <= last)


def cover_since(day: date) -> int:
    """The month from which a payment of this day gives cover: next January in the window, else this month."""
    return (day.year + 1) * 100 + 1 if in_window(day) else day.year * 100 + day.month


def broken_years(covered: Collection[int], day: date) -> int:
    """断保年数: years without cover after the first covered one, from the rule's first year to the one before this."""
    if not covered:
        return 0
    first = max(min(covered) + 1, BOOK.at("broken_since", NATION, SINCE).fen)
    return sum(year not in covered for year in range(first, day.year))
