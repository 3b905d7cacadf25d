"""What the views share: the day, display choices, safe ways back, files to take away."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import wraps
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity.asking import Request, came_unasked, first_texts
from shebao.notices import updates
from shebao.privacy import register
from shebao.web.context import AMOUNTS_COOKIE, ELDER_COOKIE

View = Callable[..., HttpResponse]
HOME = "/"
SHOWN = "shown"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def today() -> date:
    """The day in China."""
    return clock.today_in_china(clock.now())


def elder(request: HttpRequest) -> bool:
    """Whether the person uses 长辈版."""
    return request.COOKIES.get(ELDER_COOKIE) == "1"


def hidden(request: HttpRequest) -> bool:
    """Whether amounts are left out of the page: by the person's choice, or until she asks for them."""
    chosen = request.COOKIES.get(AMOUNTS_COOKIE, "")
    return chosen != SHOWN if hidden_first() else chosen == "hidden"


def hidden_first() -> bool:
    """Whether this deployment leaves amounts out until the person reveals them."""
    return bool(settings.DEPLOYMENT.get("features", {}).get("amounts_hidden_first"))


def way_back(request: HttpRequest, given: str | None, otherwise: str = HOME) -> str:
    """An address of our own to go on to; anything else becomes `otherwise`."""
    safe = url_has_allowed_host_and_scheme(given or "", allowed_hosts=None) and (given or "").startswith("/")
    return given if given and safe else otherwise


def number(text: str | None, otherwise: int, *, least: int = 0, most: int = 2**63 - 1) -> int:
    """A whole number of an address within bounds, else `otherwise`."""
    if text and text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most:
        return int(text)
    return otherwise


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page with the day it is written for."""
    return render(request, f"web/{template}.html", {"today": today()} | context, status=status)


def signed_in(view: View) -> View:
    """Only with a session; without one the person is asked to log in and comes back here."""

    @wraps(view)
    def checked(request: Request, *args: Any, **values: Any) -> HttpResponse:
        if request.token is None and came_unasked(request):
            raise first_texts()
        if request.token is None or request.actor.is_visitor:
            raise Refusal("login_required")
        return changes_first(request) or view(request, *args, **values)

    return checked


def changes_first(request: Request) -> HttpResponse | None:
    """A grave change of the policy stands before the next page once; the rights centre stays open."""
    if request.method != "GET" or request.token is None or request.path.startswith("/privacy/"):
        return None
    news = updates.unseen(request.token, today())
    if news is None:
        return None
    asked = urlencode({"part": news[0], "version": news[1], "next": request.get_full_path()})
    return HttpResponseRedirect(f"/privacy/policy/change?{asked}")


def acted_for(request: Request) -> int | None:
    """The person this session stands in for (代办); None: its own."""
    return request.acting.subject_id if request.acting else None


def same_origin(view: View) -> View:
    """For the few forms that may store nothing beforehand: refuses what another site sends."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        if request.method == "POST":
            origin = request.headers.get("Origin")
            own = f"{request.scheme}://{request.get_host()}"
            site = request.headers.get("Sec-Fetch-Site", "same-origin")
            if site not in ("same-origin", "none") or (origin is not None and origin not in (own, "null")):
                raise Refusal("invalid_input", "这个页面放得太久了，刚才填的没有送出。", "刷新后再交一次")
        return view(request, *args, **values)

    checked.csrf_exempt = True  # type: ignore[attr-defined]
    return checked


def consent_first(process: str) -> Callable[[View], View]:
    """Where a purpose needs the person's consent, asks for it and comes back."""

    def wrap(view: View) -> View:
        @wraps(view)
        def asked(request: Request, *args: Any, **values: Any) -> HttpResponse:
            try:
                return view(request, *args, **values)
            except Refusal as refusal:
                if refusal.code != "consent_required" or request.method != "GET" or request.token is None:
                    raise
                back = quote(request.get_full_path(), safe="")
                return HttpResponseRedirect(f"/privacy/consents/{process}?next={back}")

        return asked

    return wrap


def cell(value: object) -> str:
    """A value of a table file; text that a spreadsheet would take for a formula is kept as text."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text


def table_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV that spreadsheet programs open with Chinese intact; the name says kind and day only."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return attachment("\ufeff" + buffer.getvalue(), f"{name}-{today():%Y%m%d}.csv", "text/csv; charset=utf-8")


def data_file(name: str, document: dict[str, Any]) -> HttpResponse:
    """A JSON file that says who handles the data."""
    handler = register.current().handler
    head = {"handler": {"name": handler.name, "contact": handler.contact}}
    text = json.dumps(head | document, ensure_ascii=False, indent=1)
    return attachment(text, f"{name}-{today():%Y%m%d}.json", "application/json; charset=utf-8")


def attachment(content: str | bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep, never shown inside a page."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Content-Security-Policy"] = "sandbox"
    return response
