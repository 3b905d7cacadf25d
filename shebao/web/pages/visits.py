"""预约: the next visit, halls of a city, days and places of a hall, one booking. Words only; no table is read here."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from shebao.appointments import matters
from shebao.appointments.models import Booking, Office, Slot, Waiting
from shebao.appointments.queries import MILLION, Coming, Hall
from shebao.base import clock
from shebao.items import catalogue
from shebao.web import formats

ELDER_DAYS = 5
BOOKED_BY = {"app": "网上约的", "phone": "电话约的", "window": "窗口约的"}


def weekday(moment: datetime | date) -> str:
    """周二."""
    day = clock.china(moment).date() if isinstance(moment, datetime) else moment
    return formats.WEEKDAYS[day.weekday()]


def moment(value: datetime, today: date) -> str:
    """明天 9:30; 11月24日 周二 9:30."""
    there = clock.china(value)
    near = formats.near_day(there.date(), today)
    name = "" if near in ("今天", "明天") else f" {weekday(value)}"
    return f"{near}{name} {formats.time_cn(value)}"


def what(service: str, item: str) -> str:
    """The item if one was chosen, else the group of matters."""
    known = catalogue.ITEMS.get(item)
    return known.plain if known else matters.named(service)


def booked(booking: Booking, today: date) -> dict[str, Any]:
    """One visit as a row."""
    there = clock.china(booking.slot.starts_at)
    return {
        "url": f"/appointments/{booking.id}/",
        "day": there.day,
        "weekday": weekday(there),
        "title": f"{moment(there, today)} 到{booking.slot.office.name}",
        "sub": f"{what(booking.slot.service, booking.item)}·改时间或取消",
    }


def coming(visit: Coming, today: date) -> dict[str, Any]:
    """The next visit on the home page."""
    there = clock.china(visit.starts_at)
    return {
        "url": f"/appointments/{visit.booking}/",
        "day": there.day,
        "weekday": weekday(there),
        "title": f"{moment(there, today)} 到{visit.office}",
        "sub": what(visit.service, visit.item),
    }


def waited(wish: Waiting, today: date) -> dict[str, Any]:
    """One wish as a card: an offer with its end, or the place in line."""
    offered = wish.state == "offered" and wish.slot is not None and wish.offered_until is not None
    days = f"{formats.date_cn(wish.day, today)} " if wish.day else "任何一天"
    return {
        "id": wish.id,
        "offered": offered,
        "head": moment(wish.slot.starts_at, today) if offered and wish.slot else f"在候补：{days}",
        "office": wish.office.name,
        "what": what(wish.service, wish.item),
        "until": formats.moment_cn(wish.offered_until, today) if offered else "",
    }


def halls(
    offices: Sequence[Office], free: Mapping[int, datetime], *, query: Mapping[str, str], today: date
) -> list[dict[str, str]]:  # fmt: skip
    """Halls of a city, by district; each with its earliest free place."""
    tail = f"?{urlencode(query)}" if query else ""
    return [
        {
            "url": f"/appointments/halls/{office.id}{tail}",
            "name": office.name,
            "sub": f"{office.district}·{earliest(free.get(office.id), today)}",
            "icon": "bldg",
        }
        for office in sorted(offices, key=lambda one: (one.district, one.name))
    ]


def far(offices: Sequence[Office], *, query: Mapping[str, str]) -> list[dict[str, str]]:
    """Halls with where they are, for the page to sort by distance."""
    return [
        {
            "url": f"/appointments/halls/{office.id}?{urlencode(query)}",
            "name": office.name,
            "sub": office.address,
            "longitude": f"{office.longitude_e6 / MILLION:.6f}",
            "latitude": f"{office.latitude_e6 / MILLION:.6f}",
        }
        for office in offices
    ]


def earliest(found: datetime | None, today: date) -> str:
    """最早 11月24日 9:00."""
    return f"最早{moment(found, today)}" if found else "约满了，可以候补"


def opening(hall: Hall, today: date) -> dict[str, str]:
    """Whether the hall is open now; when it is not, when it opens."""
    if hall.is_open:
        return {"state": "open", "word": "现在开着"}
    when = f"{moment(hall.opens_next, today)} 开门" if hall.opens_next else "近期不开门"
    return {"state": "closed", "word": f"现在不在办公时间，{when}。"}


def days(
    free: Mapping[date, int], *, chosen: date | None, path: str, query: Mapping[str, str], elder: bool
) -> list[dict[str, Any]]:  # fmt: skip
    """Days as links; a full one can be opened too, to wait for it."""
    shown = list(free.items())[: ELDER_DAYS if elder else None]
    return [
        {
            "url": f"{path}?{urlencode({**query, 'day': day.isoformat()})}",
            "name": f"{day.day}日",
            "weekday": weekday(day),
            "full": count == 0,
            "current": day == chosen,
            "iso": day.isoformat(),
        }
        for day, count in shown
    ]


def times(slots: Sequence[Slot], chosen: int) -> list[dict[str, Any]]:
    """Places of a day; full ones cannot be chosen."""
    return [
        {
            "id": slot.id,
            "time": formats.time_cn(slot.starts_at),
            "left": slot.capacity - slot.taken,
            "checked": slot.id == chosen,
        }
        for slot in slots
    ]


def offers(slots: Sequence[Slot], today: date) -> list[dict[str, Any]]:
    """Free places to take instead."""
    return [
        {
            "id": slot.id,
            "office": slot.office_id,
            "when": moment(slot.starts_at, today),
            "name": slot.office.name,
        }
        for slot in slots
    ]


def one(booking: Booking, today: date) -> dict[str, Any]:
    """One booking with what to know before going."""
    office = booking.slot.office
    facts = [
        ("号码", booking.number),
        ("地点", office.name),
        ("地址", office.address),
        ("办什么", what(booking.slot.service, booking.item)),
        ("怎么约的", BOOKED_BY[booking.channel]),
    ]
    if booking.case_no:
        facts.insert(4, ("办件", booking.case_no))
    return {
        "id": booking.id,
        "when": moment(booking.slot.starts_at, today),
        "facts": facts,
        "case": booking.case_no,
        "hall": office.id,
        "move": f"/appointments/halls/{office.id}?{urlencode({'service': booking.slot.service, 'move': booking.id})}",
        "iso": clock.china(booking.slot.starts_at).isoformat(),
    }
