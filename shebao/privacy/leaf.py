"""One ledger entry as a leaf of the public tree: codes, keyed tags and a commitment, never a personal value."""

import hmac
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from shebao.base.clock import china

VERSION = 1
MAX_BYTES = 65_535
MAX_CODES = 64
_CODE = re.compile(r"[a-z][a-z0-9_.]{0,63}")
_TAG_BYTES = 16
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True)
class Entry:
    """账本记录: a committed row of privacy_entry, in the order the sequencer reads it."""

    id: int
    xid: str
    t: int
    kind: str
    process: str
    register_version: str
    basis: str
    actor_id: int | None
    actor_role: str
    actor_unit: str
    subject_id: int | None
    items: Sequence[str]
    writes: Sequence[str]
    case_no: str
    reason: str
    on_behalf: int | None
    outcome: str
    request: str | None


def canonical(value: object) -> bytes:
    """Canonical JSON (RFC 8785) of text, whole numbers, lists and objects with ASCII names."""
    return _ENCODER.encode(value).encode()


def period(t: int) -> str:
    """The month in China (YYYY-MM) in which a person's tags stay the same."""
    return f"{china(datetime.fromtimestamp(t / 1000, UTC)):%Y-%m}"


def build(entry: Entry, person_key: bytes | None, log_key: bytes) -> bytes:
    """The leaf of an entry. Without a person key (destroyed, or no person) nothing links it to a person."""
    own = log_key if entry.subject_id is None else person_key or os.urandom(32)
    month = period(entry.t)
    actor_key = own if entry.actor_role == "citizen" else log_key
    body = {
        "v": VERSION,
        "t": entry.t,
        "kind": entry.kind,
        "process": f"{_code(entry.process)}@{entry.register_version}",
        "basis": entry.basis,
        "actor": {
            "unit": entry.actor_unit,
            "role": entry.actor_role,
            "tag": _tag(actor_key, "actor", entry.actor_id, month),
        },
        "subject_tag": _tag(own, "subject", entry.subject_id, month),
        "on_behalf_tag": _tag(own, "behalf", entry.on_behalf, month),
        "case_tag": _tag(own, "case", entry.case_no or None, ""),
        "items": [_code(item) for item in entry.items[:MAX_CODES]],
        "writes": [_code(item) for item in entry.writes[:MAX_CODES]],
        "outcome": entry.outcome,
        "request": entry.request,
        "detail": commitment(salt(own, entry.id), detail(entry)).hex(),
    }
    leaf = canonical(body)
    if len(leaf) > MAX_BYTES:
        raise ValueError(f"entry {entry.id} does not fit into a leaf")
    return leaf


def detail(entry: Entry) -> dict[str, Any]:
    """What the commitment covers: the words of the entry that the public leaf does not show."""
    return {
        "entry": entry.id,
        "process": entry.process,
        "items": list(entry.items),
        "writes": list(entry.writes),
        "case": entry.case_no,
        "reason": entry.reason,
    }


def salt(key: bytes, entry_id: int) -> bytes:
    """The salt of an entry's commitment; gone with the person's ledger key."""
    return hmac.digest(key, f"salt|{entry_id}".encode(), "sha256")


def commitment(with_salt: bytes, words: dict[str, Any]) -> bytes:
    """SHA-256(salt ‖ canonical JSON of the detail)."""
    return sha256(with_salt + canonical(words)).digest()


def opens(leaf: bytes, with_salt: bytes, words: dict[str, Any]) -> bool:
    """Whether a salt and a detail are the ones that a leaf committed to."""
    return bool(json.loads(leaf)["detail"] == commitment(with_salt, words).hex())


def _tag(key: bytes, kind: str, value: int | str | None, month: str) -> str | None:
    if value is None:
        return None
    return hmac.digest(key, f"{kind}|{value}|{month}".encode(), "sha256")[:_TAG_BYTES].hex()


def _code(text: str) -> str:
    """A code, or `?` in place of anything else that a refused request may have carried."""
    return text if _CODE.fullmatch(text) else "?"
