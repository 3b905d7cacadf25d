"""The pages of acceptance, registration, log-in and account, as a browser without script meets them."""

import json
from base64 import b64encode
from datetime import timedelta
from hashlib import md5, sha1, sha256, sha512

import pytest
from django.test import Client

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import accounts, drafts, sessions
from shebao.identity.methods import card_simulator, totp
from shebao.privacy import gate
from tests.conftest import Installation
from tests.fakes import card_source as fake
from tests.identity import people
from tests.identity.browser import Browser


@pytest.fixture
def browser(open_house: Installation) -> Browser:
    return Browser()


def accept(browser: Browser, *parts: str) -> Browser:
    """Looks at every text and ticks some."""
    browser.get("/welcome?next=/register")
    for part in people.versions():
        browser.get(browser.links(f"/welcome/{part}")[0])
        browser.get(browser.links("/welcome?seen=")[-1].split("#")[0])
    return browser.send("/welcome", accept=list(parts))


def enter(browser: Browser, after: str = "/account/sessions/", **fields: str) -> Browser:
    browser.get(f"/login?next={after}")
    return browser.send("/login", **{"login": "chunmei", "password": people.PASSWORD} | fields)


@pytest.mark.clause("JL-0-06")
def test_a_box_can_be_ticked_after_the_marked_clauses_were_shown(browser: Browser) -> None:
    browser.get("/welcome")
    assert browser.page.count(" disabled aria-describedby") == 2
    browser.send("/welcome", accept=["policy", "agreement"])
    assert browser.status == 403 and "welcome" not in browser.cookies
    accept(browser, "policy", "agreement")
    person = people.insured()
    browser.send("/register", name=person.name, id_number=person.id_number)
    browser.send("/register/phone", phone="")
    browser.send("/register/login", login="chunmei", password=people.PASSWORD)
    ((seen, at),) = people.rows(
        "select max(seen_marked_at), max(accepted_at) from privacy_acceptance where subject_id = %s",
        person.subject_id,
    )
    assert (at - seen).total_seconds() < 60


def test_each_box_is_free_once_its_own_text_was_shown(browser: Browser) -> None:
    browser.get("/welcome")
    browser.get(browser.links("/welcome/agreement")[0])
    assert "重点" in browser.text
    browser.get(browser.links("/welcome?seen=")[-1].split("#")[0])
    assert browser.page.count(" disabled aria-describedby") == 1
    assert " checked" not in browser.page


def test_nothing_is_kept_before_acceptance_and_the_decline_path_is_open(browser: Browser) -> None:
    before = set(people.everything().splitlines())
    browser.get("/welcome")
    browser.get(browser.links("/welcome/policy")[0])
    assert browser.cookies == {}
    counted = {tuple(json.loads(row)) for row in set(people.everything().splitlines()) - before}
    assert counted <= {("page", "count", "since")}
    browser.get("/welcome")
    assert (
        browser.page.count("weui-btn_primary") == 0
        and '<a class="weui-btn weui-btn_default" href="/"' in browser.page
    )


def test_one_part_alone_is_named(browser: Browser) -> None:
    accept(browser, "agreement")
    (name,) = [part.name for part in people.acceptance.parts(now=clock.now()) if part.code == "policy"]
    assert browser.status == 403 and f"还没有同意《{name}》" in browser.text
    assert "welcome" not in browser.cookies
    browser.get("/register")
    assert browser.at.startswith("/welcome")


def test_acceptance_from_another_site_is_refused(browser: Browser) -> None:
    browser.get("/welcome?next=/register")
    for part in people.versions():
        browser.get(browser.links(f"/welcome/{part}")[0])
        browser.get(browser.links("/welcome?seen=")[-1].split("#")[0])
    browser.send("/welcome", origin="http://evil.example", accept=["policy", "agreement"])
    assert browser.status == 422 and "welcome" not in browser.cookies


def test_the_cookie_of_acceptance_holds_versions_and_cannot_be_made_up(browser: Browser) -> None:
    accept(browser, "policy", "agreement")
    assert browser.at == "/register" and "您是谁" in browser.text
    browser.client.cookies["welcome"] = browser.cookies["welcome"][:-2] + "xx"
    assert browser.get("/register").at.startswith("/welcome")


@pytest.mark.clause("EB-1.1-01")
@pytest.mark.profile("ebao")
def test_an_account_service_opens_after_registration(browser: Browser) -> None:
    person = people.insured()
    assert browser.get("/account/card/").status == 401
    accept(browser, "policy", "agreement")
    browser.send("/register", name=person.name, id_number=person.id_number)
    browser.send("/register/phone", phone="")
    browser.send("/register/login", login="chunmei", password=people.PASSWORD)
    assert browser.at == "/account/card/" and browser.get("/account/card/").status == 200
    told = people.rows(
        "select kind from privacy_entry where subject_id = %s and kind in ('account', 'accept') order by id",
        person.subject_id,
    )
    assert [kind for (kind,) in told] == ["account", "accept", "accept", "account"]


@pytest.mark.clause("JL-3.1.1.1-01")
def test_a_person_registers_step_by_step_and_is_in(browser: Browser) -> None:
    person = people.insured()
    assert browser.get("/account/sessions/").status == 401
    browser.get("/register")
    assert browser.at.startswith("/welcome")
    accept(browser, "policy", "agreement")
    browser.send("/register", name=person.name, id_number=f" {person.id_number.lower()} ")
    assert "第 2 步" in browser.text and not people.has_account(person)
    assert person.id_number not in browser.page and person.name not in browser.page
    assert all(person.id_number not in value for value in browser.cookies.values())
    browser.send("/register/phone", phone="")
    assert "第 3 步" in browser.text and not people.has_account(person)
    browser.send("/register/login", login="ChunMei", password="12345678")
    assert browser.status == 422 and "容易被猜到" in browser.text
    browser.send("/register/login", login="ChunMei", password=people.PASSWORD)
    assert (
        set(browser.cookies) == {"sb_session", "sb_csrf", "welcome"} and browser.cookies["welcome"] == "seen"
    )
    assert browser.get("/account/sessions/").status == 200 and "安卓手机，Chrome" in browser.text
    told = [row[0] for row in people.rows(
        "select kind from privacy_entry where subject_id = %s and process like 'identity.%%' order by id", person.subject_id
    )]  # fmt: skip
    assert told == ["account", "accept", "accept", "account", "login"]
    again = Browser()
    assert enter(again).status == 200


@pytest.mark.clause("JL-3.1.1.1-01")
def test_a_step_left_out_leads_nowhere(browser: Browser) -> None:
    accept(browser, "policy", "agreement")
    assert browser.get("/register/login").at == "/register"
    token = browser.cookies["sb_csrf"]
    answer = browser.client.post(
        "/register/login",
        {"login": "chunmei", "password": people.PASSWORD, "draft": "AAAA", "csrfmiddlewaretoken": token},
    )
    assert answer.status_code == 409
    assert not people.rows("select 1 from identity_account where login = 'chunmei'")


def test_a_draft_belongs_to_one_browser_and_twenty_minutes(browser: Browser) -> None:
    person = people.insured()
    accept(browser, "policy", "agreement")
    browser.send("/register", name=person.name, id_number=person.id_number)
    draft = browser.page.split('name="draft" value="')[1].split('"')[0]
    now = clock.now()
    assert drafts.unseal(draft, browser=browser.cookies["sb_csrf"], now=now)["name"] == person.name
    for wrong in (
        {"browser": "another"},
        {"now": now + drafts.LIFE + timedelta(seconds=5)},
    ):
        with pytest.raises(Refusal):
            drafts.unseal(draft, **{"browser": browser.cookies["sb_csrf"], "now": now} | wrong)


def test_no_match_is_said_calmly_and_what_was_typed_stays_on_the_page_only(browser: Browser) -> None:
    person = people.insured()
    accept(browser, "policy", "agreement")
    browser.send("/register", name="何秋霜", id_number=person.id_number)
    assert browser.status == 409 and "12333" in browser.text and "不用交证件照片" in browser.text
    assert 'value="何秋霜"' in browser.page and "何秋霜" not in people.everything()


def test_a_register_form_without_its_notice_is_refused(browser: Browser) -> None:
    person = people.insured()
    accept(browser, "policy", "agreement")
    browser.page = browser.page.replace('name="notice"', 'name="other"')
    browser.send("/register", name=person.name, id_number=person.id_number)
    assert browser.status == 403 and "敏感信息" in browser.text


def test_log_in_goes_back_to_a_path_of_this_site_only(browser: Browser) -> None:
    people.registered()
    assert enter(browser).at == "/account/sessions/"
    cookie = browser.client.cookies["sb_session"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and len(cookie.value) == 64
    for outside in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", ""):
        other = Browser()
        other.get("/login")
        other.page = other.page.replace('name="next" value="/"', f'name="next" value="{outside}"')
        answer = other.client.post(
            "/login",
            {"login": "chunmei", "password": people.PASSWORD, "next": outside,
             "csrfmiddlewaretoken": other.cookies["sb_csrf"]},
        )  # fmt: skip
        assert answer.status_code == 302 and answer["Location"] == "/"


def test_a_wrong_pair_and_a_lock_are_said_on_the_page(browser: Browser) -> None:
    people.registered()
    enter(browser, password="another-Heron-8")
    assert browser.status == 401 and "账号或密码不对" in browser.text
    assert 'value="chunmei"' in browser.page and "another-Heron-8" not in browser.page
    for _ in range(4):
        enter(browser, password="another-Heron-8")
    assert browser.status == 429 and "自动解开" in browser.text and "sb_session" not in browser.cookies


def test_every_form_needs_its_token(open_house: Installation) -> None:
    people.registered()
    client = Client(enforce_csrf_checks=True)
    for path in ("/login", "/logout", "/desk/login", "/register", "/account/freeze/", "/account/password",
                 "/account/sessions/end-others", "/account/card/", "/account/card/unlink"):  # fmt: skip
        assert client.post(path, {"login": "chunmei", "password": people.PASSWORD}).status_code == 422


def test_logging_out_leaves_nothing_on_the_device(browser: Browser) -> None:
    people.registered()
    enter(browser)
    token = bytes.fromhex(browser.cookies["sb_session"])
    csrf = browser.cookies["sb_csrf"]
    answer = browser.client.post("/logout", {"csrfmiddlewaretoken": csrf})
    assert answer["Location"] == "/login?left=1" and "storage" in answer["Clear-Site-Data"]
    assert gate.actor_of(token).is_visitor and "sb_session" not in browser.cookies
    assert "已退出" in browser.get("/login?left=1").text
    assert browser.client.get("/logout").status_code == 405


def test_devices_can_be_ended_from_the_page(browser: Browser) -> None:
    people.registered()
    other, third = Browser(), Browser()
    for one in (other, third, browser):
        enter(one)
    assert "3 处正在登录" in browser.get("/account/sessions/").text
    path = next(action for action, _ in browser._forms() if action.endswith("/end"))
    browser.send(path)
    assert "已退出那台设备" in browser.text and "2 处正在登录" in browser.text
    browser.send("/account/sessions/end-others")
    assert "1 处正在登录" in browser.text
    assert other.get("/account/sessions/").status == third.get("/account/sessions/").status == 401


def test_the_password_is_changed_from_the_page(browser: Browser) -> None:
    people.registered()
    enter(browser)
    browser.get("/account/password")
    browser.send("/account/password", old="another-Heron-8", new="Green-heron-9")
    assert browser.status == 422 and "密码不对" in browser.text
    browser.send("/account/password", old=people.PASSWORD, new="12345678")
    assert browser.status == 422 and "容易被猜到" in browser.text
    browser.send("/account/password", old=people.PASSWORD, new="Green-heron-9")
    assert "密码改好了" in browser.text
    assert enter(Browser()).status == 401 and enter(Browser(), password="Green-heron-9").status == 200


def test_an_account_is_frozen_from_the_page(browser: Browser) -> None:
    people.registered()
    other = enter(Browser())
    enter(browser)
    browser.get("/account/freeze/")
    assert "weui-btn_primary" not in browser.page.split("<main")[1]
    browser.send("/account/freeze/")
    assert "账号已冻结" in browser.text and "带身份证" in browser.text
    assert other.get("/account/sessions/").status == 401
    assert "冻结或停用" in enter(Browser()).text


def test_a_person_who_has_not_accepted_the_texts_meets_them_first(browser: Browser) -> None:
    person = people.insured()
    accounts.create(
        role="citizen",
        login="chunmei",
        password=people.PASSWORD,
        subject_id=person.subject_id,
        by="installation",
    )
    enter(browser)
    assert browser.at.startswith("/welcome")
    for part in people.versions():
        browser.get(browser.links(f"/welcome/{part}")[0])
        browser.get(browser.links("/welcome?seen=")[-1].split("#")[0])
    browser.send("/welcome", accept=["policy"])
    assert browser.status == 403 and not people.rows(
        "select 1 from privacy_acceptance where subject_id = %s", person.subject_id
    )
    browser.send("/welcome", accept=["policy", "agreement"])
    assert browser.at == "/account/sessions/" and browser.cookies["welcome"] == "seen"
    assert enter(Browser()).at == "/account/sessions/"


def test_staff_enter_by_their_own_door(browser: Browser) -> None:
    secret = totp.fresh()
    accounts.create(
        role="clerk", login="clerk.wu", password=people.PASSWORD, unit="业务受理科", staff_no="JB01",
        trained_until=clock.today_in_china(clock.now()), totp_secret=secret, by="installation",
    )  # fmt: skip
    browser.get("/desk/login")
    browser.send("/desk/login", login="clerk.wu", password=people.PASSWORD, code="000000")
    assert browser.status == 401 and "账号、密码或动态码不对" in browser.text
    browser.send(
        "/desk/login", login="clerk.wu", password=people.PASSWORD, code=totp.pyotp.TOTP(secret).now()
    )
    assert browser.at == "/desk/" and browser.status == 200
    assert gate.actor_of(bytes.fromhex(browser.cookies["sb_session"])).level == 2


@pytest.mark.profile("ebao")
def test_a_card_is_bound_and_unbound_from_the_page(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    person = people.insured()
    accounts.register(**people.form(person))
    cards = {"K12345678": {"name": person.name, "id_number": person.id_number, "password": "canary-904177"}}
    with fake.card_source(monkeypatch, cards) as source:
        enter(browser, "/account/card/")
        assert " checked" not in browser.page
        offered = [part.split('"')[0] for part in browser.page.split('name="agree" value="')[1:]]
        browser.send("/account/card/", card_number="K12345678", password="canary-904177")
        assert browser.status == 403 and source.calls == [] and "canary-904177" not in browser.page
        wanted = [offered[0], next(one for one in offered if one.startswith("enquiry.contribution"))]
        browser.send("/account/card/", card_number="K12345678", password="wrong", agree=wanted)
        assert (
            browser.status == 422 and "查询密码不对" in browser.text and browser.page.count(" checked") == 2
        )
        browser.send("/account/card/", card_number="k12345678", password="canary-904177", agree=wanted)
        assert "社保卡已绑定" in browser.text and browser.text.count("可以看") == 1
        browser.send("/account/card/unlink")
        assert "绑定社保卡" in browser.text
    assert isinstance(source, card_simulator.Source)


def test_other_profiles_have_no_card_page(browser: Browser) -> None:
    people.registered()
    assert enter(browser, "/account/card/").status == 403


def test_pages_carry_no_cache_and_titles_no_person(browser: Browser) -> None:
    people.registered()
    enter(browser)
    for path in ("/account/sessions/", "/account/password", "/account/freeze/"):
        browser.get(path)
        assert browser.headers["Cache-Control"] == "no-store"
        assert "chunmei" not in browser.page.split("</title>")[0]


@pytest.mark.clause("EB-4-05")
@pytest.mark.profile("ebao")
def test_a_password_and_its_fast_hashes_are_nowhere(
    browser: Browser, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    canary = "canary-Heron-55aa"
    people.registered()
    sessions.change_password(
        sessions.login(login="chunmei", password=people.PASSWORD, device="", now=clock.now()).token,
        old=people.PASSWORD, new=canary, now=clock.now(),
    )  # fmt: skip
    enter(browser, password=canary)
    enter(Browser(), password=canary + "x")
    output = capfd.readouterr()
    seen = people.everything() + caplog.text + output.out + output.err + browser.page + str(browser.cookies)
    assert canary not in seen
    for digest in (md5, sha1, sha256, sha512):
        assert digest(canary.encode()).hexdigest() not in seen
        assert b64encode(digest(canary.encode()).digest()).decode() not in seen
