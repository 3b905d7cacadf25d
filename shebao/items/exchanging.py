"""两地转移: the worker's round. Every step is one entry, one change, one document and one message together or not at all."""

import uuid
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypedDict

from django.db import connections, transaction

from shebao.base import workdays
from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.items import arriving, departing, switching
from shebao.notices import actions as notices
from shebao.privacy import gate, keys
from shebao.registry import insurances, working
from shebao.registry.models import Transfer
from shebao.registry.transfers import actions as transfers
from shebao.registry.transfers import documents, folder, queries, simulator
from shebao.registry.transfers.documents import Document
from shebao.rules import regions
from shebao.rules.handling import calendars

PROCESS, OWN = "transfer.exchange", "transfer.own"
READS = (
    "person.name", "person.id_number", "person.basic", "enrolment.record", "contribution.record",
    "account.balance", "transfer.record", "payment.order", "benefit.record",
)  # fmt: skip
WRITES = ("enrolment.record", "contribution.record", "account.balance", "transfer.record", "payment.order")
HOLDERS = {"here": "我们这边", "there": "对方经办机构"}
STEPS = {
    ("switch", "requested"): switching.switch,
    ("in", "requested"): arriving.write_letter,
    ("in", "money_received"): arriving.merge,
    ("out", "letter_received"): departing.write_record,
    ("out", "record_sent"): departing.hand_over,
}
TAKEN = {
    "record": ("in", arriving.take_record), "money": ("in", arriving.take_money), "refused": ("in", arriving.end),
    "confirmed": ("out", departing.close), "returned": ("out", departing.end),
}  # fmt: skip


class Opening(TypedDict):
    """How the worker opens the person of a transfer."""

    items: tuple[str, ...]
    writes: tuple[str, ...]
    case: str
    reason: str
    alias: str


def mine(*, now: datetime, by: gate.Actor) -> list[queries.Standing]:
    """Where the person's relations are, newest first."""
    with gate.open(by, OWN, items=("transfer.record",), subject=by.person_id) as grant:
        return queries.standing(grant, today_in_china(now))


def run(*, now: datetime) -> int:
    """One round: takes in what came, does what is ours to do, sends what waits. Running again changes nothing."""
    done = take_in(now=now) + _advance(now) + _deliver(now) + simulator.run()
    if done:
        _rows("select registry.transfers_rest()")
    return done


def _advance(now: datetime) -> int:
    done = 0
    today = today_in_china(now)
    for transfer, subject, direction, stage, overdue in _rows(
        "select * from registry.transfers_open(%s)", today
    ):
        step = STEPS.get((direction, stage))
        if step is None and not overdue:
            continue
        with _opened(subject, transfer) as grant:
            row = transfers.locked(grant, transfer)
            if overdue:
                _late(grant, row, now)
            if step is not None and row.stage == stage:
                _tell(grant, row, step(grant, row, now))
                done += 1
    return done


def _deliver(now: datetime) -> int:
    waiting = _rows("select * from registry.exchange_queued(%s)", now)
    for key, transfer, subject in waiting:
        with _opened(subject, transfer) as grant:
            row = transfers.queued(grant, key)
            if row is not None:
                folder.send(transfers.opened(row))
                transfers.sent(grant, row)
    return len(waiting)


def take_in(*, now: datetime) -> int:
    """What other agencies sent. A document that comes too early stays; one that was here before changes nothing."""
    done = 0
    for file, document in folder.received():
        if (_letter if document.kind == "letter" else _answer)(file, document, now):
            folder.done(file)
            done += 1
    return done


def _letter(file: Path, letter: Document, now: datetime) -> bool:
    on = today_in_china(now)
    digest = keys.blind("real_name", f"{letter.whose.id_number}|{letter.whose.name}")
    worker = working.session(working.TRANSFERS)
    with transaction.atomic(using=working.ALIAS, durable=True):
        transfer, subject, outcome = _rows(
            "select * from registry.transfer_letter(%s, %s, %s, %s, %s, %s)",
            uuid.UUID(letter.transfer), digest, letter.insurance, letter.sender, on, _due(letter.insurance, on),
        )[0]  # fmt: skip
        if outcome in ("new", "again"):
            grant = gate.within(worker, PROCESS, subject, **_opening(transfer))
            if grant is None:
                raise Refusal("out_of_reach")
            row = transfers.locked(grant, transfer)
            if row.done_on is not None:
                transfers.again(grant, row, now)
            elif transfers.keep(grant, row, letter, now):
                transfers.begin_leg(grant, row, "hand_over", "here", on)
            return True
    folder.send(departing.refusal(letter, outcome, on))
    return True


def _answer(file: Path, document: Document, now: datetime) -> bool:
    direction, take = TAKEN[document.kind]
    known = _rows("select * from registry.transfer_of(%s, %s)", uuid.UUID(document.transfer), direction)
    if not known:
        folder.aside(file)
        return False
    transfer, subject, stage, finished = known[0]
    if finished:
        return True
    if document.kind == "money" and stage == "letter_sent":
        return False
    _rows("select registry.transfers_open(%s)", today_in_china(now))
    with _opened(subject, transfer) as grant:
        row = transfers.locked(grant, transfer)
        if row.done_on is None and transfers.keep(grant, row, document, now):
            _tell(grant, row, take(grant, row, document, now))
    return True


def _due(insurance: int, on: date) -> date:
    """The last day of the legs that are left when a letter arrives."""
    steps = transfers.clock(insurance).steps
    return workdays.add_working_days(on, sum(steps[1:]) or steps[0], calendars.of()).day


def _late(grant: gate.Grant, row: Transfer, now: datetime) -> None:
    leg = transfers.late(grant, row, today_in_china(now))
    if leg is not None:
        if leg.holder == "there":
            transfers.again(grant, row, now)
        what = insurances.name(row.insurance)
        notices.post(
            subject=row.subject_id, template="transfer.late",
            params={"what": what, "holder": HOLDERS[leg.holder]}, case=row.case_no, alias=grant.alias,
        )  # fmt: skip


def _tell(grant: gate.Grant, row: Transfer, template: str) -> None:
    if not template:
        return
    what, place = insurances.name(row.insurance), regions.name(row.region)
    params: dict[str, dict[str, str | int]] = {
        "transfer.merged": {"what": what, "place": place, "months": row.months},
        "transfer.switched": {"what": what},
        "transfer.left": {"what": what, "place": place},
        "transfer.refused": {"what": what, "reason": documents.REASONS.get(row.reason, "那边没有说明")},
    }
    notices.post(
        subject=row.subject_id,
        template=template,
        params=params[template],
        case=row.case_no,
        alias=grant.alias,
    )


def _opened(subject: int, transfer: int) -> AbstractContextManager[gate.Grant]:
    return gate.open(working.session(working.TRANSFERS), PROCESS, subject=subject, **_opening(transfer))


def _opening(transfer: int) -> Opening:
    return Opening(
        items=READS, writes=WRITES, case=f"transfer/{transfer}", reason="两地转移", alias=working.ALIAS
    )


def _rows(statement: str, *values: str | int | bytes | uuid.UUID | date | datetime) -> list[tuple[Any, ...]]:
    with connections[working.ALIAS].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
