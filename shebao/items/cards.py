"""社保卡事项 share: what state the card is in, and which it must be in."""

from collections.abc import Mapping

from shebao.cases.item import Finding
from shebao.items.facts import Facts

RULE = "社会保险经办条例第六条"
FIRST_FOUND = "您的卡在挂失，先解挂。"
FIRST_ACTIVE = "您的卡还没有启用，先启用。"
IN_USE = {"lost": FIRST_FOUND, "issued": FIRST_ACTIVE}
NOT_LOST = {"active": "您的卡没有挂失，不用解挂。", "issued": "您的卡没有挂失，不用解挂。"}
NEW = {"active": "您的卡已经启用，不用再办。", "lost": "您的卡在挂失，先解挂或补卡。"}


def findings(
    facts: Facts,
    wanted: set[str],
    fine: str,
    words: Mapping[str, str],
    ways: Mapping[str, tuple[str, str]] | None = None,
) -> list[Finding]:
    """A card exists and is in one of the states wanted; `words` say why another state does not do, `ways` what does."""
    card = facts.card
    if card is None:
        return [
            Finding("no_card", False, "您还没有社保卡。", RULE, "先申领", "/items/card-issue/"),
        ]
    right = card.state in wanted
    text = fine if right else words.get(card.state, "卡的状态不能办这件事。")
    step, url = ("", "") if right or ways is None else ways.get(card.state, ("", ""))
    return [Finding("wrong_state", right, text, RULE, step, url)]


def electronic(facts: Facts, *, wanted: bool) -> list[Finding]:
    """Whether there is an electronic card, as wanted."""
    card = facts.card
    if card is None:
        return []
    has = card.electronic_since is not None
    text = "您有电子社保卡。" if has else "您还没有电子社保卡。"
    return [Finding("has_none" if wanted else "has_one", has == wanted, text, RULE)]


def none_yet(facts: Facts) -> list[Finding]:
    """No card so far, and registered for an insurance."""
    enrolled = any(spell.state in ("active", "retired") for spell in facts.spells)
    return [
        Finding("has_card", facts.card is None, "您还没有社保卡。" if facts.card is None else "您已经有社保卡。", RULE),
        Finding(
            "not_enrolled", enrolled, "您已经参保登记。" if enrolled else "还没有参保登记。", "社会保险法第五十八条",
            "先办参保登记", "/items/",
        ),
    ]  # fmt: skip


def replaceable(facts: Facts) -> list[Finding]:
    """A card; one that was lost is reported lost first."""
    card = facts.card
    if card is None:
        return findings(facts, set(), "", {})
    lost = facts.said("why") == "lost" and card.state != "lost" and not facts.deciding
    text = "卡丢了要先挂失，免得别人用。" if lost else "可以补换。"
    return [Finding("not_lost", not lost, text, RULE, "去挂失", "/items/card-loss/")]
