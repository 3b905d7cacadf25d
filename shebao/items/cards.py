"""社保卡事项 share: what state the card is in, and which it must be in."""

from collections.abc import Mapping

from shebao.cases.item import Finding
from shebao.items.facts import Facts
from shebao.items.judging import holds

ISSUE = "社会保险经办条例第六条"
RULE = "社会保险经办条例第七条"
LOSS = "人社部发〔2011〕47号"
FIRST_FOUND = "您的卡在挂失，先解除挂失。"
FIRST_ACTIVE = "您的卡还没有启用，先启用。"
IN_USE = {"lost": FIRST_FOUND, "issued": FIRST_ACTIVE}
NOT_LOST = dict.fromkeys(("active", "issued"), "您的卡没有挂失，不用解除。")
NEW = {"active": "您的卡已经启用，不用再办。", "lost": "您的卡在挂失，找到了先解除挂失，找不到就补一张。"}
WAYS = {"lost": ("去解除挂失", "/items/card-found/"), "issued": ("去启用", "/items/card-activate/")}


def findings(facts: Facts, wanted: set[str], fine: str, words: Mapping[str, str]) -> list[Finding]:
    """A card exists and is in one of the states wanted; `words` say why another state does not do."""
    card = facts.card
    if card is None:
        return [_none()]
    right = card.state in wanted
    text = fine if right else words.get(card.state, "您的卡已经注销，要办一张新的。")
    step, url = WAYS.get(card.state, ("", ""))
    return [Finding("wrong_state", right, text, RULE, step, url)]


def electronic(facts: Facts, *, wanted: bool) -> list[Finding]:
    """Whether there is an electronic card, as wanted."""
    card = facts.card
    if card is None:
        return []
    has = card.electronic_since is not None
    yes = "您有电子社保卡。" if wanted else "您还没有电子社保卡。"
    no = "您没有电子社保卡，不用停。" if wanted else "您已经有电子社保卡，不用再领。"
    return [holds("has_none" if wanted else "has_one", has == wanted, yes, no, RULE)]


def none_yet(facts: Facts) -> list[Finding]:
    """No card so far, and registered for an insurance."""
    enrolled = any(spell.state in ("active", "retired") for spell in facts.spells)
    return [
        holds("has_card", facts.card is None, "您还没有社保卡。", "您已经有社保卡，丢了或坏了就补一张。", ISSUE,
              "去补卡", "/items/card-replace/"),
        holds("not_enrolled", enrolled, "您办过参保登记。", "您还没有办参保登记，先登记再领卡。", ISSUE, "办参保登记", "/items/"),
    ]  # fmt: skip


def replaceable(facts: Facts) -> list[Finding]:
    """A card; one that was lost is reported lost first."""
    card = facts.card
    if card is None:
        return [_none()]
    lost = facts.said("why") == "lost" and card.state != "lost" and not facts.deciding
    text = "卡丢了要先挂失，免得别人用。" if lost else "可以补换。"
    return [Finding("not_lost", not lost, text, LOSS, "去挂失", "/items/card-loss/")]


def _none() -> Finding:
    return Finding("no_card", False, "您还没有社保卡，先申领一张。", ISSUE, "去申领", "/items/card-issue/")
