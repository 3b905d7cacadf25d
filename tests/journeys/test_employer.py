"""An employer's agent in a real browser, on a phone and at a desk: roster, bill, a new worker, a list of wages."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from shebao.web.views.answering import today
from tests.items import agents
from tests.journeys.test_items import at_the_office
from tests.journeys.walk import PHONE, WIDE, Site, Walk, walking

pytestmark = pytest.mark.journey


def log_in(walk: Walk) -> None:
    agent = walk.site.login("employer")
    walk.go("/login")
    walk.send("登录", login=agent["login"], password=agent["password"])
    if walk.path != "/employer/":
        walk.go("/")


def picture(walk: Walk, name: str, size: dict[str, int]) -> None:
    folder = os.environ.get("SHEBAO_PICTURES")
    if folder:
        walk.page.screenshot(path=Path(folder) / f"{name}-{size['width']}.png", full_page=True)


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "desk"])
def test_an_agent_sees_the_employer_and_nothing_is_in_the_way(
    site: Site, chromium: Browser, size: dict[str, int], tmp_path: Path
) -> None:
    with walking(chromium, site, size) as walk:
        log_in(walk)
        assert walk.path == "/employer/"
        picture(walk, "home", size)
        for path in ("roster", "bill", "arrears", "bases"):
            walk.go(f"/employer/{path}/")
            picture(walk, path, size)
        listed = tmp_path / "list.csv"
        listed.write_text("姓名,身份证号码,月工资\n某某,1,2\n", "utf-8")
        walk.page.locator('input[name="file"]').set_input_files(listed)
        walk.tap("核对名单", role="button")
        assert "第 2 行：身份证号码不对，请照证件核对。" in walk.text
        picture(walk, "report", size)


def test_a_new_worker_is_enrolled_while_the_agent_watches(site: Site, chromium: Browser) -> None:
    worker = at_the_office(agents.identity, 7)
    assert isinstance(worker, dict)
    with walking(chromium, site) as walk:
        log_in(walk)
        walk.tap("给新职工办参保")
        picture(walk, "item", PHONE)
        walk.tap("开始办理", role="button")
        walk.send("下一步", worker_name=worker["worker_name"])
        walk.send("下一步", worker_id=worker["worker_id"])
        walk.send("下一步", employed_on=f"{today() - timedelta(days=3):%Y-%m-%d}")
        walk.send("下一步", wage="6500")
        picture(walk, "check", PHONE)
        walk.tap("提交", role="button")
        assert "已登记" in walk.text
        picture(walk, "done", PHONE)
