"""联系我们: the number, the address, one's own tickets."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases import tickets
from shebao.cases.tickets_kinds import kind_of, offered
from shebao.identity.asking import Request
from shebao.privacy import register
from shebao.web.forms_contact import Ask, Say
from shebao.web.pages import contact as pages
from shebao.web.views.answering import data_file, number, page, signed_in, today

SHOWN_AGAIN = ("invalid_input", "precondition_unmet", "conflict")


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """/contact/."""
    return page(request, "contact", pages.contact(settings.DEPLOYMENT, register.current()))


@require_safe
@signed_in
def listing(request: Request) -> HttpResponse:
    """/contact/tickets/: what one has asked."""
    return page(request, "tickets", pages.listing(tickets.mine(request.actor), today()))


@require_safe
@signed_in
def data(request: Request) -> HttpResponse:
    """/contact/tickets.json: one's tickets with their whole history."""
    return data_file("工单", {"tickets": tickets.documents(request.actor)})


@require_safe
@signed_in
def kinds(request: Request) -> HttpResponse:
    """/contact/tickets/new: what it is about."""
    parts = tuple(settings.DEPLOYMENT.get("policy", {}).get("parts", ()))
    return page(request, "ticket_kinds", pages.kinds(offered(parts), request.GET.get("channel", "")))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: Request, kind: str) -> HttpResponse:
    """/contact/tickets/new/<kind>: the typed fields and what happened."""
    chosen = kind_of(kind)
    channel = "chat" if request.GET.get("channel") == "chat" else "form"
    if request.method == "POST":
        form = Ask(chosen, request.POST)
        if form.is_valid():
            try:
                made = tickets.ask(
                    kind=kind,
                    fields=form.given(),
                    text=form.cleaned_data["text"],
                    channel=channel,
                    key=form.cleaned_data["key"],
                    now=clock.now(),
                    by=request.actor,
                )
                return redirect(f"/contact/tickets/{made.no}/?new=1")
            except Refusal as refusal:
                if refusal.code not in SHOWN_AGAIN:
                    raise
                form.add_error(
                    refusal.field if refusal.field in form.fields else None, refusal.message.rstrip("。")
                )
    else:
        form = Ask(chosen, initial={"key": uuid.uuid4().hex})
    context = {"form": form, "kind": chosen, "notice": tickets.RECORDING if channel == "chat" else ""}
    return page(request, "ticket_new", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def one(request: Request, no: str) -> HttpResponse:
    """/contact/tickets/<no>/: the whole history, and what can still be done."""
    found = tickets.one(no, by=request.actor)
    return page(
        request, "ticket", pages.detail(found, today()) | {"new": "new" in request.GET, "form": Say()}
    )


@require_POST
@signed_in
def say(request: Request, no: str) -> HttpResponse:
    """Adds to an open ticket."""
    return _said(request, no, tickets.add)


@require_POST
@signed_in
def reopen(request: Request, no: str) -> HttpResponse:
    """Asks again, once."""
    return _said(request, no, tickets.reopen)


def _said(request: Request, no: str, act: object) -> HttpResponse:
    form = Say(request.POST)
    if form.is_valid() and callable(act):
        act(no, text=form.cleaned_data["text"], now=clock.now(), by=request.actor)
        return redirect(f"/contact/tickets/{no}/")
    found = tickets.one(no, by=request.actor)
    return page(request, "ticket", pages.detail(found, today()) | {"form": form}, status=422)


@require_POST
@signed_in
def rate(request: Request, no: str) -> HttpResponse:
    """Stars, once."""
    tickets.rate(no, stars=number(request.POST.get("stars"), 0, most=9), by=request.actor)
    return redirect(f"/contact/tickets/{no}/")


@require_safe
def letter(request: HttpRequest) -> HttpResponse:
    """/contact/letter: a sheet to print, with the address and the reference of a ticket."""
    no = request.GET.get("no", "")[:20]
    context = {"post": pages.address(settings.DEPLOYMENT, register.current()), "no": no, "lines": range(12)}
    return page(request, "contact_letter", context)
