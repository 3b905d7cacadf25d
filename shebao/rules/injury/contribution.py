"""工伤保险缴费: industry class rate times its float, paid by the employer alone (人社部发〔2015〕71号)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from shebao.base import money
from shebao.rules import contribution, dated
from shebao.rules.columns import share
from shebao.rules.contribution import Contribution, Scope
from shebao.rules.dated import Value, When
from shebao.rules.explain import Explained
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.injury", "contribution.toml", "contribution.demo.toml")
CLASSES = range(1, 9)
NORMAL = Fraction(1)
CURRENT = 201510


def floats(industry_class: int, when: When = CURRENT) -> tuple[Fraction, ...]:
    """The float bands of a class: three for class 1, five for the others."""
    if industry_class not in CLASSES:
        raise invalid("class", "行业类别只有一类到八类。")
    key = "floats_class_1" if industry_class == 1 else "floats_other_classes"
    return tuple(money.exact(band) for band in BOOK.at(key, NATION, when).value)


def rate(
    industry_class: int, float_ratio: Fraction = NORMAL, *, when: When = CURRENT, allow_demo: bool = False
) -> Value:
    """基准费率 times 浮动档次 as one parameter; a band the class does not have is refused."""
    if industry_class not in CLASSES:
        raise invalid("class", "行业类别只有一类到八类。")
    benchmark = BOOK.at(f"class_rate_{industry_class}", NATION, when, allow_demo=allow_demo)
    if float_ratio == NORMAL:
        return benchmark
    if float_ratio not in floats(industry_class, when):
        raise invalid("float", "这一类行业没有这个浮动档次。")
    return replace(
        benchmark,
        name=f"{benchmark.name}×浮动{dated.percent(float_ratio)}",
        value=benchmark.rate * float_ratio,
    )


def rates(scope: Scope, industry_class: int, float_ratio: Fraction = NORMAL) -> tuple[Value, Value]:
    """单位 rate of a class and float, 个人 nothing."""
    employer = rate(industry_class, float_ratio, when=scope.month, allow_demo=scope.allow_demo)
    return employer, BOOK.at("employee_rate", scope.region, scope.month)


def on_payroll(payroll_fen: Any, industry_class: int, float_ratio: Fraction = NORMAL) -> Any:
    """单位缴费 on the whole payroll (工资总额), rounded to fen."""
    return share(payroll_fen, rate(industry_class, float_ratio).rate)


def assess(
    *,
    declared_fen: Any,
    month: int,
    region: str,
    industry_class: int,
    float_ratio: Fraction = NORMAL,
    as_of: date | None = None,
    allow_demo: bool = False,
    provisional: bool = False,
) -> Explained[Contribution]:
    """工伤保险 of one month for one employee; the employee pays nothing."""
    scope = Scope(month, region, as_of, allow_demo, provisional)
    employer, employee = rates(scope, industry_class, float_ratio)
    return contribution.assess(
        insurance="410",
        declared_fen=declared_fen,
        scope=scope,
        employer=employer,
        employee=employee,
    )
