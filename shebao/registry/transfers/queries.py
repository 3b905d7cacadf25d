"""关系转移 under an open grant."""

from shebao.privacy import gate
from shebao.registry.models import Transfer


def transfers(grant: gate.Grant) -> list[Transfer]:
    """All transfers of the person, newest first."""
    return list(Transfer.objects.using(grant.alias).filter(subject_id=grant.subject_id).order_by("-id"))
