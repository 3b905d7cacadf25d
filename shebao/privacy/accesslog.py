"""访问日志: one line a request, closed keys, pseudonymous, chained so that a changed line shows, kept by the clock.

Files stand in <home>/log as access-<day>-<process>.jsonl. Network logs are kept at least six months
(网络安全法), at most the days of the profile.
"""

import hashlib
import hmac
import json
import logging
import os
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from shebao.base.clock import today_in_china
from shebao.privacy import keys

LEAST_DAYS = 180
START = "0" * 64
alarm = logging.getLogger("shebao.alarm")
KEYS = ("at", "request", "route", "method", "status", "ms", "purpose", "who")


class Writer:
    """Appends chained lines; one file a day and process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.Lock()
        self.day: date | None = None
        self.chain = START
        self.file = -1

    def write(self, line: dict[str, object], moment: datetime) -> None:
        """Adds one line. A key outside the closed list fails; in production it is dropped and raises an alert."""
        undeclared = sorted(set(line) - set(KEYS))
        if undeclared and not settings.PRODUCTION:
            raise ValueError(f"the access log has no key {undeclared[0]}")
        if undeclared:
            alarm.error("undeclared log key dropped", extra={"error": undeclared[0][:40]})
            line = {key: value for key, value in line.items() if key in KEYS}
        with self.lock:
            self._turn(today_in_china(moment))
            body = json.dumps({"at": moment.isoformat(timespec="milliseconds"), **line}, ensure_ascii=False)
            self.chain = link(self.chain, body)
            os.write(self.file, f'{body[:-1]}, "chain": "{self.chain}"}}\n'.encode())

    def _turn(self, day: date) -> None:
        if day == self.day:
            return
        if self.file >= 0:
            os.close(self.file)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"access-{day:%Y%m%d}-{os.getpid()}.jsonl"
        self.chain = last_chain(path)
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.day = day


def link(before: str, body: str) -> str:
    """The chain value of a line after the one before."""
    return hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()


def last_chain(path: Path) -> str:
    """The chain value at the end of a file, so that a restarted process continues it."""
    if not path.exists():
        return START
    lines = path.read_text("utf-8").splitlines()
    return str(json.loads(lines[-1])["chain"]) if lines else START


def broken_line(path: Path) -> int | None:
    """The number of the first line that does not fit the chain; None for a whole file."""
    before = START
    for number, text in enumerate(path.read_text("utf-8").splitlines(), 1):
        body, _, rest = text.rpartition(', "chain": "')
        if not body or link(before, body + "}") != rest[:-2]:
            return number
        before = rest[:-2]
    return None


def pseudonym(token: bytes | None, moment: datetime) -> str:
    """A keyed name of a session for one day; a visitor has none."""
    if token is None:
        return ""
    key = keys.installation_key(settings.SECRET_FILE, "access log")
    day = today_in_china(moment).isoformat().encode()
    return hmac.digest(key, day + token, "sha256").hex()[:16]


def days_kept() -> int:
    """How long lines are kept: the profile's days, never less than six months."""
    wanted = settings.DEPLOYMENT.get("logs", {}).get("maximum_days", LEAST_DAYS)
    return max(LEAST_DAYS, int(wanted))


def forget(now: datetime) -> int:
    """Removes the files past the limit; returns how many."""
    limit = today_in_china(now) - timedelta(days=days_kept())
    old = [path for path in files() if _day(path) < limit]
    for path in old:
        path.unlink()
    return len(old)


def files() -> Iterator[Path]:
    """All log files of this installation."""
    yield from sorted((Path(settings.HOME) / "log").glob("access-*.jsonl"))


def _day(path: Path) -> date:
    return datetime.strptime(path.name.split("-")[1], "%Y%m%d").replace(tzinfo=UTC).date()


_writers: dict[Path, Writer] = {}


def note(line: dict[str, object], moment: datetime) -> None:
    """Writes a line to this process's file."""
    folder = Path(settings.HOME) / "log"
    _writers.setdefault(folder, Writer(folder)).write(line, moment)
