"""Booking a visit on a phone, with script and without; the position is asked for on one page, after a tap, and not sent."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.walk import Site, walking

pytestmark = pytest.mark.journey
WATCHED = """
window.asked = Number(sessionStorage.getItem("asked") || 0);
const real = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
navigator.geolocation.getCurrentPosition = (...args) => {
  window.asked += 1; sessionStorage.setItem("asked", String(window.asked)); return real(...args);
};
const watch = navigator.geolocation.watchPosition.bind(navigator.geolocation);
navigator.geolocation.watchPosition = (...args) => { window.asked += 1; return watch(...args); };
"""
PAGES = ("/", "/items/", "/offices/", "/me/enrolment", "/certificates/", "/inbox/", "/account/", "/privacy/",
         "/contact/", "/appointments/", "/appointments/matters", "/appointments/halls/1", "/appointments/nearby")  # fmt: skip


def enter(walk, site: Site, name: str) -> None:
    person = site.login(name)
    walk.go("/login?next=/")
    walk.send("登录", login=person["login"], password=person["password"])


@pytest.mark.parametrize("script", [True, False])
def test_three_taps_from_home_to_a_booking(site: Site, chromium: Browser, script: bool) -> None:
    with walking(chromium, site, script=script) as walk:
        enter(walk, site, "何春梅" if script else "周远山")
        walk.tap("预约办理")
        walk.page.locator('a.go[href^="/appointments/halls/"]').first.click()
        walk.look()
        walk.page.locator(".slots label.slot").nth(2).click()
        walk.page.locator(".act button").click()
        walk.look()
        assert "约好了" in walk.text
        walk.tap("取消预约")
        walk.tap("取消预约", role="button")
        assert "已取消" in walk.text


@pytest.mark.clause("JL-4.1.2-02")
def test_the_position_is_asked_for_on_one_page_after_a_tap_and_a_no_still_leads_to_a_booking(
    site: Site, chromium: Browser
) -> None:
    with walking(chromium, site) as walk:
        walk.page.context.grant_permissions(["geolocation"])
        walk.page.context.set_geolocation({"longitude": 126.55, "latitude": 43.84})
        walk.page.context.add_init_script(WATCHED)
        sent: list[str] = []
        walk.page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
        enter(walk, site, "何春梅")
        for path in PAGES:
            walk.go(path)
        assert walk.page.evaluate("window.asked") == 0
        walk.go("/appointments/nearby")
        walk.page.get_by_role("button", name="允许").click()
        walk.page.locator("[data-sorted]").wait_for(state="visible")
        assert walk.page.evaluate("window.asked") == 1
        shown = walk.page.locator(".far > a:visible [data-far]").all_inner_texts()
        kilometres = [float(text.split()[0]) for text in shown]
        assert kilometres == sorted(kilometres) and 0 < len(kilometres) <= 10
        assert "吉林市" in walk.page.locator(".far > a:visible").first.inner_text()
        assert not [line for line in sent if "126.55" in line or "43.84" in line]
    with walking(chromium, site) as walk:
        enter(walk, site, "何春梅")
        walk.go("/appointments/nearby")
        walk.page.get_by_role("button", name="允许").click()
        walk.page.locator("[data-failed]").wait_for(state="visible")
        assert "一样能约" in walk.text
        walk.tap("不用，我自己选")
        assert "用我的位置" not in walk.text
        walk.page.locator('a.go[href^="/appointments/halls/"]').first.click()
        walk.look()
        walk.page.locator(".act button").click()
        walk.look()
        assert "约好了" in walk.text
