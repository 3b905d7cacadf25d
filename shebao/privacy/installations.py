"""Installations (安装): an app's own random number, its system and its version; never an account."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import readings, register
from shebao.privacy.declared import Signal, days

NUMBER = re.compile(r"[0-9a-f]{32}")
VERSION = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}")


def new_number() -> str:
    """A number for a fresh installation, drawn here: installing again gives another one."""
    return secrets.token_hex(16)


def note(*, number: str, system: str, version: str, now: datetime) -> None:
    """An installation started or asked for updates. Refuses a profile without app numbers and any odd value."""
    signal = _declared()
    if system not in signal.values or not VERSION.fullmatch(version) or not NUMBER.fullmatch(number):
        raise Refusal("invalid_input", "安装信息的格式不对，没有保存。")
    period = days(register.current().retention[signal.retention].period) or 0
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select privacy.keep_installation(%s, %s, %s, %s)",
            [_digest(number), system, version, now + timedelta(days=period)],
        )


def forget(*, number: str) -> bool:
    """The app was removed: its row goes."""
    _declared()
    with connections["default"].cursor() as cursor:
        cursor.execute("select privacy.drop_installation(%s)", [_digest(number)])
        return bool(cursor.fetchone()[0])


def _declared() -> Signal:
    found = next((row for row in register.current().signal.values() if row.kind == "installation"), None)
    if found is None:
        raise Refusal("field_not_declared", field="number")
    return found


def _digest(number: str) -> bytes:
    return hashlib.sha256(readings.digest("installation", number).encode()).digest()
