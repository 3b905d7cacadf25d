"""Device information of ebao: used for the answer and dropped, or kept as a digest; app numbers belong to nobody."""

from datetime import timedelta

import pytest
from django.db import connections

from shebao.base import clock
from shebao.privacy import expiry, gate, vault
from tests import people
from tests.fakes import device
from tests.fakes.device import HERE, NEARBY, PROTECT, Device

pytestmark = pytest.mark.profile("ebao")
NUMBER, IDENTIFIER = "13812345678", "canary-0f3c-77aa-device"
POINTS = ["460-00-7711-28883", "3c:22:fb:11:08:9a"]


@pytest.fixture
def phone(shebao):
    """A citizen's phone."""
    return Device(people.citizen())


def everywhere(capfd):
    output = capfd.readouterr()
    return device.tables() + device.logs() + output.out + output.err


@pytest.mark.clause("EB-1-01")
@pytest.mark.parametrize(
    "body",
    [
        {"signals": {"operator": "canary"}},
        {"purpose": "", "signals": {"operator": "canary"}},
        {"purpose": "better.service", "signals": {"operator": "canary"}},
        {"purpose": PROTECT, "signals": {"sim_serial": "canary"}},
        {"purpose": PROTECT, "signals": {}},
        {"purpose": PROTECT, "signals": {"operator": "中国移动"}, "canary": "canary"},
    ],
)
def test_a_call_without_a_declared_service_or_field_keeps_nothing(phone, body, capfd):
    before = device.tables("privacy_signal", "privacy_device")
    status, answer = phone.call("post", "/me/signals", body)
    assert status == 422 and answer["code"] in ("field_not_declared", "invalid_input")
    if "purpose" in body:
        assert answer["code"] == "field_not_declared"
    assert device.tables("privacy_signal", "privacy_device") == before
    assert "canary" not in everywhere(capfd)


@pytest.mark.clause("EB-1.2-01")
@pytest.mark.parametrize(
    "body",
    [
        {"event": "canary_event"},
        {"event": "guide_opened", "value": "canary"},
        {"event": {"guide_opened": "canary"}},
    ],
)
def test_an_event_outside_the_list_or_with_a_value_is_refused(phone, body):
    assert phone.call("post", "/events", body)[0] == 422
    assert "canary" not in device.tables() + device.logs()
    assert phone.call("post", "/events", {"event": "guide_opened"})[0] == 204
    assert device.rows("select page, count from privacy_visit") == [("event/guide_opened", 1)]


@pytest.mark.clause("EB-1.2.1-01")
def test_the_model_goes_with_the_session_record(phone):
    phone.sent(features={"model": "Mate 60 Pro", "os": "HarmonyOS", "os_version": "4.2"})
    tables = [
        name
        for (name,) in device.rows(
            "select table_name from information_schema.tables where table_schema = 'public'"
        )
    ]
    assert [name for name in tables if "Mate 60 Pro" in device.tables(name)] == ["privacy_signal"]
    with_session = device.rows(
        "select d.session_id from privacy_signal s join privacy_device d using (pseudonym) where s.code = 'features.model'"
    )
    assert with_session == [(phone.actor.session_id,)]
    phone.call("post", "/logout")
    expiry.end_of_life(now=clock.now() + timedelta(days=179))
    assert "Mate 60 Pro" in device.tables("privacy_signal")
    expiry.end_of_life(now=clock.now() + timedelta(days=181))
    assert not device.rows("select 1 from privacy_session where id = %s", phone.actor.session_id)
    assert "Mate 60 Pro" not in device.tables()
    other = Device(people.citizen())
    other.sent(features={"model": "Mate 60 Pro"})
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update privacy_session set ended_at = now() - interval '181 days' where id = %s",
            [other.actor.session_id],
        )
    expiry.end_of_life(now=clock.now())
    assert "Mate 60 Pro" not in device.tables()


@pytest.mark.clause("EB-1.2.1-02")
def test_an_old_system_gets_a_hint_and_leaves_its_major_version(phone):
    assert phone.sent(features={"os": "Android", "os_version": "14.0.1"})["hints"] == []
    answer = phone.sent(features={"os": "Android", "os_version": "7.1.2-canary"})
    assert answer["hints"] and "升级" in answer["hints"][0]
    assert device.signals_kept()["features.os_version"] == "7"
    assert "canary" not in device.tables()


@pytest.mark.clause("EB-1.2.1-03")
def test_an_identifier_needs_its_explanation_and_stays_as_a_digest(phone, capfd):
    phone.refused("permission_missing", device_id=IDENTIFIER)
    assert phone.permit("device_id", notice_hash="not the one shown")[1]["code"] == "consent_required"
    phone.refused("permission_missing", device_id=IDENTIFIER)
    phone.allow("device_id")
    phone.sent(device_id=IDENTIFIER)
    kept = device.signals_kept()
    assert set(kept) == {"device_id"} and len(kept["device_id"]) == 64
    assert IDENTIFIER not in everywhere(capfd)


@pytest.mark.clause("EB-1.2.1-04")
def test_a_number_of_the_device_without_confirmation_is_nowhere(phone, capfd):
    phone.refused("permission_missing", "identity.phone", phone_number={"number": NUMBER, "confirmed": True})
    phone.allow("phone_number")
    for confirmed in (False, None, "yes", 1):
        phone.sent("identity.phone", phone_number={"number": NUMBER, "confirmed": confirmed})
    assert NUMBER not in everywhere(capfd)
    with gate.open(phone.actor, "identity.phone", items=("person.phone",)) as grant:
        assert vault.read(grant, ("person.phone",)).get("person.phone") != NUMBER


@pytest.mark.clause("EB-1.2.3-01")
def test_a_position_serves_one_answer_and_refusing_leaves_the_city_list(phone, capfd):
    phone.refused("permission_missing", NEARBY, position=HERE)
    status, offices = phone.call("get", "/offices")
    assert status == 200 and offices
    phone.allow("location")
    answer = phone.sent(NEARBY, position=HERE)
    assert answer["offices"][0]["region"] == "220100" and not answer["signals"][0]["kept"]
    seen = everywhere(capfd)
    for trace in ("125.323544", "43.886841", "125.32", "43.89"):
        assert trace not in seen
    assert device.signals_kept() == {}


@pytest.mark.clause("EB-1.2.3-03")
def test_wifi_points_and_cells_give_a_district_and_leave_nothing(phone, capfd):
    phone.refused("permission_missing", NEARBY, cells=POINTS)
    phone.allow("location")
    answer = phone.sent(NEARBY, cells=POINTS)
    assert answer["region"] == "450100"
    seen = everywhere(capfd)
    assert not [point for point in POINTS if point in seen] and device.signals_kept() == {}


class App:
    """An installed app that remembers its number and writes down what it sends."""

    def __init__(self, door: Device) -> None:
        self.door = door
        self.recorded: list[tuple[str, dict[str, object]]] = []
        self.number = door.call("post", "/installations")[1]["number"]

    def tell(self, moment: str, **more: object) -> tuple[int, object]:
        body = {"number": self.number, "system": "android", "version": "3.2.1"} | more
        self.recorded.append((f"/installations/{moment}", body))
        return self.door.call("post", f"/installations/{moment}", body)

    def use(self, path: str) -> None:
        self.recorded.append((path, {}))
        self.door.call("get", path)


@pytest.mark.clause("EB-1.2.4-01")
def test_installing_again_gives_another_number_and_none_leads_to_an_account(phone):
    first, second = App(phone), App(phone)
    assert first.number != second.number
    for app in (first, second):
        assert app.tell("start")[0] == 204
    phone.refused("purpose_not_allowed", app_id=first.number)
    rows = device.rows("select encode(digest, 'hex') from privacy_installation")
    assert len(rows) == 2
    everything = device.tables() + device.logs()
    assert first.number not in everything
    elsewhere = [
        name
        for (name,) in device.rows(
            "select table_name from information_schema.tables where table_schema = 'public'"
        )
        if name != "privacy_installation"
    ]
    assert not [digest for (digest,) in rows if digest in device.tables(*elsewhere)]
    columns = device.rows(
        "select column_name from information_schema.columns where table_name = 'privacy_installation'"
    )
    assert {name for (name,) in columns} == {"digest", "system", "version", "ends_at"}


@pytest.mark.clause("EB-1.2.4-02")
def test_only_start_and_update_carry_the_number_and_removing_the_app_removes_the_row(phone):
    app = App(phone)
    app.tell("start")
    for minute in range(60):
        app.use(("/offices", "/policies", "/me/enrolments")[minute % 3])
    app.tell("update")
    carrying = [path for path, body in app.recorded if app.number in str(body)]
    assert carrying == ["/installations/start", "/installations/update"]
    assert app.tell("usage")[0] == 422 and app.tell("heartbeat")[0] == 422
    assert len(device.rows("select 1 from privacy_installation")) == 1
    assert phone.call("delete", "/installations", {"number": app.number})[0] == 204
    assert device.rows("select 1 from privacy_installation") == []


@pytest.mark.clause("EB-1.2.4-04")
def test_an_update_request_has_three_fields_and_no_fourth(phone):
    app = App(phone)
    assert app.tell("update")[0] == 204
    path, body = app.recorded[-1]
    assert path.endswith("update") and set(body) == {"number", "system", "version"}
    status, answer = app.tell("update", model="canary")
    assert (status, answer["code"]) == (422, "field_not_declared")  # type: ignore[index]
    assert app.tell("update", system="canary")[0] == 422 and app.tell("update", version="canary")[0] == 422
    assert device.rows("select system, version from privacy_installation") == [("android", "3.2.1")]
    assert "canary" not in device.tables() + device.logs()


@pytest.mark.clause("EB-1-03")
def test_observed_values_stand_apart_from_given_ones(phone):
    phone.allow("phone_number", "device_id")
    phone.sent("identity.phone", phone_number={"number": NUMBER, "confirmed": True})
    phone.sent(device_id=IDENTIFIER, features={"model": "P60", "os": "HarmonyOS"})
    phone.consent("service.history")
    phone.call("get", "/search?q=%E7%BC%B4%E8%B4%B9")
    status, report = phone.call("get", "/me/collected")
    assert status == 200
    assert {line["tag"] for line in report["given"]} == {"given"}
    assert {line["tag"] for line in report["observed"]} == {"observed"}
    given = {line["item"] for line in report["given"]}
    observed = {line["item"] for line in report["observed"]}
    assert given >= {"person.phone", "consent.record"} and not given & observed
    assert observed == {"device.signal", "login.session", "search.record"}
    assert {"features.model", "device_id"} <= {line["name"] for line in report["observed"]}
    assert NUMBER not in str(report)
