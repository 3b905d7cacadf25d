"""The account's pages, as people use them: without script, form by form."""

import re
from datetime import timedelta

import pytest

from shebao.base import clock
from shebao.identity import profile
from shebao.privacy import gate
from shebao.web.views import centre, guardians, ways
from tests import people
from tests.conftest import Installation
from tests.identity import people as folk
from tests.identity.browser import Browser
from tests.identity.people import everything, rows, run
from tests.identity.post import Posted
from tests.identity.test_codes import PHONE, verified
from tests.identity.test_contacts import NEW, name_and_number


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Posted:
    """The real messages, remembered, so that a code can be read where its owner would read it."""
    posted = Posted()
    for door in (centre, guardians, ways):
        monkeypatch.setattr(door, "post", posted)
    return posted


def browser(actor: gate.Actor) -> Browser:
    one = Browser()
    assert actor.token is not None
    one.client.cookies["sb_session"] = actor.token.hex()
    return one


def label(one: Browser, word: str) -> str:
    """The address behind a link with this label."""
    found = re.search(rf'href="([^"]+)"[^>]*>(?:(?!</a>).)*?{word}</(?:a|b)>', one.page, re.DOTALL)
    assert found, word
    return found[1]


def draft(one: Browser) -> dict[str, str]:
    return {"draft": re.findall(r'name="draft" value="([^"]+)"', one.page)[0]}


@pytest.mark.clause("JL-4.1.3-02")
def test_three_labels_lead_to_one_confirmation_without_hurdles(shebao: Installation) -> None:
    one = browser(people.citizen())
    one.get("/").get(label(one, "我的"))
    assert "<h1>个人中心</h1>" in one.page
    one.get(label(one, "基本信息")).get(label(one, "账号注销"))
    assert "<h1>账号注销</h1>" in one.page
    assert "依法保留" in one.text
    assert 'type="file"' not in one.page
    assert 'type="password"' not in one.page
    one.send("/account/cancel/")
    assert one.status == 200
    assert "账号已注销" in one.text
    assert "sb_session" not in one.cookies
    code = re.search(r'class="strong">([^<]+)<', one.page)
    assert code
    stranger = Browser().get("/receipts/").send("/receipts/", code=code[1])
    assert "回执是真的" in stranger.text
    assert "何春梅" not in stranger.page
    assert one.get("/me/enrolment").status == 401


@pytest.mark.clause("JL-4.1.3-04")
def test_the_centre_shows_every_part_and_its_history_is_the_ledgers(
    open_house: Installation, post: Posted
) -> None:
    who = folk.registered()
    by = people.citizen(who.subject_id)
    one = browser(by).get("/account/profile/")
    for word, path in (("家人和代办", "/account/guardians/"), ("登录和设备", "/account/devices/"), ("密码", "/account/password"),
                       ("给出的同意", "/privacy/consents/"), ("账号注销", "/account/cancel/"),
                       ("手机号和邮箱", "/account/contact/")):  # fmt: skip
        assert label(one.get("/account/profile/"), word) == path
        assert one.get(path).status == 200
    assert "chunmei" in one.get("/account/profile/").text
    one.get("/account/devices/").send("/account/devices/remember")
    first = profile.of(by).code
    one.get("/account/profile/").send("/account/profile/code")
    assert profile.find(first) is None
    assert profile.find(profile.of(by).code) == who.actor_id
    shown = re.findall(r'data-entry="(\d+)"', one.get("/account/profile/").page)
    told = rows(
        "select id, kind from privacy_entry where id = any(%s) order by id desc",
        [int(entry) for entry in shown],
    )
    assert [str(entry) for entry, _ in told] == shown
    assert [kind for _, kind in told] == ["code", "remember", "account"]
    assert [one.what for one in profile.history(by)] == [kind for _, kind in told]


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-5-05")
def test_one_tap_after_opting_in_and_the_cookie_holds_a_random_number(
    open_house: Installation, post: Posted
) -> None:
    who = folk.registered()
    one = browser(people.citizen(who.subject_id)).get("/account/devices/")
    one.send("/account/devices/remember")
    cookie = one.cookies["sb_device"]
    assert re.fullmatch(r"[0-9a-f]{64}", cookie)
    assert cookie not in everything()
    one.send("/account/sessions/end-others") if "end-others" in one.page else None
    one.client.cookies.pop("sb_session")
    one.get("/login")
    assert "一点登录" in one.text
    one.send("/login/device")
    assert gate.actor_of(bytes.fromhex(one.cookies["sb_session"])).subject_id == who.subject_id
    assert one.cookies["sb_device"] != cookie
    (path,) = set(one.get("/account/devices/").links("/account/devices/")) or {""}
    forms = re.findall(r'action="(/account/devices/[^"]+/forget)"', one.page)
    one.send(forms[0])
    one.client.cookies.pop("sb_session", None)
    one.get("/login")
    assert "一点登录" not in one.text
    assert path in ("", "/account/devices/")


def test_the_number_is_changed_on_the_pages(shebao: Installation, post: Posted) -> None:
    verified(post=post)
    one = browser(people.citizen()).get("/account/contact/")
    assert PHONE[-4:] in one.text
    assert PHONE not in one.page
    one.get("/account/contact/phone").send("/account/contact/phone", value=NEW)
    one.send("/account/contact/prove", code_new="000000", code_old=post.code(PHONE))
    assert one.status == 422
    assert "验证码不对" in one.text
    one.send("/account/contact/prove", code_new=post.code(NEW), code_old=post.code(PHONE))
    assert one.status == 422, "the old code was used up by the first try"
    run("delete from identity_code")
    one.get("/account/contact/phone").send("/account/contact/phone", value=NEW)
    one.send("/account/contact/prove", code_new=post.code(NEW), code_old=post.code(PHONE))
    assert "换好了" in one.text
    assert "新旧都核对" in one.text


def test_log_in_by_sms_on_the_pages(shebao: Installation, post: Posted) -> None:
    verified(post=post)
    one = Browser().get("/login")
    one.get(label(one, "短信验证码")).send("/login/sms", phone=PHONE)
    one.send("/login/sms/code", code=post.code(PHONE), remember="1")
    assert gate.actor_of(bytes.fromhex(one.cookies["sb_session"])).subject_id == people.CHUNMEI
    assert "sb_device" in one.cookies
    stranger = Browser().get("/login/sms").send("/login/sms", phone="13912349990")
    assert stranger.status == 200
    assert "写验证码" in stranger.text


def test_a_forgotten_password_on_the_pages(open_house: Installation, post: Posted) -> None:
    verified(post=post)
    name, number = name_and_number(people.CHUNMEI)
    one = Browser().get("/login/reset").send("/login/reset", name=name, id_number=number, phone=PHONE)
    one.send("/login/reset/code", code=post.code(PHONE), new="四只-Red-foxes-9")
    assert "新密码设好了" in one.text
    ((login,),) = rows("select login from identity_account where actor_id = %s", people.citizen().actor_id)
    one.get("/login").send("/login", login=login, password="四只-Red-foxes-9")
    assert one.cookies["sb_session"]


def test_a_child_is_registered_and_a_clerk_decides_on_the_pages(
    open_house: Installation, post: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shebao.desk import views_accounts
    from shebao.identity import ages

    monkeypatch.setattr(views_accounts, "post", post)
    ward = folk.insured("何小雨", ages.birthday(clock.today_in_china(clock.now()), -9), 71)
    one = browser(people.citizen()).get("/account/guardians/new")
    form = {"name": ward.name, "id_number": ward.id_number, "relation": "女儿"}
    one.send("/account/guardians/new", **form)
    assert one.status == 403
    assert "还没有同意" in one.text
    one.send("/account/guardians/new", agreed="1", **form)
    assert "已收到" in one.text
    desk = browser(people.staff()).get("/desk/accounts/")
    assert "登记监护" in desk.text
    assert "何小雨" not in desk.page
    (opening,) = re.findall(r'action="(/desk/accounts/[^"]+/open)"', desk.page)
    assert desk.get(opening.removesuffix("open")).status == 403
    desk.get("/desk/accounts/").send(opening)
    assert "何小雨" in desk.text
    assert "何春梅" in desk.text
    decide = opening.replace("open", "decide")
    assert desk.send(decide, reason="核对了户口簿").status == 422
    desk.send(decide, answer="approve", reason="核对了户口簿")
    assert "没有等着的账号审核" in desk.text
    one.get("/account/guardians/")
    assert "何小雨" in one.text
    assert ("identity.review", "allowed", "clerk") in people.entries(ward.subject_id)
    assert desk.get(opening.removesuffix("open")).status == 404
    (end,) = re.findall(r'action="(/account/guardians/\d+/end)"', one.page)
    one.send(end)
    assert "已经结束，马上生效" in one.text


def test_a_mandate_is_given_and_taken_back_on_the_pages(shebao: Installation, post: Posted) -> None:
    verified(people.YUANSHAN, post=post)
    until = clock.today_in_china(clock.now()) + timedelta(days=20)
    one = browser(people.citizen()).get("/account/mandates/new")
    form = {"phone": PHONE, "relation": "其他亲友", "items": "enquiry.enrolment", "until": until.isoformat()}
    assert one.send("/account/mandates/new", **(form | {"items": "enquiry.spending_detail"})).status == 422
    one.send("/account/mandates/new", **form)
    assert "委托好了" in one.text
    helper = browser(people.citizen(people.YUANSHAN)).get("/account/guardians/")
    assert "委托人" in helper.text
    assert "何春梅" not in helper.page
    (end,) = re.findall(r'action="(/account/mandates/\d+/end)"', one.page)
    one.send(end)
    assert "已收回" in one.text
    assert "替委托人办" not in helper.get("/account/guardians/").text


def test_the_childrens_rules_open_without_log_in_in_text(shebao: Installation) -> None:
    page = Browser().get("/privacy/children/")
    assert page.status == 200
    assert "监护人怎样同意" in page.text


PAGES = ("/account/", "/account/profile/", "/account/contact/", "/account/contact/phone", "/account/devices/",
         "/account/guardians/", "/account/guardians/new", "/account/mandates/new", "/account/cancel/", "/account/confirm",
         "/login", "/login/sms", "/login/reset", "/account/unfreeze/", "/register/agent", "/register/guardian", "/register/claim",
         "/receipts/", "/privacy/children/")  # fmt: skip


@pytest.mark.parametrize("elder", ["", "1"])
def test_every_page_opens_in_both_modes_with_one_filled_button(shebao: Installation, elder: str) -> None:
    one = browser(people.citizen(people.WANQING))
    one.client.cookies["elder"] = elder
    for path in PAGES:
        one.get(path)
        assert one.status == 200, path
        shown = re.sub(r"<template.*?</template>", "", one.page, flags=re.DOTALL)
        assert shown.count("weui-btn_primary") <= 1, path
        assert "style=" not in one.page
        assert not re.search(r"[\u4e00-\u9fff][,:;!?(]", re.sub(r"<[^>]+>", " ", one.page)), path


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-1.1-25")
def test_user_codes_reveal_no_order_and_a_replaced_one_finds_nothing(open_house: Installation) -> None:
    made = [folk.registered(login=f"person-{at}", sequence=80 + at) for at in range(6)]
    sessions = [people.citizen(one.subject_id) for one in made]
    codes = [profile.of(by).code for by in sessions]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{8}", code) for code in codes)
    assert codes != sorted(codes)
    assert codes != sorted(codes, reverse=True)
    assert [profile.find(code.lower()) for code in codes] == [one.actor_id for one in made]
    fresh = profile.renew_code(sessions[0])
    assert profile.find(codes[0]) is None
    assert profile.find(fresh) == made[0].actor_id


@pytest.mark.clause("JL-3.1.1.2-30")
def test_a_changed_password_shows_its_time_ends_other_sessions_and_tells_once(
    open_house: Installation,
) -> None:
    who = folk.registered()
    run(
        "update identity_account set password_changed_at = '2020-01-02 03:04Z' where actor_id = %s",
        who.actor_id,
    )
    here, elsewhere = browser(people.citizen(who.subject_id)), browser(people.citizen(who.subject_id))
    assert "2020年1月2日" in here.get("/account/password").text
    before = rows("select count(*) from notices_message where subject_id = %s", who.subject_id)[0][0]
    here.send("/account/password", old=folk.PASSWORD, new="五只-White-owls-5")
    assert "密码改好了" in here.text
    today = clock.today_in_china(clock.now())
    assert f"{today.year}年{today.month}月{today.day}日" in here.get("/account/password").text
    assert elsewhere.get("/me/enrolment").status == 401
    told = rows("select template from notices_message where subject_id = %s", who.subject_id)
    assert len(told) == before + 1
    assert told[-1] == ("account.changed",)


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-3.2-01")
def test_a_new_kind_of_device_is_told_and_a_leaked_password_is_refused(open_house: Installation) -> None:
    who = folk.registered()

    def told() -> int:
        (count,) = rows("select count(*) from notices_message where template = 'account.signed_in'")[0]
        return int(count)

    def enter(agent: str) -> None:
        one = Browser()
        one.client.defaults["HTTP_USER_AGENT"] = agent
        one.client.headers = None  # type: ignore[assignment]
        one.get("/login").send("/login", login="chunmei", password=folk.PASSWORD)
        assert one.cookies["sb_session"]

    enter("Mozilla/5.0 (Linux; Android 14) Chrome/126")
    assert told() == 0
    enter("Mozilla/5.0 (Linux; Android 14) Chrome/127")
    assert told() == 0
    enter("Mozilla/5.0 (iPhone) Safari/17")
    assert told() == 1
    assert rows("select subject_id from notices_message where template = 'account.signed_in'") == [
        (who.subject_id,)
    ]
    one = browser(people.citizen(who.subject_id)).get("/account/password")
    one.send("/account/password", old=folk.PASSWORD, new="password123")
    assert one.status == 422
    assert "用的人太多" in one.text


@pytest.mark.clause("JL-4.1.4-06")
def test_a_registration_that_does_not_match_says_why_and_where_and_keeps_nothing(
    open_house: Installation,
) -> None:
    person = folk.insured()
    form = folk.form(person, name="何冬梅", login="dongmei")
    body = {
        "name": form["name"], "id_number": form["id_number"], "phone": form["phone"], "login": form["login"],
        "password": form["password"], "accepted": form["accepted_parts"], "notice_version": form["notice_version"],
        "seen_marked_at": form["seen_marked_at"].isoformat(),
    }  # fmt: skip
    answer = Browser().client.post("/api/v1/register", body, content_type="application/json")
    told = answer.json()
    assert (answer.status_code, told["code"]) == (409, "precondition_unmet")
    assert "大厅" in str(told)
    text = everything()
    for value in ("何冬梅", folk.PHONE, "dongmei", person.id_number):
        assert value not in text
