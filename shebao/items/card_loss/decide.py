"""社保卡挂失: effective at once."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cards, judging
from shebao.items.facts import Facts
from shebao.registry.cards import actions


def check(facts: Facts) -> list[Finding]:
    """The state of the card."""
    return cards.findings(
        facts,
        {"issued", "active"},
        "您的卡在用，可以挂失。",
        {"lost": "您的卡已经挂失，不用再办。找到了可以解除挂失。"},
    )


def decide(facts: Facts) -> Verdict:
    """Granted when the card is in the right state."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The new state."""
    actions.change(facts.grant, among=("issued", "active"), state="lost", lost_on=facts.today)
    return Effect("已挂失，这张卡现在不能用。", ("找到了可以解除挂失，找不到可以补卡。",))
