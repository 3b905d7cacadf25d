"""社保卡申领: a person on file without a card."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cards, judging
from shebao.items.facts import Facts
from shebao.registry.cards import actions


def check(facts: Facts) -> list[Finding]:
    """The state of the card."""
    return cards.none_yet(facts)


def decide(facts: Facts) -> Verdict:
    """Granted when the card is in the right state."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The new state."""
    actions.issue(facts.grant, state="issued", issued_on=facts.today)
    return Effect(
        "社保卡已制好。",
        ("到窗口取卡时启用。" if facts.said("way") == "office" else "寄到以后，在这里启用。",),
    )
