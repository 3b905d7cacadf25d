"""停发和恢复 share: which benefit runs, and the mark on file while it is stopped (经办条例第二十五条)."""

from shebao.items import pensions, unemployment
from shebao.items.facts import Facts
from shebao.registry.models import Filing

RULE = "社会保险经办条例第二十五条"
RESIDENT = "resident_pension"
NAMES = {unemployment.BENEFIT: "失业保险金", pensions.BENEFIT: "职工养老金", RESIDENT: "居民养老金"}


def mark(benefit: str) -> str:
    """The kind of the filing that a benefit is stopped."""
    return f"suspended_{benefit}"


def stopped(facts: Facts, benefit: str) -> Filing | None:
    """The stop in force."""
    return facts.filing(mark(benefit))


def draws(facts: Facts, benefit: str) -> bool:
    """Whether a benefit is being paid: by an order, or by the retired state."""
    if benefit == unemployment.BENEFIT:
        return unemployment.running(facts) is not None
    return facts.retired(pensions.INSURANCE if benefit == pensions.BENEFIT else 170)
