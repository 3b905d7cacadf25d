"""故障报告: what broke, where and when, on a closed list of keys; no message, no variable, nothing that was typed.

Files stand in <home>/log as crash-<day>.jsonl. The message of an error is left out: it may quote what a person wrote.
"""

import json
import os
import traceback
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from shebao.base.clock import today_in_china
from shebao.privacy import gate

MOST_FRAMES = 30


def report(error: BaseException, *, route: str, method: str, now: datetime) -> dict[str, object]:
    """Keeps one report, by the number the person was shown; returns it. `stack`: the outermost call first."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    line: dict[str, object] = {
        "at": now.isoformat(timespec="milliseconds"),
        "request": str(gate.request_id.get() or ""),
        "route": route,
        "method": method,
        "error": type(error).__name__,
        "stack": [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }
    folder = Path(settings.HOME) / "log"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"crash-{today_in_china(now):%Y%m%d}.jsonl"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, (json.dumps(line, ensure_ascii=False) + "\n").encode())
    finally:
        os.close(descriptor)
    return line


def files() -> Iterator[Path]:
    """All files of reports of this installation."""
    yield from sorted((Path(settings.HOME) / "log").glob("crash-*.jsonl"))


def forget(now: datetime) -> int:
    """Removes the files past the profile's days; returns how many."""
    limit = today_in_china(now) - timedelta(days=int(settings.DEPLOYMENT["logs"]["crash_days"]))
    old = [path for path in files() if _day(path) < limit]
    for path in old:
        path.unlink()
    return len(old)


def _place(file: str) -> str:
    """The file without where this installation stands."""
    return "/".join(Path(file).parts[-3:])


def _day(path: Path) -> date:
    return datetime.strptime(path.stem.split("-")[1], "%Y%m%d").replace(tzinfo=UTC).date()
