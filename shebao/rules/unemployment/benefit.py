"""失业保险金: who, how many months, how much (社会保险法第四十五至五十一条)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from shebao.base import month as months
from shebao.rules import dated
from shebao.rules.columns import all_within, least, share, where
from shebao.rules.dated import percent
from shebao.rules.explain import Explained, Working
from shebao.rules.refusals import RuleRefusal, invalid
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.unemployment", "benefit.toml")
SINCE = 201107
INVOLUNTARY = {
    "contract_expired": "合同到期",
    "dismissed": "被单位解除合同",
    "laid_off": "经济性裁员",
    "mutual_by_employer": "单位提出协商解除",
    "employer_bankrupt": "单位破产",
    "employer_closed": "单位关闭或撤销",
    "employer_fault": "单位有过错，本人解除合同",
}
VOLUNTARY = {"resigned": "本人辞职", "mutual_by_employee": "本人提出协商解除", "retired": "退休"}
REASONS = {
    "min_contribution": "失业保险缴费不满一年。",
    "voluntary": "本人自愿离职的，不能领失业金。",
    "not_registered": "还没有办失业登记。",
    "not_seeking_work": "现在不想找工作，不能领失业金。",
}
STOPS = {
    "reemployed": "重新就业",
    "conscripted": "应征服兵役",
    "emigrated": "移居境外",
    "pensioner": "享受基本养老保险待遇",
    "refused_work": "无正当理由拒不接受介绍的工作或培训",
}


@dataclass(frozen=True)
class Eligibility:
    """Whether, and if not why: `reason` a stable word, `message` a sentence."""

    eligible: bool
    reason: str
    message: str
    max_months: int


def longest_months(paid_months: Any, unused_months: Any = 0) -> Any:
    """最长领取月数: 12, 18 or 24 by paid months, plus unused earlier months, never above 24."""
    if not all_within(paid_months, 0, 1200) or not all_within(unused_months, 0, 24):
        raise invalid("contribution_months", "缴费月数或剩余月数不对。")
    first, second, third = BOOK.at("steps", NATION, SINCE).value
    short, middle, long = BOOK.at("longest_months", NATION, SINCE).value
    own = where(
        paid_months < first,
        0,
        where(paid_months < second, short, where(paid_months < third, middle, long)),
    )
    return least(own + unused_months, long)


def eligibility(
    *, paid_months: int, reason: str, registered: bool, seeking_work: bool = True, unused_months: int = 0
) -> Eligibility:
    """The three conditions of 第四十五条; an unknown leaving reason is refused."""
    if reason not in INVOLUNTARY and reason not in VOLUNTARY:
        raise invalid("reason", "没有这种离职原因。")
    required = BOOK.at("least_months", NATION, SINCE).fen
    faults = (
        ("min_contribution", paid_months < required and unused_months == 0),
        ("voluntary", reason in VOLUNTARY),
        ("not_registered", not registered),
        ("not_seeking_work", not seeking_work),
    )
    found = next((word for word, holds in faults if holds), "")
    most = 0 if found else int(longest_months(paid_months, unused_months))
    return Eligibility(not found, found, REASONS.get(found, "可以申领。"), most)


def after_claims(paid: Sequence[int], claims: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Paid months that count now and unused months of earlier spells of benefit (第四十六条).

    `paid`: months; `claims`: earlier spells [since, until) in months, oldest first.
    """
    unused, after = 0, 0
    for since, until in claims:
        counted = sum(after <= month < since for month in paid)
        granted = int(longest_months(counted, unused))
        unused = max(0, granted - months.months_until(since, until))
        after = since
    return sum(month >= after for month in paid), unused


def first_month(registered: int, last_paid: int) -> int:
    """The first month of benefit: from the registration on, never one that the employer still paid for."""
    return max(registered, months.plus(last_paid, 1))


def minimum_wages(*, month: int, region: str) -> tuple[int, ...]:
    """The province's tiers of 最低工资 (fen); refuses what is not established."""
    return tuple(BOOK.at(f"minimum_wage_{tier}", region, month).fen for tier in (1, 2, 3))


def monthly_amount(*, minimum_wage_fen: int, month: int, region: str) -> Explained[int]:
    """失业保险金 of a month (fen): the province's share of one of its 最低工资 tiers."""
    note = Working()
    rate = Fraction(note.use(BOOK.at("benefit_rate", region, month)))
    tiers = minimum_wages(month=month, region=region)
    if minimum_wage_fen not in tiers:
        raise RuleRefusal("unknown_tier", "当地没有这一档最低工资。", field="minimum_wage")
    note.use(BOOK.at(f"minimum_wage_{tiers.index(minimum_wage_fen) + 1}", region, month))
    amount = share(minimum_wage_fen, rate)
    return note.explained(note.step("每月失业保险金", f"当地最低工资×{percent(rate)}", amount))
