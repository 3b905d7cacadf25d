"""What a visitor accepts before there is an account (注册前的接受): every part, in force, after its marked clauses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connections

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.privacy import gate, policy
from shebao.privacy.policy import Document


@dataclass(frozen=True)
class Part:
    """One part in the version that is in force."""

    code: str
    name: str
    version: str


def texts(*, now: datetime) -> dict[str, Document]:
    """The text in force of every part of this profile; refuses while one is not published."""
    documents, today = policy.stored("login"), clock.today_in_china(now)
    found = {part: policy.in_force(documents, part, today) for part in settings.DEPLOYMENT["policy"]["parts"]}
    if None in found.values():
        raise Refusal("handler_incomplete", "政策还没有公布，现在不能注册。")
    return {part: text for part, text in found.items() if text is not None}


def parts(*, now: datetime) -> list[Part]:
    """Names and versions of the parts in force."""
    return [Part(code, text.head.title, text.head.version) for code, text in texts(now=now).items()]


def require(given: Mapping[str, str], *, seen_marked_at: datetime | None, now: datetime) -> dict[str, str]:
    """The accepted versions; refuses with consent_required naming every missing part, in one ledger entry.

    Refuses with precondition_unmet what was accepted before the marked clauses were shown.
    """
    wanted = texts(now=now)
    missing = {code: text for code, text in wanted.items() if given.get(code) != text.head.version}
    if missing:
        has = ", ".join(f"{code} {text.head.version}" for code, text in wanted.items() if code not in missing)
        lacks = ", ".join(f"{code} {text.head.version}" for code, text in missing.items())
        _refused("consent_required", f"yes: {has or '-'}; no: {lacks}")
        named = "、".join(f"《{text.head.title}》" for text in missing.values())
        first = next(iter(missing))
        raise Refusal("consent_required", f"还没有同意{named}。", "看看这份文件", "/welcome", field=first)
    if seen_marked_at is None and any(text.marked for text in wanted.values()):
        _refused("precondition_unmet", "marked clauses not shown")
        raise Refusal(
            "precondition_unmet", "请先看过加粗的重点，再同意。", "看重点", "/welcome", field="seen_marked_at"
        )
    return {code: text.head.version for code, text in wanted.items()}


def missing(token: bytes, *, now: datetime) -> list[Part]:
    """The parts that the account of this session has not accepted since their last major version."""
    with connections["login"].cursor() as cursor:
        cursor.execute("select part, version from identity.accepted(%s)", [token])
        accepted = set(cursor.fetchall())
    documents, today = policy.stored("login"), clock.today_in_china(now)
    return [
        part
        for part in parts(now=now)
        if not any(
            (part.code, version) in accepted for version in policy.still_counts(documents, part.code, today)
        )
    ]


def accept(
    token: bytes, given: Mapping[str, str], *, seen_marked_at: datetime | None, now: datetime
) -> dict[str, str]:
    """A person who is logged in accepts the versions in force, each with its own entry."""
    accepted = require(given, seen_marked_at=seen_marked_at, now=now)
    with connections["login"].cursor() as cursor:
        for part, version in accepted.items():
            cursor.execute(
                "select identity.accept_policy(%s, %s, %s, %s, %s)",
                [token, part, version, seen_marked_at, gate.request_id.get()],
            )
            if not cursor.fetchone()[0]:
                raise Refusal("login_required")
    return accepted


def accept_part(token: bytes, part: str, version: str, *, seen_at: datetime, now: datetime) -> None:
    """One part alone, after its changes were shown; refuses a version that is not in force."""
    text = texts(now=now).get(part)
    if text is None or text.head.version != version:
        raise Refusal("conflict", "这一版已经不是现行的，请再看一次。", "看现行的", "/privacy/policy/")
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "select identity.accept_policy(%s, %s, %s, %s, %s)",
            [token, part, version, seen_at, gate.request_id.get()],
        )
        if not cursor.fetchone()[0]:
            raise Refusal("login_required")


def notice_version() -> str:
    """The version of the notice beside sensitive fields: that of the register in force."""
    with connections["login"].cursor() as cursor:
        cursor.execute("select version from privacy_register where active order by recorded_at desc limit 1")
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _refused(code: str, reason: str) -> None:
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "select identity.refuse('identity.register', null, %s, %s, %s)",
            [code, reason, gate.request_id.get()],
        )
