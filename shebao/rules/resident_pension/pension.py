"""城乡居民养老金 = 基础养老金 + 加发 + 个人账户/139 (国发〔2014〕8号); age 60 for both sexes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from shebao.base import month as months
from shebao.rules import dated
from shebao.rules.columns import most, ratio
from shebao.rules.explain import Explained, Working
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.resident_pension", "pension.toml")
SINCE = date(2014, 7, 1)


@dataclass(frozen=True)
class ResidentPension:
    """Monthly amounts in fen."""

    base_pension: Any
    supplement: Any
    account_pension: Any
    total: Any


def account_pension(balance: Any, *, on: date = SINCE) -> Any:
    """个人账户养老金 (fen a month): the balance over 139, rounded to fen."""
    return ratio(balance, 1, BOOK.at("account_divisor", NATION, on).fen)


def long_years_supplement(years: Any, *, on: date, region: str) -> Any:
    """加发 for each whole year beyond 15 (fen a month); refuses regions without a sourced amount."""
    per_year = BOOK.at("long_years_supplement", region, on).fen
    return most(years - BOOK.at("minimum_years", region, on).fen, 0) * per_year


def entitled(*, age_years: Any, paid_years: Any, on: date) -> Any:
    """Whether age 60 and 15 paid years are reached; the 2024 delay does not touch it."""
    old_enough = age_years >= BOOK.at("pension_age", NATION, on).fen
    return old_enough & (paid_years >= BOOK.at("minimum_years", NATION, on).fen)


def least_years(birth: int) -> int:
    """Paid years asked of a person: 15, or fewer for whom the scheme began less than 15 years before 60."""
    began = int(BOOK.at("scheme_began", NATION, SINCE).value)
    least = BOOK.at("minimum_years", NATION, SINCE).fen
    return max(0, min(least, months.months_until(began, sixty(birth)) // 12))


def sixty(birth: int) -> int:
    """The month in which the age of the pension is reached."""
    return int(months.plus(birth, 12 * BOOK.at("pension_age", NATION, SINCE).fen))


def monthly(*, balance: Any, years: Any, on: date, region: str) -> Explained[ResidentPension]:
    """A month's pension in a region on a day."""
    note = Working()
    base = note.use(BOOK.at("base_pension", region, on))
    extra = 0
    if BOOK.sourced("long_years_supplement", region, on):
        note.use(BOOK.at("long_years_supplement", region, on))
        extra = long_years_supplement(years, on=on, region=region)
    divisor = note.use(BOOK.at("account_divisor", region, on))
    account = account_pension(balance, on=on)
    note.step("基础养老金", "当地最低标准", base)
    note.step("长缴加发", "（缴费年限－15）×每年加发额，不足不加", extra)
    note.step("个人账户养老金", f"账户余额÷{divisor}", account)
    return note.explained(
        ResidentPension(base, extra, account, note.step("合计", "三项相加", base + extra + account))
    )


def funeral_grant(*, on: date, region: str) -> Explained[int]:
    """丧葬补助 (fen): months of the province's base pension; refuses regions without a sourced rule."""
    note = Working()
    count = int(note.use(BOOK.at("funeral_months", region, on)))
    base = int(note.use(BOOK.at("base_pension", region, on)))
    return note.explained(note.step("丧葬补助", f"基础养老金×{count}个月", base * count))
