"""Rows on the choices of a browser: what is off stays off, says so, and costs no service."""

import re

import pytest
from django.test import Client

from shebao.base.refusal import Refusal
from shebao.items import catalogue, handling
from shebao.privacy import gate, register
from tests import people
from tests.clauses import doors
from tests.conftest import Installation
from tests.items.doing import NOW

PROFILE = "guangxi"
OPTIONAL = ("service.personalise", "service.history")


def counted() -> int:
    ((total,),) = doors.rows("select coalesce(sum(count), 0) from privacy_visit")
    return int(total)


def shown(client: Client, path: str) -> list[str]:
    """Links of the main part of a page, in order, without numbers of persons."""
    main = client.get(path).content.decode().split("<main")[1].split("</main>")[0]
    return re.findall(r'href="(/[^"]*)"', main)


@pytest.mark.clause("GX-5-10")
@pytest.mark.parametrize("header", ["sec-gpc", "dnt"])
def test_a_signal_of_the_browser_is_a_no_to_everything_optional(standing: Installation, header: str) -> None:
    before = counted()
    quiet = Client(headers={header: "1"})
    quiet.get("/welcome")
    quiet.post("/api/v1/events", {"event": "guide_opened"}, content_type="application/json")
    assert counted() == before
    page = quiet.get("/privacy/cookies/").content.decode()
    assert "现在没有数您的" in page and "请勿跟踪" in page
    assert "analytics" not in quiet.cookies
    for code in OPTIONAL:
        with pytest.raises(Refusal) as no, gate.open(people.citizen(people.QINGHE), code):
            pass
        assert no.value.code == "consent_required", code
    Client().get("/welcome")
    assert counted() == before + 1
    assert "现在没有数您的" not in Client().get("/privacy/cookies/").content.decode()


@pytest.mark.clause("GX-5-11")
def test_with_everything_optional_rejected_every_item_works_and_the_note_says_what_is_off(
    standing: Installation,
) -> None:
    browser = doors.citizen(people.YUANSHAN)
    browser.get("/analytics/no?next=/privacy/cookies/")
    assert "停用的只有访问次数，办事和查询都照常" in browser.text
    for item in catalogue.offered():
        assert browser.get(f"/items/{item.code}/").status == 200, item.code
    for path in ("/", "/me/enrolment", "/me/contributions", "/me/account", "/cases/", "/items/"):
        assert browser.get(path).status == 200, path
    by = people.citizen(people.YUANSHAN)
    no = handling.start("medical-enrolment-proof", now=NOW, by=by)
    handling.answer(no, {"span": "year"}, now=NOW, by=by)
    browser.get(f"/cases/{no}/edit/check/").send(f"/cases/{no}/submit")
    assert browser.status == 200 and "已开好" in browser.text
    assert set(browser.cookies) <= set(register.current().client_storage)


@pytest.mark.clause("GX-5-03", "GX-5-07")
def test_without_the_yes_the_order_is_everybodys_and_no_key_of_taste_or_advertising_is_set(
    standing: Installation,
) -> None:
    orders = []
    for subject in (people.CHUNMEI, people.CHANGHE):
        browser = doors.citizen(subject)
        for words in ("报销", "异地", "转移"):
            browser.get(f"/items/?q={words}")
        orders.append([shown(browser.client, path) for path in ("/items/", "/items/?q=报销", "/services/")])
        essential = {one.name for one in register.current().client_storage.values() if one.essential}
        assert set(browser.cookies) <= essential
    assert orders[0] == orders[1]
    for one in register.current().client_storage.values():
        assert not re.search("广告|喜好|推荐", one.purpose_zh), one.name
    with pytest.raises(Refusal) as no, gate.open(people.citizen(), "service.personalise"):
        pass
    assert no.value.code == "consent_required"
    for purpose in ("advert.banner", "notice.marketing"):
        with pytest.raises(Refusal) as none, gate.open(people.citizen(), purpose):
            pass
        assert none.value.code == "purpose_not_allowed"
