"""The gate in Python: one durable transaction per grant; a refusal is committed before it is raised."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db import connections, transaction

from shebao.base.refusal import Refusal

request_id: ContextVar[uuid.UUID | None] = ContextVar("request_id", default=None)
purpose: ContextVar[str] = ContextVar("purpose", default="")


@dataclass(frozen=True)
class Acting:
    """代办: the person a session stands in for at present, and as what (guardian, mandate or employer)."""

    reach_id: int
    subject_id: int
    rule: str
    relation: str


@dataclass(frozen=True)
class Actor:
    """行为人: who asks. `token` is the session token; the database decides what it is worth."""

    token: bytes | None = None
    actor_id: int | None = None
    session_id: uuid.UUID | None = None
    role: str = "visitor"
    unit: str = ""
    staff_no: str = ""
    subject_id: int | None = None
    level: int = 0
    active: bool = True
    expires_at: datetime | None = None
    acting: Acting | None = None

    @property
    def person_id(self) -> int | None:
        """Whose business this is: the person stood in for, else one's own."""
        return self.acting.subject_id if self.acting else self.subject_id

    @property
    def is_visitor(self) -> bool:
        return self.actor_id is None

    @property
    def is_staff(self) -> bool:
        return self.role not in ("visitor", "citizen", "partner", "employer_agent")


VISITOR = Actor()


@dataclass(frozen=True)
class Grant:
    """授权: the ledger entry that opened these rows, valid inside its transaction."""

    actor: Actor
    entry_id: int
    subject_id: int
    process: str
    items: tuple[str, ...]
    writes: tuple[str, ...]
    alias: str


def actor_of(token: bytes | None, *, alias: str = "default") -> Actor:
    """The actor a session token speaks for; VISITOR when it is unknown, ended or expired."""
    if not token:
        return VISITOR
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select session_id, actor_id, role, unit, staff_no, subject_id, level, active, expires_at,"
            " acting_reach, acting_subject, acting_rule, acting_relation from privacy.whoami(%s)",
            [token],
        )
        row = cursor.fetchone()
    if row is None:
        return VISITOR
    session_id, actor_id, role, unit, staff_no, subject_id, level, active, expires_at, *stands_in = row
    acting = Acting(*stands_in) if stands_in[0] is not None else None
    return Actor(
        token, actor_id, session_id, role, unit, staff_no, subject_id, level, active, expires_at, acting
    )


@contextmanager
def open(
    actor: Actor,
    process: str,
    *,
    items: tuple[str, ...] = (),
    writes: tuple[str, ...] = (),
    subject: int | None = None,
    case: str = "",
    reason: str = "",
    alias: str = "default",
) -> Iterator[Grant]:
    """Opens rows of one person (or a bulk run) for one purpose. Refuses with the gate's code.

    The whole block is one transaction; what it read may leave only after it has committed.
    """
    purpose.set(process)
    with transaction.atomic(using=alias, durable=True), connections[alias].cursor() as cursor:
        cursor.execute(
            "select entry, outcome, subject from privacy.open(%s, %s, %s, %s, %s, %s, %s, %s)",
            [actor.token, process, subject, list(items), list(writes), case, reason, request_id.get()],
        )
        entry, outcome, subject_id = cursor.fetchone()
        if outcome == "allowed":
            yield Grant(actor, entry, subject_id, process, items, writes, alias)
    if outcome != "allowed":
        raise Refusal(outcome)


def beside(
    grant: Grant, subject: int, *, items: tuple[str, ...], writes: tuple[str, ...] = (), case: str, reason: str
) -> Grant | None:  # fmt: skip
    """Opens the other person of the same case in the same transaction, in her own ledger; None where refused."""
    return within(
        grant.actor, grant.process, subject, items=items, writes=writes, case=case, reason=reason, alias=grant.alias
    )  # fmt: skip


def within(
    actor: Actor, process: str, subject: int, *, items: tuple[str, ...], writes: tuple[str, ...] = (), case: str,
    reason: str, alias: str = "default",
) -> Grant | None:  # fmt: skip
    """Opens one person in a transaction that began before, so that both stay or neither; None where refused."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select entry, outcome from privacy.open(%s, %s, %s, %s, %s, %s, %s, %s)",
            [actor.token, process, subject, list(items), list(writes), case, reason, request_id.get()],
        )
        entry, outcome = cursor.fetchone()
    return Grant(actor, entry, subject, process, items, writes, alias) if outcome == "allowed" else None


@contextmanager
def open_span(
    actor: Actor,
    process: str,
    *,
    low: int,
    high: int,
    items: tuple[str, ...],
    writes: tuple[str, ...],
    case: str,
    alias: str = "worker",
) -> Iterator[Grant]:
    """Opens subjects [low, high) for a whole-population run (run.*); each of them finds the entry in her ledger."""
    with connections[alias].cursor() as cursor:
        cursor.execute("select privacy.cover_words(%s, %s)", [low, high])
        (reason,) = cursor.fetchone()
    with open(actor, process, items=items, writes=writes, case=case, reason=reason, alias=alias) as grant:
        with connections[alias].cursor() as cursor:
            cursor.execute("select privacy.cover(%s, %s, %s)", [grant.entry_id, low, high])
            if not cursor.fetchone()[0]:
                raise Refusal("purpose_not_allowed")
        yield grant


def refused(document: dict[str, object]) -> dict[str, object]:
    """Passes a hot function's answer on, or raises the refusal it carries."""
    outcome = str(document.get("outcome", "allowed"))
    if outcome != "allowed":
        raise Refusal(outcome)
    return document
