"""备案、资格认定和绑定 under an open grant."""

from datetime import date

from shebao.privacy import gate
from shebao.registry.models import Filing


def filings(grant: gate.Grant, *, kind: str = "") -> list[Filing]:
    """All filings, or those of a kind, newest first."""
    rows = Filing.objects.using(grant.alias).filter(subject_id=grant.subject_id)
    return list((rows.filter(kind=kind) if kind else rows).order_by("-since", "-id"))


def in_force(grant: gate.Grant, kind: str, day: date) -> Filing | None:
    """The filing of a kind in force on a day."""
    for row in filings(grant, kind=kind):
        if row.state == "active" and row.since <= day and (row.until is None or day < row.until):
            return row
    return None


def granted(grant: gate.Grant, kind: str, day: date) -> Filing | None:
    """The newest entitlement of a kind that waits to be activated."""
    for row in filings(grant, kind=kind):
        if row.state == "granted" and (row.until is None or day < row.until):
            return row
    return None
