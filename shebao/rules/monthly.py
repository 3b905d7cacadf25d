"""五险 of one month at once: one base, each insurance's two amounts. For a payslip and for a province."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from shebao.rules import bases, contribution
from shebao.rules.columns import shares
from shebao.rules.contribution import Scope
from shebao.rules.dated import Value, percent
from shebao.rules.explain import Explained, Working
from shebao.rules.injury import contribution as injury
from shebao.rules.medical import contribution as medical
from shebao.rules.pension import contribution as pension
from shebao.rules.refusals import invalid
from shebao.rules.unemployment import contribution as unemployment

NAMES = {
    "110": "企业职工基本养老保险",
    "210": "失业保险",
    "310": "职工基本医疗保险（含生育）",
    "410": "工伤保险",
    "510": "生育保险",
}
ALL = tuple(NAMES)


@dataclass(frozen=True)
class Part:
    """One insurance's amounts in fen: one person, or columns."""

    insurance: str
    employer: Any
    employee: Any


@dataclass(frozen=True)
class Month:
    """The base and the parts of a month; totals are sums of rounded parts, so the list adds up."""

    month: int
    base: Any
    parts: tuple[Part, ...]

    @property
    def employer(self) -> Any:
        """单位合计."""
        return sum(part.employer for part in self.parts)

    @property
    def employee(self) -> Any:
        """个人合计."""
        return sum(part.employee for part in self.parts)


def rates(
    insurance: str, scope: Scope, *, industry_class: int = 1, float_ratio: Fraction = injury.NORMAL
) -> tuple[Value, Value]:
    """The two rates of an insurance in a scope; refuses unknown insurances, regions and months."""
    if insurance == "410":
        return injury.rates(scope, industry_class, float_ratio)
    tables = {
        "110": pension.rates,
        "210": unemployment.rates,
        "310": medical.rates,
        "510": medical.maternity_rates,
    }
    if insurance not in tables:
        raise invalid("insurance", "这个险种不按月工资缴费。")
    return tables[insurance](scope)


def assess(
    *,
    declared_fen: Any,
    scope: Scope,
    insurances: Iterable[str] = ALL,
    industry_class: int = 1,
    float_ratio: Fraction = injury.NORMAL,
) -> Explained[Month]:
    """核定 of several insurances for one declared wage or a column of them."""
    note = Working()
    band = contribution.limits(scope, note)
    base = note.step("缴费基数", "申报工资，限在上下限之间", bases.determine(declared_fen, band))
    wanted = tuple(insurances)
    values = [
        rates(insurance, scope, industry_class=industry_class, float_ratio=float_ratio)
        for insurance in wanted
    ]
    for pair in values:
        for value in pair:
            note.use(value)
    amounts = shares(base, tuple(value.rate for pair in values for value in pair))
    parts = []
    for position, insurance in enumerate(wanted):
        employer, employee = amounts[2 * position], amounts[2 * position + 1]
        for who, value, amount in zip(("单位", "个人"), values[position], (employer, employee), strict=True):
            words = f"缴费基数×{percent(value.rate)}，四舍五入到分"
            note.step(f"{NAMES[insurance]}{who}缴费", words, amount, law=value.law)
        parts.append(Part(insurance, employer, employee))
    return note.explained(Month(scope.month, base, tuple(parts)))
