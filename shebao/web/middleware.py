"""What every request passes: observation without personal data, hardening headers, who asks, refusals."""

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.web import errors, measures

Handler = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("shebao.access")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS = "geolocation=(), camera=(), microphone=(), accelerometer=(), gyroscope=(), payment=(), usb=()"


def observe(handler: Handler) -> Handler:
    """One request id, one log line by route template, one measurement."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        identity = uuid.uuid4()
        mark = gate.request_id.set(identity)
        try:
            response = handler(request)
        finally:
            gate.request_id.reset(mark)
        seconds = time.perf_counter() - started
        match = request.resolver_match
        route = match.route if match else "unmatched"
        measures.REQUESTS.labels(route, str(response.status_code)).inc()
        measures.SECONDS.labels(route).observe(seconds)
        log.info(
            "request",
            extra={"request": str(identity), "method": request.method, "route": route,
                   "status": response.status_code, "ms": round(seconds * 1000)},
        )  # fmt: skip
        response["X-Request-Id"] = str(identity)
        return response

    return middleware


def harden(handler: Handler) -> Handler:
    """Security headers on everything; nothing personal is cached anywhere."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.PRODUCTION and not request.is_secure():
            return errors.plain_http(request)
        response = handler(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cache-Control", "no-store")
        response["X-Content-Type-Options"] = "nosniff"
        response["Referrer-Policy"] = "same-origin"
        response["Cross-Origin-Opener-Policy"] = "same-origin"
        if settings.PRODUCTION:
            response["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response

    return middleware


def token_of(request: HttpRequest) -> bytes | None:
    """The session token of the cookie (or the bearer header of an app); None when absent or malformed."""
    text = request.COOKIES.get(settings.SESSION_COOKIE, "")
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        text = header[7:]
    try:
        token = bytes.fromhex(text)
    except ValueError:
        return None
    return token if len(token) == 32 else None


def identify(handler: Handler) -> Handler:
    """request.token at once; request.actor when somebody looks (one round trip)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = token_of(request)
        request.token = token  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: gate.actor_of(token))  # type: ignore[attr-defined]
        return handler(request)

    return middleware


def refuse(handler: Handler) -> Handler:
    """Maps a refusal once: a page for people, a problem document for programs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return handler(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refusal):
            measures.REFUSALS.labels(error.code).inc()
            return errors.refusal(request, error)
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
