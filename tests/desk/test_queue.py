"""The queue: no names, taken by one, given back, handed over; found by number alone."""

import re

from shebao.cases import assigning
from tests import people
from tests.clauses import doors
from tests.clauses.test_desk import at_the_desk
from tests.conftest import Installation
from tests.desk.matters import sent


def test_the_queue_shows_matters_and_no_person(standing: Installation) -> None:
    no = sent()
    _, browser = at_the_desk()
    browser.get("/desk/")
    assert browser.status == 200 and no in browser.text and "住院费用手工报销" in browser.text
    assert "还没人领，等受理" in browser.text and re.search(r"剩 \d+ 天", browser.text)
    for item in ("person.name", "person.id_number", "person.phone"):
        assert doors.value(people.CHUNMEI, item) not in browser.page
    assert f'href="/desk/cases/{no}/"' not in browser.page


def test_taking_opens_it_and_the_person_sees_who_took_it(standing: Installation) -> None:
    no = sent(people.citizen(people.YUANSHAN))
    actor, browser = at_the_desk()
    browser.get("/desk/")
    browser.send(f"/desk/cases/{no}/take")
    assert browser.status == 200 and browser.at == f"/desk/cases/{no}/"
    assert doors.value(people.YUANSHAN, "person.name") not in browser.page
    assert ("领件",) in doors.rows(
        "select reason from privacy_entry where case_no = %s and kind = 'approve'", no
    )
    assert no in browser.get("/desk/?view=mine").text
    browser.send(f"/desk/cases/{no}/release")
    assert "放回去了" in browser.text and assigning.queue(no=no, by=actor)[0].is_held is False


def test_a_colleague_gets_it_with_a_reason_and_the_giver_sees_it_no_more(standing: Installation) -> None:
    no = sent(people.citizen(people.QINGHE))
    _, browser = at_the_desk()
    colleague = people.staff("clerk")
    doors.run("update privacy_actor set staff_no = '009988' where id = %s", colleague.actor_id)
    browser.get("/desk/")
    browser.send(f"/desk/cases/{no}/take")
    browser.get(f"/desk/cases/{no}/hand-over")
    browser.send(f"/desk/cases/{no}/hand-over", to="009988", reason="")
    assert browser.status == 422 and "为什么转交" in browser.text
    browser.send(f"/desk/cases/{no}/hand-over", to="000000", reason="我明天不在单位")
    assert browser.status == 404 and "没有这个工号" in browser.text and "我明天不在单位" in browser.text
    browser.send(f"/desk/cases/{no}/hand-over", to="009988", reason="我明天不在单位")
    assert "转给同事了" in browser.text
    assert browser.get(f"/desk/cases/{no}/").status == 403
    assert doors.browser_of(colleague).get(f"/desk/cases/{no}/").status == 200


def test_finding_needs_a_number_and_never_lists_people(standing: Installation) -> None:
    no = sent(people.citizen(people.CHANGHE))
    _, browser = at_the_desk()
    browser.get("/desk/find/")
    browser.send("/desk/find/", q=no)
    assert browser.status == 200 and "还没人领" in browser.text
    browser.send("/desk/find/", q="BJ990101-000001")
    assert browser.status == 404 and "没有这个办件" in browser.text
    browser.send("/desk/find/", q="何春梅")
    assert browser.status == 200 and "BJ" not in browser.text.split("按办件号")[1]
    number = doors.value(people.CHANGHE, "person.id_number")
    browser.send("/desk/find/", id_number=number, kind="enquiry", reason="")
    assert browser.status == 409 and "为什么要查" in browser.text


def test_two_clerks_reach_for_the_same_case(standing: Installation) -> None:
    no = sent(people.citizen(people.WANQING))
    first, second = at_the_desk()[1], at_the_desk()[1]
    for browser in (first, second):
        browser.get("/desk/")
    first.send(f"/desk/cases/{no}/take")
    second.send(f"/desk/cases/{no}/take")
    assert first.status == 200 and second.status == 409 and "同事正在办这件" in second.text
