"""待支付待遇 written by a case, once. Within an open grant that writes `payment.order`. Amounts in fen, months YYYYMM."""

from datetime import date

from django.db.models import Q

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.registry.models import Payable


def order(
    grant: gate.Grant, *, kind: str, amount_fen: int, since: int, until: int | None = None, monthly: bool = False,
    reason: str = "", case: str,
) -> Payable:  # fmt: skip
    """Money for the person: once, or every month of [since, until). Refuses nothing or less."""
    if amount_fen <= 0:
        raise Refusal("invalid_input", "金额要大于 0。", field="amount_fen")
    return Payable.objects.using(grant.alias).create(
        subject_id=grant.subject_id, kind=kind, amount_fen=amount_fen, monthly=monthly, since=since, until=until,
        reason=reason, case_no=case,
    )  # fmt: skip


def stop(grant: gate.Grant, *, kind: str, until: int, reason: str) -> int:
    """Stops a monthly benefit from a month on; returns how many orders were stopped."""
    return (
        Payable.objects.using(grant.alias)
        .filter(subject_id=grant.subject_id, kind=kind, monthly=True, state="approved")
        .filter(Q(until=None) | Q(until__gt=until))
        .update(until=until, state="stopped", reason=reason)
    )


def renew(grant: gate.Grant) -> int:
    """Payments that the bank sent back go out again, to the account now on file; returns how many."""
    mine = Payable.objects.using(grant.alias).filter(subject_id=grant.subject_id)
    once = mine.filter(state="returned").update(state="approved", reason="")
    return once + mine.filter(monthly=True, reason="bank_returned").update(reason="")


def under_way(grant: gate.Grant, case: str) -> bool:
    """Whether the bank has a payment of this case and has not answered."""
    rows = Payable.objects.using(grant.alias).filter(subject_id=grant.subject_id, case_no=case, monthly=False)
    return rows.filter(state__in=("listed", "sent")).exists()


def paid(grant: gate.Grant, *, case: str, on: date) -> int:
    """Marks the single payments of a case as paid by hand; returns how many. What the bank has is the bank's to say."""
    return (
        Payable.objects.using(grant.alias)
        .filter(subject_id=grant.subject_id, case_no=case, monthly=False, state="approved")
        .update(state="paid", paid_on=on)
    )
