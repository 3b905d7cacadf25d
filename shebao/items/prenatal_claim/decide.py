"""产前检查费支付: once for a pregnancy's checks, by the day of the last one."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import maternity_costs
from shebao.items.facts import Facts

KIND = "prenatal_claim"


def check(facts: Facts) -> list[Finding]:
    """Maternity cover on the day, not paid yet."""
    return maternity_costs.check(facts, KIND, facts.said_day("served"))


def decide(facts: Facts) -> Verdict:
    """The part inside the catalogue."""
    return maternity_costs.decide(facts, check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment."""
    return maternity_costs.pay(facts, KIND, verdict, facts.said_day("served"))
