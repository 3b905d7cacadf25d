"""待支付待遇 under an open grant. Amounts in fen."""

from shebao.privacy import gate
from shebao.registry.models import Payable


def payables(grant: gate.Grant, *, kind: str = "") -> list[Payable]:
    """Money decided for the person, newest first."""
    rows = Payable.objects.using(grant.alias).filter(subject_id=grant.subject_id)
    return list((rows.filter(kind=kind) if kind else rows).order_by("-id"))
