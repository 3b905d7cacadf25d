"""社保卡启用: a card that was made and not used yet."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cards, judging
from shebao.items.facts import Facts
from shebao.registry.cards import actions


def check(facts: Facts) -> list[Finding]:
    """The state of the card."""
    return cards.findings(facts, {"issued"}, "您的卡还没有启用。", cards.NEW)


def decide(facts: Facts) -> Verdict:
    """Granted when the card is in the right state."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The new state."""
    actions.change(facts.grant, among=("issued",), state="active", activated_on=facts.today)
    return Effect("社保卡已启用，现在就能用。")
