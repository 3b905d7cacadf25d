"""A person does two items from the first tap to the result: one at once, one through the office; also without script."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, expect

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.cases.deciding import Lack
from shebao.items import handling, office
from tests import people
from tests.clauses import doors
from tests.journeys.test_citizen import log_in
from tests.journeys.walk import PHONE, WIDE, Site, Walk, walking

pytestmark = pytest.mark.journey
RESIDENT = "其其格·白音"
TYPED = {
    "hospital": "测试医院",
    "admitted": "2026-11-02",
    "discharged": "2026-11-06",
    "total": "8,642.50",
    "own": "642.5",
}


def at_the_office(call: Callable[..., object], *args: object, **more: object) -> object:
    """In a thread of its own, as the office is: the browser's event loop runs in this one."""
    with ThreadPoolExecutor(1) as office_thread:
        try:
            return office_thread.submit(call, *args, **more).result()
        finally:
            office_thread.submit(connections.close_all).result()


def paper(folder: Path, name: str) -> Path:
    """A photograph of a page with writing on it."""
    picture = Image.new("RGB", (1200, 1600), "white")
    pen = ImageDraw.Draw(picture)
    for line in range(80, 1560, 40):
        pen.text((90, line), f"{name} {line} " * 12, fill="black")
        pen.line((90, line + 30, 1110, line + 30), fill="black", width=2)
    picture.save(folder / f"{name}.jpg")
    return folder / f"{name}.jpg"


def hand_in(walk: Walk, no: str, material: str, folder: Path) -> None:
    """Through the page of the material; with script the page sends by itself."""
    walk.go(f"/cases/{no}/materials/{material}/")
    walk.page.locator('input[name="file"]').first.set_input_files(paper(folder, material))
    if not walk.script:
        walk.tap("交这些", role="button")
    expect(walk.page.get_by_text("已收", exact=True).first).to_be_visible(timeout=60_000)
    walk.page.wait_for_load_state("networkidle")


def claim(walk: Walk, folder: Path) -> str:
    """Home, item, questions, papers, check, sent; returns the number."""
    walk.go("/items/?event=care")
    walk.tap("住院没有直接结算")
    walk.tap("开始办理", role="button")
    no = walk.path.split("/")[2]
    walk.page.get_by_label("生病").check()
    walk.tap("下一步", role="button")
    walk.send("下一步", hospital=TYPED["hospital"])
    walk.page.get_by_label("三级").check()
    walk.tap("下一步", role="button")
    for name in ("admitted", "discharged", "total", "own"):
        walk.send("下一步", **{name: TYPED[name]})
    assert walk.path.endswith("/edit/materials/")
    for material in ("receipt", "list", "diagnosis", "record"):
        hand_in(walk, no, material, folder)
    walk.go(f"/cases/{no}/edit/")
    assert walk.path.endswith("/edit/check/") and "8,642.50 元" in walk.text and "来自参保登记" in walk.text
    walk.tap("提交", role="button")
    assert "已收到" in walk.text and no in walk.text and "最晚" in walk.text
    return no


def test_an_instant_item_in_four_taps_from_home(site: Site, chromium: Browser) -> None:
    with walking(chromium, site) as walk:
        log_in(walk, RESIDENT)
        walk.tap("办事", within="nav.tabs")
        walk.tap("找工作")
        walk.tap("自己参加职工养老保险")
        assert "先看您能不能办" in walk.text and "还不能办" not in walk.text
        walk.tap("开始办理", role="button")
        assert "第 1 步，共 2 步" in walk.text
        walk.tap("下一步", role="button")
        assert walk.page.title().startswith("有错误：")
        expect(walk.page.locator("[data-errors]")).to_be_focused()
        walk.page.get_by_label("这个月").check()
        walk.tap("下一步", role="button")
        walk.page.context.set_offline(True)
        walk.page.get_by_role("button", name="提交").click()
        expect(walk.page.get_by_text("没有联网，还没有交")).to_be_visible()
        assert walk.path.endswith("/check/") and "交之前看一遍" in walk.text
        walk.page.context.set_offline(False)
        walk.tap("提交", role="button")
        assert "办好了" in walk.text and "已登记" in walk.text
        walk.tap("看这件办件")
        assert "通过了，已办结" in walk.text and "申请复核" in walk.text
        walk.go("/me/enrolment")
        assert "企业职工基本养老保险" in walk.text


@pytest.mark.clause("JL-4.1.1-02")
def test_a_claim_from_draft_to_decision_with_every_state_actor_and_time(
    site: Site, chromium: Browser, tmp_path: Path
) -> None:
    clerk = people.staff("clerk")
    with walking(chromium, site) as walk:
        log_in(walk, "周远山")
        no = claim(walk, tmp_path)
        state = f"/cases/{no}/"
        walk.tap("看办到哪一步")
        assert walk.path == state and "等受理" in walk.text
        with pytest.raises(Refusal, match="conflict"):
            handling.answer(no, {"own": "1"}, now=clock.now(), by=people.citizen(people.YUANSHAN))
        assigning.take(no, by=clerk)
        with pytest.raises(Refusal, match="conflict"):
            office.deliver(no, now=clock.now(), by=clerk)
        office.accept(no, now=clock.now(), by=clerk)
        walk.go(state)
        assert "审核中，最晚" in walk.text
        office.ask(no, lacking=[Lack("list", "第 1 页看不清金额", 1)], now=clock.now(), by=clerk)
        walk.go(state)
        assert "等您补 1 样" in walk.text and "第 1 页看不清金额" in walk.text
        hand_in(walk, no, "list", tmp_path)
        walk.go(state)
        walk.tap("补齐了，交上去", role="button")
        assert "您补齐了" in walk.text
        office.accept(no, now=clock.now(), by=clerk)
        case = office.open_case(no, now=clock.now(), by=clerk)
        money = case.verdict.amount_fen
        words = {"granted": True, "text": case.draft_text, "amount_fen": money}
        at_the_office(office.decide, no, now=clock.now(), by=clerk, **words)
        walk.go(state)
        assert "通过了，等付款" in walk.text and "怎么算出来的" in walk.text
        with walk.page.expect_download() as coming:
            walk.page.get_by_role("link", name="下载决定书").click()
        coming.value.save_as(tmp_path / "decision.pdf")
        assert (tmp_path / "decision.pdf").read_bytes().startswith(b"%PDF-")
        office.deliver(no, now=clock.now(), by=clerk)
        walk.go(state)
        assert "通过了，已办结" in walk.text
        walk.tap("谁为这件事看过")
        assert "业务受理科 经办人员" in walk.text
    steps = doors.rows(
        "select act, source, target, role, actor_id is not null, at <= now(), entry_id is not null"
        " from cases_step where case_id = %s order by seq", no,
    )  # fmt: skip
    assert [row[:4] for row in steps] == [
        ("submit", "draft", "submitted", "citizen"), ("accept", "submitted", "accepted", "clerk"),
        ("ask", "accepted", "supplement", "clerk"), ("supply", "supplement", "submitted", "citizen"),
        ("accept", "submitted", "accepted", "clerk"), ("decide", "accepted", "decided", "clerk"),
        ("deliver", "decided", "done", "clerk"),
    ]  # fmt: skip
    assert all(all(row[4:]) for row in steps)
    with pytest.raises(Refusal, match="conflict"):
        handling.withdraw(no, now=clock.now(), by=people.citizen(people.YUANSHAN))
    with pytest.raises(Exception, match="a case does not go from done to accepted"):
        doors.run("update cases_case set state = 'accepted' where no = %s", no)


@pytest.mark.parametrize(
    ("size", "who"), [(PHONE, "何春梅"), (WIDE, "苏晚晴")], ids=["phone", "wide"]
)  # fmt: skip
def test_the_same_claim_without_script(
    site: Site, chromium: Browser, tmp_path: Path, size: dict[str, int], who: str
) -> None:
    with walking(chromium, site, size, script=False) as walk:
        log_in(walk, who)
        no = claim(walk, tmp_path)
        walk.go("/")
        assert "最晚" in walk.page.locator('[aria-label="近期安排"]').inner_text()
        walk.tap("住院没有直接结算")
        assert walk.path == f"/cases/{no}/"
        walk.tap("撤回申请")
        walk.tap("撤回申请", role="button")
        assert "您已经撤回" in walk.text


def test_elder_mode_goes_the_same_way(site: Site, chromium: Browser) -> None:
    with walking(chromium, site) as walk:
        walk.go("/items/")
        walk.go("/elder/on?next=/items/")
        log_in(walk, "罗青禾", "/items/")
        walk.tap("遇到什么事")
        walk.tap("看病")
        walk.tap("住院没有直接结算")
        walk.tap("开始办理", role="button")
        walk.page.get_by_label("生病").check()
        walk.tap("下一步", role="button")
        assert "第 2 步" in walk.text and "回到标准版" in walk.page.content()
        walk.go("/cases/")
        assert re.search("1 件等您", walk.text)


def test_a_large_screen_meets_no_barrier(site: Site, chromium: Browser) -> None:
    with walking(chromium, site, WIDE) as walk:
        log_in(walk, "孙长河")
        for path in ("/items/", "/items/?q=bx", "/items/?event=care", "/items/inpatient-claim/", "/cases/"):
            walk.go(path)
