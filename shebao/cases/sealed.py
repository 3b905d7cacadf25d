"""Texts of a case (答案、意见、决定), sealed with the person's statutory key."""

import json
from typing import Any

from shebao.privacy import aead, keys, master

KEY_CLASS = "statutory"


def seal(subject_id: int, place: str, value: Any) -> bytes:
    """A JSON value, sealed for one person and one place (`case number|part`)."""
    key = keys.data_key(subject_id, KEY_CLASS)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    return key.version.to_bytes(2) + aead.encrypt(key.key, text, _context(subject_id, place), master.cipher())


def unseal(subject_id: int, place: str, sealed: bytes | memoryview | None) -> Any:
    """The value; None where nothing was kept."""
    if sealed is None:
        return None
    whole = bytes(sealed)
    key = keys.key_of_version(subject_id, KEY_CLASS, int.from_bytes(whole[:2]))
    return json.loads(aead.decrypt(key, whole[2:], _context(subject_id, place)))


def _context(subject_id: int, place: str) -> bytes:
    return f"cases|{place}|{subject_id}".encode()
