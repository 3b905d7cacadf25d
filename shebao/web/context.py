"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names of the deployment, display mode from the essential preference cookies."""
    return {
        "deployment": settings.DEPLOYMENT,
        "profile": settings.PROFILE,
        "actor": getattr(request, "actor", None),
        "elder": request.COOKIES.get("elder") == "1",
        "theme": request.COOKIES.get("theme", "system"),
    }
