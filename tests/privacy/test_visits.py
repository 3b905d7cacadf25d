"""Counting readings of public pages: which requests count, in which steps of time, and that nothing else is kept."""

from datetime import UTC, datetime

import pytest
from django.db import connections
from django.test import Client

from shebao.base.refusal import Refusal
from shebao.privacy import visits
from tests import people
from tests.fakes import device

MOMENT = datetime(2026, 11, 22, 17, 45, 12, tzinfo=UTC)


def counted() -> dict[str, int]:
    return {page: count for page, _, count in device.rows("select page, since, count from privacy_visit")}


def test_only_answered_readings_of_pages_by_nobody_count(shebao):
    client = Client()
    for path in ("/welcome", "/healthz", "/metrics", "/nothing-here", "/ledger/checkpoint"):
        client.get(path)
    client.head("/welcome")
    client.post("/api/v1/verify", {"code": "x", "last4": "0000"}, content_type="application/json")
    client.cookies["sb_session"] = people.citizen().token.hex()
    client.get("/privacy/policy/")
    assert counted() == {"welcome": 1}


@pytest.mark.parametrize(("step", "since"), [("hour", "2026-11-23 01:00"), ("day", "2026-11-23 00:00")])
def test_time_is_kept_by_the_hour_or_the_day_in_china(shebao, settings_patch, step, since):
    settings_patch("DEPLOYMENT", visits.settings.DEPLOYMENT | {"device": {"visits": step}})
    visits.count("welcome", now=MOMENT)
    visits.count("welcome", now=MOMENT)
    shown = device.rows(
        "select to_char(since at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'), count from privacy_visit"
    )
    assert shown == [(since, 2)]
    assert [(page, count) for page, _, count in visits.totals(since=MOMENT.replace(day=1))] == [
        ("welcome", 2)
    ]


def test_an_unknown_event_is_refused(shebao):
    with pytest.raises(Refusal, match="field_not_declared"):
        visits.count_event("canary", now=MOMENT)
    assert counted() == {}


def test_the_choice_of_the_browser_holds(shebao):
    client = Client()
    client.get("/analytics/no?next=/welcome")
    client.get("/welcome")
    client.post("/api/v1/events", {"event": "guide_opened"}, content_type="application/json")
    assert counted() == {}
    client.get("/analytics/yes?next=/welcome")
    client.get("/welcome")
    assert counted() == {"welcome": 1}


def test_a_page_is_answered_when_it_cannot_be_counted(shebao, caplog):
    with connections["owner"].cursor() as cursor:
        cursor.execute("drop function privacy.count_visit(text, timestamptz)")
    assert Client().get("/welcome").status_code == 200
    assert "a visit was not counted" in caplog.text
