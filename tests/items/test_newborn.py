"""新生儿出生一件事: the child's enrolment and the mother's claims are begun together, each for the right person."""

from datetime import date

import pytest
from django.test import Client

from shebao.base.refusal import Refusal
from shebao.identity import acting
from shebao.items import bundles, catalogue, handling
from shebao.privacy import gate
from shebao.web.pages import cases as cases_page
from tests import people
from tests.cases.papers import hand_in
from tests.conftest import Installation
from tests.items.business import ACCOUNT, NOW, apply, newborn, paid, rows
from tests.items.test_medical_claims import BIRTH

PROFILE = "guangxi"


def test_three_items_are_begun_at_once_and_each_is_for_its_person(standing: Installation) -> None:
    mother = people.citizen(people.WANQING)
    child = newborn(mother, date(2026, 11, 1)).person_id
    acting.choose(mother, reach_id=None)
    mother = gate.actor_of(mother.token)
    mark = bundles.start("newborn", now=NOW, by=mother)
    _, found = bundles.together(mark, now=NOW, by=mother)
    assert [part.item.code for part in found] == [
        "resident-medical-enrolment", "maternity-medical-claim", "maternity-allowance"]  # fmt: skip
    numbers = [part.line.no for part in found if part.line]
    owners = rows("select subject_id from cases_case where no = any(%s) order by no", numbers)
    assert len(numbers) == 3 and sorted(owners) == sorted([(child,), (people.WANQING,), (people.WANQING,)])

    enrol, medical, allowance = numbers
    handling.answer(enrol, {"phone": "13900000000"}, now=NOW, by=mother)
    assert handling.submit(enrol, now=NOW, by=mother).effect.text == "已登记。从出生那天起就能报销。"
    birth = {"born": "2026-11-01", "hospital": "测试妇幼医院", "level": "3", "total": "9000.00", "own": "0",
             "account": ACCOUNT}  # fmt: skip
    handling.answer(medical, birth, now=NOW, by=mother)
    bundles.fill(allowance, siblings=[medical], now=NOW, by=mother)
    kept = handling.draft(allowance, now=NOW, by=mother).answers
    assert kept["born"] == "2026-11-01" and kept["account"]
    handling.answer(allowance, {"kind": "normal", "babies": "1"}, now=NOW, by=mother)
    for no in (medical, allowance):
        for material in catalogue.item(_kind(no)).materials:
            hand_in(no, material.code, by=mother, now=NOW)
        assert handling.submit(no, now=NOW, by=mother).state == "submitted" and paid(no) == []
    _, found = bundles.together(mark, now=NOW, by=mother)
    assert [part.line.state for part in found if part.line] == ["done", "submitted", "submitted"]


def test_a_part_that_is_not_begun_says_why(standing: Installation) -> None:
    """One that runs on its own is named with its case; one that cannot be begun says the first reason."""
    mother = people.citizen(people.QINGHE)
    alone = apply("maternity-medical-claim", BIRTH, by=mother).no
    mark = bundles.start("newborn", now=NOW, by=mother)
    _, found = bundles.together(mark, now=NOW, by=mother)
    told = {part.item.code: part for part in found}
    assert told["maternity-medical-claim"].line is not None
    assert told["resident-medical-enrolment"].why == bundles.NO_CHILD
    assert told["maternity-allowance"].why == "单位没有给您缴生育保险，不能领津贴。"
    handling.withdraw(told["maternity-medical-claim"].line.no, now=NOW, by=mother)
    _, found = bundles.together(mark, now=NOW, by=mother)
    part = next(part for part in found if part.item.code == "maternity-medical-claim")
    assert part.line is None and part.alone is not None and part.alone.no == alone
    shown = cases_page.together(catalogue.item("newborn"), found, mark=mark, today=NOW.date())
    row = next(row for row in shown["rows"] if row["name"] == "生孩子住院的费用报销")
    assert row["url"] == f"/cases/{alone}/" and row["sub"].startswith("另外在办")


def _kind(no: str) -> str:
    ((kind,),) = rows("select kind from cases_case where no = %s", no)
    return str(kind)


def test_a_father_without_a_registered_child_is_told_what_comes_first(standing: Installation) -> None:
    by = people.citizen(people.YUANSHAN)
    item = catalogue.item("newborn")
    with pytest.raises(Refusal) as caught:
        bundles.applicant(item, catalogue.item("resident-medical-enrolment"), by)
    assert caught.value.message == "先登记您是孩子的监护人，再给孩子参保。"
    assert caught.value.next_url == "/account/guardians/"


def test_the_page_starts_all_three_and_shows_where_each_stands(standing: Installation) -> None:
    mother = people.citizen(people.CHUNMEI)
    newborn(mother, date(2026, 11, 10))
    acting.choose(mother, reach_id=None)
    browser = Client()
    assert mother.token is not None
    browser.cookies["sb_session"] = mother.token.hex()
    told = browser.get("/items/newborn/").content.decode()
    assert "30 <small>个工作日" in told and "生育津贴支付，10 个工作日" in told
    assert "报销费用三十个工作日内办完" in told and "社会保险经办条例第二十条" in told
    assert "医疗费用票据" in told and "病历资料" in told
    answer = browser.post("/items/newborn/start")
    assert answer.status_code == 302 and answer["Location"].startswith("/cases/together/newborn-")
    page = browser.get(answer["Location"]).content.decode()
    assert page.count("/edit/") >= 3 and "领生育津贴" in page
    for name in ("参加居民医保", "生孩子住院的费用报销"):
        assert name in page
    again = browser.get("/items/newborn/").content.decode()
    assert "您已经开始" in again and "草稿，今天写的" in again and answer["Location"] in again
