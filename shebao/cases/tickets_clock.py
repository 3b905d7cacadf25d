"""The clock of tickets (worker): late ones go to the person in charge, the content of old ones ends."""

from datetime import datetime

from django.db import connections

from shebao.base import clock


def tick(*, now: datetime) -> tuple[int, int]:
    """How many were escalated and how many erased at this moment."""
    today = clock.today_in_china(now)
    with connections["worker"].cursor() as cursor:
        cursor.execute("select cases.escalate_tickets(%s, %s)", [now, today])
        (late,) = cursor.fetchone()
        cursor.execute("select cases.erase_tickets(%s, %s)", [now, today])
        (ended,) = cursor.fetchone()
    return int(late), int(ended)


def run() -> int:
    """The run of this moment; the next one waits its turn."""
    tick(now=clock.now())
    return 0
