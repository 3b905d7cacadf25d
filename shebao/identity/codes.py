"""One-time codes (验证码): hashed, five minutes, five tries, once; capped for each number and each address."""

import hmac
import secrets
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections, transaction

from shebao.base.refusal import Refusal
from shebao.identity import telling
from shebao.identity.models import Code
from shebao.identity.telling import ALIAS, Post
from shebao.privacy import keys

PROCESS = "identity.code"
LIFE = timedelta(minutes=5)
TRIES = 5
PAUSE = timedelta(seconds=60)
PLACE_CAPS = ((timedelta(hours=1), 5), (timedelta(days=1), 10))
SOURCE_CAPS = ((timedelta(hours=1), 20), (timedelta(days=1), 60))
TEMPLATES = {"person.phone": "account.code", "person.email": "account.code_mail"}
WRONG = "验证码不对，或者已经过了 5 分钟。"


class _Undone(Exception):
    """There was nobody to tell."""


@dataclass(frozen=True)
class Proof:
    """A code that was right: for which use, and the account it was made for."""

    use: str
    actor_id: int | None


def send(
    *,
    use: str,
    place: str,
    item: str,
    subject_id: int | None,
    actor_id: int | None,
    source: str,
    now: datetime,
    post: Post,
) -> uuid.UUID:
    """Makes a code for one use and sends it to a number or mailbox; returns what the form carries on.

    Without a person nothing is sent; the answer is the same, and so is the work: it is done for somebody and undone.
    Refuses with rate_limited beyond the caps.
    """
    number, code = uuid.uuid4(), f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic(using=ALIAS):
        _hold(place, source)
        _within(place, source, now)
        Code.objects.using(ALIAS).create(
            id=number, use=use, place=_keyed("place", place), source=_keyed("source", source),
            hash=_hash(number, use, place, code), actor_id=actor_id, made_at=now, ends_at=now + LIFE,
        )  # fmt: skip
        somebody = telling.somebody()
        told = somebody if subject_id is None else subject_id
        with suppress(_Undone), transaction.atomic(using=ALIAS):
            if told is not None:
                _tell(told, actor_id, place, item, code, post)
            if subject_id is None:
                raise _Undone
    return number


def _tell(subject: int, actor_id: int | None, place: str, item: str, code: str, post: Post) -> None:
    telling.happened("code", PROCESS, actor_id=actor_id, subject_id=subject, writes=("login.code",))
    minutes = int(LIFE / timedelta(minutes=1))
    post(
        subject=subject, template=TEMPLATES[item], params={"code": code, "minutes": minutes}, alias=ALIAS, to=place
    )  # fmt: skip


def check(*, number: uuid.UUID, use: str, place: str, code: str, now: datetime) -> Proof:
    """Uses a code up. A try is counted before it is judged; refuses a wrong, old, used or foreign one alike."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "update identity_code set tries = tries + 1 where id = %s and use = %s and place = %s"
            " and used_at is null and ends_at > %s and tries < %s returning hash, actor_id",
            [number, use, _keyed("place", place), now, TRIES],
        )
        row = cursor.fetchone()
        digits = "".join(code.split())
        if row is None or not hmac.compare_digest(bytes(row[0]), _hash(number, use, place, digits)):
            raise Refusal("invalid_input", WRONG, "再发一次验证码", field="code")
        cursor.execute(
            "update identity_code set used_at = %s where id = %s and used_at is null", [now, number]
        )
        if cursor.rowcount != 1:
            raise Refusal("invalid_input", WRONG, "再发一次验证码", field="code")
    return Proof(use, row[1])


def _within(place: str, source: str, now: datetime) -> None:
    found = Code.objects.using(ALIAS)
    at_place, at_source = (
        found.filter(place=_keyed("place", place)),
        found.filter(source=_keyed("source", source)),
    )
    if at_place.filter(made_at__gt=now - PAUSE).exists():
        raise Refusal("rate_limited", "刚发过一条，要等 1 分钟才能再发。", "过一分钟再试")
    for rows, caps in ((at_place, PLACE_CAPS), (at_source, SOURCE_CAPS)):
        for span, most in caps:
            if rows.filter(made_at__gt=now - span).count() >= most:
                raise Refusal(
                    "rate_limited", "验证码发得太多了，先停一停。", "过一小时再试，或者用密码登录", "/login"
                )


def _hold(place: str, source: str) -> None:
    """One at a time for each number and each address, so that the caps cannot be raced."""
    wanted = sorted(int.from_bytes(_keyed(kind, value)[:8], signed=True)
                    for kind, value in (("place", place), ("source", source)))  # fmt: skip
    with connections[ALIAS].cursor() as cursor:
        for lock in wanted:
            cursor.execute("select pg_advisory_xact_lock(%s)", [lock])


def _keyed(kind: str, value: str) -> bytes:
    key = keys.installation_key(settings.SECRET_FILE, f"code|{kind}")
    return hmac.digest(key, value.encode(), "sha256")


def _hash(number: uuid.UUID, use: str, place: str, code: str) -> bytes:
    key = keys.installation_key(settings.SECRET_FILE, "code|hash")
    return hmac.digest(key, f"{number}|{use}|{place}|{code}".encode(), "sha256")
