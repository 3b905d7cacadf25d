"""更正死亡登记 at the desk: a clerk says that the person lives, a supervisor agrees, the worker restores and apologises."""

import re

import pytest

from shebao.base import clock
from shebao.items import contesting
from tests import people
from tests.clauses import doors
from tests.clauses.test_desk import at_the_desk
from tests.conftest import Installation
from tests.identity.browser import Browser
from tests.items.doing import owned
from tests.items.test_dying import line, load, pensioner

WHY = "本人拿着身份证来窗口，和名单上的人不是同一个"


@pytest.fixture(scope="module")
def wronged(standing: Installation) -> int:
    """A pensioner on record as dead, who is not; her pension stopped with October."""
    who = pensioner(0)
    people.citizen(who)
    owned("insert into registry_payable (subject_id, kind, amount_fen, monthly, since, case_no)"
          " values (%s, 'pension', 250000, true, 202501, 'PD') returning 1", who)  # fmt: skip
    owned("delete from registry_benefit where subject_id = %s and month > 202609 returning 1", who)
    assert load(line(who), batch="D1").recorded == 1
    owned("update privacy_process set rate_count = 0 returning 1")
    return who


def opened(browser: Browser, subject: int, kind: str = "correction") -> str:
    browser.get("/desk/find/")
    number = doors.value(subject, "person.id_number")
    browser.send("/desk/find/", id_number=number, kind=kind, reason="当事人来窗口，说自己还在")
    return browser.at.split("/")[-2]


def number_of(page: str) -> int:
    found = re.search(r"/desk/deaths/(\d+)/judge", page)
    assert found
    return int(found[1])


def test_two_people_give_a_person_back_what_a_wrong_death_ended(wronged: int) -> None:
    _, clerk = at_the_desk()
    no = opened(clerk, wronged)
    assert "人健在，登记成去世" in clerk.text
    clerk.send(f"/desk/cases/{no}/death", death_reason="弄错了")
    assert clerk.status == 409 and "至少十个字" in clerk.text and "弄错了" in clerk.page
    clerk.send(f"/desk/cases/{no}/death", death_reason=WHY)
    assert "等科长复核" in clerk.text and WHY in clerk.text
    assert contesting.run(now=clock.now()) == 0, "nothing happens before a second person agreed"
    assert owned("select died_on is null from registry_person where subject_id = %s", wronged) == [(False,)]
    clerk.get(f"/desk/cases/{no}/")
    clerk.send(f"/desk/cases/{no}/death", death_reason=WHY)
    assert clerk.status == 409 and "已经提出过" in clerk.text

    _, boss = at_the_desk("supervisor")
    boss.get("/desk/deaths/")
    assert "1 件更正等复核" in boss.text and WHY in boss.text
    for item in ("person.name", "person.id_number"):
        assert doors.value(wronged, item) not in boss.page
    at = f"/desk/deaths/{number_of(boss.page)}/judge"
    assert clerk.post(at, verdict="yes").status == 403
    boss.send(at, verdict="no", note="")
    assert boss.status == 422 and "不同意要写明原因" in boss.text
    boss.send(at, verdict="yes", note="")
    assert "停发的待遇恢复" in boss.text and boss.post(at, verdict="yes").status == 409

    assert contesting.run(now=clock.now()) == 1 and contesting.run(now=clock.now()) == 0
    assert owned("select died_on from registry_person where subject_id = %s", wronged) == [(None,)]
    assert owned(
        "select withdrawn_on is not null, reason from registry_death where subject_id = %s", wronged
    ) == [(True, WHY)]
    assert owned("select state, until from registry_payable where case_no = 'PD'") == [("approved", None)]
    assert owned("select active from privacy_actor where subject_id = %s", wronged) == [(True,)]
    assert ("death.corrected",) in owned(
        "select template from notices_message where subject_id = %s", wronged
    )
    assert owned(
        "select count(*) from privacy_reach where case_no like 'death/desk-%%' and revoked_at is null"
    ) == [(0,)]
    said = owned("select actor_role, reason from privacy_entry where subject_id = %s and process = 'death.enter'"
                 " and reason like '%%更正%%' order by id", wronged)  # fmt: skip
    assert said == [("clerk", f"提出更正死亡登记：{WHY}"), ("supervisor", "同意更正死亡登记")]
    boss.get("/desk/deaths/")
    assert "已经恢复" in boss.text


def test_who_may_not_and_where_there_is_nothing_to_correct(wronged: int) -> None:
    _, clerk = at_the_desk()
    no = opened(clerk, people.CHUNMEI)
    clerk.send(f"/desk/cases/{no}/death", death_reason=WHY)
    assert clerk.status == 409 and "没有死亡记录" in clerk.text
    other = opened(clerk, people.CHUNMEI, "enquiry")
    assert "人健在" not in clerk.text
    assert clerk.post(f"/desk/cases/{other}/death", death_reason=WHY).status == 403
    _, stranger = at_the_desk()
    stranger.get("/desk/")
    assert stranger.post(f"/desk/cases/{no}/death", death_reason=WHY).status == 403


def test_nobody_judges_what_she_proposed_and_a_no_leaves_it_as_it_is(standing: Installation) -> None:
    who = pensioner(0)
    people.citizen(who)
    load(line(who), batch="D2")
    _, boss = at_the_desk("supervisor")
    no = opened(boss, who)
    boss.send(f"/desk/cases/{no}/death", death_reason=WHY)
    assert "由别的科长复核" in boss.text
    ((death,),) = owned("select id from registry_death where subject_id = %s and withdrawn_on is null", who)
    assert boss.post(f"/desk/deaths/{death}/judge", verdict="yes").status == 409
    _, second = at_the_desk("supervisor")
    second.get("/desk/deaths/")
    second.send(f"/desk/deaths/{death}/judge", verdict="no", note="派出所说确已死亡")
    assert "登记不变" in second.text and contesting.run(now=clock.now()) == 0
    assert owned("select p.died_on is not null, d.contested_by from registry_person p join registry_death d"
                 " using (subject_id) where d.id = %s", death) == [(True, None)]  # fmt: skip
