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
    return name, sealed_with(key, subject_id, what, values)


def sealed_with(key: keys.DataKey, subject_id: int, what: str, values: Mapping[str, str | int]) -> bytes:
    """The same with a key already at hand."""
    body = json.dumps(dict(values), ensure_ascii=False).encode()
    box = aead.encrypt(key.key, body, _context(subject_id, what), master.cipher())
    return key.version.to_bytes(_VERSION_BYTES) + box


def opened(subject_id: int, what: str, key_class: str, kept: bytes) -> dict[str, str | int]:
    """The values back; refuses altered bytes, another person's, and destroyed keys."""
    return opened_with(keys.live_versions(subject_id, [key_class]), subject_id, what, key_class, kept)


def opened_with(
    living: Mapping[tuple[str, int], bytes], subject_id: int, what: str, key_class: str, kept: bytes
) -> dict[str, str | int]:
    """The same with the person's living keys at hand."""
    place = (key_class, int.from_bytes(kept[:_VERSION_BYTES]))
    if place not in living:
        raise keys.Destroyed(key_class)
    plain = aead.decrypt(living[place], kept[_VERSION_BYTES:], _context(subject_id, what))
    values: dict[str, str | int] = json.loads(plain)
    return values


def token() -> bytes:
    """A fresh random token for a link; the table keeps its digest."""
    return os.urandom(_NONCE_BYTES)


def _context(subject_id: int, what: str) -> bytes:
    return f"notices|{what}|{subject_id}".encode()
