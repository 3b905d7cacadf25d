"""The worker's rounds: places for the next working days, offers, reminders, visits nobody came to, end of keeping."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connections, transaction

from shebao.appointments import actions, hours
from shebao.appointments.models import Closure, Office, Window
from shebao.base import clock, workdays
from shebao.privacy import register
from shebao.privacy.declared import days

WORKER = "worker"
KEPT = "keep.visit"
REMIND_HOUR = 9
Line = tuple[int, str, datetime, int, int]


def horizon(now: datetime, working_days: int) -> date:
    """The last day that can be booked."""
    return workdays.add_working_days(clock.today_in_china(now), working_days).day


def lines(
    offices: list[tuple[int, hours.Opening]], windows: list[tuple[int, str, int, int]],
    closed: dict[int, set[date]], first: date, last: date,
) -> Iterator[Line]:  # fmt: skip
    """Places from first to last: (office, service, starts_at, minutes, capacity), by hours and windows."""
    opening = dict(offices)
    for office, service, capacity, minutes in windows:
        shut = closed.get(office, set())
        for ahead in range((last - first).days + 1):
            for starts_at in hours.starts(opening[office], first + timedelta(days=ahead), minutes, shut):
                yield office, service, starts_at, minutes, capacity


def open_slots(*, now: datetime, alias: str = WORKER) -> int:
    """Opens the places of the next working days; run again it adds what is missing and nothing else."""
    first = clock.today_in_china(now)
    last = horizon(now, actions.rules()["working_days_ahead"])
    closed: dict[int, set[date]] = {}
    for closure in Closure.objects.using(alias).filter(day__gte=first):
        closed.setdefault(closure.office_id, set()).add(closure.day)
    wanted = list(
        lines(
            list(Office.objects.using(alias).values_list("id", "opening")),
            list(Window.objects.using(alias).values_list("office_id", "service", "capacity", "minutes")),
            closed,
            first,
            last,
        )
    )
    if not wanted:
        return 0
    columns = [list(column) for column in zip(*wanted, strict=True)]
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "insert into appointments_slot (office_id, service, starts_at, minutes, capacity)"
            " select * from unnest(%s::int[], %s::text[], %s::timestamptz[], %s::int[], %s::int[]) as t (o, s, at, m, c)"
            " where not exists (select 1 from appointments_slot k where k.office_id = t.o and k.service = t.s"
            " and k.starts_at = t.at) on conflict do nothing",
            columns,
        )
        return int(cursor.rowcount)


def offer(*, now: datetime, tell: actions.Tell | None = None) -> int:
    """Ends leases that ran out and offers what is free to who waits; returns how many offers."""
    return _round(
        "appointments.offer_round(%s, %s)", (now, json.dumps(actions.rules())), "visit.offered", tell
    )


def remind(*, now: datetime, tell: actions.Tell | None = None) -> int:
    """From nine in the morning, reminds once of what is booked up to the end of tomorrow."""
    if clock.china(now).hour < REMIND_HOUR:
        return 0
    until = hours.at(clock.today_in_china(now) + timedelta(days=2), 0)
    return _round("appointments.remind(%s, %s)", (now, until), "visit.reminder", tell)


def mark_missed(*, now: datetime, tell: actions.Tell | None = None) -> int:
    """Marks what nobody came to, in halls that marked visits on that day."""
    return _round("appointments.mark_missed(%s)", (now,), "visit.missed", tell)


def end_of_life(*, now: datetime) -> int:
    """Removes visits past their keeping."""
    kept = days(register.current().retention[KEPT].period) or 0
    with connections[WORKER].cursor() as cursor:
        cursor.execute("select appointments.end_of_life(%s, %s)", [now, kept])
        return int(cursor.fetchone()[0])


def _round(call: str, values: tuple[Any, ...], template: str, tell: actions.Tell | None) -> int:
    with transaction.atomic(using=WORKER, durable=True), connections[WORKER].cursor() as cursor:
        cursor.execute(f"select * from {call}", values)
        answers = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]
        for answer in answers:
            if tell is not None:
                tell(actions.event(answer, template, alias=WORKER))
    return len(answers)
