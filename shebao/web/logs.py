"""Log lines as JSON with a closed list of keys: nothing personal can be logged, because there is no key for it."""

import json
import logging

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
            if value is not None:
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
