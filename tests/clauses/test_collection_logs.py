"""Logs, visits and sessions: templates instead of values, no identifier before sign-in, dates that end."""

import json
import logging
import os
import time
import urllib.parse
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from django.conf import settings
from django.test import Client

from shebao.base import clock
from shebao.identity import passwords
from shebao.privacy import accesslog, expiry, watch
from tests import people
from tests.fakes import device
from tests.fakes.device import Device
from tests.identity import people as registered

ID = "220102197903020426"
KEYS = {"at", "request", "route", "method", "status", "ms", "purpose", "who", "chain"}


@pytest.fixture
def door(shebao):
    """A citizen."""
    return Device(people.citizen())


def lines():
    return [json.loads(line) for line in device.log_lines()]


def file():
    (path,) = (Path(settings.HOME) / "log").glob(f"access-*-{os.getpid()}.jsonl")
    return path


def age(path, days):
    """The same file, as written so many days ago."""
    day = clock.today_in_china(clock.now()) - timedelta(days=days)
    old = path.with_name(f"access-{day:%Y%m%d}-1.jsonl")
    old.write_bytes(path.read_bytes())
    return old


@pytest.mark.clause("JL-3.1.1.2-14")
def test_ten_calls_leave_ten_lines_with_their_purpose_sealed_and_dated(door):
    before = len(lines())
    for path in ("/me/enrolments", "/me/account") * 5:
        assert door.call("get", path)[0] == 200
    added = lines()[before:]
    assert [line["purpose"] for line in added] == ["enquiry.enrolment", "enquiry.account"] * 5
    assert accesslog.broken_line(file()) is None
    text = file().read_text("utf-8")
    file().write_text(text.replace('"status": 200', '"status": 403', 1), "utf-8")
    assert accesslog.broken_line(file()) is not None
    old, young = age(file(), accesslog.days_kept() + 1), age(file(), accesslog.days_kept() - 1)
    assert expiry.end_of_life(now=clock.now()) == 1
    assert not old.exists() and young.exists()


@pytest.mark.clause("EB-1.2.2-01")
@pytest.mark.profile("ebao")
def test_a_changed_line_shows_an_undeclared_field_fails_and_old_lines_vanish(door):
    door.call("get", "/offices")
    with pytest.raises(ValueError, match="no key clipboard"):
        accesslog.note({"route": "offices", "clipboard": "canary"}, clock.now())
    file().write_text(file().read_text("utf-8").replace("offices", "employers", 1), "utf-8")
    assert accesslog.broken_line(file()) is not None
    old = age(file(), accesslog.days_kept() + 1)
    expiry.end_of_life(now=clock.now())
    assert not old.exists() and "canary" not in device.logs()


@pytest.mark.clause("EB-1.2.2-04")
@pytest.mark.profile("ebao")
@pytest.mark.parametrize("key", ["clipboard", "contacts"])
def test_an_unlisted_log_key_fails_here_and_is_dropped_with_an_alert_in_production(
    shebao, settings_patch, caplog, key
):
    with pytest.raises(ValueError, match=key):
        accesslog.note({"route": "offices", key: "canary"}, clock.now())
    settings_patch("PRODUCTION", True)
    with caplog.at_level(logging.ERROR, "shebao.alarm"):
        accesslog.note({"route": "offices", key: "canary"}, clock.now())
    assert [record.error for record in caplog.records] == [key]
    assert set(lines()[-1]) == {"at", "route", "chain"} and "canary" not in device.logs() + caplog.text


@pytest.mark.clause("JL-3.1.1.2-26")
def test_an_id_number_in_an_address_leaves_only_the_template(door, capfd):
    for path in (f"/offices?district={ID}", f"/me/who-looked/{ID}/proof", f"/search?q={ID}"):
        door.call("get", path)
    routes = [line["route"] for line in lines()][-3:]
    assert routes == ["api/v1/offices", "api/v1/me/who-looked/<entry>/proof", "api/v1/search"]
    output = capfd.readouterr()
    assert ID not in device.logs() + device.tables() + output.out + output.err


@pytest.mark.clause("GX-1.1-04")
@pytest.mark.profile("guangxi")
def test_a_page_with_a_record_number_leaves_template_and_time_and_ends(door):
    (entry,) = device.rows("select max(id) from privacy_entry where subject_id = %s", people.CHUNMEI)[0]
    door.call("get", f"/me/who-looked/{entry}/proof")
    line = lines()[-1]
    assert set(line) == KEYS and line["route"] == "api/v1/me/who-looked/<entry>/proof"
    assert datetime.fromisoformat(line["at"]).tzinfo is not None
    assert f"/{entry}" not in json.dumps(line)
    old = age(file(), accesslog.days_kept() + 1)
    expiry.end_of_life(now=clock.now())
    assert not old.exists() and file().exists()


@pytest.mark.clause("JL-3.1.1.2-27")
def test_no_log_holds_the_value_of_a_session_cookie(door, capfd):
    client = Client()
    token = door.actor.token.hex()
    client.cookies[settings.SESSION_COOKIE] = token
    for path in ("/api/v1/me/enrolments", "/account/sessions/", "/welcome", "/api/v1/none", "/desk/security"):
        client.get(path)
    output = capfd.readouterr()
    text = device.logs() + output.out + output.err
    assert len(lines()) >= 5 and token not in text and token[:16] not in text


@pytest.mark.clause("JL-4.2.1-01")
def test_five_anonymous_pages_are_five_counts_of_page_and_hour(shebao):
    for path in ("/welcome", "/login", "/privacy/policy/", "/api/v1/offices", "/api/v1/policies"):
        answer = Client().get(path)
        assert answer.status_code == 200, path
    rows = device.rows("select page, since, count from privacy_visit order by page")
    hour = clock.china(clock.now()).replace(minute=0, second=0, microsecond=0)
    assert [(page, count) for page, _, count in rows] == [
        (page, 1) for page in ("api/v1/offices", "api/v1/policies", "login", "privacy/policy/", "welcome")
    ]
    assert {since for _, since, _ in rows} <= {hour, hour - timedelta(hours=1)}
    columns = device.rows(
        "select column_name from information_schema.columns where table_name = 'privacy_visit'"
    )
    assert {name for (name,) in columns} == {"page", "since", "count"}
    Device(people.citizen()).call("get", "/offices")
    assert sum(count for (count,) in device.rows("select count from privacy_visit")) == 5


@pytest.fixture
def quick(monkeypatch):
    """Argon2id at its lowest cost."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()


def log_in(client, login):
    body = {"login": login, "password": registered.PASSWORD}
    answer = client.post("/api/v1/login", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.mark.clause("JL-4.2.1-02")
def test_nothing_links_an_earlier_reading_to_the_one_who_signs_in(shebao, quick):
    account = registered.registered()
    counted = "select page, since, count from privacy_visit"
    visitor = Client()
    for path in ("/welcome", "/api/v1/offices", "/api/v1/policies"):
        visitor.get(path)
        assert not [name for name in visitor.cookies if name not in (settings.CSRF_COOKIE_NAME,)], path
    visits = device.rows(counted)
    reading = lines()[-3:]
    assert [line["who"] for line in reading] == ["", "", ""]
    headers = log_in(visitor, "chunmei")
    report = visitor.get("/api/v1/me/who-looked", headers=headers).json()
    requests = {line["request"] for line in reading}
    kept = device.tables()
    assert not [one for one in requests if one in kept]
    processes = {entry["process"] for entry in report["entries"]}
    assert processes <= {"identity.register", "identity.login", "privacy.who_looked"}
    assert device.rows(counted)[: len(visits)] == visits and str(account.subject_id) not in visitor.cookies
    assert not [name for name in visitor.cookies if name != settings.CSRF_COOKIE_NAME]


@pytest.mark.clause("JL-3.1.1.2-16")
def test_two_sign_ins_are_two_lines_of_the_own_history_only(shebao, quick):
    registered.registered()
    registered.registered("yuanshan", 44)
    client, moments = Client(), []
    log_in(client, "yuanshan")
    for _ in range(2):
        before = clock.now()
        headers = log_in(client, "chunmei")
        moments.append((before, clock.now()))
    shown = client.get("/api/v1/me/sessions", headers=headers).json()
    assert len(shown) == 2
    started = sorted(datetime.fromisoformat(row["started_at"]) for row in shown)
    second = timedelta(seconds=1)
    assert all(
        before - second < at < after + second for at, (before, after) in zip(started, moments, strict=True)
    )


@pytest.mark.clause("JL-3.1.1.2-24")
def test_a_session_of_known_length_is_stored_to_the_second_without_a_raw_identifier(door):
    door.allow("imei")
    began = time.monotonic()
    start = Device(people.citizen())
    known = time.monotonic()
    start.sent(imei="356938035643809")
    time.sleep(1.5)
    leaving = time.monotonic()
    assert start.call("post", "/logout")[0] == 204
    longest = time.monotonic() - began
    ((kept,),) = device.rows(
        "select extract(epoch from ended_at - started_at)::float from privacy_session where id = %s",
        start.actor.session_id,
    )
    assert leaving - known - 1 < kept < longest + 1
    assert "356938035643809" not in device.logs() + device.tables(
        "privacy_session", "privacy_device", "privacy_signal"
    )


@pytest.mark.clause("EB-2.2.2-01")
@pytest.mark.profile("ebao")
def test_too_many_failures_open_an_alert_and_no_label_names_a_person(door, monkeypatch, caplog):
    watch._errors.clear()

    def broken(*args, **kwargs):
        raise RuntimeError(f"canary {ID}")

    monkeypatch.setattr("shebao.api.public.appointments.offices", broken)
    door.client.raise_request_exception = False
    with caplog.at_level(logging.ERROR, "shebao.alarm"), device.rises("shebao_alerts_total", kind="errors"):
        for _ in range(watch.ERRORS_A_MINUTE):
            assert door.client.get("/api/v1/offices?district=" + urllib.parse.quote(ID)).status_code == 500
    assert [record.count for record in caplog.records if record.name == "shebao.alarm"] == [
        watch.ERRORS_A_MINUTE
    ]
    shown = Client().get("/metrics").content.decode()
    assert "shebao_alerts_total" in shown and ID not in shown and door.actor.token.hex() not in shown
    labels = set()
    for line in shown.splitlines():
        if line.startswith("shebao_") and "{" in line:
            labels |= {part.split("=")[0] for part in line[line.index("{") + 1 : line.index("}")].split(",")}
    assert labels <= {"route", "status", "code", "le", "reason", "kind", "field", "outcome", "job", "channel"}
