"""社保卡 changed by a case. Within an open grant that writes `card.record`."""

from typing import Any

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.registry.models import Card


def issue(grant: gate.Grant, **values: Any) -> Card:
    """A card for a person who has none. Refuses a second one."""
    row, made = Card.objects.using(grant.alias).get_or_create(subject_id=grant.subject_id, defaults=values)
    if not made:
        raise Refusal("conflict", "您已经有社保卡。", "看社保卡", "/items/")
    return row


def change(grant: gate.Grant, *, among: tuple[str, ...], **values: Any) -> Card:
    """Changes the card when it is in one of these states. Refuses a card in another state or none."""
    row = Card.objects.using(grant.alias).select_for_update().filter(subject_id=grant.subject_id).first()
    if row is None:
        raise Refusal("precondition_unmet", "还没有制社保卡。", "去申领", "/items/card-issue/")
    if row.state not in among:
        raise Refusal("conflict", "社保卡现在的状态不能办这件事。", "看能办什么", "/items/")
    for name, value in values.items():
        setattr(row, name, value)
    row.save(using=grant.alias)
    return row
