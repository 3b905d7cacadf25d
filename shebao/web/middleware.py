"""What every request passes: observation without personal data, hardening headers, who asks, refusals."""

import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.functional import SimpleLazyObject

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import acting, sessions
from shebao.identity.asking import read_token
from shebao.items import directory
from shebao.privacy import availability, crashes, gate, grants, register, visits, watch
from shebao.web import errors

Handler = Callable[[HttpRequest], HttpResponse]
BIGGEST = 2**63 - 1


def observe(handler: Handler) -> Handler:
    """One request id, one log line by route template, one measurement."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        identity = uuid.uuid4()
        marks = gate.request_id.set(identity), gate.purpose.set("")
        try:
            response = handler(request)
            match = request.resolver_match
            watch.answered(
                route=match.route if match else "unmatched",
                method=request.method or "",
                status=response.status_code,
                seconds=time.perf_counter() - started,
                token=getattr(request, "token", None),
            )
            _count(request, match.route if match else "unmatched", response.status_code)
        finally:
            gate.request_id.reset(marks[0])
            gate.purpose.reset(marks[1])
        response["X-Request-Id"] = str(identity)
        return response

    return middleware


def _count(request: HttpRequest, route: str, status: int) -> None:
    """One more visit of a public page, when nobody is logged in and the reader does not object."""
    if getattr(request, "token", None) or not visits.is_page(
        method=request.method or "", route=route, status=status
    ):
        return
    if not visits.objects_to_counting(request.COOKIES.get(visits.CHOICE_COOKIE, ""), request.headers):
        visits.count(route, now=clock.now())


def harden(handler: Handler) -> Handler:
    """Security headers on everything; nothing personal is cached anywhere."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.PRODUCTION and not request.is_secure():
            return errors.plain_http(request)
        response = handler(request)
        response.headers.setdefault("Permissions-Policy", grants.browser_policy(register.current()))
        for name, value in settings.SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.PRODUCTION:
            response["Strict-Transport-Security"] = settings.STRICT_TRANSPORT
        return response

    return middleware


def identify(handler: Handler) -> Handler:
    """request.token at once; request.actor and request.acting when somebody looks (one round trip together)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        cookie = request.COOKIES.get(settings.SESSION_COOKIE, "")
        token = read_token(cookie, request.headers.get("Authorization", ""))
        sessions.keep_alive(token)
        request.token = token  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: gate.actor_of(token))  # type: ignore[attr-defined]
        request.acting = SimpleLazyObject(lambda: acting.current(request.actor))  # type: ignore[attr-defined]
        return handler(request)

    return middleware


def refuse(handler: Handler) -> Handler:
    """Maps a refusal once: a page for people, a problem document for programs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return handler(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refusal):
            watch.REFUSALS.labels(error.code).inc()
            return errors.refusal(request, error)
        if not isinstance(error, Http404 | PermissionDenied | SuspiciousOperation):
            match = request.resolver_match
            crashes.report(
                error,
                route=match.route if match else "unmatched",
                method=request.method or "",
                now=clock.now(),
            )
        return None

    def process_view(
        request: HttpRequest, view: object, args: object, kwargs: dict[str, object]
    ) -> HttpResponse | None:
        if not all(map(_storable, kwargs.values())):
            return errors.refusal(
                request, Refusal("not_found", "没有这个地址，请检查后再试。", "回首页", "/")
            )
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without_nul(request.GET)  # type: ignore[assignment]
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def _without_nul(asked: QueryDict) -> QueryDict:
    """The query without what no table can hold: it is looked for as far as it can be."""
    kept = QueryDict(mutable=True)
    for name, values in asked.lists():
        kept.setlist(name.replace("\0", ""), [value.replace("\0", "") for value in values])
    return kept


def _storable(value: object) -> bool:
    """Whether a part of an address could stand in a table at all: no NUL, no number beyond eight bytes."""
    return value <= BIGGEST if isinstance(value, int) else "\0" not in str(value)


def attend(handler: Handler) -> Handler:
    """A service that has ceased or is in its window answers here; rights, policy and contact always go on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return handler(request)

    def process_view(request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        service = directory.current().serving(request.path_info)
        if service is None or service.open:
            return None
        now = clock.now()
        try:
            standing = availability.board().of(service, now)
        except DatabaseError:
            return None
        if standing.state == "online":
            return None
        return errors.not_attended(request, service, standing, now)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
