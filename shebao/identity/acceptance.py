"""Accepting the policy (接受政策): which parts and versions are in force, and that each is accepted by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connections

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import limits
from shebao.privacy import gate

NAMES = {"policy": "个人信息保护政策", "agreement": "用户服务协议"}


@dataclass(frozen=True)
class Part:
    """One part in the version that is in force."""

    code: str
    name: str
    version: str


def parts(*, now: datetime) -> list[Part]:
    """The parts this profile asks for, each in its newest version in force; refuses when none is published."""
    wanted = limits.current().parts
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "select distinct on (part) part, version from privacy_policy"
            " where profile = %s and part = any(%s) and effective_on <= %s and published_at <= %s"
            " order by part, effective_on desc, updated_on desc",
            [settings.PROFILE, list(wanted), clock.today_in_china(now), now],
        )
        found = dict(cursor.fetchall())
    if set(wanted) - found.keys():
        raise Refusal("handler_incomplete", "政策还没有公布，现在不能注册。")
    return [Part(code, NAMES.get(code, code), found[code]) for code in wanted]


def require(given: Mapping[str, str], *, now: datetime) -> dict[str, str]:
    """The accepted versions; refuses with consent_required naming every part that is missing."""
    wanted = parts(now=now)
    missing = [part for part in wanted if given.get(part.code) != part.version]
    if missing:
        has = ", ".join(f"{part.code} {part.version}" for part in wanted if part not in missing)
        lacks = ", ".join(f"{part.code} {part.version}" for part in missing)
        with connections["login"].cursor() as cursor:
            cursor.execute(
                "select identity.refuse('identity.register', null, 'consent_required', %s, %s)",
                [f"yes: {has or '-'}; no: {lacks}", gate.request_id.get()],
            )
        named = "、".join(f"《{part.name}》" for part in missing)
        raise Refusal(
            "consent_required", f"还没有同意{named}。", "看看这份文件", "/welcome", field=missing[0].code
        )
    return {part.code: part.version for part in wanted}


def missing(token: bytes, *, now: datetime) -> list[Part]:
    """The parts in force that the account of this session has not accepted."""
    with connections["login"].cursor() as cursor:
        cursor.execute("select part, version from identity.accepted(%s)", [token])
        accepted = set(cursor.fetchall())
    return [part for part in parts(now=now) if (part.code, part.version) not in accepted]


def accept(
    token: bytes, given: Mapping[str, str], *, seen_marked_at: datetime | None, now: datetime
) -> dict[str, str]:
    """A person who is logged in accepts the versions in force, each with its own entry."""
    accepted = require(given, now=now)
    with connections["login"].cursor() as cursor:
        for part, version in accepted.items():
            cursor.execute(
                "select identity.accept_policy(%s, %s, %s, %s, %s)",
                [token, part, version, seen_marked_at, gate.request_id.get()],
            )
            if not cursor.fetchone()[0]:
                raise Refusal("login_required")
    return accepted


def notice_version() -> str:
    """The version of the notice beside sensitive fields: that of the register in force."""
    with connections["login"].cursor() as cursor:
        cursor.execute("select version from privacy_register where active order by recorded_at desc limit 1")
        row = cursor.fetchone()
    return str(row[0]) if row else ""
