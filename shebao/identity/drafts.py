"""A registration between two pages: sealed, short-lived, carried by the form itself.

Neither a cookie nor a table: a cookie would travel with every request, a table would keep names and numbers of
people who never finish. Sealed, they are not readable in the page either, and bound to one browser.
"""

import base64
import binascii
import json
from datetime import datetime, timedelta

from django.conf import settings

from shebao.base.refusal import Refusal
from shebao.privacy import aead, keys

LIFE = timedelta(minutes=20)
_TOO_LATE = "填得太久了，为了安全没有留下。"


def seal(values: dict[str, str], *, browser: str, now: datetime) -> str:
    """The answers so far, for this browser only."""
    whole = {"until": (now + LIFE).timestamp(), "values": values}
    plain = json.dumps(whole, ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(aead.encrypt(_key(), plain, _context(browser))).decode()


def unseal(text: str, *, browser: str, now: datetime) -> dict[str, str]:
    """The answers; refuses what is old, altered or another browser's."""
    try:
        found = json.loads(aead.decrypt(_key(), base64.urlsafe_b64decode(text), _context(browser)))
    except (binascii.Error, ValueError):
        raise Refusal("precondition_unmet", _TOO_LATE, "从头再填", "/register") from None
    if now.timestamp() > found["until"]:
        raise Refusal("precondition_unmet", _TOO_LATE, "从头再填", "/register")
    values: dict[str, str] = found["values"]
    return values


def _key() -> bytes:
    return keys.installation_key(settings.SECRET_FILE, "register-draft")


def _context(browser: str) -> bytes:
    return f"draft|{browser}".encode()
