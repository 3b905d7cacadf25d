"""The pages of visits: the next booking first, halls, places, a full one, waiting; for the desk a day without names."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shebao.appointments import actions, hours, queries, visits
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.privacy import grants
from tests import people
from tests.appointments.pool import HALL, at_ten, counts, fill, now, number_of, rows, slot_at, slots_of
from tests.clauses import doors
from tests.fakes.device import Device

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # static files are not collected in tests
MOST_STATEMENTS = 12


@pytest.fixture
def browser(shebao):
    return doors.citizen()


def take(browser, slot, **more):
    """Sends the form of the hall on screen, its hidden fields included."""
    found = re.search(r'<form id="take"[^>]*action="([^"]*)">(.*?)</form>', browser.page, re.DOTALL)
    hidden = dict(re.findall(r'<input type="hidden" name="(item|case|move)" value="([^"]*)"', found[2]))
    return browser.post(unescape(found[1]), slot=str(slot.id), **(hidden | more))


def test_from_the_list_to_a_booking_and_back_to_nothing(browser):
    browser.get("/appointments/")
    assert browser.status == 200 and "还没有预约" in browser.text and "长春市的办事地点" in browser.text
    assert "约一次：参保、缴费和转移" in browser.text
    (hall,) = [
        url for url in browser.links("/appointments/halls/") if url.startswith(f"/appointments/halls/{HALL}?")
    ]
    browser.get(hall.replace("&amp;", "&"))
    assert browser.page.split("<main", 1)[1].count("weui-btn_primary") == 1
    slot = slots_of(1)[2]
    take(browser, slot)
    assert re.fullmatch(r"/appointments/\d+/", browser.at) and "约好了" in browser.text
    ((number,),) = rows("select number from appointments_booking")
    assert number in browser.text
    home = browser.at
    browser.get("/")
    assert home in browser.links("/appointments/") and "参保、缴费和转移" in browser.text
    browser.get("/account/cancel/")
    assert "还有一次预约" in browser.text and home in browser.links("/appointments/")
    browser.get("/appointments/")
    assert browser.text.index("改时间或取消") < browser.text.index("再约一次")
    browser.get(f"{home}cancel")
    assert "取消" in browser.text and "不算没来" in browser.text
    browser.send(f"{home}cancel")
    assert "已取消" in browser.text and counts(slot.id) == (0, 0)
    templates = [name for (name,) in rows("select template from notices_message order by id")]
    assert templates == ["visit.booked", "visit.cancelled"]


def test_a_place_just_taken_says_so_and_offers_the_two_nearest(browser):
    slot = slots_of(1)[4]
    browser.get(f"/appointments/halls/{HALL}?service=enrol")
    fill(slot, but=0)
    take(browser, slot)
    assert browser.status == 409 and "这个时段刚被约满" in browser.text
    offers = re.findall(r'name="slot" value="(\d+)">(?:<input[^>]*>)*<button', browser.page)
    assert len(offers) == 2
    browser.post(f"/appointments/halls/{HALL}", slot=offers[0])
    assert "约好了" in browser.text


def test_a_booking_is_moved_through_the_hall(browser):
    browser.get(f"/appointments/halls/{HALL}?service=enrol")
    old, new = slots_of(1)[1], slots_of(2)[3]
    take(browser, old)
    (link,) = [one for one in browser.links(f"/appointments/halls/{HALL}") if "move=" in one]
    day = clock.today_in_china(new.starts_at).isoformat()
    browser.get(f"{link}&day={day}")
    assert "改到" in browser.text
    take(browser, new)
    assert counts(old.id) == (0, 0) and counts(new.id) == (1, 1) and "约好了" in browser.text


def test_a_full_day_can_be_waited_for_and_the_offer_is_taken_on_the_page(browser):
    day = slots_of(1)
    holder = people.citizen(people.YUANSHAN)
    held = actions.book(slot=day[0].id, now=now(), by=holder)
    for one in day:
        fill(one, but=0)
    on = clock.today_in_china(day[0].starts_at).isoformat()
    browser.get(f"/appointments/halls/{HALL}?service=enrol&day={on}")
    assert "这一天约满了" in browser.text and browser.page.split("<main", 1)[1].count("weui-btn_primary") == 1
    browser.send(f"/appointments/halls/{HALL}/wait")
    assert "您排第一" in browser.text
    actions.cancel(booking=held.id, now=now(), by=holder)
    browser.get("/appointments/")
    assert "候补到了" in browser.text and "要这个号" in browser.text
    ((waiting,),) = rows("select id from appointments_waiting")
    browser.send(f"/appointments/waiting/{waiting}/accept")
    assert "约好了" in browser.text


def test_the_list_costs_few_statements(browser):
    actions.book(slot=slot_at(1, at_ten).id, now=now(), by=people.citizen())
    browser.get("/appointments/")
    with CaptureQueriesContext(connections["default"]) as asked:
        browser.get("/appointments/")
    assert browser.status == 200 and len(asked) <= MOST_STATEMENTS, [one["sql"] for one in asked]


def test_another_persons_booking_and_case_are_not_found(browser):
    mine = actions.book(slot=slot_at(1, at_ten).id, now=now(), by=people.citizen(people.YUANSHAN))
    for path in (f"/appointments/{mine.id}/", f"/appointments/{mine.id}/cancel", "/appointments/99999/"):
        assert browser.get(path).status == 404
    ((case,),) = rows("select no from cases_case where subject_id <> 1 limit 1") or [("BJ261101-000001",)]
    slot = slot_at(2, at_ten)
    browser.get(f"/appointments/halls/{HALL}?service=enrol&case={case}")
    take(browser, slot, case=case)
    assert browser.status == 403 and counts(slot.id) == (0, 0)


def test_an_item_nobody_offers_is_not_written_anywhere(browser):
    browser.get(f"/appointments/halls/{HALL}?service=enrol")
    slot = slot_at(1, at_ten)
    take(browser, slot, item="我的病历很长")
    assert browser.status == 404 and counts(slot.id) == (0, 0)
    take_item = doors.citizen()
    take_item.get("/appointments/?item=flexible-enrolment")
    assert "自己参加职工养老保险" in take_item.text


@pytest.mark.clause("JL-4.1.2-11")
def test_a_hall_has_the_dial_link_of_the_register_and_says_when_it_is_closed(browser, monkeypatch):
    line = settings.DEPLOYMENT["contact"]["line"]
    hall = queries.hall(HALL, now=now())
    open_at = hours.at(clock.today_in_china(slot_at(1, at_ten).starts_at), at_ten)
    for moment, word in ((open_at, "现在开着"), (open_at + timedelta(hours=12), "现在不在办公时间")):
        monkeypatch.setattr("shebao.web.views.visits.clock.now", lambda moment=moment: moment)
        browser.get(f"/appointments/halls/{HALL}")
        assert word in browser.text and hall.office.hours in browser.text
        assert set(re.findall(r'href="tel:([^"]*)"', browser.page)) == {line}
    assert "8:30 开门" in browser.text


@pytest.mark.clause("JL-4.1.2-04")
def test_the_telephone_permission_dials_and_nothing_else(browser):
    phone = Device(people.citizen())
    assert phone.permit("phone", purpose="device.protect")[1]["code"] == "purpose_not_allowed"
    assert phone.permit("phone", purpose="identity.phone")[1]["code"] == "purpose_not_allowed"
    assert phone.send("device.protect", call_state="idle")[0] == 403
    assert phone.send("device.protect", phone_number={"number": "13812345678"})[0] == 403
    shown = phone.permission("phone")
    assert shown["sole_use"] == "拨打咨询电话" and shown["purpose"] == ""
    line = settings.DEPLOYMENT["contact"]["line"]
    for path in ("/contact/", "/appointments/", f"/appointments/halls/{HALL}", "/offices/"):
        assert set(re.findall(r'href="tel:([^"]*)"', browser.get(path).page)) == {line}, path


def test_the_explanation_comes_before_the_yes_and_the_position_is_never_sent(browser):
    browser.get("/appointments/nearby")
    for word in ("要用什么", "为什么", "只用在这里", "留多久", "不给怎么办", "不用，我自己选"):
        assert word in browser.text
    browser.post("/appointments/nearby", notice="not the one that was shown")
    assert browser.status == 403
    browser.get("/appointments/nearby")
    browser.send("/appointments/nearby")
    assert browser.status == 204
    given = [row for row in grants.standings(people.citizen()) if row.permission.code == "location"]
    assert given[0].granted
    assert rows("select count(*) from privacy_signal") == [(0,)]


@pytest.mark.profile("guangxi")
def test_a_deployment_without_location_never_offers_it(shebao):
    browser = doors.citizen()
    browser.get("/appointments/")
    assert browser.status == 200 and "用我的位置" not in browser.text
    assert browser.get("/appointments/nearby").status == 404


def test_the_desk_sees_the_day_without_names_and_marks_who_came(shebao, monkeypatch):
    slot = slot_at(1, at_ten)
    placed = actions.book(slot=slot.id, now=now(), by=people.citizen(), item="flexible-enrolment")
    desk = doors.browser_of(people.staff())
    on = clock.today_in_china(slot.starts_at).isoformat()
    monkeypatch.setattr("shebao.desk.views_visits.clock.now", lambda: slot.starts_at + timedelta(hours=1))
    desk.get(f"/desk/visits/?office={HALL}&day={on}")
    assert (
        placed.number in desk.text and "1 个预约" in desk.text and "自己参加" in desk.text
    ) or "灵活就业" in desk.text
    assert "何" not in re.sub(r"<title>.*?</title>", "", desk.page.split("<main", 1)[1])
    desk.send(f"/desk/visits/{placed.number}/attended")
    assert "1 个到了" in desk.text
    assert ("visit.desk", "allowed", "clerk") in people.entries(people.CHUNMEI)


def test_the_desk_books_for_a_person_on_the_phone(shebao):
    desk = doors.browser_of(people.staff())
    on = clock.today_in_china(slot_at(1, at_ten).starts_at).isoformat()
    path = f"/desk/visits/book?office={HALL}&service=enrol&day={on}"
    desk.get(path)
    slot = re.search(r'<option value="(\d+)">\d\d:\d\d，余', desk.page)[1]
    for wrong, word in (
        ({"id_number": "123", "reason": "本人来电"}, "证件号不完整"),
        ({"id_number": number_of(1), "reason": ""}, "写明为什么"),
    ):
        desk.post(path, slot=slot, channel="phone", **wrong)
        assert word in desk.text and desk.status in (409, 422)
    desk.post(path, slot=slot, channel="phone", id_number=number_of(1), reason="本人来电预约")
    ((number, channel),) = rows("select number, channel from appointments_booking")
    assert number in desk.text and channel == "phone" and number_of(1) not in desk.page
    assert rows(
        "select count(*) from privacy_reach where rule = 'case' and case_no like 'YD%%' and revoked_at is null"
    ) == [(0,)]


@pytest.mark.parametrize("role", ["auditor", "operator"])
def test_the_day_is_closed_to_other_roles(shebao, role):
    assert doors.browser_of(people.staff(role)).get("/desk/visits/").status == 403


def test_the_api_books_moves_cancels_and_names_what_is_free(shebao):
    phone = Device(people.citizen())
    slot, other = slot_at(1, at_ten), slot_at(2, at_ten)
    day = clock.today_in_china(slot.starts_at).isoformat()
    places = (
        Client().get("/api/v1/appointments/slots", {"office": HALL, "service": "enrol", "day": day}).json()
    )
    assert slot.id in {one["id"] for one in places} and set(places[0]) == {
        "id", "service", "starts_at", "minutes", "capacity", "free",
    }  # fmt: skip
    status, booked = phone.call("post", "/appointments", {"slot": slot.id})
    assert status == 201 and counts(slot.id) == (1, 1)
    status, moved = phone.call("put", f"/appointments/{booked['id']}", {"slot": other.id})
    assert status == 200 and datetime.fromisoformat(moved["starts_at"]) == other.starts_at
    _, mine = phone.call("get", "/appointments")
    assert [one["number"] for one in mine["bookings"]] == [moved["number"]]
    assert phone.call("delete", f"/appointments/{moved['id']}")[0] == 204
    fill(slot, but=0)
    status, refused = phone.call("post", "/appointments", {"slot": slot.id})
    assert status == 409 and len(refused["nearest"]) == 2
    assert (
        phone.call("post", "/appointments", {"slot": other.id, "case_no": "BJ1"})[1]["code"] == "out_of_reach"
    )
    assert Device().call("get", "/appointments")[0] == 401


def test_a_refusal_of_the_pool_has_reason_and_next_step():
    for code, message, step, url in actions.REFUSED.values():
        refusal = Refusal(code, message, step, url)
        assert refusal.message.endswith("。") and refusal.next_step and "！" not in message
    assert visits.CHANNELS.keys() == {"app", "phone", "window"}
