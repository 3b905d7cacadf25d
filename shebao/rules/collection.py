"""征缴: late fees in both rates, amounts assessed without a declaration, and 补差 after a retroactive change."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from shebao.rules import dated
from shebao.rules.columns import all_within, least, ratio, share
from shebao.rules.contribution import Contribution
from shebao.rules.dated import Value, percent
from shebao.rules.explain import Explained, Working
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules", "collection.toml")
CHANGE = date(2011, 7, 1)


@dataclass(frozen=True)
class LateFee:
    """Days and fee (fen)."""

    days: Any
    fee: Any


@dataclass(frozen=True)
class Difference:
    """补差 in fen: what the new parameters ask beyond what was assessed; negative is owed back."""

    base: Any
    employer: Any
    employee: Any
    account_credit: Any


def late_fee_rate(on: date) -> Value:
    """滞纳金日率: 2‰ before 2011-07-01, 0.5‰ since."""
    return BOOK.at("late_fee_rate", NATION, on)


def late_days(due: date, paid: date) -> int:
    """Days from the day after the due date to the day of payment, inclusive; never negative."""
    return max(0, (paid - due).days)


def days_by_rate(due: date, paid: date) -> tuple[tuple[Fraction, int], ...]:
    """The days at each rate: those before the change, and those from it on."""
    first_late = date.fromordinal(due.toordinal() + 1)
    before = late_days(due, min(paid, date.fromordinal(CHANGE.toordinal() - 1)))
    after = late_days(due, paid) - before
    spans = ((late_fee_rate(first_late).rate, before), (late_fee_rate(max(CHANGE, first_late)).rate, after))
    return tuple((rate, days) for rate, days in spans if days)


def late_fee_at(principal_fen: Any, days: Any, rate: Fraction) -> Any:
    """principal x rate x days, rounded to fen; columns of principals and days."""
    return ratio(principal_fen * days, rate.numerator, rate.denominator)


def late_fee(
    *,
    principal_fen: int,
    due: date,
    paid: date,
    rate: Fraction | None = None,
    cap_at_principal: bool = False,
) -> Explained[LateFee]:
    """滞纳金 with its explanation; each day at the rate of its own date unless a rate is given."""
    if not all_within(principal_fen, 0, 10**15):
        raise invalid("principal", "欠费金额不能小于 0。")
    note = Working()
    days = note.step("逾期天数", "从到期次日数到缴清当日", late_days(due, paid), unit="天")
    spans = days_by_rate(due, paid) if rate is None else ((rate, days),)
    if rate is None:
        for day in (date.fromordinal(due.toordinal() + 1), paid)[: 2 * bool(days)]:
            note.use(late_fee_rate(day))
    exact = sum((principal_fen * span * each for each, span in spans), Fraction(0))
    words = "＋".join(f"欠费×{percent(each)}×{span}天" for each, span in spans) or "没有逾期"
    fee = note.step("滞纳金", words, share(1, exact))
    cap = BOOK.at("cap_at_principal", NATION, date(2012, 1, 1))
    if fee > principal_fen or cap_at_principal:
        note.use(cap)
    if cap_at_principal:
        fee = note.step("封顶", "不超过欠费本金", least(fee, principal_fen))
    note.say("滞纳金由单位承担，不得让职工出。")
    return note.explained(LateFee(days, fee))


def employee_share_of_late_fee() -> int:
    """What the employee bears of a late fee: nothing (人社部令第13号)."""
    return 0


def undeclared(last_month_fen: Any) -> Any:
    """未申报 assessed at 110% of last month's amount, rounded to fen (社会保险法第六十二条)."""
    return share(last_month_fen, BOOK.at("undeclared_rate", NATION, CHANGE).rate)


def fine_range(owed_fen: Any) -> tuple[Any, Any]:
    """罚款 after an order to pay was not followed: one to three times what is owed (社会保险法第八十六条)."""
    low, high = (BOOK.at(key, NATION, CHANGE).fen for key in ("fine_lowest", "fine_highest"))
    return owed_fen * low, owed_fen * high


def difference(before: Contribution, after: Contribution) -> Difference:
    """补差 between two assessments of the same month and insurance; nothing is edited in place."""
    if (before.insurance, before.month) != (after.insurance, after.month):
        raise invalid("month", "补差要在同一险种、同一月份之间比较。")
    return Difference(
        after.base - before.base,
        after.employer - before.employer,
        after.employee - before.employee,
        after.account_credit - before.account_credit,
    )
