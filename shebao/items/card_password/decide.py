"""社保卡密码重置: the old one is void; the new one is set at the card reader and never kept here."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cards, judging
from shebao.items.facts import Facts
from shebao.registry.cards import actions


def check(facts: Facts) -> list[Finding]:
    """The state of the card."""
    return cards.findings(facts, {"active"}, "您的卡在用，可以重置密码。", cards.IN_USE)


def decide(facts: Facts) -> Verdict:
    """Granted when the card is in the right state."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The new state."""
    actions.change(facts.grant, among=("active",), password="")
    return Effect("原密码已作废。", ("下次在柜台或自助机刷卡时，设一个新密码。",))
