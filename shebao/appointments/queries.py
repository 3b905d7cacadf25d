"""经办机构 and 号源: public facts about offices and places; a person's own visits under the gate."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connections

from shebao.appointments import hours, matters
from shebao.appointments.actions import CITIZEN, RECORD
from shebao.appointments.coordinates import apart_km
from shebao.appointments.models import Booking, Closure, Office, Slot, Waiting, Window
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.privacy import gate

MILLION = 1_000_000
OPEN = ("waiting", "offered")
FURTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Hall:
    """An office at a moment: its closed days, whether it is open, when it opens next."""

    office: Office
    closed: frozenset[date]
    is_open: bool
    opens_next: datetime | None
    services: tuple[str, ...]


@dataclass(frozen=True)
class Mine:
    """A person's visits to come and wishes that stand."""

    bookings: list[Booking]
    waiting: list[Waiting]


@dataclass(frozen=True)
class Coming:
    """The next visit, as the home page tells it."""

    booking: int
    starts_at: datetime
    office: str
    service: str
    item: str


def coming(*, now: datetime, by: gate.Actor) -> Coming | None:
    """The person's own next visit; no register is opened for it."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select id, starts_at, office, service, item from appointments.coming(%s, %s)", [by.token, now]
        )
        row = cursor.fetchone()
    return Coming(*row) if row else None


def offices(*, district: str = "", region: str = "") -> list[Office]:
    """Offices by city or district, or all of the deployment."""
    rows = Office.objects.order_by("region", "district", "name")
    if region:
        rows = rows.filter(region=region)
    return list(rows.filter(district=district) if district else rows)


def place(office: Office) -> tuple[float, float]:
    """Where an office is, in degrees (longitude, latitude; WGS-84)."""
    return office.longitude_e6 / MILLION, office.latitude_e6 / MILLION


def nearest(*, longitude_e6: int, latitude_e6: int, most: int = 5) -> list[Office]:
    """The offices next to a position (millionths of a degree); the position is used here and kept nowhere."""
    here = (longitude_e6 / MILLION, latitude_e6 / MILLION)
    return sorted(offices(), key=lambda office: apart_km(here, place(office)))[:most]


def in_region(region: str) -> list[Office]:
    """The offices of one city."""
    return offices(region=region)


def hall(office: int, *, now: datetime) -> Hall:
    """One office with its hours at a moment. Refuses an unknown one."""
    found = Office.objects.filter(id=office).first()
    if found is None:
        raise Refusal("not_found", "没有这个办事地点。", "看全部地点", "/offices/")
    today = clock.today_in_china(now)
    closed = frozenset(Closure.objects.filter(office=found, day__gte=today).values_list("day", flat=True))
    return Hall(
        found,
        closed,
        hours.is_open(found.opening, now, closed),
        hours.next_opening(found.opening, now, closed),
        offered(found.id),
    )


def offered(office: int) -> tuple[str, ...]:
    """Service groups an office takes bookings for."""
    there = set(Window.objects.filter(office_id=office).values_list("service", flat=True))
    return tuple(code for code in matters.services() if code in there)


def offering(service: str) -> set[int]:
    """Offices that take bookings for a service group."""
    return set(Window.objects.filter(service=service).values_list("office_id", flat=True))


def offered_anywhere() -> tuple[str, ...]:
    """Service groups that any office of the deployment takes bookings for."""
    there = set(Window.objects.values_list("service", flat=True).distinct())
    return tuple(code for code in matters.services() if code in there)


def days(office: int, service: str, *, now: datetime) -> dict[date, int]:
    """Days with places, and how many are free on each; counts only."""
    free: dict[date, int] = {}
    for slot in Slot.objects.filter(office_id=office, service=service, starts_at__gt=now):
        on = clock.today_in_china(slot.starts_at)
        free[on] = free.get(on, 0) + slot.capacity - slot.taken
    return dict(sorted(free.items()))


def slots(office: int, service: str, *, on: date, now: datetime) -> list[Slot]:
    """Places of a day that have not begun, free or full; none of a day too far to be open."""
    if not timedelta() <= on - clock.today_in_china(now) <= FURTHEST:
        return []
    since = max(hours.at(on, 0), now)
    return list(
        Slot.objects.filter(
            office_id=office, service=service, starts_at__gt=since,
            starts_at__lt=hours.at(on + timedelta(days=1), 0),
        ).order_by("starts_at")
    )  # fmt: skip


def these(ids: Iterable[int]) -> list[Slot]:
    """Places by id, in the order given, each with its office."""
    found = Slot.objects.select_related("office").in_bulk(list(ids))
    return [found[one] for one in ids if one in found]


def earliest(service: str, *, now: datetime) -> dict[int, datetime]:
    """Office -> the earliest free place of a service."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select office_id, min(starts_at) from appointments_slot"
            " where service = %s and starts_at > %s and taken < capacity group by office_id",
            [service, now],
        )
        return dict(cursor.fetchall())


def mine(
    actor: gate.Actor, *, now: datetime, also: tuple[str, ...] = (),
    beside: Callable[[gate.Grant], None] | None = None,
) -> Mine:  # fmt: skip
    """The person's own visits to come, next first, and what she waits for; `beside` reads `also` in the same gate."""
    with gate.open(actor, CITIZEN, items=(RECORD, *also), subject=actor.person_id) as grant:
        if beside is not None:
            beside(grant)
        bookings = (
            Booking.objects.using(grant.alias)
            .filter(subject_id=grant.subject_id, state="booked", slot__starts_at__gt=now - timedelta(hours=1))
            .select_related("slot__office")
            .order_by("slot__starts_at")
        )
        waiting = (
            Waiting.objects.using(grant.alias)
            .filter(subject_id=grant.subject_id, state__in=OPEN)
            .select_related("office", "slot")
            .order_by("id")
        )
        return Mine(list(bookings), list(waiting))


def one(actor: gate.Actor, booking: int) -> Booking:
    """One of the person's own bookings. Refuses any other."""
    with gate.open(actor, CITIZEN, items=(RECORD,), subject=actor.person_id) as grant:
        found = (
            Booking.objects.using(grant.alias)
            .filter(subject_id=grant.subject_id, id=booking)
            .select_related("slot__office")
            .first()
        )
    if found is None:
        raise Refusal("not_found", "没有这个预约。", "看我的预约", "/appointments/")
    return found
