"""The intake under random payloads, the judge of declared signals, and what the runtime role may not do."""

import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.privacy import clauses, expiry, gate, grants, judge, readings, register, signals
from tests import people
from tests.fakes import device
from tests.fakes.device import HERE, NEARBY, Device

SIGNALS = tuple(register.load("jilin").signal)
KEYS = st.one_of(st.sampled_from(SIGNALS), st.text(min_size=1, max_size=12), st.just("features"))
PURPOSES = st.sampled_from(("device.protect", "location.nearby", "identity.phone", "enquiry.home", "nothing"))

FITTING = {
    "imei": lambda mark: mark,
    "android_id": lambda mark: mark,
    "app_list": lambda mark: [mark, f"com.{mark}"],
    "operator": lambda mark: mark,
    "features": lambda mark: {"model": mark, "os": mark, "screen": mark, mark: mark},
}


@st.composite
def payloads(draw):
    """A purpose and readings whose every value carries a mark of its own."""
    mark = f"canary{draw(st.integers(10**8, 10**9))}"
    leaf = st.sampled_from([mark, f"{mark}-x", [mark], {"number": mark, "confirmed": False}, {mark: mark}])
    value = st.one_of(
        leaf,
        st.lists(leaf, max_size=3),
        st.dictionaries(
            st.sampled_from(["model", "os", "os_version", "screen", "touch", "longitude", "serial"]),
            leaf,
            max_size=4,
        ),
    )
    if draw(st.booleans()):
        fitting = draw(st.lists(st.sampled_from(sorted(FITTING)), min_size=1, unique=True))
        return mark, "device.protect", {name: FITTING[name](mark) for name in fitting}
    return mark, draw(PURPOSES), draw(st.dictionaries(KEYS, value, max_size=4))


def test_random_payloads_leave_no_value_in_any_table_log_or_answer(shebao, capfd):
    phone = Device(people.citizen())
    phone.allow(*grants.grantables(register.current()))
    marks, stored = [], 0

    @limits(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(payloads())
    def sent(payload):
        nonlocal stored
        mark, purpose, values = payload
        marks.append(mark)
        status, answer = phone.call("post", "/me/signals", {"purpose": purpose, "signals": values})
        stored += status == 200
        assert status in (200, 403, 422, 429) and mark not in json.dumps(answer)

    sent()
    output = capfd.readouterr()
    seen = device.tables() + device.logs() + output.out + output.err
    assert stored > 5 and len(marks) >= 60 and not [mark for mark in marks if mark in seen]
    allowed = {"imei", "app_list", "gyroscope", "accelerometer", "operator", "position", "cells"}
    assert all(code.split(".")[0] in allowed | {"features"} for code in device.signals_kept())


def test_of_mixed_readings_only_the_declared_forms_stay(shebao):
    phone = Device(people.citizen())
    phone.allow("imei", "gyroscope", "app_list")
    chance = random.Random(7)
    still, shaken = [0.0] * 20, [chance.random() for _ in range(20)]
    answer = phone.sent(imei="356938035643809", gyroscope=shaken, features={"touch": "yes", "os": "Windows"})
    assert {one["code"]: one["kept"] for one in answer["signals"]} == {
        "imei": True, "gyroscope": True, "features": True,
    }  # fmt: skip
    assert device.signals_kept()["gyroscope"] == "handheld"
    assert phone.sent(gyroscope=still)["signals"][0]["verdict"] == "emulator"
    expiry.end_of_life(now=clock.now() + timedelta(days=8))
    assert set(device.signals_kept()) == {"imei", "features.os"}


def test_one_refused_signal_keeps_the_others_out(shebao):
    phone = Device(people.citizen())
    phone.refused("permission_missing", operator="中国移动", imei="356938035643809")
    phone.refused("purpose_not_allowed", operator="中国移动", position=HERE)
    phone.refused("invalid_input", operator="中国移动", features="not a table")
    phone.refused("field_not_declared", **{f"x{n}": 1 for n in range(30)})
    assert device.signals_kept() == {}


def test_staff_and_visitors_send_nothing(shebao):
    Device().refused("login_required", operator="中国移动")
    Device(people.staff("clerk")).refused("purpose_not_allowed", operator="中国移动")


def test_the_runtime_role_reads_no_signal_and_writes_none_without_an_entry(shebao):
    phone = Device(people.citizen())
    phone.sent(operator="中国移动")
    with connections["default"].cursor() as cursor:
        for statement in (
            "select * from privacy_signal",
            "select * from privacy_device",
            "insert into privacy_visit (page, since, count) values ('x', now(), 1)",
            "select privacy.end_of_life(now(), 0)",
            "select privacy.device_models(1)",
        ):
            with pytest.raises(Exception, match="permission denied"):
                cursor.execute(statement)
        cursor.execute("select count(*) from privacy.signals_kept()")
        assert cursor.fetchone() == (0,)
        cursor.execute("select privacy.drop_signals('{operator}')")
        assert cursor.fetchone() == (0,)
        with pytest.raises(Exception, match="no entry of this transaction"):
            cursor.execute(
                "select privacy.keep_signals(%s, 'device.protect', '{operator}', '{x}', '{0}', array[now()])",
                [phone.actor.token],
            )


def test_another_person_sees_nothing_of_the_device(shebao):
    phone, other = Device(people.citizen()), Device(people.citizen(people.YUANSHAN))
    phone.sent(operator="中国移动")
    assert [one["value"] for one in phone.call("get", "/me/signals")[1]] == ["中国移动"]
    assert other.call("get", "/me/signals")[1] == []
    other.permit("gyroscope", granted=False)
    assert device.signals_kept() == {"operator": "中国移动"}


def test_a_consent_withdrawn_elsewhere_ends_position_and_permission(shebao):
    phone = Device(people.citizen())
    phone.allow("location")
    phone.sent(NEARBY, position=HERE)
    assert device.signals_kept() != {}
    phone.call("post", "/me/consents/location.nearby", {"answer": "withdraw"})
    assert device.signals_kept() == {} and not phone.permission("location")["granted"]
    phone.refused("permission_missing", NEARBY, position=HERE)


def test_a_permission_that_service_needs_cannot_be_taken_back(shebao):
    phone = Device(people.citizen())
    assert phone.permit("network", granted=False)[1]["code"] == "conflict"


def test_two_homes_and_two_profiles_give_different_digests(shebao, settings_patch, tmp_path):
    first = readings.digest("imei", "356938035643809")
    assert (
        readings.digest("imei", " 356938035643809 ") == first
        and readings.digest("device_id", "356938035643809") != first
    )
    settings_patch("PROFILE", "guangxi")
    assert readings.digest("imei", "356938035643809") != first
    settings_patch("PROFILE", "jilin")
    other = tmp_path / "other-secret"
    other.write_text("another secret, long enough to count as one secret")
    settings_patch("SECRET_FILE", other)
    assert readings.digest("imei", "356938035643809") != first


@given(st.text(max_size=40))
def test_a_feature_that_looks_like_a_number_is_dropped(value):
    kept = readings.FEATURES["model"](value)
    assert sum(letter.isdigit() for letter in kept) < 15 and len(kept) <= 30
    assert readings.FEATURES["model"]("A220102197903020426") == ""
    assert readings.FEATURES["os_version"](value) == "" or int(readings.FEATURES["os_version"](value)) < 1000


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "smell"}, "bad_value"),
        ({"form": "raw"}, "bad_value"),
        ({"purpose": "nothing"}, "purpose_unknown"),
        ({"grant": "microphone"}, "unknown_permission"),
        ({"form": "listed"}, "raw_identifier"),
        ({"personal": False}, "raw_identifier"),
        ({"purpose": "enquiry.home"}, "not_written"),
        ({"retention": "keep.ever"}, "retention_missing"),
    ],
)
def test_the_judge_refuses_a_signal_that_is_not_minimal(change, reason):
    book = register.load("jilin")
    wrong = replace(book.signal["imei"], **change)
    found = {problem.code for problem in judge.problems(replace(book, signal={**book.signal, "imei": wrong}))}
    assert reason in found


@pytest.mark.parametrize("profile", clauses.PROFILES)
def test_every_declared_signal_has_a_reader_and_its_clause(profile):
    rows = clauses.read(settings.PROFILES)
    for signal in register.load(profile).signal.values():
        assert signal.kind in readings.KINDS and rows[signal.clause].profile == profile


def test_the_report_of_models_is_not_for_the_runtime_role(shebao):
    assert signals.compatibility() == []
    with pytest.raises(Refusal), gate.open(people.citizen(), "run.statistics", items=("device.signal",)):
        pytest.fail("opened")


@pytest.mark.profile("guangxi")
@pytest.mark.parametrize("odd", ["\ud800", "\x00", {"\ud800": 1}, [[]], 1e308, None, True])
def test_odd_values_are_refused_or_digested_and_never_an_error(shebao, odd):
    phone = Device(people.citizen())
    for signal in ("browser", "canvas", "features"):
        for value in (odd, {"fonts": odd}, {"model": odd}):
            assert phone.send(**{signal: value})[0] in (200, 422)
    assert phone.call("get", "/me/signals?purpose=%00")[1]["code"] == "purpose_not_allowed"
    assert phone.call("get", "/search?q=%00%ED%A0%80")[0] == 200
