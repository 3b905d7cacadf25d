"""Permissions (设备权限): explained, given and taken back one by one, each for its only use."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import consent, gate, register
from shebao.privacy.book import Register
from shebao.privacy.models import Permission

PROCESS = "privacy.consent"
# Browser features that a page could ask for; one that the register does not list is closed in every answer.
FEATURES = (
    "accelerometer", "ambient-light-sensor", "autoplay", "battery", "bluetooth", "camera", "clipboard-read",
    "clipboard-write", "display-capture", "geolocation", "gyroscope", "hid", "identity-credentials-get",
    "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment", "serial",
    "screen-wake-lock", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip


@dataclass(frozen=True)
class Grantable:
    """One permission with its explanation; `notice_hash` proves that the explanation was shown."""

    code: str
    name: str
    sole_use: str
    when: str
    fallback: str
    purpose: str
    optional: bool
    notice_hash: str


@dataclass(frozen=True)
class Standing:
    """How a person stands to one permission."""

    permission: Grantable
    granted: bool
    since: datetime | None


def grantables(book: Register) -> dict[str, Grantable]:
    """The closed list: permissions of the register, and signals that need a yes of their own."""
    purposes = {row.grant: row.purpose for row in book.signal.values() if row.grant}
    purposes |= {process.permission: code for code, process in book.process.items() if process.permission}
    found = {}
    for permission in book.permission.values():
        words = (permission.name, permission.sole_use, permission.when, permission.fallback)
        purpose = purposes.get(permission.code, "")
        found[permission.code] = _grantable(book, permission.code, words, purpose, permission.optional)
    for signal in book.signal.values():
        if signal.grant == signal.code:
            words = (signal.name, signal.plain_zh, "第一次用到时", "不给也能办事")
            found[signal.code] = _grantable(book, signal.code, words, signal.purpose, True)
    return found


def _grantable(
    book: Register, code: str, words: tuple[str, str, str, str], purpose: str, optional: bool
) -> Grantable:
    process = book.process.get(purpose)
    if process is not None and process.optional:
        told = consent.notice(book, purpose).hash
    else:
        told = hashlib.sha256(json.dumps([code, *words, purpose], ensure_ascii=False).encode()).hexdigest()
    return Grantable(code, *words, purpose, optional, told)


def standings(actor: gate.Actor) -> list[Standing]:
    """Every permission of this profile and the person's answer."""
    with gate.open(actor, PROCESS, items=("consent.record",)) as grant:
        rows = {row.code: row for row in _rows(grant)}
    return [
        Standing(
            one, one.code in rows and rows[one.code].granted, rows[one.code].at if one.code in rows else None
        )
        for one in grantables(register.current()).values()
    ]


def permit(
    code: str, *, granted: bool, purpose: str, notice_hash: str, now: datetime, by: gate.Actor
) -> Standing:
    """Gives or takes back one permission for its only use; what was kept by it goes when it is taken back.

    Refuses a permission outside the list, another use, an explanation that was not shown.
    """
    wanted = grantables(register.current()).get(code)
    if wanted is None or purpose != wanted.purpose:
        raise Refusal("purpose_not_allowed", field="name" if wanted is None else "purpose")
    if granted and notice_hash != wanted.notice_hash:
        raise Refusal(
            "consent_required", "先看过这项权限的说明，再决定给不给。", "看说明", "/privacy/devices/"
        )
    if not granted and not wanted.optional:
        raise Refusal("conflict", "没有这项权限，服务就打不开。")
    _answer_purpose(wanted, granted=granted, now=now, by=by)
    with gate.open(by, PROCESS, items=("consent.record",), writes=("consent.record",)) as grant:
        Permission.objects.using(grant.alias).update_or_create(
            subject_id=grant.subject_id,
            code=code,
            defaults={"granted": granted, "purpose": purpose, "notice_hash": wanted.notice_hash, "at": now},
        )
        if not granted:
            signals = [row.code for row in register.current().signal.values() if row.grant == code]
            with connections[grant.alias].cursor() as cursor:
                cursor.execute("select privacy.drop_signals(%s)", [signals])
    return Standing(wanted, granted, now)


def _answer_purpose(wanted: Grantable, *, granted: bool, now: datetime, by: gate.Actor) -> None:
    """Where the purpose rests on consent, the answer to the permission is the answer to the purpose."""
    process = register.current().process.get(wanted.purpose)
    if process is None or not process.optional:
        return
    if granted:
        consent.give(by, wanted.purpose, method="permission", notice_hash=wanted.notice_hash, now=now)
        return
    try:
        consent.withdraw(by, wanted.purpose, method="permission", now=now)
    except Refusal as refusal:
        if refusal.code != "conflict":
            raise


def browser_policy(book: Register) -> str:
    """The Permissions-Policy header: what the register lists is open to our own pages, all else is closed."""
    listed = set(book.browser_features())
    return ", ".join(f"{name}={'(self)' if name in listed else '()'}" for name in FEATURES)


def _rows(grant: gate.Grant) -> list[Permission]:
    return list(Permission.objects.using(grant.alias).filter(subject_id=grant.subject_id))
