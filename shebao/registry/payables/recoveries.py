"""多发追回 (经办条例第四十六条): what was paid too much and how it comes back. Within a grant that writes `payment.order`."""

from datetime import date

from shebao.privacy import gate
from shebao.registry.models import Recovery

WAYS = {"once": "一次退", "parts": "分期退", "offset": "从以后的待遇里抵扣", "": "等您选怎么退"}


def begin(
    grant: gate.Grant, *, kind: str, amount_fen: int, way: str = "", reason: str, on: date, case: str
) -> Recovery | None:
    """Written down once for a case; None when nothing was paid too much."""
    if amount_fen <= 0:
        return None
    row, _ = Recovery.objects.using(grant.alias).get_or_create(
        subject_id=grant.subject_id, case_no=case, kind=kind,
        defaults={"amount_fen": amount_fen, "way": way if way in WAYS else "", "reason": reason, "since": on},
    )  # fmt: skip
    return row


def standing(grant: gate.Grant) -> list[Recovery]:
    """What the person still owes, oldest first."""
    rows = Recovery.objects.using(grant.alias).filter(subject_id=grant.subject_id, state="open")
    return list(rows.order_by("id"))
