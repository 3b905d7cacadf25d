"""Running the services (服务运行): announce and end windows, cease and reopen services, give outages their cause."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.desk import door, frame
from shebao.identity.asking import Request
from shebao.items import directory
from shebao.privacy import availability, gate, outages
from shebao.privacy.availability import EVERYTHING, STATES
from shebao.privacy.directory import EVERY

ROLES = ("operator", "supervisor")
SHOWN_AGAIN = ("invalid_input", "precondition_unmet", "conflict", "handler_incomplete", "not_found")
PAST = 20


def _enter(request: Request) -> gate.Actor:
    return door.enter(request, *ROLES, process="service.window")


@require_GET
def overview(request: Request) -> HttpResponse:
    """/desk/operations/: windows, outages without a cause, the state of every service."""
    _enter(request)
    return _page(request)


def _page(request: Request, problem: Refusal | None = None) -> HttpResponse:
    now, board = clock.now(), availability.board(fresh=True)
    services = directory.current().services
    codes = [one.code for one in services]
    kept = outages.records(codes, now=now)
    rows = sorted((one for record in kept.values() for one in record.outages), key=lambda one: -one.id)
    everything = board.states.get(EVERYTHING)
    context = {
        "problem": problem,
        "form": request.POST,
        "windows": [(one, _name(one.service), one.starts_at <= now) for one in board.announced(now)],
        "outages": [
            (one, _name(one.service), outages.CAUSES.get(one.cause, one.cause)) for one in rows[:PAST]
        ],
        "services": [
            (one, board.of(one, now), STATES[board.of(one, now).state], kept.get(one.code))
            for one in services
        ],
        "closable": [one for one in services if not one.open],
        "causes": outages.CAUSES.items(),
        "hours": availability.notice_hours(),
        "all_ceased": bool(everything and everything.state == "ceased"),
    }
    return frame.page(request, "operations", context, status=problem.status if problem else 200)


def _name(code: str) -> str:
    found = directory.current().by_code.get(code)
    return found.name if found else "全部服务"


def _done(request: Request, problem: Refusal | None = None) -> HttpResponse:
    if problem is None:
        return redirect("desk:operations")
    if problem.code not in SHOWN_AGAIN:
        raise problem
    return _page(request, problem)


@require_POST
def window(request: Request) -> HttpResponse:
    """Announces a window; times are China time."""
    actor = _enter(request)
    try:
        availability.announce(
            service=request.POST.get("service", EVERY),
            starts_at=_moment(request, "starts_at"),
            ends_at=_moment(request, "ends_at"),
            reason=request.POST.get("reason", ""),
            directory=directory.current(),
            by=actor,
        )
    except Refusal as refusal:
        return _done(request, refusal)
    return _done(request)


@require_POST
def window_end(request: Request, number: int) -> HttpResponse:
    """Ends a window that runs, or takes back one that has not begun."""
    actor = _enter(request)
    try:
        availability.end(window=number, by=actor)
    except Refusal as refusal:
        return _done(request, refusal)
    return _done(request)


@require_POST
def state(request: Request) -> HttpResponse:
    """Ceases a service, or opens it."""
    actor = _enter(request)
    change = availability.cease if request.POST.get("state") == "ceased" else availability.reopen
    try:
        change(
            service=request.POST.get("service", ""),
            reason=request.POST.get("reason", ""),
            directory=directory.current(),
            by=actor,
        )
    except Refusal as refusal:
        return _done(request, refusal)
    return _done(request)


@require_POST
def cause(request: Request, number: int) -> HttpResponse:
    """Gives an outage its cause and the evidence for it."""
    actor = _enter(request)
    try:
        outages.classify(
            outage=number,
            cause=request.POST.get("cause", ""),
            evidence=request.POST.get("evidence", ""),
            by=actor,
        )
    except Refusal as refusal:
        return _done(request, refusal)
    return _done(request)


def _moment(request: Request, field: str) -> datetime:
    """A time of the form, as the clock in China shows it."""
    try:
        found = datetime.fromisoformat(request.POST.get(field, ""))
    except ValueError:
        raise Refusal("invalid_input", "时间要填全，比如 2026-11-30T22:00。", field=field) from None
    return found.replace(tzinfo=found.tzinfo or clock.CHINA)
