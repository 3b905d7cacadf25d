"""One enrolment's amounts for a month: which rule applies, for one person or a column of them."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from shebao.rules import bases, contribution
from shebao.rules.contribution import Contribution, Scope
from shebao.rules.explain import Explained, Working
from shebao.rules.injury import contribution as injury
from shebao.rules.medical import contribution as medical
from shebao.rules.pension import contribution as pension
from shebao.rules.refusals import invalid
from shebao.rules.unemployment import contribution as unemployment

EMPLOYEE, FLEXIBLE = 1, 2
PENSION, CIVIL_PENSION, UNEMPLOYMENT, MEDICAL, INJURY = 110, 120, 210, 310, 410
MONTHLY = (PENSION, CIVIL_PENSION, UNEMPLOYMENT, MEDICAL, INJURY)
SELF_PAID = (PENSION, MEDICAL)
NOTHING = Fraction(0)


@dataclass(frozen=True)
class Group:
    """What all rows of a group share: month, region, insurance, kind of person, industry class (0: unknown)."""

    month: int
    region: str
    insurance: int
    person_type: int
    industry_class: int = 0


@dataclass(frozen=True)
class Known:
    """What may be used: values published by `as_of`; demonstration values only for invented people."""

    as_of: date
    allow_demo: bool = False


@dataclass(frozen=True)
class Amounts:
    """Base and both parts in fen."""

    base: Any
    employer: Any
    person: Any


def amounts(group: Group, declared_fen: Any, known: Known) -> Amounts:
    """核定 of one group. Refuses regions, months and classes without an established value."""
    if group.person_type == FLEXIBLE:
        return _self_paid(group, declared_fen, known)
    found = _employed(group, declared_fen, known).value
    return Amounts(found.base, found.employer, found.employee)


def _employed(group: Group, declared_fen: Any, known: Known) -> Explained[Contribution]:
    where: dict[str, Any] = {
        "declared_fen": declared_fen,
        "month": group.month,
        "region": group.region,
        "as_of": known.as_of,
        "allow_demo": known.allow_demo,
        "provisional": True,
    }
    if group.insurance in (PENSION, CIVIL_PENSION):
        return pension.assess(insurance=str(group.insurance), **where)
    if group.insurance == UNEMPLOYMENT:
        return unemployment.assess(**where)
    if group.insurance == MEDICAL:
        return medical.assess(**where)
    if group.insurance == INJURY:
        return injury.assess(industry_class=group.industry_class, **where)
    raise invalid("insurance", "这个险种不按月核定。")


def _self_paid(group: Group, declared_fen: Any, known: Known) -> Amounts:
    """灵活就业: the person bears all of it, on the chosen base inside the same floor and ceiling."""
    scope = Scope(group.month, group.region, known.as_of, known.allow_demo, True)
    base = bases.determine(declared_fen, contribution.limits(scope, Working()))
    if group.insurance == PENSION:
        rate = _rate(pension.BOOK.at, "flexible_rate", scope)
        return Amounts(base, *contribution.amounts(base, NOTHING, rate))
    if group.insurance == MEDICAL:
        rates = (_rate(medical.BOOK.at, key, scope) for key in ("employer_rate", "employee_rate"))
        employer, person = contribution.amounts(base, *rates)
        return Amounts(base, 0 * base, employer + person)
    raise invalid("insurance", "灵活就业人员不参加这个险种。")


def _rate(at: Any, key: str, scope: Scope) -> Fraction:
    value = at(key, scope.region, scope.month, as_of=scope.as_of, allow_demo=scope.allow_demo)
    return Fraction(value.rate)
