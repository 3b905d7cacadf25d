"""Health and measurements for operators (/healthz, /readyz, /metrics)."""

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shebao import __version__


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok", "version": __version__, "profile": settings.PROFILE})


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
