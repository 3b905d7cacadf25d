"""Sessions (会话): a random token, its digest in the database, and what its owner may do with it."""

import os
import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import connections, transaction
from django.http import HttpResponse

from shebao.base.refusal import Refusal
from shebao.identity import limits, passwords, remembered, resets
from shebao.identity.methods import password as by_password
from shebao.identity.methods.password import Proved
from shebao.identity.models import Account, Credential
from shebao.identity.telling import Post
from shebao.privacy import gate

TOKEN_BYTES = 32
_KEEP_EVERY = 240.0
_KEEP_AT_MOST = 10_000
_kept: dict[bytes, float] = {}


@dataclass(frozen=True, repr=False)
class Started:
    """A new session. The token goes to the browser once and is nowhere else."""

    token: bytes
    actor_id: int
    role: str
    level: int


@dataclass(frozen=True)
class Session:
    """登录设备: one session of the account as its owner sees it."""

    session_id: uuid.UUID
    method: str
    device: str
    started_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    is_this: bool


def login(
    *, login: str, password: str, device: str, now: datetime, old_token: bytes | None = None
) -> Started:
    """Starts a session by account and password; refuses a wrong pair, a locked name, a frozen account."""
    return start(
        by_password.finish(login=login, password=password, now=now), device=device, old_token=old_token
    )


def staff_login(
    *, login: str, password: str, code: str, device: str, now: datetime, old_token: bytes | None = None
) -> Started:
    """Starts a staff session by password and one-time code."""
    proved = by_password.finish_staff(login=login, password=password, code=code, now=now)
    return start(proved, device=device, old_token=old_token)


def start(proved: Proved, *, device: str, old_token: bytes | None) -> Started:
    """A session for somebody who was proved: always a new token; the one the browser brought ends."""
    token = os.urandom(TOKEN_BYTES)
    with transaction.atomic(using="login"), connections["login"].cursor() as cursor:
        if old_token:
            cursor.execute(
                "select privacy.end_session(%s, w.session_id) from privacy.whoami(%s) w",
                [old_token, old_token],
            )
        cursor.execute(
            "select privacy.start_session(%s, %s, %s, %s, %s, %s)",
            [
                proved.actor_id,
                _digest(token),
                proved.level,
                proved.method,
                device[:60],
                limits.current().idle_minutes,
            ],
        )
        (session_id,) = cursor.fetchone()
    if session_id is None:
        raise Refusal("account_suspended")
    return Started(token, proved.actor_id, proved.role, proved.level)


def logout(token: bytes | None) -> None:
    """Ends this session; nothing happens when it had ended before."""
    if not token:
        return
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "select privacy.end_session(%s, w.session_id) from privacy.whoami(%s) w", [token, token]
        )
    _kept.pop(_digest(token), None)


def sessions(token: bytes) -> list[Session]:
    """The account's sessions, newest first, at most 50."""
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "select session_id, method, device, started_at, expires_at, ended_at, is_this from privacy.sessions_of(%s)",
            [token],
        )
        return [Session(*row) for row in cursor.fetchall()]


def end(token: bytes, session_id: uuid.UUID) -> None:
    """Ends one session of the same account; refuses one that is not hers or has ended."""
    _owner(token)
    with connections["login"].cursor() as cursor:
        cursor.execute("select privacy.end_session(%s, %s)", [token, session_id])
        if not cursor.fetchone()[0]:
            raise Refusal("not_found", "这台设备已经退出了。", "看登录设备", "/account/sessions/")


def end_others(token: bytes) -> int:
    """Ends all other sessions of the account; returns how many."""
    _owner(token)
    return _end_sessions(token, others=True)


def keep_alive(token: bytes | None) -> None:
    """Starts the idle time again, at most every four minutes of use and never beyond the longest life."""
    if not token:
        return
    digest, moment = _digest(token), time.monotonic()
    if _kept.get(digest, 0.0) > moment:
        return
    bounds = limits.current()
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "select identity.keep_session(%s, %s, %s, %s)",
            [token, bounds.idle_minutes, bounds.citizen_minutes, bounds.staff_minutes],
        )
    if len(_kept) >= _KEEP_AT_MOST:
        _kept.clear()
    _kept[digest] = moment + _KEEP_EVERY


def step_up(token: bytes, *, password: str, now: datetime) -> Started:
    """Confirms the person once more and raises the level to 2; the old token ends."""
    actor_id, role = _owner(token)
    by_password.confirm(actor_id, _login_of(actor_id), password, now=now)
    new = os.urandom(TOKEN_BYTES)
    with transaction.atomic(using="login"), connections["login"].cursor() as cursor:
        cursor.execute(
            "select identity.renew_session(%s, %s, 2, 'password', %s)",
            [token, _digest(new), limits.current().idle_minutes],
        )
        if cursor.fetchone()[0] is None:
            raise Refusal("login_required")
    return Started(new, actor_id, role, 2)


def change_password(token: bytes, *, old: str, new: str, now: datetime, post: Post | None = None) -> int:
    """Changes the password of the session's own account; all other sessions end. Returns how many did."""
    actor_id, _ = _owner(token)
    login = _login_of(actor_id)
    passwords.check(new, login=login)
    if passwords.plain(new) == passwords.plain(old):
        raise Refusal("invalid_input", "新密码要和原来的不一样。", "换一个密码", field="new")
    by_password.confirm(actor_id, login, old, now=now)
    secret = passwords.hashed(new)
    with transaction.atomic(using="login"):
        Credential.objects.using("login").filter(account_id=actor_id, kind="password").update(secret=secret)
        Account.objects.using("login").filter(actor_id=actor_id).update(password_changed_at=now)
        remembered.forget_all(actor_id)
        resets.told(actor_id, "password", "identity.login", "密码已修改", post)
        return _end_sessions(token, others=True)


def freeze(token: bytes) -> None:
    """Freezes the account at once: every session ends, the gate refuses, only a hall reopens it."""
    _owner(token)
    with connections["login"].cursor() as cursor:
        cursor.execute("select identity.freeze(%s, %s)", [token, gate.request_id.get()])


def password_changed_at(token: bytes) -> datetime:
    """When the password was last changed."""
    actor_id, _ = _owner(token)
    return Account.objects.using("login").get(actor_id=actor_id).password_changed_at


def put_cookie(response: HttpResponse, started: Started) -> None:
    """Hands the token to the browser: not readable by script, not sent by other sites, gone when it closes."""
    response.set_cookie(
        settings.SESSION_COOKIE,
        started.token.hex(),
        httponly=True,
        samesite="Lax",
        secure=settings.PRODUCTION,
        path="/",
    )


def drop_cookie(response: HttpResponse) -> None:
    """Takes the token back."""
    response.delete_cookie(settings.SESSION_COOKIE, path="/", samesite="Lax")


def _end_sessions(token: bytes, *, others: bool) -> int:
    with connections["login"].cursor() as cursor:
        cursor.execute("select identity.end_sessions(%s, %s)", [token, others])
        return int(cursor.fetchone()[0])


def _owner(token: bytes) -> tuple[int, str]:
    actor = gate.actor_of(token, alias="login")
    if actor.actor_id is None:
        raise Refusal("login_required")
    return actor.actor_id, actor.role


def _login_of(actor_id: int) -> str:
    return Account.objects.using("login").get(actor_id=actor_id).login


def _digest(token: bytes) -> bytes:
    return sha256(token).digest()
