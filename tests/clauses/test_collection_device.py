"""Device information of jilin: only what the register lists, only with its permission, only in its declared form."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.privacy import aead, expiry, gate, grants, register, signals, vault
from tests import people
from tests.fakes import device
from tests.fakes.device import HERE, NEARBY, Device

IMEI, ANDROID, OTHER_ANDROID = "356938035643809", "9774d56d682e549c", "a3f5c1d2e4b60718"
PACKAGES = [f"com.canary{n}.app" for n in range(40)]
PHONE = "13812345678"
CELLS = ["460-00-4302-28883", "460-00-4302-28884"]


@pytest.fixture
def phone(shebao):
    """A citizen's phone."""
    return Device(people.citizen())


def everywhere(capfd):
    output = capfd.readouterr()
    return device.tables() + device.logs() + output.out + output.err


@pytest.mark.clause("JL-3.1.1.2-08")
def test_a_revoked_permission_stops_the_signal_and_removes_what_rested_on_it(phone):
    phone.refused("permission_missing", imei=IMEI)
    phone.allow("imei")
    phone.sent(imei=IMEI)
    assert "imei" in device.signals_kept()
    assert phone.permit("imei", granted=False)[0] == 200
    assert device.signals_kept() == {}
    before = device.tables("privacy_signal", "privacy_device")
    with device.rises("shebao_signals_refused_total", code="permission_missing"):
        phone.refused("permission_missing", imei=IMEI)
    assert device.tables("privacy_signal", "privacy_device") == before
    assert ("device.protect", "permission_missing", "citizen") in people.entries(people.CHUNMEI)


@pytest.mark.clause("JL-3.1.1.2-09")
def test_an_imei_stays_only_as_a_keyed_digest_of_this_profile(phone, capfd, settings_patch):
    phone.allow("imei")
    phone.sent(imei=IMEI)
    kept = device.signals_kept()["imei"]
    assert re.fullmatch("[0-9a-f]{64}", kept) and IMEI not in everywhere(capfd)
    settings_patch("PROFILE", "ebao")
    assert signals.readings.digest("imei", IMEI) != kept


@pytest.mark.clause("JL-3.1.1.4-01")
def test_two_devices_of_one_account_cannot_read_each_others_cache(phone, capfd):
    phone.allow("android_id")
    first, second = (
        bytes.fromhex(phone.sent(android_id=number)["cache_key"]) for number in (ANDROID, OTHER_ANDROID)
    )
    again = bytes.fromhex(phone.sent(android_id=ANDROID)["cache_key"])
    sealed = aead.encrypt(first, "缓存的内容".encode(), b"cache")
    assert aead.decrypt(again, sealed, b"cache").decode() == "缓存的内容"
    with pytest.raises(aead.Unreadable):
        aead.decrypt(second, sealed, b"cache")
    phone.refused("purpose_not_allowed", NEARBY, android_id=ANDROID)
    seen = everywhere(capfd)
    assert ANDROID not in seen and OTHER_ANDROID not in seen and first.hex() not in seen
    assert device.signals_kept() == {}


@pytest.mark.clause("JL-3.1.1.2-05")
def test_forty_package_names_leave_a_verdict_and_no_name(phone, capfd):
    phone.allow("app_list")
    answer = phone.sent(app_list=PACKAGES)
    assert answer["signals"][0]["verdict"] == "unlisted"
    assert (
        phone.sent(app_list=["com.android.settings", "com.tencent.mm"])["signals"][0]["verdict"] == "allowed"
    )
    seen = everywhere(capfd)
    assert not [name for name in (*PACKAGES, "com.tencent.mm") if name in seen]


@pytest.mark.clause("JL-3.1.1.2-07")
def test_an_emulator_flags_the_session_and_no_other_service_gets_the_verdict(phone):
    phone.allow("app_list")
    assert phone.sent(app_list=[*PACKAGES, "com.bluestacks"])["signals"][0]["verdict"] == "emulator"
    kept = signals.stored(phone.actor, purpose="device.protect", codes=("app_list",))
    assert [one.value for one in kept] == ["emulator"]
    session = device.rows("select session_id from privacy_device")
    assert session == [(phone.actor.session_id,)]
    with pytest.raises(Refusal, match="purpose_not_allowed"):
        signals.stored(phone.actor, purpose="enquiry.home", codes=("app_list",))
    assert ("enquiry.home", "purpose_not_allowed", "citizen") in people.entries(people.CHUNMEI)
    with pytest.raises(Refusal), gate.open(phone.actor, "enquiry.home", items=("device.signal",)):
        pytest.fail("opened")


@pytest.mark.clause("JL-3.1.1.2-10")
def test_the_operator_goes_with_the_session_log_and_orders_no_content(phone):
    phone.sent(operator="中国联通")
    assert device.signals_kept() == {"operator": "中国联通"}
    phone.sent(operator="一家没听过的公司")
    assert device.signals_kept() == {"operator": "其他"}
    phone.consent("service.personalise")
    with (
        pytest.raises(Refusal, match="field_not_declared"),
        gate.open(phone.actor, "service.personalise", items=("device.signal",)),
    ):
        pytest.fail("opened")
    with pytest.raises(Refusal, match="purpose_not_allowed"):
        signals.stored(phone.actor, purpose="service.personalise")
    expiry.end_of_life(now=clock.now() + timedelta(days=179))
    assert device.signals_kept() != {}
    expiry.end_of_life(now=clock.now() + timedelta(days=181))
    assert device.signals_kept() == {}


@pytest.mark.clause("JL-3.1.1.2-11")
def test_the_devices_number_is_kept_only_when_confirmed_and_only_in_the_vault(phone, capfd):
    phone.allow("phone_number")
    answer = phone.sent("identity.phone", phone_number={"number": PHONE, "confirmed": False})
    assert answer["signals"][0]["verdict"] == "declined"
    assert PHONE not in everywhere(capfd)
    phone.sent("identity.phone", phone_number={"number": PHONE, "confirmed": True})
    assert PHONE not in everywhere(capfd) and device.signals_kept() == {}
    with gate.open(phone.actor, "identity.phone", items=("person.phone",)) as grant:
        assert vault.read(grant, ("person.phone",)) == {"person.phone": PHONE}


@pytest.mark.clause("JL-3.1.1.1-10")
def test_five_positions_within_one_search_leave_one(phone):
    phone.allow("location")
    with device.rises("shebao_signals_dropped_total", by=4, reason="frequency_exceeded"):
        kept = [
            phone.sent(NEARBY, position=HERE | {"latitude": 43.8 + n / 10})["signals"][0]["kept"]
            for n in range(5)
        ]
    assert kept == [True, False, False, False, False]
    assert device.signals_kept() == {"position": "125.32,43.80"}


@pytest.mark.clause("JL-3.1.1.2-12")
def test_a_position_is_rounded_serves_the_office_search_and_ends_after_a_day(phone, capfd):
    phone.refused("permission_missing", NEARBY, position=HERE)
    phone.allow("location")
    answer = phone.sent(NEARBY, position=HERE)
    assert answer["offices"] and answer["offices"][0]["region"] == "220100"
    assert device.signals_kept() == {"position": "125.32,43.89"}
    seen = everywhere(capfd)
    assert str(HERE["longitude"]) not in seen and str(HERE["latitude"]) not in seen
    for purpose in ("device.protect", "identity.phone", "enquiry.home"):
        phone.refused("purpose_not_allowed", purpose, position=HERE)
    expiry.end_of_life(now=clock.now() + timedelta(hours=23))
    assert device.signals_kept() != {}
    expiry.end_of_life(now=clock.now() + timedelta(hours=24, seconds=1))
    assert device.signals_kept() == {}


@pytest.mark.clause("JL-3.1.1.2-13")
def test_cells_are_refused_without_the_location_grant_and_leave_a_district(phone, capfd):
    phone.refused("permission_missing", NEARBY, cells=CELLS)
    phone.allow("location")
    answer = phone.sent(NEARBY, cells=CELLS)
    assert answer["region"] == "220200" and {office["region"] for office in answer["offices"]} == {"220200"}
    assert device.signals_kept() == {"cells": "220200"}
    seen = everywhere(capfd)
    assert not [cell for cell in CELLS if cell in seen]


@pytest.mark.clause("JL-3.1.1.2-17")
def test_a_call_state_has_no_purpose_and_the_helpline_is_only_counted(phone):
    for purpose in ("device.protect", "location.nearby", "identity.phone"):
        phone.refused("purpose_not_allowed", purpose, call_state="ringing")
    assert phone.call("post", "/events", {"event": "helpline_started"})[0] == 204
    assert device.rows("select page, count from privacy_visit where page like %s", "event/%") == [
        ("event/helpline_started", 1)
    ]
    assert "ringing" not in device.tables()


@pytest.mark.clause("JL-3.1.1.2-25")
def test_of_thirty_features_exactly_the_five_listed_are_kept(phone):
    listed = {
        "model": "Mate 60 Pro",
        "os": "HarmonyOS",
        "os_version": "4.2.0",
        "screen": "1260x2720",
        "touch": True,
    }
    others = {f"canary_{n}": f"canary-{n}" for n in range(25)}
    with device.rises("shebao_signals_dropped_total", by=25, reason="not_listed"):
        assert phone.sent(features=others | listed)["dropped"] == 25
    assert device.signals_kept() == {
        "features.model": "Mate 60 Pro",
        "features.os": "HarmonyOS",
        "features.os_version": "4",
        "features.screen": "1260x2720",
        "features.touch": "true",
    }
    assert "canary" not in device.tables() + device.logs()


@pytest.mark.clause("JL-3.1.1.2-31")
@pytest.mark.parametrize(
    "signal",
    [
        {"mac_address": "canary:3c:22:fb:11:08:9a"},
        {"contacts": [{"name": "canary-万敏", "phone": "canary-13912345678"}]},
        {"clipboard": "canary-剪贴板"},
        {"battery": {"level": "canary-0.77"}},
    ],
)
def test_an_unlisted_signal_is_refused_counted_and_stored_nowhere(phone, capfd, signal):
    before = device.tables("privacy_signal", "privacy_device", "privacy_entry")
    with device.rises("shebao_signals_refused_total", code="field_not_declared"):
        answer = phone.refused("field_not_declared", operator="中国移动", **signal)
    assert "canary" not in str(answer)
    assert device.tables("privacy_signal", "privacy_device", "privacy_entry") == before
    assert "canary" not in everywhere(capfd) + Client().get("/metrics").content.decode()


@pytest.mark.clause("JL-3.1.1.2-18")
def test_device_and_log_stores_alone_lead_to_no_account(phone):
    phone.allow("imei", "app_list")
    phone.sent(
        imei=IMEI, app_list=PACKAGES, operator="中国移动", features={"model": "P60", "os": "HarmonyOS"}
    )
    Device().call("get", "/offices")
    alone = device.tables("privacy_signal", "privacy_installation", "privacy_visit") + device.logs()
    (session, digest), *_ = device.rows(
        "select id, encode(digest, 'hex') from privacy_session where id = %s",
        phone.actor.session_id,
    )
    for key in (str(session), digest, phone.actor.token.hex()):
        assert key not in alone
    columns = {
        column
        for (column,) in device.rows(
            "select column_name from information_schema.columns"
            " where table_name in ('privacy_signal', 'privacy_installation', 'privacy_visit')"
        )
    }
    assert not columns & {"subject_id", "actor_id", "account_id", "session_id", "login"}
    keys = {"at", "request", "route", "method", "status", "ms", "purpose", "who", "chain"}
    assert all(set(json.loads(line)) <= keys for line in device.log_lines())
    linked = device.rows(
        "select d.subject_id from privacy_signal s join privacy_device d using (pseudonym) where s.code = 'imei'"
    )
    assert linked == [(people.CHUNMEI,)]
    book = register.load("jilin")
    assert book.signal["imei"].personal and book.signal["android_id"].personal


@pytest.mark.clause("JL-4.1.2-08")
def test_the_header_and_the_list_are_equal_and_the_broker_knows_no_other_permission(phone):
    header = Client().get("/welcome").headers["Permissions-Policy"]
    opened = {part.split("=")[0] for part in header.split(", ") if part.endswith("=(self)")}
    closed = {part.split("=")[0] for part in header.split(", ") if part.endswith("=()")}
    book = register.load("jilin")
    assert opened == set(book.browser_features()) and opened | closed == set(grants.FEATURES)
    assert {"microphone", "clipboard-read", "bluetooth"} <= closed
    for name in ("microphone", "contacts"):
        status, answer = phone.call(
            "put", f"/me/permissions/{name}", {"granted": True, "purpose": "device.protect"}
        )
        assert (status, answer["code"]) == (403, "purpose_not_allowed")
    asked = {row["code"] for row in phone.call("get", "/me/permissions")[1]}
    assert asked == set(book.permission) | {s.code for s in book.signal.values() if s.grant == s.code}
    assert phone.permit("location", purpose="device.protect")[1]["code"] == "purpose_not_allowed"


@pytest.mark.clause("JL-3.1.1.2-02")
def test_nine_devices_of_a_model_count_as_other(shebao):
    for number in range(1, 22):
        model = "Rare Phone" if number <= 9 else "P60"
        Device(people.citizen(number)).sent(features={"model": model, "os": "HarmonyOS"})
    report = signals.compatibility()
    assert report == [("P60", 12), ("其他", 9)]
    assert all(len(row) == 2 for row in report)
