"""预约办理: halls, places, one's own visits. The booking itself, its message and its entry are one transaction."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shebao.appointments import actions, maps, matters, queries
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity.asking import Request
from shebao.items import visits
from shebao.privacy import grants, register
from shebao.rules import regions
from shebao.web import formats
from shebao.web.pages import visits as words
from shebao.web.views.answering import elder, number, page, signed_in, today

HOME = "/appointments/"
CASE_NO = re.compile("[A-Z0-9-]{1,24}")
ASKED = ("item", "case", "move")
NEAR = {
    "title": "用您的位置，排出最近的大厅",
    "sorted": "离您最近的大厅",
    "fallback": "按城市和区县选，一样能约",
    "back_name": "预约办理",
}
NEARBY, LOCATION = "location.nearby", "location"


@require_safe
@signed_in
def home(request: Request) -> HttpResponse:
    """/appointments/: the next visit, then the halls of a city for one group of matters."""
    now = clock.now()
    around = visits.around(request.actor, now=now)
    asked = chosen(request)
    takes = queries.offering(asked["service"])
    offices = [office for office in queries.offices() if office.id in takes]
    there = {office.region for office in offices}
    region = next((one for one in (request.GET.get("region"), around.region) if one in there), "")
    region = region or min(there, default="")
    free = queries.earliest(asked["service"], now=now)
    context = {
        "booked": [words.booked(one, today()) for one in around.mine.bookings],
        "waiting": [words.waited(one, today()) for one in around.mine.waiting],
        "service": words.what(asked["service"], asked.get("item", "")),
        "query": asked,
        "city": regions.name(region) if region else "",
        "halls": words.halls(
            [office for office in offices if office.region == region], free, query=asked, today=today()
        ),
        "nearby_url": f"{HOME}nearby?{urlencode(asked)}" if offers_nearby(request) else "",
    }
    return page(request, "visits", context)


def offers_nearby(request: Request) -> bool:
    """Whether this deployment may ask for a position, and the person has not just said no."""
    return NEARBY in register.current().process and not request.GET.get("own")


def chosen(request: Request) -> dict[str, str]:
    """The group of matters of the address, with the item, case or booking it is for."""
    asked = {name: request.GET[name][:40] for name in ASKED if request.GET.get(name)}
    service = request.GET.get("service", "")
    if not service and asked.get("item"):
        service = visits.group_of(asked["item"])
    if service not in matters.services():
        service = next(iter(queries.offered_anywhere()), "enrol")
    return {"service": service, **asked}


@require_safe
@signed_in
def choices(request: Request) -> HttpResponse:
    """/appointments/matters: what to come for."""
    rows = [matters.services()[code] for code in queries.offered_anywhere()]
    return page(request, "visit_matters", {"rows": rows})


@require_safe
@signed_in
def cities(request: Request) -> HttpResponse:
    """/appointments/cities: where."""
    asked = chosen(request)
    rows = [{"code": code, "name": name, "count": count} for code, name, count in visits.cities()]
    return page(request, "visit_cities", {"rows": rows, "service": asked["service"]})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hall(request: Request, office: int) -> HttpResponse:
    """/appointments/halls/<id>: days and places; POST books one, or moves a booking to it."""
    if request.method != "POST":
        return _hall(request, office)
    try:
        placed = _take(request)
    except actions.Full as refusal:
        return _hall(request, office, refusal)
    return redirect(f"{HOME}{placed.id}/")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def nearby(request: Request) -> HttpResponse:
    """/appointments/nearby: says what the position is for; only then, on a tap, the page asks the browser for it.

    Distances are worked out on the page. POST notes the yes; the position itself is never sent.
    """
    book = register.current()
    if NEARBY not in book.process:
        raise Refusal("not_found", "这里不用位置。", "按城市选", HOME)
    shown = grants.grantables(book)[LOCATION]
    if request.method == "POST":
        grants.permit(
            LOCATION, granted=True, purpose=NEARBY, notice_hash=request.POST.get("notice", ""),
            now=clock.now(), by=request.actor,
        )  # fmt: skip
        return HttpResponse(status=204)
    asked = chosen(request)
    takes = queries.offering(asked["service"])
    rows = words.far([office for office in queries.offices() if office.id in takes], query=asked)
    return page(
        request,
        "visit_nearby",
        {
            "permission": shown,
            "rows": rows,
            "near": NEAR
            | {
                "back": f"{HOME}?service={asked['service']}",
                "own": f"{HOME}?own=1&service={asked['service']}",
            },
        },
    )


def _take(request: Request) -> actions.Placed:
    slot = number(request.POST.get("slot"), 0)
    if not slot:
        raise Refusal("invalid_input", "还没有选时段，所以没有约。", "回去选一个", request.get_full_path())
    moved = number(request.POST.get("move"), 0)
    if moved:
        return actions.move(booking=moved, slot=slot, now=clock.now(), by=request.actor, tell=visits.tell)
    item, case = _bound(request)
    return actions.book(
        slot=slot, item=item, case=case, now=clock.now(), by=request.actor, tell=visits.tell,
        allow=visits.own(case),
    )  # fmt: skip


def _bound(request: Request) -> tuple[str, str]:
    """The item and the case a form is for. Refuses an item that is not in the catalogue."""
    item, case = (request.POST.get(name, "")[:40] for name in ("item", "case"))
    if item:
        visits.group_of(item)
    return item, case if CASE_NO.fullmatch(case) else ""


def _hall(request: Request, office: int, full: actions.Full | None = None) -> HttpResponse:
    now = clock.now()
    found = queries.hall(office, now=now)
    asked = chosen(request)
    if asked["service"] not in found.services and found.services and not asked.get("move"):
        asked["service"] = found.services[0]
    free = queries.days(office, asked["service"], now=now)
    day = _day(request.GET.get("day"), free)
    slots = queries.slots(office, asked["service"], on=day, now=now) if day else []
    open_places = [slot for slot in slots if slot.taken < slot.capacity]
    path = f"{HOME}halls/{office}"
    context: dict[str, Any] = {
        "hall": found.office,
        "opening": words.opening(found, today()),
        "service": words.what(asked["service"], asked.get("item", "")),
        "query": asked,
        "day": day,
        "days": words.days(free, chosen=day, path=path, query=asked, elder=elder(request)),
        "times": words.times(slots, open_places[0].id if open_places else 0),
        "free": bool(open_places),
        "day_iso": day.isoformat() if day else "",
        "day_word": formats.near_day(day, today()) if day else "",
        "query_text": urlencode(asked | ({"day": day.isoformat()} if day else {})),
        "carried": [(name, asked[name]) for name in ASKED if asked.get(name)],
        "map": maps.source() is not None,
        "full": full,
        "offers": words.offers(queries.these(full.nearest), today()) if full else [],
    }
    return page(request, "visit_hall", context, status=full.status if full else 200)


def _day(text: str | None, free: dict[date, int]) -> date | None:
    """The day asked for, else the first with a free place, else the first."""
    try:
        asked = date.fromisoformat(text or "")
    except ValueError:
        asked = None
    if asked in free:
        return asked
    return next((day for day, count in free.items() if count), next(iter(free), None))


@require_safe
@signed_in
def one(request: Request, booking: int) -> HttpResponse:
    """/appointments/<id>/: one's own booking."""
    found = queries.one(request.actor, booking)
    ended = found.state != "booked"
    context = {
        "visit": words.one(found, today()),
        "ended": ended,
        "state": found.state,
        "rule": actions.no_show_rule(),
    }
    return page(request, "visit", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def cancel(request: Request, booking: int) -> HttpResponse:
    """/appointments/<id>/cancel: asks once, then gives the place up."""
    if request.method == "POST":
        actions.cancel(booking=booking, now=clock.now(), by=request.actor, tell=visits.tell)
        return page(request, "visit_cancelled", {})
    return page(request, "visit_cancel", {"visit": words.one(queries.one(request.actor, booking), today())})


@require_POST
@signed_in
def wait(request: Request, office: int) -> HttpResponse:
    """/appointments/halls/<id>/wait: joins the queue for a day that is full."""
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        day = None
    item, case = _bound(request)
    service = request.POST.get("service", "")
    if service not in matters.services():
        raise Refusal("not_found", "没有这一类事。", "看办什么", f"{HOME}matters")
    before = actions.wait(
        office=office, service=service, day=day, item=item, case=case,
        now=clock.now(), by=request.actor, allow=visits.own(case),
    )  # fmt: skip
    return page(request, "visit_waiting", {"before": before})


@require_POST
@signed_in
def answer(request: Request, waiting: int, word: str) -> HttpResponse:
    """/appointments/waiting/<id>/accept or /leave."""
    if word == "accept":
        placed = actions.accept(waiting=waiting, now=clock.now(), by=request.actor, tell=visits.tell)
        return redirect(f"{HOME}{placed.id}/")
    actions.leave(waiting=waiting, now=clock.now(), by=request.actor, tell=visits.tell)
    return redirect(HOME)
