"""失业保险缴费: the temporary total of 1% is split by province (失业保险条例第六条)."""

from datetime import date
from typing import Any

from shebao.rules import contribution, dated
from shebao.rules.contribution import Contribution, Scope
from shebao.rules.dated import Value
from shebao.rules.explain import Explained

BOOK = dated.load("shebao.rules.unemployment", "contribution.toml", "contribution.demo.toml")


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
    as_of: date | None = None,
    allow_demo: bool = False,
    provisional: bool = False,
) -> Explained[Contribution]:
    """失业保险 of one month; refuses regions and months without a sourced split."""
    scope = Scope(month, region, as_of, allow_demo, provisional)
    employer, employee = rates(scope)
    return contribution.assess(
        insurance="210",
        declared_fen=declared_fen,
        scope=scope,
        employer=employer,
        employee=employee,
    )
