"""Visits (访问计数): how often a public page is read, by the hour or the day; never by whom."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connections

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.privacy import register
from shebao.privacy.models import Visit

log = logging.getLogger("shebao.visits")
CHOICE_COOKIE = "analytics"
NOT_PAGES = ("healthz", "readyz", "metrics", "static/", "ledger/", "api/docs", "api/openapi", "unmatched")
EVENT = "event/"


def is_page(*, method: str, route: str, status: int) -> bool:
    """Whether an answered request is the reading of a page."""
    return method == "GET" and status == 200 and not route.startswith(NOT_PAGES)


def objects_to_counting(choice: str, headers: Mapping[str, str]) -> bool:
    """Whether the visitor said no: by her choice in the page or by her browser (Global Privacy Control, DNT)."""
    return choice == "no" or headers.get("Sec-GPC") == "1" or headers.get("DNT") == "1"


def count(page: str, *, now: datetime) -> None:
    """One more visit of a page template. The page is answered even when it cannot be counted."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("select privacy.count_visit(%s, %s)", [page, _since(now)])
    except DatabaseError as problem:
        log.warning("a visit was not counted", extra={"error": type(problem).__name__})


def count_event(name: str, *, now: datetime) -> None:
    """One more use of a function that the register lists; refuses any other."""
    listed = {
        value for row in register.current().signal.values() if row.kind == "event" for value in row.values
    }
    if name not in listed:
        raise Refusal("field_not_declared", field="event")
    count(EVENT + name, now=now)


def totals(*, since: datetime) -> list[tuple[str, datetime, int]]:
    """Page, beginning of the hour or day, count."""
    rows = Visit.objects.filter(since__gte=since).order_by("page", "since")
    return [(row.page, row.since, row.count) for row in rows]


def _since(now: datetime) -> datetime:
    local = clock.china(now)
    hour = local.replace(minute=0, second=0, microsecond=0)
    return hour if settings.DEPLOYMENT["device"]["visits"] == "hour" else hour - timedelta(hours=hour.hour)
