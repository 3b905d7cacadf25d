"""Remembered devices (记住的设备): an opt-in token in a cookie, its digest here; no password, no name, revocable."""

import os
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connections, transaction
from django.http import HttpResponse

from shebao.base.refusal import Refusal
from shebao.identity import telling
from shebao.identity.methods.password import Proved
from shebao.identity.models import Remembered
from shebao.identity.telling import ALIAS
from shebao.privacy.gate import Actor

COOKIE = "sb_device"
PROCESS = "identity.device"
LIFE = timedelta(days=90)
MOST = 10


@dataclass(frozen=True)
class Device:
    """One remembered device as its owner sees it."""

    id: uuid.UUID
    device: str
    made_at: datetime
    used_at: datetime
    ends_at: datetime


def remember(by: Actor, *, device: str, now: datetime) -> bytes:
    """Makes a token for this device; the oldest one goes when there are too many. Returns it once."""
    if by.actor_id is None or by.role != "citizen":
        raise Refusal("login_required")
    token = os.urandom(32)
    with transaction.atomic(using=ALIAS):
        rows = Remembered.objects.using(ALIAS).filter(actor_id=by.actor_id)
        for old in list(rows.order_by("-used_at").values_list("id", flat=True)[MOST - 1 :]):
            rows.filter(id=old).delete()
        Remembered.objects.using(ALIAS).create(
            id=uuid.uuid4(), actor_id=by.actor_id, digest=_digest(token), device=device[:60], made_at=now,
            used_at=now, ends_at=now + LIFE, session=by.session_id,
        )  # fmt: skip
        telling.happened("remember", PROCESS, actor_id=by.actor_id, account_id=by.actor_id,
                         subject_id=by.subject_id, writes=("login.device",))  # fmt: skip
    return token


def enter(token: bytes | None, *, now: datetime) -> tuple[Proved, bytes]:
    """One-tap log-in (一点登录): who this device speaks for, and its next token; the old one ends with its use.

    Refuses an unknown, revoked or old token, and an account that is closed.
    """
    fresh = os.urandom(32)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "update identity_remembered set digest = %s, used_at = %s where digest = %s and ends_at > %s"
            " returning actor_id",
            [_digest(fresh), now, _digest(token or b""), now],
        )
        row = cursor.fetchone()
    if row is None:
        raise Refusal("login_required", "这台设备没有记住，要完整登录一次。", "去登录", "/login")
    return Proved(int(row[0]), "citizen", "device", 1), fresh


def knows(token: bytes | None, *, now: datetime) -> bool:
    """Whether a device with this token may log in with one tap; says nothing about whose it is."""
    if not token:
        return False
    return Remembered.objects.using(ALIAS).filter(digest=_digest(token), ends_at__gt=now).exists()


def mine(by: Actor, *, now: datetime) -> list[Device]:
    """The devices this account remembers, the last used first."""
    rows = (
        Remembered.objects.using(ALIAS)
        .filter(actor_id=telling.account_number(by), ends_at__gt=now)
        .order_by("-used_at")
    )
    return [Device(row.id, row.device, row.made_at, row.used_at, row.ends_at) for row in rows]


def note_session(token: bytes, session_id: uuid.UUID | None) -> None:
    """Which session a device has opened last, so that forgetting the device ends it too."""
    Remembered.objects.using(ALIAS).filter(digest=_digest(token)).update(session=session_id)


def forget(by: Actor, *, device_id: uuid.UUID) -> None:
    """Forgets one device and ends the session it opened; refuses one that is not the actor's."""
    with transaction.atomic(using=ALIAS):
        row = (
            Remembered.objects.using(ALIAS).filter(actor_id=telling.account_number(by), id=device_id).first()
        )
        if row is None:
            raise Refusal("not_found", "这台设备没有记住。", "看登录和设备", "/account/devices/")
        session = row.session
        row.delete(using=ALIAS)
        if session is not None:
            with connections[ALIAS].cursor() as cursor:
                cursor.execute("select privacy.end_session(%s, %s)", [by.token, session])
        telling.happened("forget", PROCESS, actor_id=by.actor_id, account_id=by.actor_id,
                         subject_id=by.subject_id, writes=("login.device",))  # fmt: skip


def forget_all(actor_id: int) -> None:
    """Forgets every device of an account (password changed, frozen)."""
    Remembered.objects.using(ALIAS).filter(actor_id=actor_id).delete()


def read_cookie(text: str) -> bytes | None:
    """The token of the cookie; None when absent or malformed."""
    try:
        token = bytes.fromhex(text)
    except ValueError:
        return None
    return token if len(token) == 32 else None


def put_cookie(response: HttpResponse, token: bytes) -> None:
    """Hands the token to the browser: not readable by script, sent to the log-in page only."""
    response.set_cookie(
        COOKIE, token.hex(), max_age=int(LIFE.total_seconds()), httponly=True, samesite="Strict",
        secure=settings.PRODUCTION, path="/login",
    )  # fmt: skip


def drop_cookie(response: HttpResponse) -> None:
    """Takes it back."""
    response.delete_cookie(COOKIE, path="/login", samesite="Strict")


def _digest(token: bytes) -> bytes:
    return sha256(b"device|" + token).digest()
