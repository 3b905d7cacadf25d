"""养老保险缴费: employees (单位16%、个人8%) and flexible workers (20%, 8 points of it to 个人账户)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from shebao.rules import contribution, dated
from shebao.rules.columns import least, ratio, share
from shebao.rules.contribution import Contribution, Scope
from shebao.rules.dated import Value, percent
from shebao.rules.explain import Explained, Working
from shebao.rules.refusals import invalid

BOOK = dated.load("shebao.rules.pension", "contribution.toml", "contribution.demo.toml")
EMPLOYEE_SCHEMES = {"110": "企业职工基本养老保险", "120": "机关事业单位基本养老保险"}


@dataclass(frozen=True)
class FlexibleContribution:
    """Amounts in fen of a flexible worker."""

    monthly_base: Any
    monthly: Any
    to_account_monthly: Any
    months: int
    total: Any


def _value(key: str, scope: Scope) -> Value:
    return BOOK.at(key, scope.region, scope.month, as_of=scope.as_of, allow_demo=scope.allow_demo)


def rates(scope: Scope) -> tuple[Value, Value]:
    """单位 and 个人 rates in a scope."""
    return _value("employer_rate", scope), _value("employee_rate", scope)


def assess(
    *,
    declared_fen: Any,
    month: int,
    region: str,
    insurance: str = "110",
    as_of: date | None = None,
    allow_demo: bool = False,
    provisional: bool = False,
) -> Explained[Contribution]:
    """职工养老保险 of one month; 个人 part goes whole to 个人账户. Refuses months before 2019-05."""
    scope = Scope(month, region, as_of, allow_demo, provisional)
    employer, employee = rates(scope)
    return contribution.assess(
        insurance=insurance,
        declared_fen=declared_fen,
        scope=scope,
        employer=employer,
        employee=employee,
        credit=_value("account_rate", scope),
    )


def flexible(
    *,
    index: Fraction,
    month: int,
    region: str,
    count: int = 1,
    as_of: date | None = None,
    allow_demo: bool = False,
    provisional: bool = False,
) -> Explained[FlexibleContribution]:
    """灵活就业 at a chosen tier (0.6 to 3.0 of the average) for `count` months of one contribution year."""
    scope = Scope(month, region, as_of, allow_demo, provisional)
    note = Working()
    low, high = (Fraction(note.use(_value(f"flexible_{end}_index", scope))) for end in ("lowest", "highest"))
    if not low <= index <= high:
        raise invalid("index", "缴费档次要在 60% 到 300% 之间。")
    if not 1 <= count <= 12:
        raise invalid("months", "一个缴费年度只能算 1 到 12 个月。")
    band = contribution.limits(scope, note)
    base = note.step("月缴费基数", f"月平均工资×{percent(index)}，四舍五入到分", share(band.average, index))
    rate = Fraction(note.use(_value("flexible_rate", scope)))
    monthly = note.step("每月缴费", f"月缴费基数×{percent(rate)}，四舍五入到分", share(base, rate))
    credited = Fraction(note.use(_value("account_rate", scope)))
    to_account = note.step("每月计入个人账户", f"月缴费基数×{percent(credited)}", share(base, credited))
    total = note.step(f"{count}个月合计", "每月缴费×月数", monthly * count)
    return note.explained(FlexibleContribution(base, monthly, to_account, count, total))


def flexible_subsidy(*, paid_fen: Any, on: date, region: str) -> Explained[Any]:
    """就业困难人员社保补贴 of one month: half of what was paid, at most half of the 100% tier."""
    note = Working()
    rate = Fraction(note.use(BOOK.at("flexible_subsidy_rate", region, on)))
    month = on.year * 100 + on.month
    full = flexible(index=Fraction(1), month=month, region=region).value.monthly
    cap = ratio(full, rate.numerator, rate.denominator)
    subsidy = least(share(paid_fen, rate), cap)
    note.step("每月补贴", f"实缴养老保险费×{percent(rate)}，不超过100%档的一半", subsidy)
    note.say("补贴最长三年；离法定退休不足五年的可以到退休。")
    return note.explained(subsidy)
