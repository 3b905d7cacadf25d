"""待遇发放: months of benefits, in fen."""

from shebao.privacy import gate
from shebao.registry.models import Benefit


def received_in(grant: gate.Grant, year: int) -> list[Benefit]:
    """Months of a year under an open grant."""
    rows = Benefit.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, month__gte=year * 100 + 1, month__lte=year * 100 + 12
    )
    return list(rows.order_by("kind", "month"))


def received(grant: gate.Grant, *, most: int) -> list[Benefit]:
    """The newest months under an open grant."""
    rows = Benefit.objects.using(grant.alias).filter(subject_id=grant.subject_id)
    return list(rows.order_by("-month", "kind")[:most])
