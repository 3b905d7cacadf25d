"""The hot read, /api/v1/me/contributions: the database's own bytes, handed through.

Two ways in, one answer: the Django view, and `Express`, which spares the hot read the whole framework (docs/decisions/0005).
"""

import json
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpResponse
from django.http.cookie import parse_cookie as http_cookies

from shebao.base.refusal import Refusal
from shebao.identity.asking import WELCOME_COOKIE, Request, came_unasked, first_texts, read_token
from shebao.privacy import gate, watch
from shebao.registry.contributions import queries

PATH = "/api/v1/me/contributions"
ROUTE = PATH[1:]
JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json; charset=utf-8"
LIMITS = {
    "insurance": (100, 999),
    "since": (190001, 999912),
    "until": (190001, 999912),
    "subject": (1, 2**63 - 1),
}

Answer = tuple[int, str, str]
Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def answer(token: bytes | None, query: Mapping[str, str], *, unasked: bool) -> Answer:
    """Status, content type and body. `unasked`: a browser that has not seen the two texts."""
    try:
        for name in query.keys() - LIMITS.keys():
            raise Refusal("field_not_declared", field=name[:40])
        if token is None:
            raise first_texts() if unasked else Refusal("login_required")
        return (
            200,
            JSON,
            queries.contributions_text(
                gate.Actor(token=token),
                insurance=_number(query, "insurance", queries.usual()),
                since=_number(query, "since", 0),
                until=_number(query, "until", 999912),
                subject=_number(query, "subject", 0) or None,
            ),
        )
    except Refusal as refusal:
        watch.REFUSALS.labels(refusal.code).inc()
        return refusal.status, PROBLEM, _problem(refusal)


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    least, most = LIMITS[name]
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise Refusal("invalid_input", f"参数 {name} 要填 {least} 到 {most} 之间的整数。", field=name)
    return int(text)


def contributions(request: Request) -> HttpResponse:
    """GET: 缴费记录 of the bearer."""
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    status, kind, body = answer(request.token, request.GET.dict(), unasked=came_unasked(request))
    return HttpResponse(body, status=status, content_type=kind)


class Express:
    """WSGI: answers the hot read itself and passes everything else on."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.headers = list(settings.SECURITY_HEADERS.items())
        if settings.PRODUCTION:
            self.headers.append(("Strict-Transport-Security", settings.STRICT_TRANSPORT))

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "GET" or _is_plain_http(environ):
            return self.application(environ, start)
        started, identity, token = time.perf_counter(), uuid.uuid4(), _token(environ)
        marks = gate.request_id.set(identity), gate.purpose.set("")
        try:
            query = dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
            unasked = "HTTP_SEC_FETCH_MODE" in environ and f"{WELCOME_COOKIE}=" not in environ.get(
                "HTTP_COOKIE", ""
            )
            status, kind, body = answer(token, query, unasked=unasked)
        except (OperationalError, InterfaceError):
            connections["default"].close()
            refusal = Refusal("unavailable")
            status, kind, body = refusal.status, PROBLEM, _problem(refusal)
        content = body.encode()
        own = [("Content-Type", kind), ("Content-Length", str(len(content))), ("X-Request-Id", str(identity))]
        start(f"{status} {HTTPStatus(status).phrase}", own + self.headers)
        spent = time.perf_counter() - started
        watch.answered(route=ROUTE, method="GET", status=status, seconds=spent, token=token)
        gate.request_id.reset(marks[0])
        gate.purpose.reset(marks[1])
        return [content]


def _token(environ: Mapping[str, Any]) -> bytes | None:
    cookies = http_cookies(environ.get("HTTP_COOKIE", ""))
    return read_token(cookies.get(settings.SESSION_COOKIE, ""), environ.get("HTTP_AUTHORIZATION", ""))


def _is_plain_http(environ: Mapping[str, Any]) -> bool:
    return settings.PRODUCTION and environ.get("HTTP_X_FORWARDED_PROTO") != "https"


def _problem(refusal: Refusal) -> str:
    return json.dumps(refusal.as_problem(), ensure_ascii=False)
