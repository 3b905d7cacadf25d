"""Public verification (核验): anyone with the paper may ask if it is ours; the holder sees that they did."""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import connection

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.documents import codes, sign
from shebao.documents.facts import Facts, unlocked
from shebao.privacy import aead, keys

State = Literal["valid", "expired", "revoked", "unknown", "altered"]
MAX_PDF_BYTES = 2_000_000
TRIES = 5

HEADLINES: dict[State, tuple[str, str]] = {
    "valid": ("这份证明真实有效", "内容与出具时一致，没有作废。"),
    "expired": ("出具时是真的，已过有效期", "内容没有问题，要新的请本人再出一份。"),
    "revoked": ("这份证明已经作废", "出具时是真的，现在不能再用。"),
    "unknown": ("没有这份证明", "请核对核验码和后四位。仍查不到，请不要收下。"),
    "altered": ("这份文件被改动过", "它和出具时不一样，请不要收下。"),
}


class Wait(Refusal):
    """Too many wrong tries; `seconds` until the next is answered."""

    def __init__(self, seconds: int, now: datetime) -> None:
        self.seconds = seconds
        again = clock.china(now + timedelta(seconds=seconds))
        minutes = -(-seconds // 60)
        super().__init__(
            "rate_limited",
            f"试了 {TRIES} 次都不对，先等 {minutes} 分钟，到 {again.hour}:{again.minute:02d} 再试。",
            "请对照证明，再看一遍核验码和后四位",
        )


@dataclass(frozen=True)
class Result:
    """What a verifier is told: `reasons` for programs, `headline` and `advice` for people."""

    state: State
    reasons: tuple[str, ...]
    kind: str = ""
    serial: str = ""
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    content_hash: str = ""
    facts: Facts = ()

    @property
    def headline(self) -> str:
        """The result in one line."""
        return HEADLINES[self.state][0]

    @property
    def advice(self) -> str:
        """What it means for the one who holds the paper."""
        return HEADLINES[self.state][1]


def client_digest(client_key: str, now: datetime) -> bytes:
    """A client's address as a keyed digest of the day; IPv6 by its /64. The address is not kept."""
    try:
        address = ipaddress.ip_address(client_key)
        plain = (
            str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
        )
    except ValueError:
        plain = client_key
    message = f"certificate.verify|{clock.today_in_china(now):%Y%m%d}|{plain}"
    return hmac.digest(
        keys.installation_key(settings.SECRET_FILE, "verify client"), message.encode(), "sha256"
    )


def verify(code: str, last4: str, *, client_key: str, request: UUID | None = None) -> Result:
    """Whether code and last four belong to a certificate of ours. Five wrong tries, then a wait."""
    now = clock.now()
    code, last4 = codes.read_code(code), codes.read_last4(last4)
    row = _ask(
        "select * from documents.verify(%s, %s, %s, %s)",
        [codes.code_digest(code), codes.check_digest(code, last4), client_digest(client_key, now), request],
        now,
    )
    if row["state"] == "unknown":
        return Result("unknown", ("no_match",))
    try:
        lines = unlocked(bytes(row["facts"]), code, last4)
    except aead.Unreadable:
        raise Refusal("unavailable", "这份证明的内容取不出来，我们已收到报警。") from None
    return _result(row, "code_matches", bytes(row["content_hash"]).hex(), lines)


def verify_pdf(pdf: bytes, *, client_key: str, request: UUID | None = None) -> Result:
    """Whether a file is byte for byte a certificate of ours, and whether its seal holds."""
    now = clock.now()
    if len(pdf) > MAX_PDF_BYTES or not pdf.startswith(b"%PDF-"):
        raise Refusal("invalid_input", "请选这份证明的 PDF 原文件，不超过 2 MB。", field="file")
    digest = hashlib.sha256(pdf).digest()
    row = _ask(
        "select * from documents.verify_file(%s, %s, %s)",
        [digest, client_digest(client_key, now), request],
        now,
    )
    seal = sign.check(pdf, Path(settings.HOME), row["issued_at"] or now)
    if row["state"] == "unknown":
        if seal.sealed and not (seal.intact and seal.whole):
            return Result("altered", ("file_not_on_record", "seal_broken"))
        return Result("unknown", ("file_not_on_record", "seal_foreign" if seal.sealed else "seal_absent"))
    return _result(row, "file_matches", digest.hex(), (), "seal_holds" if seal.holds else "seal_unverified")


def _ask(sql: str, values: list[Any], now: datetime) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
    if row["state"] == "wait":
        raise Wait(row["wait_seconds"], now)
    return row


def _result(row: dict[str, Any], match: str, content_hash: str, lines: Facts, *more: str) -> Result:
    state: State = row["state"]
    why = {"valid": "not_revoked", "expired": "past_validity", "revoked": row["revoke_reason"]}[state]
    return Result(
        state=state,
        reasons=(match, *more, why),
        kind=row["kind"],
        serial=row["serial"],
        issued_at=row["issued_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        content_hash=content_hash,
        facts=lines,
    )
