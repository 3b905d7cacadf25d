"""关系转移 written by a case or by the exchange. Within an open grant that writes `transfer.record`. Months and fen.

in: requested → letter_sent → record_received → money_received → merged; out: requested (waits for the letter) →
letter_received → record_sent → money_sent → closed; either may end refused or returned, with its reason.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shebao.base import workdays
from shebao.base.refusal import Refusal
from shebao.privacy import gate, vault
from shebao.registry.models import Exchange, Transfer, TransferLeg
from shebao.registry.transfers import documents
from shebao.registry.transfers.documents import Document
from shebao.rules.handling import calendars, deadlines

ITEM = "transfer.record"
LEGS = {
    "letter": "审核并发联系函",
    "await_letter": "等转入地发联系函",
    "hand_over": "转出地核对并划转",
    "merge": "转入地接收并合并",
}
WITHOUT_STEPS = {170: 15, 210: 10}


@dataclass(frozen=True)
class Clock:
    """Working days of each leg; with one limit for the whole, every leg ends with it."""

    steps: tuple[int, ...]

    def due(self, since: date, leg: str, whole: date) -> date:
        """The last day of a leg that begins on a day."""
        if len(self.steps) == 1:
            return whole
        place = {"letter": 0, "await_letter": 0, "hand_over": 1, "merge": 2}[leg]
        return workdays.add_working_days(since, self.steps[place], calendars.of()).day


def clock(insurance: int) -> Clock:
    """15+15+15 for pensions of employees, one limit for the others."""
    if insurance in WITHOUT_STEPS:
        return Clock((WITHOUT_STEPS[insurance],))
    return Clock(deadlines.transfer_steps(str(insurance)))


def request(
    grant: gate.Grant, *, insurance: int, direction: str, region: str, months: int, account_fen: int, on: date,
    due: date, case: str,
) -> Transfer:  # fmt: skip
    """A transfer `in`, `out` or `switch` (衔接), its first leg open. Refuses a second one of the insurance under way."""
    rows = Transfer.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, insurance=insurance, done_on=None
    )
    if rows.exists():
        raise Refusal("conflict", "这个险种已经在转移。", "看我的办件", "/cases/")
    row = rows.create(
        subject_id=grant.subject_id, insurance=insurance, direction=direction, region=region, stage="requested",
        months=months, account_fen=account_fen, requested_on=on, due_on=due, case_no=case,
    )  # fmt: skip
    if direction == "in":
        begin_leg(grant, row, "letter", "here", on)
    elif direction == "switch":
        begin_leg(grant, row, "merge", "here", on)
    else:
        begin_leg(grant, row, "await_letter", "there", on)
    return row


def begin_leg(grant: gate.Grant, row: Transfer, code: str, holder: str, on: date) -> None:
    """Closes the leg before and opens this one, with its own last day."""
    legs = TransferLeg.objects.using(grant.alias).filter(transfer_id=row.id)
    legs.filter(done_on=None).update(done_on=on)
    legs.create(
        transfer_id=row.id, subject_id=row.subject_id, code=code, holder=holder, since=on,
        due_on=clock(row.insurance).due(on, code, row.due_on),
    )  # fmt: skip


def locked(grant: gate.Grant, transfer: int) -> Transfer:
    """The row, locked until the transaction ends. Refuses another person's."""
    rows = Transfer.objects.using(grant.alias).select_for_update()
    row = rows.filter(id=transfer, subject_id=grant.subject_id).first()
    if row is None:
        raise Refusal("out_of_reach")
    return row


def move(grant: gate.Grant, row: Transfer, stage: str, **changes: int | str) -> None:
    """The transfer is one stage further."""
    row.stage = stage
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(using=grant.alias)


def finish(grant: gate.Grant, row: Transfer, stage: str, on: date, reason: str = "") -> None:
    """The end, good or not; every leg closes."""
    row.stage, row.done_on, row.reason = stage, on, reason
    row.save(using=grant.alias)
    TransferLeg.objects.using(grant.alias).filter(transfer_id=row.id, done_on=None).update(done_on=on)


def post(grant: gate.Grant, row: Transfer, document: Document, now: datetime) -> None:
    """A document leaves when this transaction stands; said twice, it leaves once."""
    Exchange.objects.using(grant.alias).get_or_create(
        key=uuid.UUID(document.key),
        defaults={"transfer_id": row.id, "subject_id": row.subject_id, "direction": "out", "kind": document.kind,
                  "body": _sealed(row, document), "state": "queued", "at": now, "next_at": now},
    )  # fmt: skip


def keep(grant: gate.Grant, row: Transfer, document: Document, now: datetime) -> bool:
    """A document that arrived; False when it was here before."""
    _, new = Exchange.objects.using(grant.alias).get_or_create(
        key=uuid.UUID(document.key),
        defaults={"transfer_id": row.id, "subject_id": row.subject_id, "direction": "in", "kind": document.kind,
                  "body": _sealed(row, document), "state": "received", "at": now, "next_at": now},
    )  # fmt: skip
    return new


def kept(grant: gate.Grant, row: Transfer, kind: str) -> Document:
    """The document of a kind that came or left for this transfer."""
    return opened(Exchange.objects.using(grant.alias).get(transfer_id=row.id, kind=kind))


def opened(row: Exchange) -> Document:
    """A sealed document."""
    return documents.read(vault.unseal(row.subject_id, ITEM, bytes(row.body)).encode())


def queued(grant: gate.Grant, key: uuid.UUID) -> Exchange | None:
    """A document that has not left; None when it has."""
    rows = Exchange.objects.using(grant.alias).select_for_update()
    return rows.filter(key=key, subject_id=grant.subject_id, state="queued").first()


def sent(grant: gate.Grant, row: Exchange) -> None:
    """It has left."""
    Exchange.objects.using(grant.alias).filter(key=row.key).update(state="sent", tries=row.tries + 1)


def again(grant: gate.Grant, row: Transfer, now: datetime) -> None:
    """What left goes once more (催办): the other side drops what it has."""
    Exchange.objects.using(grant.alias).filter(transfer_id=row.id, direction="out", state="sent").update(
        state="queued", next_at=now
    )


def late(grant: gate.Grant, row: Transfer, today: date) -> TransferLeg | None:
    """The open leg, once, when its last day has passed."""
    legs = TransferLeg.objects.using(grant.alias).filter(transfer_id=row.id, done_on=None, late_on=None)
    leg = legs.filter(due_on__lt=today).order_by("id").first()
    if leg is not None:
        legs.filter(id=leg.id).update(late_on=today)
    return leg


def legs(grant: gate.Grant) -> Sequence[TransferLeg]:
    """All legs of the person's transfers, oldest first."""
    return list(TransferLeg.objects.using(grant.alias).filter(subject_id=grant.subject_id).order_by("id"))


def _sealed(row: Transfer, document: Document) -> bytes:
    return vault.seal(row.subject_id, ITEM, document.told().decode())
