"""转移电文: the form in which two agencies talk about one relation (docs/transfers.md). Our own form, not a standard.

Amounts are fen, months YYYYMM, days ISO. Nothing else than these fields is written or read.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from shebao.rules.merging import Paid

FORM = "shebao-transfer-1"
KINDS = ("letter", "record", "money", "confirmed", "refused", "returned")
MOST_MONTHS = 1200
MOST_FEN = 10**13
LARGEST = 1024 * 1024
REASONS = {
    "not_found": "那边没有查到您的参保登记",
    "draws": "那边已经在发待遇，关系不再转移",
    "still_enrolled": "您在那边还没有停保，先停保再转",
    "nothing_paid": "那边没有可以转的缴费",
    "under_way": "那边已经有一件转移在办",
    "not_moved": "这个险种不能从那边转",
    "identity": "两边登记的人对不上",
    "sums": "那边发来的金额加起来不对",
    "money": "划来的钱和信息表不一样",
}


class Unreadable(ValueError):
    """A document that is not of this form."""


@dataclass(frozen=True)
class Whose:
    """The person, as both sides must know her."""

    name: str
    id_number: str
    birth_date: str


@dataclass(frozen=True)
class Document:
    """One document. `transfer` is the same on both sides; `key` is this document's own.

    letter 联系函: who, which insurance, from where to where. record 信息表: months, account, fund. money 划款: the
    amounts that left. confirmed 接收确认. refused 不能转 and returned 退回, with a reason of REASONS.
    """

    key: str
    transfer: str
    kind: str
    insurance: int
    sender: str
    receiver: str
    on: str
    whose: Whose
    months: tuple[Paid, ...] = ()
    account_fen: int = 0
    opened: int = 0
    fund_fen: int = 0
    reason: str = ""

    def told(self) -> bytes:
        """The document as it travels, before it is sealed."""
        return json.dumps({"form": FORM} | asdict(self), ensure_ascii=False, sort_keys=True).encode()


def make(transfer: uuid.UUID, kind: str, **values: Any) -> Document:
    """A document whose key follows from its transfer and kind, so that said twice it is one."""
    return Document(str(uuid.uuid5(transfer, kind)), str(transfer), kind, **values)


def read(body: bytes) -> Document:
    """The document. Refuses (Unreadable) every other form, unknown fields, numbers and days that are none."""
    if len(body) > LARGEST:
        raise Unreadable("too large")
    try:
        raw = json.loads(body)
        if not isinstance(raw, dict) or raw.pop("form", "") != FORM:
            raise Unreadable("another form")
        whose = _build(Whose, raw.pop("whose"))
        paid = raw.pop("months")
        if not isinstance(paid, list) or len(paid) > MOST_MONTHS:
            raise Unreadable("too many months")
        found: Document = _build(
            Document, raw | {"whose": whose, "months": tuple(_build(Paid, one) for one in paid)}
        )
    except (
        KeyError,
        TypeError,
        AttributeError,
        UnicodeDecodeError,
        json.JSONDecodeError,
        RecursionError,
    ) as problem:
        raise Unreadable(type(problem).__name__) from None
    _check(found)
    return found


def _build(kind: type, raw: Mapping[str, Any]) -> Any:
    wanted = {one.name: one.type for one in fields(kind)}
    if set(raw) != set(wanted):
        raise Unreadable(f"fields of {kind.__name__}")
    for name, value in raw.items():
        if wanted[name] is int and (type(value) is not int or not 0 <= value <= MOST_FEN):
            raise Unreadable(name)
        if wanted[name] is str and (not isinstance(value, str) or len(value) > 100 or "\0" in value):
            raise Unreadable(name)
    return kind(**raw)


def _check(found: Document) -> None:
    try:
        uuid.UUID(found.key), uuid.UUID(found.transfer)
        date.fromisoformat(found.on), date.fromisoformat(found.whose.birth_date)
        for one in found.months:
            if one.paid_on:
                date.fromisoformat(one.paid_on)
    except ValueError:
        raise Unreadable("key or day") from None
    regions = all(
        len(place) == 6 and place.isascii() and place.isdigit() for place in (found.sender, found.receiver)
    )
    calendar = all(1 <= one.month % 100 <= 12 and 1980 <= one.month // 100 <= 2100 for one in found.months)
    if (
        found.kind not in KINDS
        or not regions
        or not calendar
        or (found.reason and found.reason not in REASONS)
    ):
        raise Unreadable("kind, region, month or reason")
