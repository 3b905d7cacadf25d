"""One insurance, one month: base, 单位缴费 and 个人缴费, each rounded to fen (四舍五入) before any sum."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from shebao.base.money import yuan
from shebao.rules import bases
from shebao.rules.columns import share
from shebao.rules.dated import Value, percent
from shebao.rules.explain import Explained, Working

ARTICLE = "社会保险法第十条、第十二条"


@dataclass(frozen=True)
class Contribution:
    """Amounts in fen: one person, or columns."""

    insurance: str
    month: int
    floor: int
    ceiling: int
    base: Any
    employer_rate: Fraction
    employee_rate: Fraction
    employer: Any
    employee: Any
    account_credit: Any = 0

    @property
    def total(self) -> Any:
        """单位 and 个人 together."""
        return self.employer + self.employee


@dataclass(frozen=True)
class Scope:
    """Where and when: month, region, what was known on `as_of`, and whether demonstration values may be used."""

    month: int
    region: str
    as_of: date | None = None
    allow_demo: bool = False
    provisional: bool = False


def amounts(base: Any, employer_rate: Fraction, employee_rate: Fraction) -> tuple[Any, Any]:
    """单位 and 个人 amounts of a base, each rounded to fen."""
    return share(base, employer_rate), share(base, employee_rate)


def limits(scope: Scope, working: Working) -> bases.Bounds:
    """Floor and ceiling in a scope."""
    return bases.bounds(
        month=scope.month,
        region=scope.region,
        as_of=scope.as_of,
        allow_demo=scope.allow_demo,
        provisional=scope.provisional,
        working=working,
    )


def assess(
    *,
    insurance: str,
    declared_fen: Any,
    scope: Scope,
    employer: Value,
    employee: Value,
    credit: Value | None = None,
    working: Working | None = None,
) -> Explained[Contribution]:
    """核定: base from the declared wage, then both amounts; `credit` is the share that goes to 个人账户."""
    note = working or Working()
    band = limits(scope, note)
    rates = (Fraction(note.use(employer)), Fraction(note.use(employee)))
    base = bases.determine(declared_fen, band)
    note.step("缴费基数", f"申报工资，不低于{yuan(band.floor)}元，不高于{yuan(band.ceiling)}元", base)
    by_employer, by_employee = amounts(base, *rates)
    note.step("单位缴费", f"缴费基数×{percent(rates[0])}，四舍五入到分", by_employer, law=employer.law)
    note.step("个人缴费", f"缴费基数×{percent(rates[1])}，四舍五入到分", by_employee, law=employee.law)
    credited = 0
    if credit is not None:
        credited = share(base, Fraction(note.use(credit)))
        note.step("计入个人账户", f"缴费基数×{percent(credit.rate)}", credited, law=credit.law)
    return note.explained(
        Contribution(
            insurance=insurance,
            month=scope.month,
            floor=band.floor,
            ceiling=band.ceiling,
            base=base,
            employer_rate=rates[0],
            employee_rate=rates[1],
            employer=by_employer,
            employee=by_employee,
            account_credit=credited,
        )
    )
