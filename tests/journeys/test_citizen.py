"""An insured person: registers, looks, takes a certificate; a stranger checks it; she sees that he did."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, expect

from shebao.synth import demonstration
from tests.clauses import doors
from tests.documents import pdf
from tests.journeys.walk import PHONE, WIDE, Site, Walk, walking

pytestmark = pytest.mark.journey
PASSWORD = "海边-Heron-4821"
CODE = re.compile(r"\b[0-9A-Z]{4}(?:[ -]?[0-9A-Z]{4}){4}\b")


def log_in(walk: Walk, name: str, after: str = "/") -> None:
    line = walk.site.login(name)
    walk.go(f"/login?next={after}")
    walk.send("登录", login=line["login"], password=line["password"])
    assert walk.path == after


def take(walk: Walk, kind: str, folder: Path) -> Download:
    """Makes a certificate and downloads it."""
    walk.go(f"/certificates/new?kind={kind}")
    walk.tap("生成", role="button")
    assert "已经开好" in walk.text
    with walk.page.expect_download() as coming:
        walk.page.get_by_role("link", name="下载 PDF").click()
    coming.value.save_as(folder / "certificate.pdf")
    return coming.value


def code_of(file: Path) -> str:
    """The verification code as it is printed."""
    return CODE.search(pdf.text(file.read_bytes(), file.parent).split("核验码")[1]).group()  # type: ignore[union-attr]


def verify(walk: Walk, code: str, last: str) -> None:
    walk.go("/verify/")
    walk.send("核验", code=code, last4=last)


@pytest.mark.clause("JL-0-06", "JL-3.1.1.1-01", "JL-4.1.2-05")
def test_from_registering_to_the_proof_that_a_stranger_looked(
    site: Site, chromium: Browser, tmp_path: Path
) -> None:
    person = demonstration.people()[0]
    doors.run(
        "delete from registry_contribution where subject_id = %s and month between 202102 and 202106",
        person["subject"],
    )
    with walking(chromium, site) as walk:
        walk.go("/")
        walk.tap("第一次用，去注册")
        boxes = walk.page.locator('input[name="accept"]')
        assert boxes.count() == 2 and boxes.nth(0).is_disabled() and boxes.nth(1).is_disabled()
        for place in range(2):
            walk.page.locator("a", has_text="先看全文里的").first.click()
            walk.look()
            walk.tap("看完了，回去勾选")
            assert boxes.nth(place).is_enabled()
        boxes.nth(0).check()
        walk.tap("同意并继续", role="button")
        assert "还差一步" in walk.text
        boxes.nth(0).check()
        boxes.nth(1).check()
        walk.tap("同意并继续", role="button")
        walk.send("下一步", name=person["name"], id_number=person["id_number"])
        assert walk.page.request.get(f"{site.address}/me/contributions").status == 401
        walk.send("下一步", phone="")
        walk.send("注册", login="journey.one", password=PASSWORD)
        assert walk.path == "/"
        ((seen, accepted),) = doors.rows(
            "select max(seen_marked_at), max(accepted_at) from privacy_acceptance where subject_id = %s",
            person["subject"],
        )
        assert seen <= accepted
        walk.go("/privacy/who-looked/?who=self")
        order = [walk.text.find(word) for word in ("登录", "注册")]
        assert 0 <= order[0] < order[1]
        walk.go("/account/")
        walk.tap("退出", role="button")
        walk.go("/login")
        walk.send("登录", login="journey.one", password=PASSWORD)
        walk.tap("缴费记录")
        assert "没有缴费" in walk.text and "为什么" in walk.text and "2021年2月至2021年6月" in walk.text
        walk.watch_storage()
        file = take(walk, "enrolment", tmp_path)
        assert walk.storage_reads() == []
        assert (
            person["id_number"] not in file.suggested_filename
            and person["name"] not in file.suggested_filename
        )
        sealed = (tmp_path / "certificate.pdf").read_bytes()
        assert "Signature is Valid" in pdf.seal(sealed, tmp_path)
        code = code_of(tmp_path / "certificate.pdf")
        with walking(chromium, site, WIDE) as stranger:
            verify(stranger, code, person["id_number"][-4:])
            assert "有效" in stranger.text and person["id_number"] not in stranger.page.content()
        site.settle()
        walk.go("/privacy/who-looked/")
        entry = walk.page.locator("details.seen", has_text="核验的人").first
        entry.locator("summary").click()
        entry.get_by_role("button", name="在我手机上核对").click()
        expect(entry.locator("[data-verdict]")).to_have_text("这条记录没有被改动")


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_the_same_without_script(site: Site, chromium: Browser, tmp_path: Path, size: dict[str, int]) -> None:
    with walking(chromium, site, size, script=False) as walk:
        log_in(walk, "何春梅")
        walk.tap("缴费记录")
        assert "有 5 个月没有缴费" in walk.text
        take(walk, "contribution", tmp_path)
        verify(walk, code_of(tmp_path / "certificate.pdf"), doors.value(1, "person.id_number")[-4:])
        assert "有效" in walk.text
        walk.go("/privacy/who-looked/")
        assert "核验的人" in walk.text


def test_a_large_screen_meets_no_barrier(site: Site, chromium: Browser) -> None:
    with walking(chromium, site, WIDE) as walk:
        log_in(walk, "何春梅")
        for path in ("/me/enrolment", "/me/contributions", "/me/account", "/me/spending", "/certificates/",
                     "/privacy/who-looked/", "/privacy/", "/account/", "/account/sessions/", "/items/"):  # fmt: skip
            walk.go(path)


def test_elder_mode_keeps_the_way_short(site: Site, chromium: Browser) -> None:
    with walking(chromium, site) as walk:
        walk.go("/")
        walk.tap("长辈版")
        log_in(walk, "孙长河")
        assert "回到标准版" in walk.page.content()
        for name in ("看病花费", "谁看过我的信息", "开证明", "我的缴费"):
            walk.go("/")
            walk.tap(name)
            assert walk.page.locator("h1").count() == 1
        small = walk.page.evaluate(
            "[...document.querySelectorAll('main a, main button')].filter(e => e.offsetParent)"
            ".filter(e => e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80))"
        )
        assert small == []


@pytest.mark.clause("JL-3.0-01")
def test_eight_contents_links_scroll_to_their_headings(site: Site, chromium: Browser) -> None:
    with walking(chromium, site) as walk:
        walk.go("/privacy/policy/")
        links = walk.page.locator("nav.toc a")
        assert links.count() == 8
        for place in range(8):
            target = links.nth(place).get_attribute("href")
            assert target and target.startswith("#")
            place_of = walk.page.locator(f'[id="{target[1:]}"]')
            assert place_of.count() == 1
            heading = place_of.get_by_role("heading").first
            assert links.nth(place).inner_text().strip() in heading.inner_text()
            walk.page.evaluate("window.scrollTo(0, 0)")
            links.nth(place).click()
            expect(heading).to_be_in_viewport()
