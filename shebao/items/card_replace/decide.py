"""社保卡补换: a lost card is reported first; the old one is void."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cards, judging
from shebao.items.facts import Facts
from shebao.registry.cards import actions


def check(facts: Facts) -> list[Finding]:
    """The state of the card."""
    return cards.replaceable(facts)


def decide(facts: Facts) -> Verdict:
    """Granted when the card is in the right state."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The new state."""
    card = facts.card
    actions.change(
        facts.grant,
        among=("issued", "active", "lost"),
        state="issued",
        issued_on=facts.today,
        activated_on=None,
        lost_on=None,
        electronic_since=None,
        password="",
        copies=card.copies + 1 if card else 1,
    )
    return Effect("新卡已制好，旧卡作废。", ("拿到新卡后，在这里启用。",))
