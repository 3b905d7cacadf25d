"""电子社保卡解除."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cards, judging
from shebao.items.facts import Facts
from shebao.registry.cards import actions


def check(facts: Facts) -> list[Finding]:
    """The state of the card."""
    return cards.findings(facts, {"active", "lost", "issued"}, "您有社保卡。", {}) + cards.electronic(
        facts, wanted=True
    )


def decide(facts: Facts) -> Verdict:
    """Granted when the card is in the right state."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The new state."""
    actions.change(facts.grant, among=("active", "lost", "issued"), electronic_since=None)
    return Effect("电子社保卡已停用，实体卡照常用。")
