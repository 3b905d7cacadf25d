"""What a visitor accepts before there is an account (注册前的接受): every part, in force, after its marked clauses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.privacy import acceptance, gate, policy
from shebao.privacy.policy import Document


@dataclass(frozen=True)
class Part:
    """One part in the version that is in force."""

    code: str
    name: str
    version: str


def texts(*, now: datetime) -> dict[str, Document]:
    """The text in force of every part of this profile; refuses while one is not published."""
    return acceptance.needed(policy.stored("login"), clock.today_in_china(now))


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
