"""社保卡 under an open grant."""

from shebao.privacy import gate
from shebao.registry.models import Card


def card(grant: gate.Grant) -> Card | None:
    """The card of the grant's person, if one was made."""
    return Card.objects.using(grant.alias).filter(subject_id=grant.subject_id).first()
