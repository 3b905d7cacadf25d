"""Cancellation (注销): one confirmation, effective at the next statement; the keys go, a signed receipt stays."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import connections, transaction

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import confirming, signing
from shebao.identity.models import Receipt
from shebao.identity.telling import ALIAS
from shebao.privacy import gate, keys, register
from shebao.privacy.book import Register
from shebao.privacy.gate import Actor

GONE_KEYS = ("account", "optional", "ledger")
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
OTHERS = ("vault.cell", "staff.record")
HEADING = "账号注销回执"


@dataclass(frozen=True)
class Effects:
    """What cancelling does, in lines of one kind of data each; stays: (data, law, until when)."""

    goes: tuple[str, ...]
    stays: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Cancelled:
    """The receipt's code, given once, and its text."""

    code: str
    note: str


def effects(book: Register) -> Effects:
    """What goes at once and what stays under which law until when, from the register itself."""
    goes, stays = [], []
    for rule in book.retention.values():
        labels = [book.items[code] for code in rule.items if code in book.items and code not in OTHERS]
        gone = [item.label_zh for item in labels if item.key_class in ("account", "optional")]
        kept = [
            item.label_zh for item in labels if item.key_class == "statutory" and not _with_account(item.code)
        ]
        goes += gone + [item.label_zh for item in labels if _with_account(item.code)]
        if kept:
            law = "、".join(f"{one.law}第{one.article}条" if one.article[:1].isdigit() else f"{one.law}（{one.article}）"
                           for one in rule.legal_reference)  # fmt: skip
            stays.append(("、".join(kept), law, rule.plain_zh.rstrip("。")))
    return Effects(tuple(dict.fromkeys(goes)), tuple(stays))


def cancel(by: Actor, *, now: datetime, also: Callable[[int], None] | None = None) -> Cancelled:
    """Closes the account for good and destroys its keys; the very next call with the old token is refused.

    `also` runs in the same transaction with the person's number: what rooms beside this one have to stop.
    Refuses somebody who stands in for another, a guarded person's own act is allowed.
    """
    if by.subject_id is None or by.actor_id is None or by.role != "citizen":
        raise Refusal("login_required")
    if by.acting is not None:
        raise Refusal("out_of_reach", "只能注销自己的账号。", "回到我自己", "/account/guardians/")
    confirming.require(by)
    code = "".join(secrets.choice(ALPHABET) for _ in range(20))
    note = signing.sign(_lines(code, effects(register.current()), now))
    with transaction.atomic(using=ALIAS):
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(
                "select account, subject from identity.cancel(%s, %s)", [by.token, gate.request_id.get()]
            )
            account, subject = cursor.fetchone()
        if account is None:
            raise Refusal("login_required")
        Receipt.objects.using(ALIAS).create(digest=_digest(code), note=note, made_at=now)
        if also is not None:
            also(int(subject))
        keys.destroy(int(subject), GONE_KEYS)
    return Cancelled(code, note)


def receipt(code: str) -> list[str]:
    """The lines of a receipt, checked against its signature; needs no account. Refuses an unknown code."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    row = Receipt.objects.using(ALIAS).filter(digest=_digest(plain)).first()
    if row is None:
        raise Refusal("not_found", "没有这份回执。", "看一看编号有没有写错", "/receipts/", field="code")
    try:
        return signing.opened(row.note)
    except ValueError:
        raise Refusal("not_found", "这份回执的签名对不上，我们会查。", "告诉我们", "/contact/") from None


def _with_account(code: str) -> bool:
    return code in ("person.phone", "person.email")


def _lines(code: str, told: Effects, now: datetime) -> tuple[str, ...]:
    china = clock.china(now)
    return (
        HEADING,
        f"平台：{settings.DEPLOYMENT['name']}",
        f"注销时间：{china:%Y-%m-%d %H:%M:%S}",
        f"编号摘要：{sha256(code.encode()).hexdigest()[:16]}",
        *(f"已删除：{line}" for line in told.goes),
        "已销毁：账号、可选信息和查看记录的密钥",
        *(f"依法保留：{data}；依据：{law}；{until}" for data, law, until in told.stays),
    )


def _digest(code: str) -> bytes:
    return sha256(b"receipt|" + code.encode()).digest()
