"""Changes of the policy (政策更新): a grave one stands before the next page once; all are told in public and by message."""

import time
from datetime import date, datetime
from hashlib import sha256

from django.db import connections, transaction

from shebao.notices import wording
from shebao.notices.models import Announcement, Mailing
from shebao.privacy import gate
from shebao.privacy.policy import Document

AGAIN_SECONDS = 30.0
CHOICES = ("accepted", "declined")
TEMPLATE = "policy.changed"
_MOST = 10_000
_clear: dict[bytes, float] = {}


def unseen(token: bytes, today: date) -> tuple[str, str] | None:
    """Part and version of a grave change this person has not been shown; asked at most twice a minute."""
    digest, moment = sha256(token).digest(), time.monotonic()
    if _clear.get(digest, 0.0) > moment:
        return None
    with connections["default"].cursor() as cursor:
        cursor.execute("select part, version from notices.policy_unseen(%s, %s)", [token, today])
        row = cursor.fetchone()
    if row is None:
        if len(_clear) >= _MOST:
            _clear.clear()
        _clear[digest] = moment + AGAIN_SECONDS
        return None
    return str(row[0]), str(row[1])


def shown(part: str, version: str, *, now: datetime, by: gate.Actor) -> None:
    """Records that the change was shown; it does not stand in the way again."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select notices.policy_shown(%s, %s, %s, %s)", [by.token, part, version, now])


def choose(part: str, version: str, *, choice: str, now: datetime, by: gate.Actor) -> bool:
    """Records the answer; false when the change was never shown to her."""
    if choice not in CHOICES:
        raise ValueError(choice)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select notices.policy_chosen(%s, %s, %s, %s, %s, %s)",
            [by.token, part, version, choice, now, gate.request_id.get()],
        )
        return bool(cursor.fetchone()[0])


def tell(document: Document, *, now: datetime, using: str = "owner") -> int:
    """Beside a publication: the public notice at once, and a message to everybody that waits for its approval.

    Returns the number of the mailing. Telling twice about one version is telling once.
    """
    head = document.head
    effective = f"{head.effective_on.year}年{head.effective_on.month}月{head.effective_on.day}日"
    params = {
        "part": head.title,
        "version": head.version,
        "effective": effective,
        "summary": "；".join(head.summary) or "看全文对比",
    }
    template = wording.newest(TEMPLATE)
    template.check(params)
    with transaction.atomic(using=using):
        known = Mailing.objects.using(using).filter(template=TEMPLATE, params=params).first()
        if known is not None:
            return known.id
        with connections[using].cursor() as cursor:
            cursor.execute("select notices.system_actor()")
            (actor,) = cursor.fetchone()
        notice = Announcement(
            kind="policy",
            title=template.filled(template.title, params),
            body=template.filled(template.body, params).strip(),
            published_at=now,
            by_actor=actor,
        )
        notice.save(using=using)
        mailing = Mailing(template=TEMPLATE, params=params, drafted_by=actor, announcement=notice)
        mailing.save(using=using)
    return mailing.id
