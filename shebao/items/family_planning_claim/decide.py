"""计划生育医疗费支付: which operation it was stays in the sealed answers."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import maternity_costs, medical_claims
from shebao.items.facts import Facts

KIND = "family_planning_claim"


def check(facts: Facts) -> list[Finding]:
    """Maternity cover on the day, not settled at the counter, not paid yet."""
    day = facts.said_day("served")
    found = maternity_costs.check(facts, KIND, day)
    if day is not None:
        found.append(medical_claims.unsettled(facts, day, "outpatient", "inpatient"))
    return found


def decide(facts: Facts) -> Verdict:
    """The part inside the catalogue."""
    return maternity_costs.decide(facts, check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment."""
    return maternity_costs.pay(facts, KIND, verdict, facts.said_day("served"))
