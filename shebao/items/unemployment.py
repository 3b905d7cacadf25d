"""失业待遇 shares: the registration, the spells of benefit before, and what counts now (社会保险法第四十五至五十二条)."""

from shebao.base import month as months
from shebao.items.facts import Facts
from shebao.registry.models import Filing, Payable
from shebao.rules.unemployment import benefit

INSURANCE = 210
REGISTRATION = "unemployment_registration"
BENEFIT = "unemployment_benefit"
CONDITIONS = "社会保险法第四十五条"
STOPS = "社会保险法第五十一条"


def employed(facts: Facts) -> bool:
    """Whether an employer insures the person now."""
    spell = facts.active(INSURANCE)
    return spell is not None and spell.person_type == "employee"


def registration(facts: Facts) -> Filing | None:
    """The registration of this loss of work; a job found since then has ended it."""
    filed = facts.filing(REGISTRATION)
    if filed is None:
        return None
    since = months.of(filed.since)
    worked = any(
        s.insurance == INSURANCE and s.person_type == "employee" and s.since >= since for s in facts.spells
    )
    return None if worked else filed


def running(facts: Facts) -> Payable | None:
    """The monthly benefit that is still being paid."""
    return next((one for one in facts.payables(BENEFIT) if not _over(one, facts.month)), None)


def counted(facts: Facts) -> tuple[int, int]:
    """Paid months since the last spell of benefit, and months not used then."""
    paid = sorted({row.month for row in facts.paid if row.insurance == INSURANCE and row.state == "paid"})
    spells = sorted((one.since, one.until or facts.month) for one in facts.payables(BENEFIT))
    return benefit.after_claims(paid, spells)


def last_paid(facts: Facts) -> int:
    """The newest month of contributions, 0 without any."""
    return max((row.month for row in facts.paid if row.insurance == INSURANCE), default=0)


def _over(one: Payable, month: int) -> bool:
    return one.state != "approved" or (one.until is not None and one.until <= month)
