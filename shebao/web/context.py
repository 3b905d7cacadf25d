"""What every template knows."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject, empty

from shebao.base import clock
from shebao.items import directory
from shebao.notices.channels import inbox
from shebao.privacy import availability
from shebao.registry.contributions.queries import PENSION
from shebao.web import formats
from shebao.web.pages import inbox as inbox_page

ELDER_COOKIE = "elder"
THEME_COOKIE = "theme"
AMOUNTS_COOKIE = "amounts"
ANNOUNCED_DAYS = 7
PHONE = re.compile(r"[0-9][0-9\-]{4,19}")


def session_left(request: HttpRequest, now: datetime) -> int:
    """Seconds until the session ends; 0 when the actor was not looked up, so it costs no round trip of its own."""
    actor = getattr(request, "actor", None)
    if isinstance(actor, SimpleLazyObject) and actor.__dict__.get("_wrapped") is empty:
        return 0
    ends = getattr(actor, "expires_at", None)
    return max(0, int((ends - now).total_seconds())) if ends else 0


def announcements(now: datetime) -> list[str]:
    """Windows of the next week and recoveries of the last day, one sentence each; nothing when the data is away."""
    try:
        board = availability.board()
    except DatabaseError:
        return []
    names = directory.current().by_code
    lines = []
    for window in board.announced(now):
        if (window.starts_at - now).days < ANNOUNCED_DAYS and window.starts_at > now:
            what = names[window.service].name if window.service in names else "全部服务"
            span = f"{formats.moment_full(window.starts_at)}到{formats.moment_full(window.ends_at)}"
            lines.append(f"{what}将在 {span} 维护。")
    for window in board.recovered(now):
        what = names[window.service].name if window.service in names else "全部服务"
        lines.append(f"{what}已恢复，维护到 {formats.moment_full(window.ends_at)} 结束。")
    return lines


def public_notices(now: datetime) -> list[dict[str, Any]]:
    """公告 of the last month; nothing when the data is away."""
    try:
        return inbox_page.recent(now)
    except DatabaseError:
        return []


def unread(request: HttpRequest) -> int:
    """The number on the tab; asked only by pages that show it."""
    try:
        return inbox.unread(getattr(request, "token", None))
    except DatabaseError:
        return 0


def phone_number(deployment: Mapping[str, Any]) -> str:
    """The number published in the policy (the hotline of the register); the national line where it has none."""
    contact = deployment.get("contact", {})
    published = str(contact.get("hotline", ""))
    return published if PHONE.fullmatch(published) else str(contact.get("line", ""))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names of the deployment, display mode from the essential preference cookies."""
    now = clock.now()
    deployment = settings.DEPLOYMENT
    return {
        "deployment": deployment,
        "profile": settings.PROFILE,
        "service_name": deployment.get("name", "社保服务"),
        "phone_number": phone_number(deployment),
        "guardian_below": deployment.get("ages", {}).get("guardian_below", 14),
        "pensions": PENSION in deployment["insurances"]["offered"],
        "actor": getattr(request, "actor", None),
        "acting": getattr(request, "acting", None),
        "signed_in": getattr(request, "token", None) is not None,
        "session_left": session_left(request, now),
        "public_notices": SimpleLazyObject(lambda: public_notices(now)),
        "unread": SimpleLazyObject(lambda: unread(request)),
        "shown_at": formats.moment_full(now),
        "announcements": SimpleLazyObject(lambda: announcements(now)),
        "elder": request.COOKIES.get(ELDER_COOKIE) == "1",
        "theme": request.COOKIES.get(THEME_COOKIE, "system"),
        "request": request,
    }
