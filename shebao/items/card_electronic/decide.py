"""电子社保卡签发: bound to an active card; no face is asked for, the log-in is enough."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cards, judging
from shebao.items.facts import Facts
from shebao.registry.cards import actions


def check(facts: Facts) -> list[Finding]:
    """The state of the card."""
    return cards.findings(facts, {"active"}, "您的卡在用，可以领。", cards.IN_USE) + cards.electronic(
        facts, wanted=False
    )


def decide(facts: Facts) -> Verdict:
    """Granted when the card is in the right state."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The new state."""
    actions.change(facts.grant, among=("active",), electronic_since=facts.today)
    return Effect("电子社保卡领好了，现在就能用。")
