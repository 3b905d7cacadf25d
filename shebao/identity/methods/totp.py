"""One-time codes of staff (动态码, RFC 6238): the secret is sealed, a code counts once."""

import base64
import hmac
from datetime import datetime

import pyotp
from django.conf import settings
from django.db import connections

from shebao.privacy import aead, keys

STEP_SECONDS = 30
_NEIGHBOURS = (0, -1, 1)


def fresh() -> str:
    """A new secret in base 32."""
    return pyotp.random_base32()


def seal(secret: str, actor_id: int) -> str:
    """The secret, encrypted for one account with a key of this installation."""
    key = keys.installation_key(settings.SECRET_FILE, "totp")
    return base64.b64encode(aead.encrypt(key, secret.encode(), _context(actor_id))).decode()


def finish(sealed: str | None, actor_id: int | None, code: str, *, now: datetime) -> bool:
    """Whether the code is right for this time and was not used before; uses it up."""
    if sealed is None or actor_id is None:
        _counter(pyotp.random_base32(), code, now)
        return False
    key = keys.installation_key(settings.SECRET_FILE, "totp")
    secret = aead.decrypt(key, base64.b64decode(sealed), _context(actor_id)).decode()
    counter = _counter(secret, code, now)
    if counter is None:
        return False
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "update identity_credential set last_counter = %s"
            " where account_id = %s and kind = 'totp' and last_counter < %s",
            [counter, actor_id, counter],
        )
        return bool(cursor.rowcount == 1)


def _counter(secret: str, code: str, now: datetime) -> int | None:
    digits = "".join(code.split())
    present = int(now.timestamp()) // STEP_SECONDS
    otp = pyotp.HOTP(secret)
    right = [
        present + near
        for near in _NEIGHBOURS
        if hmac.compare_digest(otp.at(present + near).encode(), digits.encode())
    ]
    return right[0] if right else None


def _context(actor_id: int) -> bytes:
    return f"totp|{actor_id}".encode()
