"""One case at the desk: compared in the open, asked once, decided by those who may, nothing lost on the way."""

import pytest

from shebao.cases import assigning
from shebao.desk import compare
from tests import people
from tests.clauses import doors
from tests.clauses.test_desk import at_the_desk
from tests.conftest import Installation
from tests.desk.matters import sent
from tests.identity.browser import Browser

WORDS = "您申请的住院费用手工报销已经通过。核定金额见上，请留意到账。"
SMALL = {"total": "8642.50", "own": "642.50"}


def in_hand(subject: int = people.CHUNMEI, *, accepted: bool = True, **answers: str) -> tuple[str, Browser]:
    """A case taken by a clerk, its page on screen."""
    no = sent(people.citizen(subject), **answers)
    _, browser = at_the_desk()
    browser.get("/desk/")
    browser.send(f"/desk/cases/{no}/take")
    if accepted:
        act(browser, no, act="accept")
    return no, browser


def act(browser: Browser, no: str, **fields: object) -> Browser:
    """Sends an act as the form on screen would."""
    return browser.post(f"/desk/cases/{no}/act", **fields)


def decision(browser: Browser, no: str, **other: object) -> Browser:
    """The decision form of the page on screen."""
    browser.get(f"/desk/cases/{no}/")
    seen = browser.page.split('name="seen" value="')[1].split('"')[0]
    amount = browser.page.split('name="amount" value="')[1].split('"')[0]
    fields = {
        "act": "decide",
        "seen": seen,
        "amount": amount,
        "decision": "yes",
        "text": WORDS,
        "read": "yes",
    }
    return act(browser, no, **(fields | other))


def state(no: str) -> str:
    return str(doors.rows("select state from cases_case where no = %s", no)[0][0])


def acts(no: str) -> list[str]:
    return [code for (code,) in doors.rows("select act from cases_step where case_id = %s order by seq", no)]


def test_the_page_shows_the_matter_and_masks_the_person(standing: Installation) -> None:
    no, browser = in_hand()
    for item in ("person.name", "person.id_number", "person.phone", "person.bank_account"):
        assert doors.value(people.CHUNMEI, item) not in browser.page
    account = doors.value(people.CHUNMEI, "person.bank_account")
    assert f"<u>{account[-4:]}</u>" in browser.page and "1 项不同" in browser.text
    assert "依据社会保险经办条例" in browser.text and "当事人都能看到" in browser.text
    assert "已显示 0 项" in browser.text
    browser.send(f"/desk/cases/{no}/reveal", item="person.bank_account")
    assert account in browser.page
    assert "已显示 1 项" in browser.get(f"/desk/cases/{no}/").text
    reason = doors.rows("select reason from privacy_entry where kind = 'reveal' and case_no = %s", no)
    assert reason == [("办理住院费用手工报销",)]


def test_an_open_difference_stops_a_decision_and_nothing_typed_is_lost(standing: Installation) -> None:
    no, browser = in_hand(people.YUANSHAN, **SMALL)
    decision(browser, no)
    assert browser.status == 409 and "先处理不同的项：钱打到哪个银行账号" in browser.text
    assert WORDS in browser.text and state(no) == "accepted"
    act(browser, no, act="adopt", key="account")
    assert "已采用共享" in browser.text and acts(no)[-1] == "adopt"
    act(browser, no, act="adopt", key="account")
    assert browser.status == 409 and "两边一致" in browser.text
    decision(browser, no)
    assert state(no) == "decided" and "办结" in browser.text
    held = doors.value(people.YUANSHAN, "person.bank_account")
    act(browser, no, act="deliver")
    assert "办结了" in browser.text and state(no) == "done"
    assert doors.value(people.YUANSHAN, "person.bank_account") == held


def test_words_must_be_read_and_say_what_was_decided(standing: Installation) -> None:
    no, browser = in_hand(people.QINGHE, **SMALL)
    act(browser, no, act="adopt", key="account")
    assert "要读过再交" in decision(browser, no, read="").text and browser.status == 422
    assert "不一致" in decision(browser, no, decision="no", reasons="dates").text
    refused = "您申请的住院费用手工报销没有通过。入院和出院的日期对不上。"
    assert "至少一条理由" in decision(browser, no, decision="no", text=refused).text
    assert decision(browser, no, seen="1").status == 409 and "新的动作" in browser.text
    assert decision(browser, no, amount="1").status == 409 and "计算结果" in browser.text
    assert state(no) == "accepted"
    decision(browser, no, decision="no", text=refused, reasons="dates")
    assert state(no) == "done"


def test_a_large_amount_goes_to_a_second_person(standing: Installation) -> None:
    no, browser = in_hand(people.CHANGHE)
    assert "须复核" in browser.text and "提交复核" in browser.text
    act(browser, no, act="adopt", key="account")
    decision(browser, no)
    assert state(no) == "proposed" and "交给第二个人复核了" in browser.text
    boss, second = at_the_desk("supervisor")
    second.get("/desk/")
    second.send(f"/desk/cases/{no}/take")
    assert "初审意见" in second.text and WORDS in second.text
    act(second, no, act="return", note="金额再核一遍")
    assert state(no) == "accepted" and acts(no)[-1] == "return"
    browser.get("/desk/")
    browser.send(f"/desk/cases/{no}/take")
    assert "退回初审：金额再核一遍" in browser.text
    decision(browser, no)
    second.get("/desk/")
    second.send(f"/desk/cases/{no}/take")
    seen = second.page.split('name="seen" value="')[1].split('"')[0]
    act(second, no, act="confirm", seen=seen, text=WORDS)
    assert state(no) == "decided"
    assert doors.rows(
        "select decided_by_id, proposed_by_id <> decided_by_id from cases_case where no = %s", no
    ) == [(boss.actor_id, True)]


def test_one_notice_holds_everything_and_there_is_no_second(standing: Installation) -> None:
    no, browser = in_hand(people.WANQING, accepted=False)
    doors.run("delete from cases_material where case_id = %s and material in ('list', 'record')", no)
    browser.get(f"/desk/cases/{no}/")
    assert "缺 2 样" in browser.text and browser.page.count('name="lacking"') == 5
    ticked = browser.page.split('id="notice"')[1].count(" checked")
    assert ticked == 3
    fields = {"note.list": "缺费用清单", "note.record": "", "note.account": "账号和登记的不一样，请核对"}
    act(browser, no, act="ask", lacking=["list", "record", "account"], **fields)
    assert browser.status == 422 and "每一样都要写明" in browser.text and "缺费用清单" in browser.page
    fields["note.record"] = "缺出院小结"
    act(browser, no, act="ask", lacking=["list", "record", "account"], **fields)
    assert state(no) == "supplement"
    lines = doors.rows("select material from cases_lacking where case_id = %s order by seq", no)
    assert [code for (code,) in lines] == ["list", "record", "account"]
    browser.get(f"/desk/cases/{no}/")
    assert "等本人补材料，不计时" in browser.text and 'id="notice"' not in browser.page
    act(browser, no, act="ask", lacking=["list"], **{"note.list": "再要一份清单"})
    assert browser.status == 409


@pytest.mark.parametrize("jump", ["deliver", "confirm", "return", "decide", "nonsense"])
def test_an_illegal_jump_is_refused_in_plain_words(standing: Installation, jump: str) -> None:
    no, browser = in_hand(people.CHUNMEI, accepted=False, hospital=f"医院{jump}")
    act(browser, no, act=jump, seen="1", decision="yes", text=WORDS, read="yes", note="退回去再看")
    assert browser.status in (403, 409, 422) and state(no) == "submitted" and acts(no) == ["submit"]
    assert "现在是「已提交，等受理」" in browser.text or browser.status != 409 or "没有" in browser.text


def test_whoever_lost_the_case_meanwhile_keeps_her_words(standing: Installation) -> None:
    no, browser = in_hand(people.CHUNMEI, hospital="第三家医院")
    colleague = people.staff("clerk")
    doors.run("update privacy_actor set staff_no = '007766' where id = %s", colleague.actor_id)
    elsewhere = Browser()
    elsewhere.client.cookies["sb_session"] = browser.client.cookies["sb_session"].value
    elsewhere.get(f"/desk/cases/{no}/hand-over")
    elsewhere.send(f"/desk/cases/{no}/hand-over", to="007766", reason="我明天不在单位")
    act(
        browser,
        no,
        act="decide",
        seen="2",
        amount="1",
        decision="yes",
        text="这段话花了我十分钟写",
        read="yes",
    )
    assert browser.status == 409 and "没有交成" in browser.text
    assert "这段话花了我十分钟写" in browser.page and state(no) == "accepted"


def test_a_case_of_another_is_refused_and_on_record(standing: Installation) -> None:
    no, _browser = in_hand(people.YUANSHAN, hospital="第四家医院")
    _, stranger = at_the_desk()
    stranger.get(f"/desk/cases/{no}/")
    assert stranger.status == 403 and "不在您手上" in stranger.text
    name = doors.value(people.YUANSHAN, "person.name")
    assert name not in stranger.page and "住院" not in stranger.text
    for path in ("act", "take", "release", "reveal"):
        stranger.post(f"/desk/cases/{no}/{path}", act="accept", item="person.phone", reason="联系当事人")
        assert stranger.status in (403, 409), path
    kept = doors.rows(
        "select subject_id, actor_role from privacy_entry where case_no = %s and outcome = 'out_of_reach'", no
    )
    assert (people.YUANSHAN, "clerk") in kept
    seen = doors.citizen(people.YUANSHAN).get("/privacy/who-looked/?who=refused")
    assert seen.status == 200
    assert stranger.get("/desk/cases/BJ990101-000001/").status == 403


def test_nobody_takes_what_she_applied_for_herself(standing: Installation) -> None:
    clerk, browser = at_the_desk()
    no = sent(people.citizen(people.CHANGHE), hospital="第五家医院")
    doors.run("update privacy_actor set subject_id = null where subject_id = %s", people.CHANGHE)
    doors.run("update privacy_actor set subject_id = %s where id = %s", people.CHANGHE, clerk.actor_id)
    browser.get("/desk/")
    browser.send(f"/desk/cases/{no}/take")
    assert browser.status == 403 and "您自己申请的" in browser.text
    assert assigning.queue(no=no, by=clerk)[0].is_held is False


def test_a_relative_steps_aside_and_never_gets_the_case_again(standing: Installation) -> None:
    no, browser = in_hand(people.QINGHE, hospital="第六家医院")
    assert act(browser, no, act="aside", aside="").status == 422
    act(browser, no, act="aside", aside="当事人是我妹妹")
    assert "已经回避" in browser.text and browser.get(f"/desk/cases/{no}/").status == 403
    browser.get("/desk/")
    browser.send(f"/desk/cases/{no}/take")
    assert browser.status == 403 and "回避过的人不能再办" in browser.text
    _, colleague = at_the_desk()
    colleague.get("/desk/")
    colleague.send(f"/desk/cases/{no}/take")
    assert colleague.status == 200


@pytest.mark.parametrize(
    ("one", "other", "left", "right"),
    [
        ("2026-10-22", "2026-10-21", "2026-10-<u>22</u>", "2026-10-<u>21</u>"),
        ("18,642.37", "18,640.37", "18,<u>642</u>.37", "18,<u>640</u>.37"),
        ("何春梅", "何春海", "何春<u>梅</u>", "何春<u>海</u>"),
        ("一样", "一样", "一样", "一样"),
        ("<b>", "b", "<u>&lt;</u>b<u></u>", ""),
    ],
)
def test_only_the_differing_part_is_marked(one: str, other: str, left: str, right: str) -> None:
    before, after = compare.mark(one, other)
    if right:
        assert (before, after) == (left, right)
    assert "<b>" not in before
