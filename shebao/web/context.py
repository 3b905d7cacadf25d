"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject, empty

from shebao.base import clock
from shebao.web import formats

ELDER_COOKIE = "elder"
THEME_COOKIE = "theme"
AMOUNTS_COOKIE = "amounts"


def session_end(request: HttpRequest) -> Any:
    """When the session ends, if the actor was looked up already; this costs no round trip of its own."""
    actor = getattr(request, "actor", None)
    if isinstance(actor, SimpleLazyObject) and actor.__dict__.get("_wrapped") is empty:
        return None
    return getattr(actor, "expires_at", None)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names of the deployment, display mode from the essential preference cookies."""
    now = clock.now()
    deployment = settings.DEPLOYMENT
    return {
        "deployment": deployment,
        "profile": settings.PROFILE,
        "service_name": deployment.get("name", "社保服务"),
        "phone_number": deployment.get("phone", "12333"),
        "actor": getattr(request, "actor", None),
        "signed_in": getattr(request, "token", None) is not None,
        "session_ends": session_end(request),
        "shown_at": formats.moment_full(now),
        "elder": request.COOKIES.get(ELDER_COOKIE) == "1",
        "theme": request.COOKIES.get(THEME_COOKIE, "system"),
        "request": request,
    }
