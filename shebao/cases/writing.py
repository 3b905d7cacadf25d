"""Writing a case: the row is locked, the jump is judged, the step is kept, all in the caller's open grant."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.cases import sealed, states
from shebao.cases.models import Case, Step
from shebao.privacy import gate


@dataclass(frozen=True)
class Found:
    """Whose a number is and where it stands, for somebody who may reach it."""

    no: str
    subject_id: int
    other_id: int | None
    kind: str
    state: str
    unit: str
    held_by: int | None


def find(no: str, *, by: gate.Actor) -> Found:
    """The case behind a number. Refuses (`out_of_reach`) everybody who may not reach its person."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select subject_id, other_id, kind, state, unit, held_by from cases.find(%s, %s)", [by.token, no]
        )
        row = cursor.fetchone()
    if row is None:
        raise Refusal("out_of_reach", "这个办件不是您的，所以打不开。", "看我的办件", "/cases/")
    return Found(no, *row)


@dataclass(frozen=True)
class Helper:
    """代办人: as what, what she is to the person, how the person calls her, until when, whether still."""

    rule: str
    relation: str
    called: str
    until: date
    live: bool


def helper(no: str, *, by: gate.Actor) -> Helper | None:
    """Who acts in the case for its person; None: the person herself."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select rule, relation, called, until, live from cases.helper(%s, %s)", [by.token, no])
        row = cursor.fetchone()
    return Helper(*row) if row else None


def told_helper(no: str, *, alias: str) -> int | None:
    """The person of the helper, entered in her ledger so that she may be told; None without one."""
    with connections[alias].cursor() as cursor:
        cursor.execute("select cases.tell_helper(%s)", [no])
        (person,) = cursor.fetchone()
    return int(person) if person is not None else None


def new(
    grant: gate.Grant,
    *,
    kind: str,
    unit: str,
    channel: str,
    capacity: str,
    reason: str,
    now: datetime,
    **more: Any,
) -> Case:
    """A draft of the grant's person. Refuses a visitor."""
    if grant.actor.actor_id is None:
        raise Refusal("login_required")
    with connections[grant.alias].cursor() as cursor:
        cursor.execute("select cases.next_no(%s)", [unit])
        (no,) = cursor.fetchone()
    return Case.objects.using(grant.alias).create(
        no=no, subject_id=grant.subject_id, kind=kind, state="draft", unit=unit, reason=reason, channel=channel,
        capacity=capacity, opened_by_id=grant.actor.actor_id, opened_at=now, touched_at=now, **more,
    )  # fmt: skip


def locked(grant: gate.Grant, no: str) -> Case:
    """The row, locked until the transaction ends. Refuses a case of another person."""
    row = (
        Case.objects.using(grant.alias).select_for_update().filter(no=no, subject_id=grant.subject_id).first()
    )
    if row is None:
        raise Refusal("out_of_reach")
    return row


def act(grant: gate.Grant, case: Case, code: str, *, now: datetime, note: Any = None, **changes: Any) -> Case:
    """One act: the state moves, the step is kept. Refuses a jump (`conflict`)."""
    source = case.state
    case.state = states.after(source, code)
    case.touched_at = now
    if states.ended(case.state):
        case.closed_at = now
    for name, value in changes.items():
        setattr(case, name, value)
    case.save(using=grant.alias)
    _step(grant, case, code, source, now, note)
    return case


def _step(grant: gate.Grant, case: Case, code: str, source: str, now: datetime, note: Any) -> None:
    rows = Step.objects.using(grant.alias).filter(case_id=case.no)
    seq = rows.count() + 1
    rows.create(
        case_id=case.no,
        seq=seq,
        subject_id=case.subject_id,
        at=now,
        act=code,
        source=source,
        target=case.state,
        role=grant.actor.role,
        unit=grant.actor.unit,
        actor_id=grant.actor.actor_id,
        note=None if note is None else sealed.seal(case.subject_id, f"{case.no}|step|{seq}", note),
        entry_id=grant.entry_id,
    )


def answers(case: Case) -> dict[str, str]:
    """The answers of a case."""
    found: dict[str, str] = sealed.unseal(case.subject_id, f"{case.no}|answers", case.answers) or {}
    return found


def seal_answers(case: Case, values: dict[str, str]) -> bytes:
    """The answers, sealed for this case."""
    return sealed.seal(case.subject_id, f"{case.no}|answers", values)
