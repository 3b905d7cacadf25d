"""解除挂失: only a card reported lost."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cards, judging
from shebao.items.facts import Facts
from shebao.registry.cards import actions


def check(facts: Facts) -> list[Finding]:
    """The state of the card."""
    return cards.findings(facts, {"lost"}, "您的卡在挂失，可以解除。", cards.NOT_LOST)


def decide(facts: Facts) -> Verdict:
    """Granted when the card is in the right state."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The new state."""
    state = "active" if facts.card and facts.card.activated_on else "issued"
    actions.change(facts.grant, among=("lost",), state=state, lost_on=None)
    return Effect("已解除挂失，这张卡又能用了。")
