"""Clerk and supervisor in a real browser: take, compare, ask, decide by keys, lock without losing a word."""

from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from shebao.base import clock
from tests import people
from tests.clauses import doors
from tests.desk.matters import sent
from tests.journeys.walk import PHONE, WIDE, Site, Walk, walking

pytestmark = pytest.mark.journey
WORDS = "您申请的住院费用手工报销已经通过。钱会打到登记的账户。"


def enter(walk: Walk, role: str, *, step: int = 0) -> None:
    """Logs in with password and one-time code; each code counts once, so a second log-in uses a neighbour."""
    who = walk.site.login(role)
    code = pyotp.TOTP(who["totp_secret"]).at(clock.now() + timedelta(seconds=30 * step))
    walk.go("/desk/login")
    walk.send("登录", login=who["login"], password=who["password"], code=code)
    assert walk.path == "/desk/"


def forget_codes() -> None:
    """As if half a minute had passed: the codes of this minute may be used again."""
    doors.run("update identity_credential set last_counter = 0 where kind = 'totp'")


def press(walk: Walk, key: str) -> Page:
    with walk.page.expect_navigation():
        walk.page.keyboard.press(key)
    return walk.look()


def steps(no: str) -> list[tuple[str, str, str]]:
    return doors.rows("select act, source, target from cases_step where case_id = %s order by seq", no)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_claim_is_decided_by_keys_and_confirmed_by_another(
    site: Site, chromium: Browser, scheme: str
) -> None:
    forget_codes()
    subject = people.CHUNMEI if scheme == "light" else people.YUANSHAN
    no = sent(people.citizen(subject))
    with walking(chromium, site, WIDE) as desk:
        desk.page.emulate_media(color_scheme=scheme)
        enter(desk, "clerk")
        assert no in desk.text and doors.value(subject, "person.name") not in desk.page.content()
        press(desk, "l")
        assert desk.path == f"/desk/cases/{no}/"
        press(desk, "Control+Enter")
        assert "办理中" in desk.text and "1 项不同" in desk.text
        in_sight(desk.page)
        desk.page.locator("[data-words]").fill(WORDS)
        desk.page.locator("[data-read]").check()
        press(desk, "Control+Enter")
        assert "先处理不同的项" in desk.text and desk.page.locator("[data-words]").input_value() == WORDS
        desk.page.locator("#main").click(position={"x": 2, "y": 2})
        desk.page.keyboard.press("j")
        assert desk.page.locator("[data-row][aria-current]").count() == 1
        press(desk, "a")
        assert "没有不同的项" in desk.text
        desk.page.locator("#main").click(position={"x": 2, "y": 2})
        desk.page.keyboard.press("2")
        assert "没有通过" in desk.page.locator("[data-words]").input_value()
        desk.page.keyboard.press("1")
        assert "已经通过" in desk.page.locator("[data-words]").input_value()
        desk.page.locator("[data-words]").fill(WORDS)
        desk.page.locator("[data-read]").check()
        press(desk, "Control+Enter")
        assert desk.path == "/desk/" and "交给第二个人复核了" in desk.text
    with walking(chromium, site, WIDE) as boss:
        enter(boss, "supervisor")
        assert "等第二个人复核" in boss.text
        boss.tap(f"领件 {no}", role="button")
        assert boss.page.locator("#words").input_value() == WORDS
        boss.tap("复核通过", role="button")
        assert "已决定" in boss.text
        boss.tap("办结", role="button")
        assert "办结了" in boss.text
    assert [act for act, _, _ in steps(no)] == ["submit", "accept", "adopt", "propose", "confirm", "deliver"]


def in_sight(page: Page) -> None:
    """Comparison, calculation and decision stand within one screen of 1280 by 800, above the foot."""
    foot = page.locator(".d-keys").bounding_box()
    for place in ("#compare", ".calc .sum >> nth=1", ".d-side button.main"):
        box = page.locator(place).bounding_box()
        assert box and foot and box["y"] >= 0 and box["y"] + box["height"] <= foot["y"], place


def test_locked_after_five_minutes_and_every_word_is_kept(site: Site, chromium: Browser) -> None:
    forget_codes()
    no = sent(people.citizen(people.QINGHE))
    who = site.login("clerk")
    with walking(chromium, site, WIDE) as desk:
        enter(desk, "clerk")
        desk.tap(f"领件 {no}", role="button")
        desk.page.clock.install(time=0)
        desk.page.clock.pause_at(1_000)
        desk.go(f"/desk/cases/{no}/")
        desk.page.locator("#note-other").fill("这句话还没有发出去")
        desk.page.clock.run_for(299_000)
        assert desk.page.locator(".d-lock").count() == 0
        until_locked(desk.page)
        assert "住院费用" not in desk.page.locator("body").inner_text()
        assert desk.page.locator("#main").count() == 0
        expect(desk.page.locator("body")).to_have_class("desk locked")
        desk.page.clock.resume()
        expect(desk.page.locator(".d-lock")).to_be_visible()
        assert desk.page.request.get(f"{site.address}/desk/cases/{no}/").status == 401
        unlock(desk.page, who, "999999")
        expect(desk.page.locator(".d-lock .problem")).to_contain_text("不对")
        forget_codes()
        unlock(desk.page, who, pyotp.TOTP(who["totp_secret"]).now())
        expect(desk.page.locator(".d-lock")).to_have_count(0)
        assert desk.page.locator("#note-other").input_value() == "这句话还没有发出去"
        with desk.page.expect_navigation():
            desk.page.get_by_role("button", name="发出一次性告知").click()
        assert "等本人补材料，不计时" in desk.page.locator("main").inner_text()


def until_locked(page: Page) -> None:
    """The page's clock stands still but for us; a late event of the page starts the five minutes again, once."""
    for minutes in (1, 5, 5):
        page.clock.run_for(minutes * 60_000)
        if page.locator(".d-lock").count():
            return


def unlock(page: Page, who: dict[str, str], code: str) -> None:
    page.locator("#lock-login").fill(who["login"])
    page.locator("#lock-password").fill(who["password"])
    page.locator("#lock-code").fill(code)
    page.get_by_role("button", name="解锁").click()


def test_a_value_is_shown_for_half_a_minute_and_prints_masked(site: Site, chromium: Browser) -> None:
    forget_codes()
    no = sent(people.citizen(people.CHANGHE))
    account = doors.value(people.CHANGHE, "person.bank_account")
    with walking(chromium, site, WIDE) as desk:
        enter(desk, "clerk")
        desk.tap(f"领件 {no}", role="button")
        desk.page.clock.install()
        desk.go(f"/desk/cases/{no}/")
        desk.page.locator('#compare button[value="person.bank_account"]').click()
        expect(desk.page.locator("#compare [data-shown]")).to_have_text(account)
        desk.page.emulate_media(media="print")
        expect(desk.page.locator("#compare [data-shown]")).to_be_hidden()
        desk.page.emulate_media(media="screen")
        desk.page.clock.fast_forward(31_000)
        assert account not in desk.page.content()


def test_single_keys_can_be_switched_off(site: Site, chromium: Browser) -> None:
    forget_codes()
    with walking(chromium, site, WIDE) as desk:
        enter(desk, "clerk")
        desk.page.keyboard.press("?")
        expect(desk.page.get_by_role("heading", name="全部快捷键")).to_be_visible()
        desk.page.keyboard.press("Escape")
        desk.page.keyboard.press("/")
        assert desk.page.evaluate("document.activeElement.id") == "top-find"
        desk.tap("关闭单键快捷键", role="button")
        desk.page.keyboard.press("?")
        desk.page.keyboard.press("/")
        assert desk.page.locator("dialog").count() == 0
        assert desk.page.evaluate("document.activeElement.id") != "top-find"
        desk.tap("打开单键快捷键", role="button")
        desk.page.keyboard.press("/")
        assert desk.page.evaluate("document.activeElement.id") == "top-find"


def test_every_page_of_the_desk_fits_a_phone_and_works_without_script(site: Site, chromium: Browser) -> None:
    forget_codes()
    no = sent(people.citizen(people.WANQING))
    with walking(chromium, site, PHONE) as desk:
        enter(desk, "clerk")
        for path in (
            "/desk/",
            "/desk/?view=mine",
            "/desk/find/",
            "/desk/work/",
            "/desk/urgent/",
            "/desk/training",
        ):
            desk.go(path)
    forget_codes()
    with walking(chromium, site, PHONE, script=False) as desk:
        enter(desk, "clerk")
        desk.tap(f"领件 {no}", role="button")
        desk.tap("受理", role="button")
        desk.tap("采用共享", role="button", within="#compare")
        assert "已采用共享" in desk.text
    assert [act for act, _, _ in steps(no)] == ["submit", "accept", "adopt"]
