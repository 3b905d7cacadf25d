"""Rows on what is kept of a failure: where and when, never what was typed."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from shebao.base import clock
from shebao.privacy import crashes, expiry
from shebao.web.views import contact
from tests.clauses import doors
from tests.conftest import Installation

TYPED = {"about": "收集和用途", "text": "canary 我的卡号后四位是 7731", "second_phone": "010-5555 0173"}


def kept() -> str:
    return "".join(path.read_text("utf-8") for path in crashes.files())


@pytest.mark.profile("ebao")
@pytest.mark.clause("EB-1.2.2-03")
def test_a_failure_on_a_filled_form_is_reported_by_place_and_time_and_nothing_that_was_typed(
    shebao: Installation, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(**given: object) -> None:
        raise RuntimeError(f"cannot keep {given}")

    monkeypatch.setattr(contact.tickets, "ask", broken)
    own, before = doors.citizen(), clock.now()
    own.client.raise_request_exception = False
    own.get("/contact/tickets/new/privacy")
    own.post("/contact/tickets/new/privacy", **TYPED, key="k1")
    assert own.status == 500
    (line,) = [json.loads(text) for text in kept().splitlines()]
    assert set(line) == {"at", "request", "route", "method", "error", "stack"}
    assert line["request"] in own.text and (line["method"], line["error"]) == ("POST", "RuntimeError")
    assert line["route"] == "contact/tickets/new/<slug:kind>"
    assert before - timedelta(seconds=1) < datetime.fromisoformat(line["at"]) <= clock.now()
    assert any("web/views/contact.py" in frame for frame in line["stack"])
    assert line["stack"][-1].endswith(" broken")
    output = capfd.readouterr()
    seen = kept() + output.out + output.err
    assert not [
        word for word in ("canary", "7731", "5555", "cannot keep", str(settings.HOME)) if word in seen
    ]

    (path,) = crashes.files()
    assert path.stat().st_mode & 0o077 == 0
    expiry.end_of_life(now=clock.now() + timedelta(days=90))
    assert Path(path).exists()
    expiry.end_of_life(now=clock.now() + timedelta(days=91))
    assert not Path(path).exists()
