"""异地转诊人员备案: with the hospital's referral; holds for a time."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import remote_treatment
from shebao.items.facts import Facts

TYPE = "referred"


def check(facts: Facts) -> list[Finding]:
    """Insured, nothing on file, another city."""
    return remote_treatment.check(facts)


def decide(facts: Facts) -> Verdict:
    """Granted when every line holds."""
    return remote_treatment.decide(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One filing."""
    return remote_treatment.file(facts, TYPE)
