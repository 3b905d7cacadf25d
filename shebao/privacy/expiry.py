"""到期删除: the worker's run that ends what the register's dates end."""

from datetime import datetime

from django.db import connections

from shebao.base import clock
from shebao.privacy import accesslog, crashes, register
from shebao.privacy.declared import days

SESSIONS = "keep.session"


def end_of_life(*, now: datetime) -> int:
    """Removes signals, sessions, installations, searches and log files past their dates; returns how many."""
    kept = days(register.current().retention[SESSIONS].period) or 0
    with connections["worker"].cursor() as cursor:
        cursor.execute("select privacy.end_of_life(%s, %s)", [now, kept])
        (rows,) = cursor.fetchone()
    return int(rows) + accesslog.forget(now) + crashes.forget(now)


def run() -> int:
    """The run of this moment."""
    return end_of_life(now=clock.now())
