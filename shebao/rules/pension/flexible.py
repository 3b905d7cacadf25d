"""弹性退休 (人社部发〔2024〕94号): up to 36 months early or late, with notice or agreement."""

from dataclasses import dataclass
from typing import Any

from shebao.base import month as months
from shebao.rules.columns import most
from shebao.rules.pension import retirement
from shebao.rules.pension.retirement import BOOK, DECISION, Retirement
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

LONGEST = BOOK.at("flexible_months", NATION, DECISION).fen
EARLY_NOTICE = BOOK.at("early_notice_months", NATION, DECISION).fen
DELAY_AGREEMENT = BOOK.at("delay_agreement_months", NATION, DECISION).fen
REASONS = {
    "not_applicable": "2025年1月以前就到了退休年龄的，不用选退休月份。",
    "before_original_age": "不能早于原来的退休年龄。",
    "over_max_early": "最多提前 36 个月。",
    "over_max_delay": "最多延迟 36 个月。",
    "min_contribution": "缴费年限还不够。",
}


@dataclass(frozen=True)
class FlexibleAnswer:
    """Whether a chosen month is allowed; `reason` is a stable word, `message` a sentence."""

    allowed: bool
    kind: str
    reason: str
    message: str
    earliest: int
    latest: int
    required_months: int
    missing_months: int


def earliest(found: Retirement) -> Any:
    """The earliest month: not before the original age, at most 36 months early."""
    return months.at(most(months.index(found.original_month), months.index(found.month) - LONGEST))


def latest(found: Retirement) -> Any:
    """The latest month: 36 months after the statutory one."""
    return months.plus(found.month, LONGEST)


def check(*, birth: int, category: str, requested: int, paid_months: int) -> FlexibleAnswer:
    """Whether a person may retire in a chosen month with so many paid months by then."""
    if not months.is_month(requested):
        raise invalid("requested", "选的退休年月不对。")
    if paid_months < 0:
        raise invalid("paid_months", "缴费月数不能小于 0。")
    found = retirement.statutory(birth, category)
    away = months.months_until(found.month, requested)
    kind = "early" if away < 0 else "delay" if away else "statutory"
    required = required_months(found, requested)
    first, last = earliest(found), latest(found)
    faults = (
        ("not_applicable", not found.affected and away != 0),
        ("before_original_age", requested < found.original_month),
        ("over_max_early", requested < first),
        ("over_max_delay", requested > last),
        ("min_contribution", paid_months < required),
    )
    reason = next((word for word, holds in faults if holds), "")
    return FlexibleAnswer(
        allowed=not reason,
        kind=kind,
        reason=reason,
        message=REASONS.get(reason, "可以在这个月退休。"),
        earliest=first,
        latest=last,
        required_months=required,
        missing_months=max(0, required - paid_months),
    )


def required_months(found: Retirement, requested: int) -> int:
    """Paid months needed: early, those of the chosen year; delayed, those of the statutory year."""
    year = min(months.year_of(requested), months.year_of(int(found.month)))
    return int(retirement.minimum_months(year))


def early_notice_by(chosen_month: int) -> int:
    """The last month to tell the employer in writing of an early retirement."""
    return months.plus(chosen_month, -EARLY_NOTICE)


def delay_agreement_by(statutory_month: int) -> int:
    """The last month to agree in writing on a delayed retirement."""
    return months.plus(statutory_month, -DELAY_AGREEMENT)
