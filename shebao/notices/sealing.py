"""What a message says of a person is sealed with her key: parameters, and the address of a browser."""

import json
import os
from collections.abc import Mapping

from shebao.privacy import aead, keys, master

KEY_CLASS = "account"
# The account's keys are gone after cancellation; what the law still has to tell her is sealed with the other.
AFTERWARDS = "statutory"
_VERSION_BYTES = 2
_NONCE_BYTES = 16


def sealed(subject_id: int, what: str, values: Mapping[str, str | int]) -> tuple[str, bytes]:
    """Values as a table keeps them, and the class of the key."""
    try:
        key, name = keys.data_key(subject_id, KEY_CLASS), KEY_CLASS
    except keys.Destroyed:
        key, name = keys.data_key(subject_id, AFTERWARDS), AFTERWARDS
    body = json.dumps(dict(values), ensure_ascii=False).encode()
    box = aead.encrypt(key.key, body, _context(subject_id, what), master.cipher())
    return name, key.version.to_bytes(_VERSION_BYTES) + box


def opened(subject_id: int, what: str, key_class: str, kept: bytes) -> dict[str, str | int]:
    """The values back; refuses altered bytes, another person's, and destroyed keys."""
    return opened_many(subject_id, what, [(key_class, kept)])[0]


def opened_many(subject_id: int, what: str, kept: list[tuple[str, bytes]]) -> list[dict[str, str | int]]:
    """Several values of one person with one question to the key store."""
    wanted = [(name, int.from_bytes(box[:_VERSION_BYTES])) for name, box in kept]
    found = keys.live_versions(subject_id, {name for name, _ in wanted}) if kept else {}
    missing = [name for name, version in wanted if (name, version) not in found]
    if missing:
        raise keys.Destroyed(missing[0])
    context = _context(subject_id, what)
    return [
        json.loads(aead.decrypt(found[place], box[_VERSION_BYTES:], context))
        for place, (_, box) in zip(wanted, kept, strict=True)
    ]


def token() -> bytes:
    """A fresh random token for a link; the table keeps its digest."""
    return os.urandom(_NONCE_BYTES)


def _context(subject_id: int, what: str) -> bytes:
    return f"notices|{what}|{subject_id}".encode()
