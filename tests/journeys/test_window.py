"""A clerk opens a window case, reveals one number; the person sees both and asks about it."""

import pyotp
import pytest
from playwright.sync_api import Browser

from tests import people
from tests.clauses import doors
from tests.journeys.walk import WIDE, Site, walking

pytestmark = pytest.mark.journey


def test_a_reveal_at_the_window_is_seen_by_the_person(site: Site, chromium: Browser) -> None:
    clerk, person = site.login("clerk"), site.login("周远山")
    number = doors.value(people.YUANSHAN, "person.id_number")
    with walking(chromium, site, WIDE) as desk:
        desk.go("/desk/login")
        desk.send(
            "登录",
            login=clerk["login"],
            password=clerk["password"],
            code=pyotp.TOTP(clerk["totp_secret"]).now(),
        )
        assert desk.path == "/desk/"
        desk.go("/desk/find/")
        desk.page.locator('select[name="kind"]').select_option("correction")
        desk.send("查找并受理", id_number=number, reason="当事人在窗口要求更正单位名称")
        assert desk.path.startswith("/desk/cases/") and number not in desk.page.content()
        with walking(chromium, site) as walk:
            walk.go("/login?next=/privacy/who-looked/")
            walk.send("登录", login=person["login"], password=person["password"])
            desk.page.locator('select[name="reason"]').select_option("核对当事人身份")
            with desk.page.expect_navigation():
                desk.page.locator('button[value="person.id_number"]').click()
            desk.look()
            assert number in desk.text
            walk.go("/privacy/who-looked/?who=staff")
            first = walk.page.locator("details.seen").first
            assert "经办人员" in first.inner_text() and "号码" in first.inner_text()
            first.locator("summary").click()
            assert "核对当事人身份" in first.inner_text()
            first.get_by_role("link", name="我有疑问").click()
            walk.look()
            walk.send("交上去", text="为什么要看我的号码")
            assert "编号 YW" in walk.text
