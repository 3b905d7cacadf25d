"""病残津贴 (人社部发〔2024〕72号): which formula, for how many months; every value is a parameter of medium mark."""

from dataclasses import dataclass
from datetime import date

from shebao.base import month as months
from shebao.base import workdays
from shebao.rules import dated
from shebao.rules.pension.amount import Pension
from shebao.rules.pension.retirement import Retirement
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.pension", "disability.toml")
SINCE = 202501
FIVE_YEARS = 60


@dataclass(frozen=True)
class Allowance:
    """Fen a month; `until` the month in which it ends: the statutory month, or sooner with few paid years."""

    monthly: int
    until: int
    whole: bool


def allowance(worked: Pension, *, paid_months: int, since: int, due: Retirement) -> Allowance:
    """The pension's own formula near the age with enough years; else its basic part, with few years for a time."""
    left = months.months_until(since, int(due.month))
    enough = paid_months >= int(due.minimum_months)
    whole = enough and left <= BOOK.at("near_months", NATION, SINCE).fen
    until = int(due.month) if enough else min(int(due.month), months.plus(since, payable_months(paid_months)))
    return Allowance(int(worked.total if whole else worked.basic), until, whole)


def payable_months(paid_months: int) -> int:
    """Months for who has too few years: twelve, three more for each year begun beyond five."""
    beyond = -(-max(0, paid_months - FIVE_YEARS) // 12)
    return BOOK.at("first_months", NATION, SINCE).fen + BOOK.at("step_months", NATION, SINCE).fen * beyond


def valid_until(decided: date) -> date:
    """The last day on which an appraisal may be relied on."""
    return workdays.add_months(decided, BOOK.at("appraisal_months", NATION, SINCE).fen).raw
