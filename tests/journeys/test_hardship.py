"""特殊工种提前退休 in a browser: the agent asks, too few months are told at once, too short a notice is refused."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from shebao.rules.handling import deadlines
from shebao.web.views.answering import today
from tests import people
from tests.items import agents
from tests.items.doing import owned
from tests.items.test_hardship_retirement import workers
from tests.journeys.test_desk import enter, forget_codes
from tests.journeys.test_employer import log_in, picture
from tests.journeys.test_items import at_the_office, hand_in
from tests.journeys.walk import PHONE, WIDE, Site, walking

pytestmark = pytest.mark.journey


def a_worker_of_the_agent() -> dict[str, str]:
    """Somebody with the years, put on the roster of the demonstration's agent."""
    subject, _ = workers()
    owned(
        "update registry_enrolment set employer_id = (select employer_id from registry_enrolment where subject_id = %s"
        " and insurance = 110 and until is null) where subject_id = %s and until is null returning 1",
        people.CHUNMEI,
        subject,
    )
    return agents.identity(subject)


def test_the_agent_asks_and_a_notice_too_short_is_refused(
    site: Site, chromium: Browser, tmp_path: Path
) -> None:
    worker = at_the_office(a_worker_of_the_agent)
    assert isinstance(worker, dict)
    until = deadlines.deadline("hardship_notice", today()).day
    with walking(chromium, site) as walk:
        log_in(walk)
        walk.go("/items/hardship-retirement/")
        assert "最少 5 个工作日，不算在时限里，仅供参考" in walk.text
        picture(walk, "hardship-item", PHONE)
        walk.tap("开始办理", role="button")
        no = walk.path.split("/")[2]
        walk.send("下一步", worker_name=worker["worker_name"])
        walk.send("下一步", worker_id=worker["worker_id"])
        walk.page.get_by_label("井下、高温").check()
        walk.tap("下一步", role="button")
        walk.send("下一步", trade_months="100")
        assert "还差 8 个月" in walk.text
        picture(walk, "hardship-short", PHONE)
        walk.go(f"/cases/{no}/edit/trade_months/")
        walk.send("下一步", trade_months="110")
        walk.page.get_by_label("否").check()
        walk.tap("下一步", role="button")
        walk.send("下一步", month=f"{today():%Y%m}")
        hand_in(walk, no, "file", tmp_path)
        walk.go(f"/cases/{no}/edit/")
        picture(walk, "hardship-check", PHONE)
        walk.tap("提交", role="button")
        assert "已收到" in walk.text
    forget_codes()
    with walking(chromium, site, WIDE) as desk:
        enter(desk, "clerk")
        desk.tap(f"领件 {no}", role="button")
        desk.tap("受理", role="button")
        desk.page.locator('[name="trade_found"]').select_option("deep")
        desk.send(
            "保存意见",
            months_found="110",
            notice_since=f"{today()}",
            notice_until=f"{until - timedelta(days=1)}",
        )
        assert "公示时间太短" in desk.text
        picture(desk, "hardship-desk-short", WIDE)
