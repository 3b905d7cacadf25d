"""What every template knows."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject, empty

from shebao.base import clock
from shebao.web import formats

ELDER_COOKIE = "elder"
THEME_COOKIE = "theme"
AMOUNTS_COOKIE = "amounts"


def session_left(request: HttpRequest, now: datetime) -> int:
    """Seconds until the session ends; 0 when the actor was not looked up, so it costs no round trip of its own."""
    actor = getattr(request, "actor", None)
    if isinstance(actor, SimpleLazyObject) and actor.__dict__.get("_wrapped") is empty:
        return 0
    ends = getattr(actor, "expires_at", None)
    return max(0, int((ends - now).total_seconds())) if ends else 0


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names of the deployment, display mode from the essential preference cookies."""
    now = clock.now()
    deployment = settings.DEPLOYMENT
    return {
        "deployment": deployment,
        "profile": settings.PROFILE,
        "service_name": deployment.get("name", "社保服务"),
        "phone_number": deployment.get("contact", {}).get("line", ""),
        "guardian_below": deployment.get("ages", {}).get("guardian_below", 14),
        "actor": getattr(request, "actor", None),
        "acting": getattr(request, "acting", None),
        "signed_in": getattr(request, "token", None) is not None,
        "session_left": session_left(request, now),
        "shown_at": formats.moment_full(now),
        "elder": request.COOKIES.get(ELDER_COOKIE) == "1",
        "theme": request.COOKIES.get(THEME_COOKIE, "system"),
        "request": request,
    }
