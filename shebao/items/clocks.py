"""时限: the worker marks what is late, ends what was never supplied, and tells staff and person in the same transaction."""

from datetime import datetime, timedelta

from django.db import connections, transaction

from shebao.base.clock import today_in_china
from shebao.cases import clock, urgent
from shebao.items import catalogue, telling
from shebao.notices import reminders
from shebao.privacy import watch

ALIAS = "worker"
LATE = 100


def run(*, now: datetime) -> int:
    """Marks and ends what is due at this moment; returns how many cases changed. Running again changes nothing."""
    return _escalate(now) + _lapse(now) + _unreviewed(now)


def _unreviewed(now: datetime) -> int:
    """Urgent looks without a review in time (紧急查看没有按时核对): closed, and an alert for each."""
    closed = urgent.close_unreviewed(now=now)
    for no in closed:
        watch.ALERTS.labels("urgent_unreviewed").inc()
        watch.alarm.error("urgent look not reviewed in time", extra={"case": no})
    return len(closed)


def _escalate(now: datetime) -> int:
    with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "select no, subject_id, kind, level, due_on, unit, holder from cases.escalate(%s, %s)",
            [today_in_china(now), now],
        )
        marked = cursor.fetchall()
        for no, subject, kind, level, due_on, unit, holder in marked:
            reminders.post(case=no, kind=kind, level=level, due_on=due_on, unit=unit, holder=holder)
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
