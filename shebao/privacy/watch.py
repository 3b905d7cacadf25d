"""Watching without looking: log lines and measurements with closed lists of keys, so that no personal value fits.

A request is known by its route template, status and time; never by its address, parameters or person.
"""

import json
import logging
import time
from collections import deque

from prometheus_client import Counter, Histogram

from shebao.base import clock
from shebao.privacy import accesslog, gate

REQUESTS = Counter("shebao_requests_total", "Requests by route template", ["route", "status"])
SECONDS = Histogram(
    "shebao_request_seconds", "Time to answer", ["route"], buckets=(0.01, 0.03, 0.1, 0.15, 0.3, 1, 3)
)
REFUSALS = Counter("shebao_refusals_total", "Refusals by code", ["code"])

ALERTS = Counter("shebao_alerts_total", "Alerts opened, by kind", ["kind"])
ERRORS_A_MINUTE = 20
alarm = logging.getLogger("shebao.alarm")
_errors: deque[float] = deque(maxlen=ERRORS_A_MINUTE)

KEYS = ("request", "method", "route", "status", "ms", "role", "error", "job", "count")


class JsonLines(logging.Formatter):
    """One JSON object a line; unknown extras are dropped, exceptions shrink to their type and place."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "event": str(record.msg)[:80],
        }
        for key in KEYS:
            value = getattr(record, key, None)
            if isinstance(value, str | int | float):
                line[key] = value
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            frame = error.__traceback__
            while frame is not None and frame.tb_next is not None:
                frame = frame.tb_next
            place = (
                f"{frame.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{frame.tb_lineno}" if frame else ""
            )
            line["error"] = f"{type(error).__name__} {place}"
        return json.dumps(line, ensure_ascii=False)


def answered(*, route: str, method: str, status: int, seconds: float, token: bytes | None) -> None:
    """Two measurements and one chained line of the access log for an answered request."""
    REQUESTS.labels(route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
    if status >= 500:
        _count_error(time.monotonic())
    moment = clock.now()
    accesslog.note(
        {
            "request": str(gate.request_id.get() or ""),
            "route": route,
            "method": method,
            "status": status,
            "ms": round(seconds * 1000),
            "purpose": gate.purpose.get(),
            "who": accesslog.pseudonym(token, moment),
        },
        moment,
    )


def _count_error(moment: float) -> None:
    """Opens an alert when a minute has seen too many failures; the count begins again after it."""
    _errors.append(moment)
    if len(_errors) == ERRORS_A_MINUTE and moment - _errors[0] <= 60:
        _errors.clear()
        ALERTS.labels("errors").inc()
        alarm.error("too many failures in a minute", extra={"count": ERRORS_A_MINUTE})
