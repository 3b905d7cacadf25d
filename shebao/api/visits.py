"""/api/v1/appointments: places anyone may see; the bearer's own bookings and wishes."""

from datetime import date, datetime
from typing import Any

from ninja import Router, Schema, Status
from ninja.params.functions import Path, Query
from pydantic import Field

from shebao.api.doors import REFUSED
from shebao.api.schemas import Strict
from shebao.appointments import actions, matters, queries
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity.asking import Request
from shebao.items import visits

router = Router(tags=["预约"])
BIG, SMALL = 2**63 - 1, 2**31 - 1
NUMBER = Path(..., ge=1, le=BIG)
CASE = "^([A-Z0-9-]{1,24})?$"
ITEM = "^[a-z0-9-]{0,40}$"


class Place(Schema):
    """One place of the pool: counts only."""

    id: int
    service: str
    starts_at: datetime
    minutes: int
    capacity: int
    free: int


class Wanted(Strict):
    """A place, and what for."""

    slot: int = Field(ge=1, le=BIG)
    item: str = Field("", pattern=ITEM)
    case_no: str = Field("", pattern=CASE)


class Elsewhere(Strict):
    """Another place for a booking."""

    slot: int = Field(ge=1, le=BIG)


class Wish(Strict):
    """A wish for a place that is full; without a day any will do."""

    office: int = Field(ge=1, le=SMALL)
    service: str = Field(max_length=20)
    day: date | None = None
    item: str = Field("", pattern=ITEM)
    case_no: str = Field("", pattern=CASE)


class Booked(Schema):
    """A booking that stands."""

    id: int
    number: str
    slot: int
    office_name: str
    starts_at: datetime


class Booking(Schema):
    """预约."""

    id: int
    number: str
    slot: int
    office: int
    office_name: str
    address: str
    service: str
    item: str
    case_no: str
    channel: str
    starts_at: datetime
    minutes: int


class Waiting(Schema):
    """候补; `slot` and `until` when a place is on offer."""

    id: int
    office: int
    office_name: str
    service: str
    day: date | None
    state: str
    slot: int | None
    until: datetime | None


class Mine(Schema):
    """Bookings to come, next first, and wishes that stand."""

    bookings: list[Booking]
    waiting: list[Waiting]


class InLine(Schema):
    """How many stand before."""

    before: int


@router.get("/appointments/slots", auth=None, response={200: list[Place], **REFUSED}, summary="一天的号源")
def places(
    request: Request,
    office: int = Query(..., ge=1, le=SMALL),
    service: str = Query(..., max_length=20),
    day: date = Query(...),  # noqa: B008 - the form of a parameter
) -> Any:
    """Places of an office on a day that have not begun."""
    if service not in matters.services():
        raise Refusal("not_found", "没有这一类事。", field="service")
    return [
        Place(
            id=one.id, service=one.service, starts_at=one.starts_at, minutes=one.minutes,
            capacity=one.capacity, free=one.capacity - one.taken,
        )
        for one in queries.slots(office, service, on=day, now=clock.now())
    ]  # fmt: skip


@router.get("/appointments", response={200: Mine, **REFUSED}, summary="我的预约和候补")
def mine(request: Request) -> Any:
    """The bearer's own, or of the person stood in for."""
    found = queries.mine(request.actor, now=clock.now())
    return {
        "bookings": [
            Booking(
                id=one.id, number=one.number, slot=one.slot_id, office=one.slot.office_id,
                office_name=one.slot.office.name, address=one.slot.office.address, service=one.slot.service,
                item=one.item, case_no=one.case_no, channel=one.channel, starts_at=one.slot.starts_at,
                minutes=one.slot.minutes,
            )
            for one in found.bookings
        ],
        "waiting": [
            Waiting(
                id=one.id, office=one.office_id, office_name=one.office.name, service=one.service, day=one.day,
                state=one.state, slot=one.slot_id, until=one.offered_until,
            )
            for one in found.waiting
        ],
    }  # fmt: skip


@router.post("/appointments", response={201: Booked, **REFUSED}, summary="预约一个时段")
def book(request: Request, wanted: Wanted) -> Any:
    """Books from the one pool. A full place is a conflict that names the two nearest free ones (`nearest`)."""
    if wanted.item:
        visits.group_of(wanted.item)
    placed = actions.book(
        slot=wanted.slot, item=wanted.item, case=wanted.case_no, now=clock.now(), by=request.actor,
        tell=visits.tell, allow=visits.own(wanted.case_no),
    )  # fmt: skip
    return Status(201, vars(placed))


@router.put("/appointments/{int:booking}", response={200: Booked, **REFUSED}, summary="改时间")
def move(request: Request, wanted: Elsewhere, booking: int = NUMBER) -> Any:
    """Both or neither: the old place stands until the new one is taken."""
    placed = actions.move(
        booking=booking, slot=wanted.slot, now=clock.now(), by=request.actor, tell=visits.tell
    )
    return vars(placed)


@router.delete("/appointments/{int:booking}", response={204: None, **REFUSED}, summary="取消预约")
def cancel(request: Request, booking: int = NUMBER) -> Any:
    """Gives the place up."""
    actions.cancel(booking=booking, now=clock.now(), by=request.actor, tell=visits.tell)
    return Status(204, None)


@router.post("/appointments/waiting", response={201: InLine, **REFUSED}, summary="候补")
def wait(request: Request, wish: Wish) -> Any:
    """Joins the queue; refused while a place is free."""
    if wish.service not in matters.services():
        raise Refusal("not_found", "没有这一类事。", field="service")
    if wish.item:
        visits.group_of(wish.item)
    before = actions.wait(
        office=wish.office, service=wish.service, day=wish.day, item=wish.item, case=wish.case_no,
        now=clock.now(), by=request.actor, allow=visits.own(wish.case_no),
    )  # fmt: skip
    return Status(201, {"before": before})


@router.post("/appointments/waiting/{waiting}", response={201: Booked, **REFUSED}, summary="要候补到的号")
def accept(request: Request, waiting: int = NUMBER) -> Any:
    """Takes the place on offer."""
    placed = actions.accept(waiting=waiting, now=clock.now(), by=request.actor, tell=visits.tell)
    return Status(201, vars(placed))


@router.delete("/appointments/waiting/{waiting}", response={204: None, **REFUSED}, summary="不候补了")
def leave(request: Request, waiting: int = NUMBER) -> Any:
    """Leaves the queue."""
    actions.leave(waiting=waiting, now=clock.now(), by=request.actor, tell=visits.tell)
    return Status(204, None)
