"""What the tests of the pool share: places by day and minute, counts as the owner sees them, a listener."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connections

from shebao.appointments import hours
from shebao.appointments.actions import Event
from shebao.appointments.models import Slot
from shebao.base import clock
from shebao.privacy import vault

HALL, SERVICE = 1, "enrol"
at_ten = 10 * 60


class Told:
    """Keeps what was told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)


def rows(query: str, *values: object) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, list(values))
        return list(cursor.fetchall())


def now() -> datetime:
    """The moment of the tests: this morning, so that today's places are still to come or just begun."""
    return datetime.now(UTC)


def working_days() -> list[Any]:
    """Days with places, tomorrow or later."""
    found = rows("select distinct appointments.china_day(starts_at) from appointments_slot order by 1")
    return [day for (day,) in found if day > clock.today_in_china(now())]


def slot_at(days: int, minute: int, *, office: int = HALL, service: str = SERVICE) -> Slot:
    """The place of the n-th day to come at a minute of the day."""
    starts = hours.at(working_days()[days - 1], minute)
    return Slot.objects.get(office_id=office, service=service, starts_at=starts)


def slots_of(days: int, *, office: int = HALL, service: str = SERVICE) -> list[Slot]:
    since = hours.at(working_days()[days - 1], 0)
    return list(
        Slot.objects.filter(
            office_id=office, service=service, starts_at__gte=since, starts_at__lt=since + timedelta(days=1)
        )
    )


def fill(slot: Slot, *, but: int) -> None:
    """Shrinks a place to so many free ones."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update appointments_slot set capacity = greatest(taken + %s, 1), taken = case when taken + %s = 0 then 1"
            " else taken end where id = %s",
            [but, but, slot.id],
        )
    slot.refresh_from_db()


def counts(slot: int) -> tuple[int, int]:
    """(counted, bookings that hold it)."""
    ((taken,),) = rows("select taken from appointments_slot where id = %s", slot)
    return taken, held(slot)


def held(slot: int) -> int:
    ((count,),) = rows(
        "select (select count(*) from appointments_booking where slot_id = %s and state in"
        " ('booked', 'attended', 'missed')) + (select count(*) from appointments_waiting where slot_id = %s"
        " and state = 'offered')",
        slot,
        slot,
    )
    return int(count)


def sound() -> bool:
    """No place over its capacity."""
    return rows("select id from appointments_slot where taken < 0 or taken > capacity") == []


def states() -> dict[int, str]:
    return dict(rows("select id, state from appointments_booking order by id"))


def number_of(subject: int) -> str:
    ((sealed,),) = rows(
        "select ciphertext from privacy_vault where subject_id = %s and item = 'person.id_number'", subject
    )
    return vault.unseal(subject, "person.id_number", bytes(sealed))
