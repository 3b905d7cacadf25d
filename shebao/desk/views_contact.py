"""Tickets at the desk (工单): the queue, a call, a letter, one ticket with nothing beyond what its kind needs."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shebao.base import clock, workdays
from shebao.base.refusal import Refusal
from shebao.cases import tickets_office as office
from shebao.cases.tickets import ADVICE
from shebao.cases.tickets_kinds import KINDS, SECOND_PHONE, Kind, kind_of
from shebao.desk import door
from shebao.desk.frame import page
from shebao.identity.asking import Request
from shebao.privacy import gate, register
from shebao.registry.enrolments import queries as enrolments

ROLES = ("clerk", "supervisor", "privacy_officer")
SHOWN_AGAIN = ("invalid_input", "precondition_unmet", "conflict", "not_found", "field_not_declared")
WHO = {"citizen": "本人", "staff": "经办人员", "system": "平台"}


def _enter(request: Request) -> gate.Actor:
    return door.enter(request, *ROLES, process="contact.privacy")


@require_GET
def queue(request: Request) -> HttpResponse:
    """/desk/contact/: open tickets of one's own team, the first due first; no names, no text."""
    return _queue(request, _enter(request))


def _queue(request: Request, actor: gate.Actor, problem: Refusal | None = None) -> HttpResponse:
    today = clock.today_in_china(clock.now())
    lines = office.queue(actor)
    late = sum(line.due_on < today for line in lines)
    context = {
        "lines": [(line, _left(line.due_on, today)) for line in lines],
        "head": f"{len(lines)} 件工单" + (f"，{late} 件超期" if late else "") if lines else "没有要答的工单",
        "kinds": [kind for kind in KINDS.values() if kind.forms],
        "topics": office.TOPICS,
        "ratings": office.ratings(),
        "today": today,
        "problem": problem,
        "form": request.POST,
    }
    return page(request, "contact_queue", context, status=problem.status if problem else 200)


def _left(due: date, today: date) -> str:
    if due < today:
        return f"晚了 {workdays.working_days_between(due, today)} 天"
    return f"还有 {workdays.working_days_between(today, due)} 个工作日"


@require_POST
def take(request: Request, no: str) -> HttpResponse:
    """Takes a ticket and opens it."""
    office.take(no, by=_enter(request))
    return redirect("desk:ticket", no=no)


@require_http_methods(["GET", "POST"])
def call(request: Request, kind: str) -> HttpResponse:
    """/desk/contact/calls/<kind>/: logs a call; the recording notice comes before the form."""
    actor, chosen = _enter(request), kind_of(kind)
    problem: Refusal | None = None
    if request.method == "POST":
        try:
            no = office.log_call(
                id_number=request.POST.get("id_number", ""),
                kind=kind,
                fields=_fields(request, chosen),
                text=request.POST.get("text", ""),
                announced=request.POST.get("announced") == "1",
                identity=request.POST.get("identity", ""),
                now=clock.now(),
                by=actor,
            )
            return redirect("desk:ticket", no=no)
        except Refusal as refusal:
            problem = _again(refusal)
    fields = (*chosen.fields, SECOND_PHONE)
    context = {
        "kind": chosen,
        "fields": [(field, request.POST.get(field.name, "")) for field in fields],
        "identities": office.IDENTITIES,
        "form": request.POST,
        "problem": problem,
    }
    return page(request, "contact_call", context, status=problem.status if problem else 200)


def _fields(request: Request, kind: Kind) -> dict[str, str]:
    names = [field.name for field in (*kind.fields, SECOND_PHONE)]
    return {name: request.POST[name] for name in names if request.POST.get(name, "").strip()}


@require_POST
def letter(request: Request) -> HttpResponse:
    """Registers a letter that came in."""
    actor, now = _enter(request), clock.now()
    try:
        try:
            received = date.fromisoformat(request.POST.get("received_on", ""))
        except ValueError:
            raise Refusal("invalid_input", "收到的日子要填全。", field="received_on") from None
        no = office.register_letter(
            topic=request.POST.get("topic", ""), received_on=received, now=now, by=actor
        )
    except Refusal as refusal:
        return _queue(request, actor, _again(refusal))
    return redirect("desk:letter_match", no=no)


@require_http_methods(["GET", "POST"])
def letter_match(request: Request, no: str) -> HttpResponse:
    """/desk/contact/letters/<no>/: joins a letter to its sender."""
    actor = _enter(request)
    problem: Refusal | None = None
    if request.method == "POST":
        try:
            office.match_letter(
                no,
                id_number=request.POST.get("id_number", ""),
                text=request.POST.get("text", ""),
                now=clock.now(),
                by=actor,
            )
            return redirect("desk:ticket", no=no)
        except Refusal as refusal:
            problem = _again(refusal)
    context = {"no": no, "form": request.POST, "problem": problem}
    return page(request, "contact_letter", context, status=problem.status if problem else 200)


@require_GET
def ticket(request: Request, no: str) -> HttpResponse:
    """/desk/contact/<no>/: the ticket, and beyond it only what its kind needs."""
    return _ticket(request, no, _enter(request))


def _ticket(request: Request, no: str, actor: gate.Actor, problem: Refusal | None = None) -> HttpResponse:
    found = office.open_ticket(no, by=actor)
    process = register.current().process[found.ticket.kind.process]
    enrolled = []
    if "enrolment.record" in found.shows:
        told = enrolments.enrolments(actor, subject=found.subject_id, case=no, process=process.code)
        enrolled = told["enrolments"]
    context = {
        "found": found,
        "ticket": found.ticket,
        "process": process,
        "labels": [register.current().items[item].label_zh for item in ("ticket.text", *found.shows)],
        "enrolled": enrolled,
        "who": WHO,
        "notes": [(note, WHO.get(note.role, note.role)) for note in found.ticket.notes],
        "advice": ADVICE,
        "identities": office.IDENTITIES,
        "left": _left(found.ticket.due_on, clock.today_in_china(clock.now())),
        "problem": problem,
        "form": request.POST,
    }
    return page(request, "contact_ticket", context, status=problem.status if problem else 200)


@require_POST
def act(request: Request, no: str) -> HttpResponse:
    """Notes, recognises, answers or ends a ticket."""
    actor, now = _enter(request), clock.now()
    text = request.POST.get("text", "")
    acts: dict[str, Callable[[], Any]] = {
        "note": lambda: office.add(no, text=text, now=now, by=actor),
        "identity": lambda: office.check_identity(
            no, method=request.POST.get("identity", ""), now=now, by=actor
        ),
        "reply": lambda: office.reply(no, text=text, now=now, by=actor),
        "close": lambda: office.close(
            no, plan=request.POST.get("plan", ""), result=request.POST.get("result", ""), now=now, by=actor
        ),
    }
    chosen = request.POST.get("act", "")
    if chosen not in acts:
        raise Refusal("invalid_input", "请选一个动作。", "回到工单", f"/desk/contact/{no}/")
    try:
        acts[chosen]()
    except Refusal as refusal:
        return _ticket(request, no, actor, _again(refusal))
    return redirect("desk:tickets") if chosen == "close" else redirect("desk:ticket", no=no)


def _again(refusal: Refusal) -> Refusal:
    if refusal.code not in SHOWN_AGAIN:
        raise refusal
    return refusal
