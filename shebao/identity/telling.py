"""What this room asks of its doors: a way to tell a person something. It knows no channel itself."""

from collections.abc import Mapping
from typing import Protocol

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.privacy.gate import Actor

ALIAS = "login"


class Post(Protocol):
    """Posts one message inside the open transaction of `alias`, after its ledger entry was written."""

    def __call__(
        self, *, subject: int, template: str, params: Mapping[str, str | int], alias: str, to: str = ""
    ) -> int: ...


def happened(
    what: str,
    process: str,
    *,
    actor_id: int | None,
    subject_id: int | None,
    account_id: int | None = None,
    writes: tuple[str, ...] = (),
    reason: str = "",
    case: str = "",
    behalf: int | None = None,
) -> int:
    """Writes what happened to the ledger, and to the history of `account_id`; returns the entry."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "select identity.happened(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [actor_id, account_id, subject_id, what, process, list(writes), reason, case, behalf,
             gate.request_id.get()],
        )  # fmt: skip
        (entry,) = cursor.fetchone()
    return int(entry)


def account_number(by: Actor) -> int:
    """The account of an actor; refuses a visitor."""
    if by.actor_id is None:
        raise Refusal("login_required")
    return by.actor_id


def person_number(by: Actor) -> int:
    """The person of an actor; refuses a visitor and an account without a person."""
    if by.subject_id is None:
        raise Refusal("login_required")
    return by.subject_id


def account_of(subject_id: int | None) -> tuple[int, bool, str] | None:
    """The account of a person: number, whether it is open, and why not; None without one."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select actor_id, active, inactive_reason from identity.account_of(%s)", [subject_id])
        row = cursor.fetchone()
    return (int(row[0]), bool(row[1]), str(row[2])) if row else None


def find_subject(purpose: str, digest: bytes) -> int | None:
    """The person behind a keyed digest; None when there is none."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select privacy.find_subject(%s, %s)", [purpose, digest])
        (subject,) = cursor.fetchone()
    return int(subject) if subject is not None else None


def somebody() -> int | None:
    """Anybody with an open account, for work that is undone again; None in an empty house."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select identity.somebody()")
        (subject,) = cursor.fetchone()
    return int(subject) if subject is not None else None


def put_active(account_id: int, *, active: bool, reason: str = "") -> None:
    """Opens or closes an account; closing ends its sessions at the next statement."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select identity.put_active(%s, %s, %s)", [account_id, active, reason])


def grant_reach(
    *, actor_id: int, subject_id: int, rule: str, by: int, minutes: int, scope: tuple[str, ...], relation: str
) -> int:
    """Lets an account stand in for a person (or an employer) from now on; returns the reach."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "select privacy.grant_reach(%s, %s, %s, '', %s, %s, %s, %s)",
            [actor_id, subject_id, rule, by, minutes, list(scope), relation],
        )
        (reach,) = cursor.fetchone()
    return int(reach)


def revoke_reach(*, actor_id: int, subject_id: int, rule: str) -> None:
    """Ends it at the next statement."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select privacy.revoke_reach(%s, %s, %s, '')", [actor_id, subject_id, rule])


def end_reach(reach_id: int) -> None:
    """Ends one reach, leaving others between the same two people as they are."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select identity.end_reach(%s)", [reach_id])


def person_of(actor_id: int) -> int | None:
    """The person behind an account."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select identity.person_of(%s)", [actor_id])
        (subject,) = cursor.fetchone()
    return int(subject) if subject is not None else None


def end_all(actor_id: int) -> None:
    """Ends every session of an account."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select identity.end_all(%s)", [actor_id])


def close_case(number: str) -> None:
    """Nobody reaches anybody through this review any more."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select privacy.revoke_reach(null, null, 'case', %s)", [number])
