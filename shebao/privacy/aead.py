"""Authenticated encryption: AES-256-GCM or SM4-GCM (GB/T 32907, RFC 8998), nonces drawn inside, format versioned."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
CIPHERS = {"aes-256-gcm": 1, "sm4-gcm": 2}
VERSION = 1
_NONCE, _TAG, _HEAD = 12, 16, 2


class Unreadable(ValueError):
    """Ciphertext that this key and context do not open: altered, truncated, or another's."""


def encrypt(key: bytes, plain: bytes, context: bytes, cipher: str = "aes-256-gcm") -> bytes:
    """version ‖ cipher ‖ nonce ‖ ciphertext ‖ tag, bound to the context."""
    head, nonce = bytes((VERSION, CIPHERS[cipher])), os.urandom(_NONCE)
    if cipher == "sm4-gcm":
        sealer = Cipher(algorithms.SM4(_sm4_key(key)), modes.GCM(nonce)).encryptor()
        sealer.authenticate_additional_data(context)
        body = sealer.update(plain) + sealer.finalize()
        return head + nonce + body + sealer.tag
    return head + nonce + _aes(key).encrypt(nonce, plain, context)


def decrypt(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """The plain bytes; refuses anything that was not sealed by this key for this context."""
    if len(sealed) < _HEAD + _NONCE + _TAG or sealed[0] != VERSION:
        raise Unreadable("not a sealed value")
    nonce, body = sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
    try:
        if sealed[1] == CIPHERS["aes-256-gcm"]:
            return _aes(key).decrypt(nonce, body, context)
        if sealed[1] == CIPHERS["sm4-gcm"]:
            opener = Cipher(algorithms.SM4(_sm4_key(key)), modes.GCM(nonce, body[-_TAG:])).decryptor()
            opener.authenticate_additional_data(context)
            return opener.update(body[:-_TAG]) + opener.finalize()
    except InvalidTag:
        raise Unreadable("the key, the context or the bytes are not the ones sealed") from None
    raise Unreadable("not a known cipher")


def derive(key: bytes, purpose: str, length: int = KEY_BYTES) -> bytes:
    """A key bound to one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), length, None, f"shebao|{purpose}".encode()).derive(key)


def _aes(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise ValueError("a data key has 32 bytes")
    return AESGCM(key)


def _sm4_key(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError("a data key has 32 bytes")
    return derive(key, "sm4-gcm", 16)
