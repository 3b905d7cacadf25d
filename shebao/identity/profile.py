"""The account as its owner sees it (账号资料): random user code, real-name state, preference, history."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import connections, transaction

from shebao.identity import confirming, telling
from shebao.identity.models import Account
from shebao.identity.telling import ALIAS
from shebao.privacy.gate import Actor

PROCESS = "identity.login"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8


@dataclass(frozen=True)
class Profile:
    """What the account itself holds; nothing of the person."""

    login: str
    code: str
    created_at: datetime
    password_changed_at: datetime
    verified_at: datetime | None
    confirm: bool


@dataclass(frozen=True)
class Change:
    """One line of the history and the ledger entry that tells it."""

    what: str
    at: datetime
    entry_id: int


def of(by: Actor) -> Profile:
    """The actor's own account; a user code is made at the first look."""
    row = Account.objects.using(ALIAS).get(actor_id=telling.account_number(by))
    if row.code is None:
        row.code = _fresh(row.pk)
    return Profile(row.login, row.code, row.created_at, row.password_changed_at, row.verified_at, row.confirm)


def renew_code(by: Actor) -> str:
    """Another random user code; the old one finds nothing any more."""
    number = telling.account_number(by)
    with transaction.atomic(using=ALIAS):
        code = _fresh(number)
        telling.happened("code", PROCESS, actor_id=number, account_id=number, subject_id=by.subject_id)
    return code


def find(code: str) -> int | None:
    """The account with this user code, for the service line; None for an unknown or replaced one."""
    row = Account.objects.using(ALIAS).filter(code=code.strip().upper()).values_list("actor_id").first()
    return int(row[0]) if row else None


def prefer(by: Actor, *, confirm: bool) -> None:
    """Turns the confirmation of sensitive acts on or off, for every device."""
    number = telling.account_number(by)
    with transaction.atomic(using=ALIAS):
        confirming.choose(by, on=confirm)
        telling.happened("prefer", PROCESS, actor_id=number, account_id=number, subject_id=by.subject_id)


def verified(actor_id: int, *, now: datetime) -> None:
    """The real name was compared with the card platform (实名核对): unverified -> verified."""
    rows = Account.objects.using(ALIAS).filter(actor_id=actor_id, verified_at=None)
    with transaction.atomic(using=ALIAS):
        if rows.update(verified_at=now):
            telling.happened("verify", PROCESS, actor_id=actor_id, account_id=actor_id,
                             subject_id=telling.person_of(actor_id))  # fmt: skip


def history(by: Actor) -> list[Change]:
    """What changed on this account, newest first, each with its entry in the ledger."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select what, at, entry_id from identity.history(%s)", [by.token])
        return [Change(*row) for row in cursor.fetchall()]


def _fresh(actor_id: int) -> str:
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    Account.objects.using(ALIAS).filter(actor_id=actor_id).update(code=code)
    return code
