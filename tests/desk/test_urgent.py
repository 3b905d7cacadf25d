"""紧急查看: an exact number, a real reason, half an hour; the person is told, a supervisor reviews each one."""

from datetime import datetime, timedelta

import pytest

from shebao.base import clock
from shebao.items import clocks
from shebao.privacy import watch
from tests import people
from tests.clauses import doors
from tests.clauses.test_desk import at_the_desk
from tests.conftest import Installation
from tests.identity.browser import Browser

REASON = "医院急救要核对参保地，来不及等办件"


def looked(browser: Browser, subject: int, reason: str = REASON) -> str:
    browser.get("/desk/urgent/")
    browser.send(
        "/desk/urgent/", id_number=doors.value(subject, "person.id_number"), danger="life", reason=reason
    )
    return browser.at.split("/")[-2] if "/cases/" in browser.at else ""


def until(no: str) -> datetime:
    ((moment,),) = doors.rows(
        "select max(until) from privacy_reach where case_no = %s and revoked_at is null", no
    )
    return moment


def test_a_short_reason_or_a_wrong_number_opens_nothing(standing: Installation) -> None:
    _, browser = at_the_desk()
    assert not looked(browser, people.QINGHE, "急")
    assert browser.status == 409 and "至少十个字" in browser.text
    browser.send("/desk/urgent/", id_number="123", danger="", reason=REASON)
    assert browser.status == 422 and "哪一种危险" in browser.text
    browser.send("/desk/urgent/", id_number="123", danger="life", reason=REASON)
    assert browser.status == 422 and REASON in browser.page
    browser.get("/desk/find/")
    number = doors.value(people.QINGHE, "person.id_number")
    browser.send("/desk/find/", id_number=number, kind="urgent", reason="急着要看")
    assert browser.status == 422 and "请选一种受理事由" in browser.text


def test_half_an_hour_and_the_person_knows_at_once(standing: Installation) -> None:
    _, browser = at_the_desk()
    no = looked(browser, people.QINGHE)
    assert "紧急查看，半小时后收回" in browser.text.replace(" ，", "，")
    assert timedelta(minutes=29) < until(no) - clock.now() <= timedelta(minutes=30)
    assert doors.rows("select subject_id from notices_message where case_no = %s", no) == [(people.QINGHE,)]
    seen = doors.citizen(people.QINGHE).get("/privacy/who-looked/")
    assert REASON in seen.text
    doors.run("update privacy_reach set until = now() where case_no = %s", no)
    assert browser.get(f"/desk/cases/{no}/").status == 403


def test_each_look_is_reviewed_by_a_supervisor_who_did_not_look(standing: Installation) -> None:
    _, browser = at_the_desk()
    no, other = looked(browser, people.CHANGHE), looked(browser, people.WANQING)
    boss, office = at_the_desk("supervisor")
    own = looked(office, people.CHUNMEI)
    office.get("/desk/urgent/")
    assert "还没核对" in office.text and REASON in office.text
    assert f"/desk/urgent/{own}/sign" not in office.page and "由别的科长核对" in office.text
    for subject in (people.CHANGHE, people.WANQING, people.CHUNMEI):
        assert doors.value(subject, "person.name") not in office.page
        assert doors.value(subject, "person.id_number") not in office.page
    assert browser.post(f"/desk/urgent/{no}/sign", verdict="yes").status == 403
    assert office.post(f"/desk/urgent/{own}/sign", verdict="yes").status == 403
    office.get("/desk/urgent/")
    office.send(f"/desk/urgent/{no}/sign", verdict="yes", note="")
    assert "理由成立" in office.text and browser.get(f"/desk/cases/{no}/").status == 200
    assert office.post(f"/desk/urgent/{other}/sign", verdict="no", note="").status == 422
    office.post(f"/desk/urgent/{other}/sign", verdict="no", note="没有急救，可以等办件")
    assert browser.get(f"/desk/cases/{other}/").status == 403
    assert office.post(f"/desk/urgent/{other}/sign", verdict="yes").status == 409
    entry = doors.rows(
        "select subject_id, reason from privacy_entry where case_no = %s and actor_id = %s",
        other,
        boss.actor_id,
    )
    assert entry == [(people.WANQING, "核对：理由不成立。没有急救，可以等办件")]


def test_a_clerk_sees_only_her_own_looks(standing: Installation) -> None:
    _, one = at_the_desk()
    _, other = at_the_desk()
    no = looked(one, people.YUANSHAN)
    assert no in one.get("/desk/urgent/").text
    assert no not in other.get("/desk/urgent/").text


@pytest.mark.clause("JL-4.2.2-04")
def test_a_look_nobody_reviews_in_time_is_closed_with_an_alert(standing: Installation) -> None:
    _, browser = at_the_desk()
    no = looked(browser, people.CHANGHE)
    assert doors.rows("select template from notices_message where case_no = %s", no) == [
        ("desk.break_glass",)
    ]
    assert ("生命危险：" + REASON,) in doors.rows("select reason from privacy_entry where case_no = %s", no)
    alerts = watch.ALERTS.labels("urgent_unreviewed")._value.get()
    clocks.run(now=clock.now() + timedelta(hours=23))
    assert browser.get(f"/desk/cases/{no}/").status == 200
    doors.run("update cases_case set opened_at = opened_at - interval '25 hours' where no = %s", no)
    clocks.run(now=clock.now())
    assert watch.ALERTS.labels("urgent_unreviewed")._value.get() == alerts + 1
    assert browser.get(f"/desk/cases/{no}/").status == 403
    assert not looked(browser, people.WANQING) and "先请科长核对" in browser.text
    _, office = at_the_desk("supervisor")
    assert "超过 24 小时没核对" in office.get("/desk/urgent/").text
    office.send(f"/desk/urgent/{no}/sign", verdict="yes", note="")
    assert looked(browser, people.WANQING)
