"""到访 at the desk: the day of an office without names, who came and who did not, booking on the phone or at the window."""

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shebao.appointments import actions, matters, queries, visits
from shebao.appointments.models import Office
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.desk import door
from shebao.desk.frame import page
from shebao.identity.asking import Request
from shebao.items import catalogue
from shebao.items import visits as composed
from shebao.privacy import gate

PROCESS = "visit.desk"
SHOWN_AGAIN = ("invalid_input", "precondition_unmet", "not_found", "conflict", "out_of_reach")
FIELDS = ("reason", "channel")


@require_GET
def day(request: Request) -> HttpResponse:
    """/desk/visits/: numbers, times and matters of one office on one day; names stand nowhere."""
    actor = door.enter(request, process=PROCESS)
    now = clock.now()
    offices = queries.offices()
    office = _office(request, offices)
    on = _day(request.GET.get("day")) or clock.today_in_china(now)
    lines = visits.day(actor, office=office.id, on=on) if office else []
    came = sum(line.state == "attended" for line in lines)
    context: dict[str, Any] = {
        "offices": offices,
        "office": office,
        "on": on,
        "is_today": on == clock.today_in_china(now),
        "came": came,
        "lines": [_line(line, now) for line in lines],
    }
    return page(request, "visits", context)


def _line(line: visits.Visit, now: datetime) -> dict[str, Any]:
    return {
        "number": line.number,
        "time": _time(line.starts_at),
        "service_name": line.service_name,
        "item": line.item,
        "item_name": catalogue.named(line.item),
        "case_no": line.case_no,
        "channel": line.channel,
        "state": line.state,
        "word": visits.STATES[line.state],
        "begun": line.starts_at <= now,
    }


def _time(moment: datetime) -> str:
    return f"{clock.china(moment):%H:%M}"


@require_POST
def mark(request: Request, number: str, state: str) -> HttpResponse:
    """/desk/visits/<number>/attended or /missed; the person sees the entry."""
    actor = door.enter(request, process=PROCESS)
    visits.mark(number=number, state=state, now=clock.now(), by=actor, tell=composed.tell)
    office, on = request.POST.get("office", ""), request.POST.get("day", "")
    query = f"?office={office}&day={on}" if office.isdigit() and _day(on) else ""
    return redirect(f"{reverse('desk:visits')}{query}")


@require_http_methods(["GET", "POST"])
def book(request: Request) -> HttpResponse:
    """/desk/visits/book: a place from the one pool for a person on the phone or at the window."""
    actor = door.enter(request, process="desk.search")
    context = _places(request)
    if request.method != "POST":
        return page(request, "visit_book", context)
    form = {name: request.POST.get(name, "").strip() for name in FIELDS}
    try:
        placed = _booked(request, actor, form)
    except Refusal as refusal:
        if refusal.code not in SHOWN_AGAIN:
            raise
        nearest = refusal.nearest if isinstance(refusal, actions.Full) else ()
        again = {"problem": refusal, "form": form, "offers": queries.these(nearest)}
        return page(request, "visit_book", context | again, status=refusal.status)
    return page(request, "visit_booked", {"placed": placed})


def _booked(request: Request, actor: gate.Actor, form: dict[str, str]) -> actions.Placed:
    slot = request.POST.get("slot", "")
    if not slot.isdigit() or len(slot) > 18:
        raise Refusal("invalid_input", "还没有选时段。", "选一个再约", field="slot")
    found = visits.find(id_number=request.POST.get("id_number", ""), reason=form["reason"], by=actor)
    try:
        return actions.book_for(
            slot=int(slot), subject=found.subject, visit_no=found.visit_no, reason=form["reason"],
            channel=form["channel"], now=clock.now(), by=actor, tell=composed.tell,
        )  # fmt: skip
    finally:
        visits.done(found, by=actor)


def _places(request: Request) -> dict[str, Any]:
    """Places to choose from: office, group of matters and day come from the address."""
    now = clock.now()
    offices = queries.offices()
    office = _office(request, offices)
    offered = queries.offered(office.id) if office else ()
    service = request.GET.get("service", "")
    service = service if service in offered else next(iter(offered), "")
    free = queries.days(office.id, service, now=now) if office else {}
    asked = _day(request.GET.get("day"))
    on = asked if asked in free else next((one for one, count in free.items() if count), None)
    slots = queries.slots(office.id, service, on=on, now=now) if office and on else []
    return {
        "offices": offices,
        "office": office,
        "services": [matters.services()[code] for code in offered],
        "service": service,
        "days": list(free.items()),
        "on": on,
        "slots": [
            {"id": slot.id, "time": _time(slot.starts_at), "left": slot.capacity - slot.taken}
            for slot in slots
            if slot.taken < slot.capacity
        ],
        "form": {"reason": "", "channel": "phone"},
        "channels": [(code, name) for code, name in visits.CHANNELS.items() if code != "app"],
    }


def _office(request: Request, offices: list[Office]) -> Office | None:
    wanted = request.GET.get("office", "")
    return next((office for office in offices if str(office.id) == wanted), next(iter(offices), None))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
