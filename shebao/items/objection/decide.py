"""复核申请: another person looks at a decision again and answers in writing."""

from shebao.cases.item import Effect, Finding, Reason, Verdict
from shebao.items.facts import Facts


def check(facts: Facts) -> list[Finding]:
    """Anyone with a decision may ask; which decision it is, is judged when it is sent (see handling.review)."""
    return [Finding("has_reason", True, "写明理由就可以申请。", "社会保险法第八十三条")]


def decide(facts: Facts) -> Verdict:
    """Open: the reviewer decides; the proposal is that the objection is heard."""
    return Verdict(True, (Reason("heard", "已由另一位工作人员重新核对。", "社会保险经办条例第五十二条"),))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The answer; what follows for the registry is a case of its own."""
    return Effect(f"办件 {facts.said('about')} 复核过了。要改的，另开一件来办。")
