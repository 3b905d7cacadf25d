"""广西: the collective term of the policy has a content, and each service it names is walked through in a browser."""

from pathlib import Path

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser

from shebao.items import directory
from shebao.privacy import availability, register
from shebao.privacy.availability import Standing
from tests.clauses import doors
from tests.conftest import Installation
from tests.documents import pdf
from tests.journeys.test_citizen import CODE, log_in, verify
from tests.journeys.walk import Site, Walk, walking

PROFILE = "guangxi"
NAMED = {
    "enrolment", "contribution", "account", "institutions", "drugs", "item.remote-resident", "item.outpatient-claim",
    "item.medical-transfer", "item.medical-enrolment-proof",
}  # fmt: skip
KEPT = """async () => [...Object.keys(localStorage), ...Object.keys(sessionStorage),
  ...(await indexedDB.databases()).map(one => one.name),
  ...(await caches.keys()).map(name => name.replace(/[0-9a-f]{12}$/, ""))]"""
CLAIM = {
    "care": "common", "cause": "illness", "hospital": "测试医院", "level": "2", "served": "2026-11-02",
    "total": "1200.00", "own": "0",
}  # fmt: skip


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of paper, photographed."""
    file = tmp_path_factory.mktemp("paper") / "paper.jpg"
    Image.effect_noise((1200, 1600), 60).convert("RGB").save(file, "JPEG")
    return file


def handle(walk: Walk, code: str, answers: dict[str, str], photo: Path) -> str:
    """One item from its page to the receipt; what the registry has is left as it is."""
    walk.go(f"/items/{code}/")
    walk.tap("开始办理", role="button")
    for _ in range(20):
        key = walk.path.rstrip("/").rpartition("/")[2]
        if key == "check":
            break
        if key == "materials":
            hand_in(walk, photo)
        elif key in answers:
            box = walk.page.locator(f'[name="{key}"]').first
            if box.get_attribute("type") == "radio":
                walk.page.locator(f'input[name="{key}"][value="{answers[key]}"]').check()
            else:
                box.fill(answers[key])
        walk.tap("下一步", role="button")
    walk.tap("提交", role="button")
    return walk.text


def hand_in(walk: Walk, photo: Path) -> None:
    """Each paper once."""
    back = walk.page.url
    shelves = [one.get_attribute("href") or "" for one in walk.page.locator("main section a.go").all()]
    for shelf in shelves:
        walk.go(shelf)
        walk.page.locator("#f-file").set_input_files(photo)
        walk.tap("交这些", role="button")
        assert "收下 1 页" in walk.text
    walk.page.goto(back)


@pytest.mark.clause("GX-0-07")
def test_every_entry_has_purposes_data_and_the_mark_of_what_was_inferred(standing: Installation) -> None:
    book = register.current()
    shown = {one.code: one for one in directory.current().services}
    assert shown.keys() >= NAMED
    online = Standing("online")
    inferred = 0
    for service in shown.values():
        entry = directory.entry(service, book, online)
        assert (entry["purposes"] and entry["items"]) or service.impersonal, service.code
        assert entry["inferred"] == (entry["clause"] == "GX-0-07")
        inferred += entry["inferred"]
        if service.code in NAMED or (service.code.startswith("item.") and service.purposes):
            assert entry["inferred"], service.code
    assert inferred > 25 and availability.board()
    page = Client().get("/services/item.remote-resident/").content.decode()
    assert "政策只写了总称，这一项由我们列出" in page
    assert "政策只写了总称" not in Client().get("/services/login/").content.decode()


@pytest.mark.journey
@pytest.mark.clause("GX-0-07", "GX-5-01")
def test_what_may_be_looked_up(site: Site, chromium: Browser, tmp_path: Path) -> None:
    with walking(chromium, site) as walk:
        walk.go("/catalogue/institutions/")
        walk.tap("药店", within=".filters")
        walk.send("查", q="南宁")
        assert "南宁市" in walk.text and "药店" in walk.text
        walk.send("查", q="没有这家医院")
        assert "没有查到" in walk.text
        walk.go("/catalogue/drugs/")
        walk.send("查", q="二甲双胍")
        assert "甲类" in walk.text and "演示目录，不是正式药品目录" in walk.text
        log_in(walk, "何春梅")
        for path, word in (("/me/enrolment", "职工基本医疗保险"), ("/me/contributions?insurance=310", "缴费"),
                           ("/me/account", "医保")):  # fmt: skip
            walk.go(path)
            assert word in walk.text, path
        for path in (
            "/elder/on",
            "/theme/dark",
            "/amounts/hide",
            "/analytics/no",
            "/items/",
            "/calculators/",
            "/",
        ):
            walk.go(path)
        found = {cookie["name"] for cookie in walk.page.context.cookies()} | set(walk.page.evaluate(KEPT))
        declared = register.current().client_storage
        assert {"sb_session", "sb_csrf", "elder", "theme"} <= found
        assert {name.removesuffix("-") for name in found} <= set(declared), found - set(declared)
        walk.go("/privacy/cookies/")
        for name in found & set(declared):
            row = declared[name]
            assert row.purpose_zh in walk.text and row.lifetime_zh in walk.text, name


@pytest.mark.journey
@pytest.mark.clause("GX-0-07")
def test_what_may_be_done(site: Site, chromium: Browser, photo: Path, tmp_path: Path) -> None:
    with walking(chromium, site, script=False) as walk:
        log_in(walk, "何春梅")
        said = handle(walk, "remote-resident", {"to": "上海市", "proof": "promise"}, photo)
        assert "已备案。在上海市的定点医院看病，可以直接结算。" in said
        assert "最晚" in handle(walk, "medical-transfer", {"from": "深圳市"}, photo)
        assert "最晚" in handle(walk, "outpatient-claim", CLAIM, photo)
        said = handle(walk, "medical-enrolment-proof", {"span": "year"}, photo)
        assert "已开好，编号" in said
        walk.go("/certificates/")
        walk.page.locator('main a[href^="/certificates/"]:not([href*="new"])').first.click()
        walk.look()
        with walk.page.expect_download() as coming:
            walk.page.get_by_role("link", name="下载 PDF").click()
        coming.value.save_as(tmp_path / "proof.pdf")
        code = CODE.search(pdf.text((tmp_path / "proof.pdf").read_bytes(), tmp_path).split("核验码")[1])
        assert code is not None
        verify(walk, code.group(), doors.value(1, "person.id_number")[-4:])
        assert "这份证明真实有效" in walk.text
