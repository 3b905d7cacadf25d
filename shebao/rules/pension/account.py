"""养老个人账户: yearly interest by 月积数法 (劳办发〔1997〕116号), inheritance (社会保险法第十四条)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from shebao.rules import dated
from shebao.rules.columns import ratio, share
from shebao.rules.dated import Value, percent
from shebao.rules.explain import Explained, Working
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.pension", "account.toml", "account.demo.toml")
METHOD = "劳办发〔1997〕116号"


@dataclass(frozen=True)
class AccountYear:
    """One year of an account in fen; `month_product` is in fen-months."""

    opening: Any
    credit: Any
    month_product: Any
    interest_on_opening: Any
    interest_on_current: Any
    interest: Any
    closing: Any


def interest_rate(
    year: int, *, as_of: date | None = None, allow_demo: bool = False, provisional: bool = False
) -> Value:
    """记账利率 of a year; `provisional` takes the last published one until the year's own is announced."""
    return BOOK.at(
        "interest_rate",
        NATION,
        year * 100 + 1,
        as_of=as_of,
        allow_demo=allow_demo,
        provisional=provisional,
    )


def month_product(credits: Sequence[Any]) -> Any:
    """月积数: each month's credit times the months it stays, 12 for January to 1 for December."""
    if len(credits) != 12:
        raise invalid("credits", "一年要有 12 个月的记账额。")
    return sum(credit * (12 - position) for position, credit in enumerate(credits))


def close_year(*, opening: Any, credit: Any, product: Any, rate: Fraction) -> AccountYear:
    """Opening with a year's interest, credits with theirs; each interest rounded to fen."""
    on_opening = share(opening, rate)
    on_current = ratio(product, rate.numerator, rate.denominator * 12)
    interest = on_opening + on_current
    return AccountYear(
        opening, credit, product, on_opening, on_current, interest, opening + credit + interest
    )


def yearly(
    *,
    opening: Any,
    credits: Sequence[Any],
    year: int,
    as_of: date | None = None,
    allow_demo: bool = False,
    provisional: bool = True,
) -> Explained[AccountYear]:
    """A year of an account with its explanation; before the rate is announced it is provisional and says so."""
    note = Working()
    rate = Fraction(
        note.use(interest_rate(year, as_of=as_of, allow_demo=allow_demo, provisional=provisional))
    )
    result = close_year(opening=opening, credit=sum(credits), product=month_product(credits), rate=rate)
    note.step("年初余额的利息", f"年初余额×{percent(rate)}", result.interest_on_opening, law=METHOD)
    note.step("本年月积数", "每月记账额×（13－月份）之和", result.month_product, law=METHOD)
    note.step("本年记账额的利息", f"月积数×{percent(rate)}÷12", result.interest_on_current, law=METHOD)
    note.step("年末余额", "年初余额＋本年记账额＋利息", result.closing)
    return note.explained(result)


def payable_to_heirs(balance: Any) -> Any:
    """The whole balance is inherited when the person dies before retirement (社会保险法第十四条)."""
    return balance
