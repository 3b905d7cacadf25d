"""医保花费: settlements of one year by month and kind; where they happened only under its own purpose."""

from typing import Any

from shebao.privacy import gate
from shebao.registry import reads
from shebao.registry.models import Claim


def spending_text(
    actor: gate.Actor,
    *,
    year: int,
    detail: bool = False,
    subject: int | None = None,
    case: str = "",
    process: str = "",
) -> str:
    """JSON text as the database wrote it. Refuses with the gate's codes."""
    purpose = process or ("enquiry.spending_detail" if detail else "enquiry.spending")
    return reads.text("registry.spending", *reads.opening(actor, purpose, subject, case), year, detail)


def spending(
    actor: gate.Actor,
    *,
    year: int,
    detail: bool = False,
    subject: int | None = None,
    case: str = "",
    process: str = "",
) -> dict[str, Any]:
    """The same, parsed."""
    return reads.parsed(
        spending_text(actor, year=year, detail=detail, subject=subject, case=case, process=process)
    )


def settled_in(grant: gate.Grant, year: int) -> list[Claim]:
    """Settled claims of a year under an open grant."""
    rows = Claim.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, state="settled", served_on__year=year
    )
    return list(rows.order_by("served_on"))
