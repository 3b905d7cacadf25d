"""Lock-out (连错锁定): a try is counted before it is judged, so that parallel guesses gain nothing."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import limits
from shebao.privacy import keys

_FORGET = timedelta(days=1)
WAYS = {"login": ("忘了密码，用手机验证码重设", "/login/reset"), "desk": ("到时再登录一次", "/desk/login")}


@dataclass(frozen=True)
class Attempt:
    """One counted try; `locked_until` is set when it was the last one allowed."""

    scope: str
    digest: bytes
    failures: int
    locked_until: datetime | None


def begin(scope: str, name: str, *, now: datetime) -> Attempt:
    """Counts a try of this name; refuses with rate_limited and the end time while it is locked."""
    bounds = limits.current()
    digest = hmac.digest(
        keys.installation_key(settings.SECRET_FILE, "attempt"), f"{scope}|{name}".encode(), "sha256"
    )
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "delete from identity_attempt where (scope, digest) in (select scope, digest from identity_attempt"
            " where last_at < %s and coalesce(locked_until, %s) <= %s limit 20 for update skip locked)",
            [now - _FORGET, now, now],
        )
        cursor.execute(
            "insert into identity_attempt as a (scope, digest, failures, locked_until, last_at)"
            " values (%(scope)s, %(digest)s, 1, null, %(now)s)"
            " on conflict (scope, digest) do update set last_at = excluded.last_at,"
            "  failures = case when a.locked_until is not null or a.last_at < %(old)s then 1 else a.failures + 1 end,"
            "  locked_until = case when a.locked_until is null and a.last_at >= %(old)s"
            "                       and a.failures + 1 >= %(most)s then %(end)s::timestamptz end"
            " where a.locked_until is null or a.locked_until <= %(now)s"
            " returning failures, locked_until",
            {"scope": scope, "digest": digest, "now": now, "old": now - bounds.lock, "most": bounds.attempts,
             "end": now + bounds.lock},
        )  # fmt: skip
        row = cursor.fetchone()
        if row is None:
            cursor.execute(
                "select failures, locked_until from identity_attempt where scope = %s and digest = %s",
                [scope, digest],
            )
            raise locked(scope, cursor.fetchone()[1])
    return Attempt(scope, digest, row[0], row[1])


def succeeded(attempt: Attempt) -> None:
    """Forgets the failures of this name."""
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "delete from identity_attempt where scope = %s and digest = %s", [attempt.scope, attempt.digest]
        )


def undone(attempt: Attempt) -> None:
    """Takes back a try that was never judged (the queue was full, the other side did not answer)."""
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "update identity_attempt set failures = failures - 1, locked_until = null"
            " where scope = %s and digest = %s and failures = %s",
            [attempt.scope, attempt.digest, attempt.failures],
        )


def failed(attempt: Attempt, wrong: Refusal) -> Refusal:
    """What to say: the given refusal, or after the last allowed try until when it is locked."""
    return locked(attempt.scope, attempt.locked_until) if attempt.locked_until else wrong


def locked(scope: str, until: datetime | None) -> Refusal:
    """试了 5 次都不对: locked, with the end on the clock in China."""
    bounds = limits.current()
    minutes = round(bounds.lock.total_seconds() / 60)
    if until is None:
        return Refusal("rate_limited")
    end = clock.china(until + timedelta(seconds=59))
    return Refusal(
        "rate_limited",
        f"试了 {bounds.attempts} 次都不对，先锁 {minutes} 分钟，到 {end.hour}:{end.minute:02d} 自动解开。",
        *WAYS.get(scope, ("要帮忙，联系我们", "/contact/")),
    )
