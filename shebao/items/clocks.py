"""时限: the worker marks what is late, ends what was never supplied, and tells the person in the same transaction."""

from datetime import datetime, timedelta

from django.db import connections, transaction

from shebao.base.clock import today_in_china
from shebao.cases import clock
from shebao.items import catalogue, telling

ALIAS = "worker"
LATE = 100


def run(*, now: datetime) -> int:
    """Marks and ends what is due at this moment; returns how many cases changed. Running again changes nothing."""
    return _escalate(now) + _lapse(now)


def _escalate(now: datetime) -> int:
    with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "select no, subject_id, kind, level, due_on from cases.escalate(%s)", [today_in_china(now)]
        )
        marked = cursor.fetchall()
        for no, subject, kind, level, due_on in marked:
            if level == LATE:
                telling.late(subject, no, catalogue.named(kind), due_on, alias=ALIAS)
    return len(marked)


def _lapse(now: datetime) -> int:
    drafts = now - timedelta(days=clock.DRAFT_DAYS)
    with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "select no, subject_id, kind, was from cases.lapse(%s, %s, %s)",
            [today_in_china(now), drafts, now],
        )
        ended = cursor.fetchall()
        for no, subject, kind, was in ended:
            if was == "supplement":
                telling.lapsed(subject, no, catalogue.named(kind), alias=ALIAS)
    return len(ended)
