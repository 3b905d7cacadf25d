"""Passwords (密码): Argon2id, plain rules, and a queue for log-in storms instead of weaker hashes."""

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shebao.base.refusal import Refusal
from shebao.rules.identity import citizen

HASHER = PasswordHasher()
LEAST, MOST = 8, 128
WAIT_SECONDS = 20.0
_SLOTS = BoundedSemaphore(max(1, (os.cpu_count() or 1) // 2))
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_RUNS = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
)


def hashed(password: str) -> str:
    """Argon2id hash with its own salt and the parameters in force."""
    with _slot():
        return HASHER.hash(plain(password))


def matches(secret: str | None, password: str) -> bool:
    """Whether the password opens the hash; without a hash the same work is done for nothing."""
    with _slot():
        nobody = _nobody()  # made once, whoever comes first
        try:
            HASHER.verify(secret or nobody, plain(password))
        except (VerificationError, InvalidHashError):
            return False
    return secret is not None


def is_old(secret: str) -> bool:
    """Whether the hash was made with other parameters than those in force."""
    return HASHER.check_needs_rehash(secret)


def plain(password: str) -> str:
    """NFKC: full-width digits of a Chinese keyboard are the same password."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, login: str = "", id_number: str = "", phone: str = "") -> None:
    """Refuses a password that is short, well known or easy to find out, with the reason in plain words."""
    text = plain(password)
    reason = (
        _length(text) or _own(text.lower(), login.lower(), id_number.lower(), phone) or _known(text.lower())
    )
    if reason:
        raise Refusal("invalid_input", reason, "换一个密码", field="password")


def checked(password: str) -> str:
    """The password itself when it is good enough for anybody."""
    check(password)
    return password


def _length(text: str) -> str:
    if len(text) < LEAST:
        return f"密码至少要 {LEAST} 位。"
    return f"密码最多 {MOST} 位。" if len(text) > MOST else ""


def _own(text: str, login: str, id_number: str, phone: str) -> str:
    if login and login in text:
        return "密码里不要有登录名。"
    if (id_number and (id_number in text or id_number[-8:] in text)) or _is_id_number(text):
        return "密码里不要有身份证号。"
    if (phone and phone in text) or _MOBILE.fullmatch(text):
        return "不要用手机号作密码。"
    if (id_number[6:14] and id_number[6:14] in text) or _is_day(text):
        return "不要用生日作密码。"
    return ""


def _known(text: str) -> str:
    if len(set(text)) <= 2 or any(text in run for run in _RUNS) or text in _common():
        return "这个密码用的人太多，容易被猜到。"
    return ""


def _is_id_number(text: str) -> bool:
    return any(citizen.inspect(found).valid for found in re.findall(r"(?=([0-9]{17}[0-9x]))", text))


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"(19|20)[0-9]{6}", text):
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


@cache
def _common() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(lines)


@cache
def _nobody() -> str:
    return HASHER.hash(os.urandom(16).hex())


@contextmanager
def _slot() -> Iterator[None]:
    if not _SLOTS.acquire(timeout=WAIT_SECONDS):
        raise Refusal("unavailable", "现在登录的人很多，还没有轮到您。", "过一分钟再试")
    try:
        yield
    finally:
        _SLOTS.release()
