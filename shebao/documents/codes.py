"""Verification codes (核验码): made at random, read from paper, matched with the holder's last four."""

import hashlib
import secrets
import unicodedata

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shebao.base.refusal import Refusal

ALPHABET = "34679ACDEFGHJKMNPQRTVWXY"
LENGTH = 20
GROUP = 4
_SEPARATORS = frozenset("-_.·—–−‐‑‒―－ー~")
_LAST4_DIGITS = frozenset("0123456789")


def new_code() -> str:
    """A fresh code of 20 characters: 91 bits, derived from nothing."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """The code as printed, 4-4-4-4-4."""
    return "-".join(code[i : i + GROUP] for i in range(0, len(code), GROUP))


def _folded(text: str) -> str:
    upper = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in upper if c not in _SEPARATORS and c != " " and c.isprintable())


def read_code(text: str) -> str:
    """The code a person typed, pasted or scanned; refuses what no certificate carries, naming it."""
    code = _folded(text)
    strange = sorted({c for c in code if c not in ALPHABET})
    if strange:
        shown = "、".join(strange[:3])
        raise Refusal("invalid_input", f"核验码里不会有“{shown}”。", "请对照证明再看一遍", field="code")
    if len(code) != LENGTH:
        raise Refusal(
            "invalid_input",
            f"核验码是 {LENGTH} 位，您填了 {len(code)} 位。",
            "请对照证明再看一遍",
            field="code",
        )
    return code


def read_last4(text: str) -> str:
    """The last four characters of the holder's number; the last may be X."""
    last4 = _folded(text)
    if len(last4) != 4 or not set(last4[:3]) <= _LAST4_DIGITS or last4[3] not in _LAST4_DIGITS | {"X"}:
        raise Refusal(
            "invalid_input", "证件号码后四位填得不对。", "填四个数字，最后一位可以是 X", field="last4"
        )
    return last4


def _derived(code: str, last4: str, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=use).derive(f"{code}|{last4}".encode("ascii"))


def code_digest(code: str) -> bytes:
    """What the table is searched by."""
    return hashlib.sha256(code.encode("ascii")).digest()


def check_digest(code: str, last4: str) -> bytes:
    """Proof that code and last four belong together; keyed by the code, so a table cannot test guesses."""
    return _derived(code, last4, b"shebao certificate check")


def facts_key(code: str, last4: str) -> bytes:
    """Key of the fields shown on verification; nothing in the database yields it."""
    return _derived(code, last4, b"shebao certificate facts")
