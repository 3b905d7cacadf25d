"""职工医保缴费 (生育保险 is collected with it since 2020, 国办发〔2019〕10号)."""

from datetime import date
from typing import Any

from shebao.rules import contribution, dated
from shebao.rules.contribution import Contribution, Scope
from shebao.rules.dated import Value
from shebao.rules.explain import Explained

BOOK = dated.load("shebao.rules.medical", "contribution.toml", "contribution.demo.toml")


def _value(key: str, scope: Scope) -> Value:
    return BOOK.at(key, scope.region, scope.month, as_of=scope.as_of, allow_demo=scope.allow_demo)


def rates(scope: Scope) -> tuple[Value, Value]:
    """单位 (with 生育) and 个人 rates of 职工医保 in a scope."""
    return _value("employer_rate", scope), _value("employee_rate", scope)


def maternity_rates(scope: Scope) -> tuple[Value, Value]:
    """Rates of a separate 生育保险: nothing since 2020-01."""
    return _value("maternity_employer_rate", scope), _value("maternity_rate", scope)


def assess(
    *,
    declared_fen: Any,
    month: int,
    region: str,
    as_of: date | None = None,
    allow_demo: bool = False,
    provisional: bool = False,
) -> Explained[Contribution]:
    """职工医保 of one month: the pool's own employer rate, 2% by the employee. Refuses unknown pools."""
    scope = Scope(month, region, as_of, allow_demo, provisional)
    employer, employee = rates(scope)
    return contribution.assess(
        insurance="310",
        declared_fen=declared_fen,
        scope=scope,
        employer=employer,
        employee=employee,
    )


def assess_maternity(
    *,
    declared_fen: Any,
    month: int,
    region: str,
    as_of: date | None = None,
    allow_demo: bool = False,
    provisional: bool = False,
) -> Explained[Contribution]:
    """生育保险 of one month: nothing separate since 2020-01, and never anything by the employee."""
    scope = Scope(month, region, as_of, allow_demo, provisional)
    employer, employee = maternity_rates(scope)
    return contribution.assess(
        insurance="510",
        declared_fen=declared_fen,
        scope=scope,
        employer=employer,
        employee=employee,
    )


def large_amount(*, month: int, region: str) -> Value:
    """大额医疗费用补助 paid by the employee each month (fen), where a pool collects it."""
    return BOOK.at("large_amount_monthly", region, month)
