"""支付明细 of a person: where the money is, and what the bank answered. Within an open grant. Amounts in fen."""

from dataclasses import dataclass
from datetime import date

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.registry.models import Benefit, Payable, Payment

HELD = "bank_returned"
RETURNED = {
    "no_account": "没有这个账号",
    "wrong_name": "户名和账号对不上",
    "closed": "账户已经销户",
    "frozen": "账户不能收款",
    "other": "银行没有说明原因",
}


@dataclass(frozen=True)
class Standing:
    """One order and its newest payment: state approved, listed, sent, paid, returned or stopped."""

    payable: int
    kind: str
    amount_fen: int
    monthly: bool
    month: int
    state: str
    since: date | None
    tail: str
    reason: str
    case_no: str


def standing(grant: gate.Grant, *, case: str = "") -> list[Standing]:
    """Where each order stands, newest first."""
    orders = Payable.objects.using(grant.alias).filter(subject_id=grant.subject_id).order_by("-id")
    sent: dict[int, Payment] = {}
    for one in Payment.objects.using(grant.alias).filter(subject_id=grant.subject_id).order_by("id"):
        sent[one.payable_id] = one
    return [
        _standing(order, sent.get(order.id)) for order in orders if not case or order.case_no == case
    ]  # fmt: skip


def _standing(order: Payable, last: Payment | None) -> Standing:
    state = last.state if order.monthly and last and order.state == "approved" else order.state
    since = last.changed_on if last and state != "approved" else order.paid_on
    return Standing(
        order.id, order.kind, order.amount_fen, order.monthly, last.month if last else order.since, state, since,
        last.tail if last else "", RETURNED.get(last.reason, "") if last and state == "returned" else "",
        order.case_no,
    )  # fmt: skip


def open_of(grant: gate.Grant, case: str) -> bool:
    """Whether a single payment of a case is not paid yet."""
    rows = Payable.objects.using(grant.alias).filter(subject_id=grant.subject_id, case_no=case, monthly=False)
    return rows.exclude(state__in=("paid", "stopped")).exists()


def line(grant: gate.Grant, payment: int) -> Payment | None:
    """One line of a batch; None when it is not this person's."""
    rows = Payment.objects.using(grant.alias).select_for_update()
    return rows.select_related("payable").filter(id=payment, subject_id=grant.subject_id).first()


def addressed(grant: gate.Grant, row: Payment, account: str) -> None:
    """The last four characters of the account the money goes to."""
    Payment.objects.using(grant.alias).filter(id=row.id).update(tail=account[-4:])


def missing(grant: gate.Grant, row: Payment, on: date) -> None:
    """No account on file: the line leaves the batch as returned, before the bank sees it."""
    _close(grant, row, "returned", "no_account", on)


def paid(grant: gate.Grant, payment: int, on: date) -> Payment | None:
    """到账: the money has arrived. None when the line was closed before; refuses one that was not sent."""
    row = _open(grant, payment)
    if row is None:
        return None
    _close(grant, row, "paid", "", on)
    if row.payable.monthly:
        Benefit.objects.using(grant.alias).get_or_create(
            subject_id=grant.subject_id, kind=row.payable.kind, month=row.month,
            defaults={"amount_fen": row.amount_fen, "paid_on": on},
        )  # fmt: skip
    return row


def returned(grant: gate.Grant, payment: int, reason: str, on: date) -> Payment | None:
    """退票: the money came back. None when the line was closed before; refuses one that was not sent."""
    row = _open(grant, payment)
    if row is not None:
        _close(grant, row, "returned", reason if reason in RETURNED else "other", on)
    return row


def _open(grant: gate.Grant, payment: int) -> Payment | None:
    row = line(grant, payment)
    if row is None or row.state == "listed":
        raise Refusal("conflict", "这笔支付还没有交给银行。")
    return row if row.state == "sent" else None


def _close(grant: gate.Grant, row: Payment, state: str, reason: str, on: date) -> None:
    rows = Payment.objects.using(grant.alias).filter(id=row.id)
    rows.update(state=state, reason=reason, changed_on=on)
    if not row.payable.monthly:
        orders = Payable.objects.using(grant.alias).filter(id=row.payable_id)
        orders.update(state=state, paid_on=on if state == "paid" else None)
    elif state == "returned":
        Payable.objects.using(grant.alias).filter(id=row.payable_id).update(reason=HELD)
