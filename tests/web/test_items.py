"""办事 over a real installation: finding, pre-check, steps, sending once, and what a case shows its person."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shebao.base import clock
from shebao.cases import assigning
from shebao.cases.deciding import Lack
from shebao.items import handling, office
from tests import people
from tests.cases.papers import hand_in
from tests.clauses import doors
from tests.conftest import Installation
from tests.web.test_pages import client_of, text

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")
RESIDENT = 7
SPELL = (
    "insert into registry_enrolment (subject_id, insurance, person_type, state, since)"
    " values (%s, 110, 'flexible', 'active', 202601)"
)
CLAIM = {
    "cause": "illness", "hospital": "测试医院", "level": "3", "admitted": "2026-11-02", "discharged": "2026-11-06",
    "total": "8,642.50", "own": "642.5",
}  # fmt: skip


@pytest.fixture
def resident(shebao: Installation) -> Iterator[Client]:
    """A person without employees' insurance, who may enrol herself."""
    yield client_of(RESIDENT)


def cases(subject: int) -> list[tuple[Any, ...]]:
    return doors.rows(
        "select no, kind, state from cases_case where subject_id = %s and kind not in"
        " ('enquiry', 'certificate', 'correction', 'question', 'urgent') order by no",
        subject,
    )


def number(response: HttpResponse) -> str:
    return response["Location"].split("/")[2]


def key_of(html: str) -> str:
    return re.findall(r'name="key" value="([0-9a-f]{32})"', html)[0]


def drafted(browser: Client) -> str:
    """A self-enrolment, answered, not sent."""
    no = number(browser.post("/items/flexible-enrolment/start"))
    assert browser.post(f"/cases/{no}/edit/since/", {"since": "this"})["Location"].endswith("/check/")
    return no


def claimed(subject: int) -> str:
    """A claim with everything, sent."""
    by, now = people.citizen(subject), clock.now()
    no = handling.start("inpatient-claim", now=now, by=by)
    handling.answer(no, CLAIM | {"account": "6222020000000000000"}, now=now, by=by)
    for material in ("receipt", "list", "diagnosis", "record"):
        hand_in(no, material, by=by, now=now)
    handling.submit(no, key=f"k-{no}", now=now, by=by)
    return no


@pytest.mark.parametrize(
    "words", ["住院没有直接结算", "手工报销", "baoxiao", "报消", "bx", "住院费用手工报销"]
)
def test_items_are_found_by_name_official_name_pinyin_and_slip(standing: Installation, words: str) -> None:
    assert "/items/inpatient-claim/" in text(Client().get("/items/", {"q": words}))


def test_nothing_found_says_what_to_do_next(standing: Installation) -> None:
    html = text(Client().get("/items/?q=造飞机"))
    assert "没有找到这件事" in html and "看全部事项" in html


def test_the_catalogue_leads_by_event_and_by_scheme(standing: Installation) -> None:
    html = text(Client().get("/items/"))
    assert "/items/?event=care" in html and "医疗和生育" in html and "住院费用手工报销" in html
    assert "/items/inpatient-claim/" in text(Client().get("/items/?event=care"))
    assert Client().get("/items/?event=flying").status_code == 404


def test_a_visitor_sees_everything_but_the_pre_check(standing: Installation) -> None:
    html = text(Client().get("/items/inpatient-claim/"))
    for word in ("30 <small>个工作日", "4 <small>份", "免费", "社会保险经办条例第二十条", "本人、监护人、受托人",
                 "会用到您的 7 项信息", "为核定您的报销和生育待遇核对登记", "这段住院已经直接结算过。", "登录后办理"):  # fmt: skip
        assert word in html, word
    assert "先看您能不能办" not in html and "开始办理" not in html
    assert Client().post("/items/inpatient-claim/start").status_code == 401


def test_an_answer_that_breaks_a_condition_is_told_on_its_own_step(standing: Installation) -> None:
    browser = client_of(RESIDENT)
    no = number(browser.post("/items/inpatient-claim/start"))
    work = browser.post(f"/cases/{no}/edit/cause/", {"cause": "work"})
    assert work.status_code == 422 and "工作中受的伤，用工伤保险报销" in text(work)
    assert "照这样填，还办不了" in text(work) and "依据：社会保险法第三十条" in text(work)
    assert browser.get(f"/cases/{no}/edit/")["Location"].endswith("/edit/cause/")
    for key in ("cause", "hospital", "level", "admitted"):
        assert browser.post(f"/cases/{no}/edit/{key}/", {key: CLAIM[key]}).status_code == 302, key
    early = browser.post(f"/cases/{no}/edit/discharged/", {"discharged": "2026-11-01"})
    assert early.status_code == 422 and 'value="2026-11-01"' in text(early)
    assert "出院不能早于入院的 11月2日" in text(early)
    fault = f'href="/cases/{no}/edit/discharged/?to=check">出院不能早于入院的'
    assert fault in text(browser.get(f"/cases/{no}/edit/check/"))
    assert browser.post(f"/cases/{no}/edit/admitted/", {"admitted": "2026-11-01"}).status_code == 302
    assert "出院不能早于" not in text(browser.get(f"/cases/{no}/edit/check/"))


def test_what_was_being_written_when_the_session_ended_comes_back(standing: Installation) -> None:
    browser, said = client_of(RESIDENT), "11月应该有缴费，单位说缴了。"
    no, other = (number(browser.post(f"/items/{code}/start")) for code in ("record-dispute", "complaint"))
    step = f"/cases/{no}/edit/text/"
    late = Client().post(step, {"text": said})
    assert late.status_code == 401 and "您刚写的没有丢" in text(late) and said not in text(late)
    (there,) = re.findall(r'class="weui-btn weui-btn_primary" href="/login\?next=([^"]+)"', text(late))
    place, _, sealed = unquote(there).partition("?typed=")
    assert place == step
    assert said in text(browser.get(f"{step}?typed={sealed}"))
    assert said not in text(browser.get(f"/cases/{other}/edit/text/?typed={sealed}"))
    assert browser.get(f"{step}?typed=x").status_code == 200


def test_a_change_shows_what_is_registered_and_asks_for_the_new_value(standing: Installation) -> None:
    browser = client_of(people.QINGHE)
    no = number(browser.post("/items/benefit-account-change/start"))
    html = text(browser.get(f"/cases/{no}/edit/account/"))
    assert "现在登记的" in html and "就用它" not in html and "用别的" not in html
    assert browser.post(f"/cases/{no}/edit/account/", {"account": ""}).status_code == 422


def test_the_failing_line_stands_first_with_its_rule_and_the_way_on(standing: Installation) -> None:
    html = text(client_of(people.CHUNMEI).get("/items/flexible-enrolment/"))
    assert "还不能办，看原因" in html and "开始办理" not in html
    first, *others = re.findall(r"<span class=\"hide\">(不符合|符合)：", html)
    assert first == "不符合" and set(others) == {"符合"}
    assert "社会保险法第十条" in html and 'href="/me/enrolment">看参保信息' in html


@pytest.mark.clause("JL-4.1.1-06")
@pytest.mark.parametrize("door", ["page", "api"])
def test_who_lacks_the_grade_is_told_what_is_missing_and_nothing_is_kept(
    shebao: Installation, door: str
) -> None:
    unverified = people.citizen(RESIDENT, level=0)
    assert unverified.token is not None
    browser = Client()
    browser.cookies["sb_session"] = unverified.token.hex()
    if door == "page":
        answer = browser.post("/items/flexible-enrolment/start")
        assert "再确认一次是您本人" in text(answer)
    else:
        bearer = {"Authorization": f"Bearer {unverified.token.hex()}"}
        answer = Client().post(
            "/api/v1/cases", {"item": "flexible-enrolment"}, content_type="application/json", headers=bearer
        )
        assert answer.json()["code"] == "step_up_required" and "本人" in answer.json()["title"]
    assert answer.status_code == 403
    assert cases(RESIDENT) == []


def test_who_does_not_meet_the_conditions_leaves_no_draft(shebao: Installation) -> None:
    answer = client_of(people.CHUNMEI).post("/items/flexible-enrolment/start")
    assert answer.status_code == 409 and "不用再登记" in text(answer) and "第十条" in text(answer)
    assert cases(people.CHUNMEI) == []


@pytest.mark.clause("JL-4.1.1-05")
def test_a_condition_that_ends_between_form_and_sending_is_named(resident: Client) -> None:
    no = drafted(resident)
    key = key_of(text(resident.get(f"/cases/{no}/edit/check/")))
    doors.run(SPELL, RESIDENT)
    answer = resident.post(f"/cases/{no}/submit", {"key": key})
    html = text(answer)
    assert answer.status_code == 409 and "<title>有错误：" in html
    assert "您已经在参加职工养老保险" in html and "社会保险法第十条" in html
    bearer = people.citizen(RESIDENT).token.hex()  # type: ignore[union-attr]
    told = Client().post(
        f"/api/v1/cases/{no}/submit", headers={"Authorization": f"Bearer {bearer}", "Idempotency-Key": key}
    )
    assert (told.status_code, told.json()["code"], told.json()["field"]) == (
        409, "precondition_unmet", "already_enrolled")  # fmt: skip
    assert [state for _, _, state in cases(RESIDENT)] == ["draft"]


def test_a_step_keeps_answers_shows_errors_at_the_field_and_goes_back(resident: Client) -> None:
    start = resident.post("/items/flexible-enrolment/start")
    assert resident.get(start["Location"])["Location"].endswith("/edit/since/")
    no = number(start)
    wrong = resident.post(f"/cases/{no}/edit/since/", {"since": ""})
    html = text(wrong)
    assert wrong.status_code == 422 and "<title>有错误：第 1 步" in html
    assert 'role="alert"' in html and 'href="#f-since"' in html and 'aria-invalid="true"' in html
    resident.post(f"/cases/{no}/edit/since/", {"since": "next"})
    again = text(resident.get(f"/cases/{no}/edit/since/"))
    assert re.search(r'value="next" checked', again) and "草稿" in again
    assert number(resident.post("/items/flexible-enrolment/start")) == no
    assert resident.get(f"/cases/{no}/edit/nonsense/").status_code == 404


def test_what_the_registry_holds_is_not_asked_but_shown_with_its_source(shebao: Installation) -> None:
    browser = client_of(people.CHUNMEI)
    no = number(browser.post("/items/inpatient-claim/start"))
    for key, value in CLAIM.items():
        answer = browser.post(f"/cases/{no}/edit/{key}/", {key: value})
        assert answer.status_code == 302, text(answer)
    assert answer["Location"].endswith("/edit/materials/")
    html = text(browser.get(f"/cases/{no}/edit/check/"))
    account = doors.value(people.CHUNMEI, "person.bank_account")
    assert account not in html and f"尾号 {account[-4:]}" in html
    assert "来自参保登记，刚刚核对" in html and "不对？" in html and "8,642.50 元" in html
    other = browser.post(f"/cases/{no}/edit/account/", {"account": "6222 0200 0000 0000 000", "to": "check"})
    assert other["Location"].endswith("/edit/check/")
    assert "尾号 0000" in text(browser.get(other["Location"]))


def test_a_claim_without_its_papers_is_not_sent(shebao: Installation) -> None:
    browser = client_of(people.CHUNMEI)
    no = number(browser.post("/items/inpatient-claim/start"))
    for key, value in CLAIM.items():
        browser.post(f"/cases/{no}/edit/{key}/", {key: value})
    stopped = browser.post(f"/cases/{no}/edit/materials/")
    assert stopped.status_code == 422 and "还差 4 份" in text(stopped)
    sent = browser.post(f"/cases/{no}/submit", {"key": "a" * 32})
    assert sent.status_code == 422 and "还没有交：医疗费用票据" in text(sent)
    assert [state for _, _, state in cases(people.CHUNMEI)] == ["draft"]


@pytest.mark.clause("JL-4.3.1-02")
def test_a_retry_with_the_same_key_is_one_case_and_one_receipt(resident: Client) -> None:
    no = drafted(resident)
    key = key_of(text(resident.get(f"/cases/{no}/edit/check/")))
    lost = resident.post(f"/cases/{no}/submit", {"key": key})
    retried = resident.post(f"/cases/{no}/submit", {"key": key})
    assert lost["Location"] == retried["Location"] == f"/cases/{no}/receipt/"
    assert "办好了" in text(resident.get(retried["Location"]))
    bearer = people.citizen(RESIDENT).token.hex()  # type: ignore[union-attr]
    headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": key}
    told = [Client().post(f"/api/v1/cases/{no}/submit", headers=headers).json() for _ in range(2)]
    assert told[0] == told[1] and told[0]["no"] == no and told[0]["state"] == "done"
    assert [state for _, _, state in cases(RESIDENT)] == ["done"]
    spells = "select count(*) from registry_enrolment where subject_id = %s and insurance = 110"
    assert doors.rows(spells, RESIDENT) == [(1,)]


def test_the_case_page_says_stage_last_day_and_holder(shebao: Installation) -> None:
    no = claimed(people.CHUNMEI)
    browser = client_of(people.CHUNMEI)
    html = text(browser.get(f"/cases/{no}/"))
    assert re.search(r"<h1[^>]*>已收到，最晚 .*有结果</h1>", html) and "现在您不用做什么" in html
    assert "法定 30 个工作日，已用 0 个" in html and "业务受理科" in html and no in html
    assert client_of(people.YUANSHAN).get(f"/cases/{no}/").status_code == 403
    home = text(browser.get("/"))
    assert "近期安排" in home and f"/cases/{no}/" in home and "最晚" in home
    assert f"/cases/{no}/" in text(browser.get("/cases/"))


def test_the_notice_lists_every_lacking_page_and_the_supplement_goes_on(shebao: Installation) -> None:
    no, now = claimed(people.CHUNMEI), clock.now()
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    lacks = [Lack("list", "第 2 页看不清金额", 2), Lack("record", "缺出院小结")]
    office.ask(no, lacking=lacks, now=now, by=clerk)
    browser = client_of(people.CHUNMEI)
    html = text(browser.get(f"/cases/{no}/"))
    assert re.search(r"<h1[^>]*>等您补 2 样，.*前</h1>", html)
    assert "费用清单，第 2 页" in html and "第 2 页看不清金额" in html and "缺出院小结" in html
    assert f"/cases/{no}/materials/list/" in html and "补齐了，交上去" in html
    empty = browser.post(f"/cases/{no}/supply")
    assert empty.status_code == 409 and "还没有补「费用清单」，所以没有交" in text(empty)
    leaving = text(browser.get("/account/cancel/"))
    assert "还有 1 件事没有办完" in leaving and f"/cases/{no}/" in leaving and "等您补材料" in leaving
    assert "还没有补，原来有 1 页" in text(empty) and f"/cases/{no}/materials/list/" in text(empty)
    hand_in(no, "list", by=people.citizen(people.CHUNMEI), now=clock.now())
    assert "补了 1 页" in text(browser.get(f"/cases/{no}/"))
    assert browser.post(f"/cases/{no}/supply")["Location"] == f"/cases/{no}/"
    assert "您补齐了" in text(browser.get(f"/cases/{no}/"))


def test_the_receipt_leads_to_what_mostly_comes_next(resident: Client) -> None:
    no = drafted(resident)
    sent_once = resident.post(f"/cases/{no}/submit", {"key": "a" * 32})
    assert sent_once.status_code == 302
    stop = number(resident.post("/items/stop-enrolment/start"))
    resident.post(f"/cases/{stop}/edit/until/", {"until": "next"})
    resident.post(f"/cases/{stop}/submit", {"key": "b" * 32})
    html = text(resident.get(f"/cases/{stop}/receipt/"))
    assert "接下来可以办" in html and "/items/resident-pension-enrolment/" in html


def test_a_decision_has_amount_sum_remedy_and_stays_hidden_when_amounts_are(shebao: Installation) -> None:
    no, now = claimed(people.CHUNMEI), clock.now()
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    office.accept(no, now=now, by=clerk)
    case = office.open_case(no, now=now, by=clerk)
    amount = case.verdict.amount_fen
    office.decide(no, granted=True, text=case.draft_text, amount_fen=amount, now=now, by=clerk)
    browser = client_of(people.CHUNMEI)
    html = text(browser.get(f"/cases/{no}/"))
    assert re.search(r"<h1[^>]*>通过了，等付款</h1>", html) and "怎么算出来的" in html
    assert re.findall(r'<p class="num">([\d,.]+)<small>元', html) and "申请复核" in html
    assert "行政复议" in html and re.search(r"最晚 \d{4}年\d+月\d+日", html)
    looked = text(browser.get(f"/cases/{no}/looked/"))
    assert "别人为这件事看过" in looked and "业务受理科 经办人员" in looked
    browser.cookies["amounts"] = "hidden"
    assert re.findall(r"[\d,]+\.\d\d", text(browser.get(f"/cases/{no}/"))) == []


def test_a_refusal_has_its_facts_rule_and_a_review(shebao: Installation) -> None:
    no, now = claimed(people.CHUNMEI), clock.now()
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    office.accept(no, now=now, by=clerk)
    office.decide(
        no, granted=False, reasons=[("not_payable", "这次是工作中受伤，走工伤保险。", "社会保险法第三十条")],
        text="您申请的住院费用手工报销没有通过。", now=now, by=clerk,
    )  # fmt: skip
    browser = client_of(people.CHUNMEI)
    html = text(browser.get(f"/cases/{no}/"))
    assert re.search(r"<h1[^>]*>没有通过</h1>", html)
    assert html.count("这次是工作中受伤，走工伤保险。") == 1 and "依据：社会保险法第三十条" in html
    assert browser.post(f"/cases/{no}/review/", {"text": "短"}).status_code == 422
    made = browser.post(f"/cases/{no}/review/", {"text": "我是在家里生病的，不是工作中受伤"})
    assert "已收到" in text(browser.get(made["Location"]))
    assert browser.get(f"/cases/{no}/review/").status_code == 409


def test_lateness_is_said_as_our_fault(shebao: Installation) -> None:
    no = claimed(people.CHUNMEI)
    doors.run("update cases_case set due_on = current_date - 4 where no = %s", no)
    html = text(client_of(people.CHUNMEI).get(f"/cases/{no}/"))
    assert re.search(r"已超过期限 \d+ 天，是我们的责任", html) and 'href="/contact/">投诉' in html


def test_taking_back_is_asked_once_and_a_draft_is_thrown_away(resident: Client) -> None:
    no = drafted(resident)
    assert "删除这份草稿" in text(resident.get(f"/cases/{no}/withdraw/"))
    resident.post(f"/cases/{no}/withdraw/")
    assert "您已经撤回" in text(resident.get(f"/cases/{no}/"))
    assert resident.get(f"/cases/{no}/withdraw/").status_code == 409
    assert resident.get(f"/cases/{no}/edit/").status_code == 409


def test_a_bundle_starts_its_items_together_and_asks_once(shebao: Installation) -> None:
    browser = client_of(people.WANQING)
    assert re.search(r"一次填好，办 \d 项", text(browser.get("/items/newborn/")))
    together = browser.post("/items/newborn/start")["Location"]
    html = text(browser.get(together))
    assert "生孩子住院的费用报销" in html and "领生育津贴" in html and "接着填" in html
    kinds = {kind: no for no, kind, _ in cases(people.WANQING)}
    first, second = kinds["maternity-medical-claim"], kinds["maternity-allowance"]
    assert browser.post(f"/cases/{first}/edit/born/", {"born": "2026-11-01"}).status_code == 302
    assert "2026-11-01" not in text(browser.get(f"/cases/{second}/edit/born/"))
    browser.get(f"/cases/{second}/edit/?together={together.split('/')[3]}")
    assert 'value="2026-11-01"' in text(browser.get(f"/cases/{second}/edit/born/"))


def test_the_number_of_round_trips_does_not_grow(shebao: Installation) -> None:
    no = claimed(people.CHUNMEI)
    browser = client_of(people.CHUNMEI)
    browser.get(f"/cases/{no}/")
    Client().get("/items/")
    with CaptureQueriesContext(connections["default"]) as public:
        Client().get("/items/")
    with CaptureQueriesContext(connections["default"]) as one:
        browser.get(f"/cases/{no}/")
    assert len(public) <= 1, public.captured_queries  # whether the service is open
    assert len(one) <= 15, [query["sql"][:80] for query in one.captured_queries]


def test_the_api_tells_and_does_the_same(resident: Client) -> None:
    bearer = {"Authorization": f"Bearer {people.citizen(RESIDENT).token.hex()}"}  # type: ignore[union-attr]
    door = Client(headers=bearer)

    def call(verb: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = getattr(door, verb)(
            f"/api/v1{path}", json.dumps(body) if body is not None else None, content_type="application/json",
            headers=headers,
        ) if verb != "get" else door.get(f"/api/v1{path}")  # fmt: skip
        return answer.status_code, answer.json() if answer.content else None

    codes = [one["code"] for one in Client().get("/api/v1/items").json()]
    assert "flexible-enrolment" in codes
    assert "inpatient-claim" in [one["code"] for one in Client().get("/api/v1/items", {"q": "报消"}).json()]
    item = Client().get("/api/v1/items/inpatient-claim").json()
    assert item["limit_days"] == 30 and item["fee"] == "free" and len(item["materials"]) == 4
    assert call("get", "/items/flexible-enrolment/check")[1]["may_start"] is True
    status, draft = call("post", "/cases", {"item": "flexible-enrolment"})
    assert status == 201 and draft["missing"] == ["since"]
    no = draft["no"]
    status, problem = call("put", f"/cases/{no}/answers", {"answers": {"since": "never"}})
    assert (status, problem["code"], problem["field"]) == (422, "invalid_input", "since")
    assert call("put", f"/cases/{no}/answers", {"answers": {"other": "x"}})[1]["code"] == "field_not_declared"
    assert call("post", f"/cases/{no}/submit")[0] == 422
    assert call("put", f"/cases/{no}/answers", {"answers": {"since": "this"}})[1]["missing"] == []
    status, receipt = call("post", f"/cases/{no}/submit", **{"Idempotency-Key": "one-and-only"})
    assert status == 200 and receipt["state"] == "done" and "已登记" in receipt["effect"]
    status, view = call("get", f"/cases/{no}")
    assert [step["act"] for step in view["steps"]] == ["submit", "accept", "decide", "deliver"]
    assert view["decision"]["granted"] and view["may"] == []
    assert call("post", f"/cases/{no}/withdraw")[1]["code"] == "conflict"
    assert call("get", "/cases/BJ000000-000000")[1]["code"] == "out_of_reach"
    assert datetime.fromisoformat(view["steps"][0]["at"]) > datetime.now(UTC) - timedelta(minutes=5)
