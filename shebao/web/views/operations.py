"""Health and measurements for operators (/healthz, /healthz/services, /readyz, /metrics)."""

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shebao import __version__
from shebao.base import clock
from shebao.items import directory, probing
from shebao.privacy import availability


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok", "version": __version__, "profile": settings.PROFILE})


@require_GET
def services_health(request: HttpRequest) -> HttpResponse:
    """Every service that should answer now, with what keeps it from answering; 503 when one does not."""
    board, now = availability.board(fresh=True), clock.now()
    running = [one for one, standing in directory.shown(board, now) if standing.state == "online"]
    found = {one.code: probing.problem(one) for one in running}
    return JsonResponse({"services": found}, status=503 if any(found.values()) else 200)


@require_GET
def service_health(request: HttpRequest, code: str) -> HttpResponse:
    """One service: 200 when it answers, 503 with what is missing."""
    service = directory.current().by_code.get(code)
    if service is None:
        return JsonResponse({"status": "unknown"}, status=404)
    standing = availability.board(fresh=True).of(service, clock.now())
    if standing.state != "online":
        return JsonResponse({"status": standing.state}, status=503)
    missing = probing.problem(service)
    return JsonResponse(
        {"status": "down" if missing else "ok", "detail": missing}, status=503 if missing else 200
    )


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """The databases answer and a register is in force."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("select version from privacy_register where active")
            row = cursor.fetchone()
        with connections["keys"].cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return JsonResponse({"status": "down"}, status=503)
    if row is None:
        return JsonResponse({"status": "no register in force"}, status=503)
    return JsonResponse({"status": "ready", "register": row[0]})


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Counters by route template; no label ever holds a person's value."""
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
