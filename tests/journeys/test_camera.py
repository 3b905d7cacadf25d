"""The camera of a material: explained, opened on a tap, off after one picture; no other page ever calls it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.clauses import doors
from tests.journeys.test_citizen import log_in
from tests.journeys.test_visits import PAGES
from tests.journeys.walk import Site, Walk, walking

pytestmark = pytest.mark.journey
WATCHED = """
const kept = name => JSON.parse(sessionStorage.getItem(name) || "[]");
const keep = (name, what) => sessionStorage.setItem(name, JSON.stringify([...kept(name), what]));
const devices = navigator.mediaDevices;
const real = devices.getUserMedia.bind(devices);
devices.getUserMedia = async wish => {
  const told = document.querySelector("[data-camera] [data-ask]");
  keep("called", [location.pathname, !!told && told.checkVisibility(), Object.keys(wish).filter(k => wish[k]).join()]);
  const stream = await real(wish);
  for (const track of stream.getTracks()) {
    const stop = track.stop.bind(track);
    track.stop = () => { stop(); keep("stopped", track.readyState); };
  }
  return stream;
};
"""
WEB = Path(__file__).resolve().parents[2] / "shebao"
SEEN = """() => new Promise(done => {
  const view = document.querySelector("[data-camera] video");
  const look = () => view.videoWidth > 0 ? done() : setTimeout(look, 50);
  look();
})"""
KEPT = "['called', 'stopped'].map(name => JSON.parse(sessionStorage.getItem(name) || '[]'))"


def kept(walk: Walk) -> tuple[list[list[object]], list[str]]:
    called, stopped = walk.page.evaluate(KEPT)
    return called, stopped


@pytest.mark.clause("JL-4.1.2-03")
def test_one_script_can_call_the_camera_and_one_page_carries_it() -> None:
    scripts = [
        *WEB.rglob("static/**/*.js"),
        *WEB.rglob("templates/**/*.js"),
        *WEB.rglob("templates/**/*.html"),
    ]
    assert len(scripts) > 100
    calls = [file for file in scripts if re.search(r"getUserMedia|mediaDevices", file.read_text("utf-8"))]
    carries = [file for file in scripts if "camera.js" in file.read_text("utf-8")]
    assert [file.name for file in calls] == ["camera.js"] and [file.name for file in carries] == [
        "materials.html"
    ]


def at_the_material(walk: Walk) -> str:
    """As far as the first paper of a claim; returns its address."""
    walk.go("/items/inpatient-claim/")
    walk.tap("开始办理", role="button")
    no = walk.path.split("/")[2]
    walk.go(f"/cases/{no}/materials/list/")
    return walk.path


@pytest.mark.clause("JL-4.1.2-03")
def test_the_camera_starts_after_the_explanation_ends_with_the_picture_and_no_other_page_calls_it(
    site: Site, chromium: Browser
) -> None:
    with walking(chromium, site) as walk:
        walk.page.context.grant_permissions(["camera"], origin=site.address)
        walk.page.context.add_init_script(WATCHED)
        log_in(walk, "何春梅")
        for path in PAGES:
            walk.page.goto(site.address + path)
        address = at_the_material(walk)
        assert kept(walk) == ([], [])

        walk.page.locator('label[for="f-camera"]').click()
        panel = walk.page.locator("[data-camera]")
        expect(panel.get_by_role("button", name="打开相机")).to_be_visible()
        assert "拍材料上传，别的不用" in panel.inner_text() and "从手机里选文件" in panel.inner_text()
        panel.get_by_role("button", name="不用").click()
        expect(panel).to_be_hidden()
        assert kept(walk) == ([], [])

        walk.page.locator('label[for="f-camera"]').click()
        panel.get_by_role("button", name="打开相机").click()
        walk.page.evaluate(SEEN)
        assert kept(walk) == ([[address, True, "video"]], [])
        with walk.page.expect_navigation():
            panel.get_by_role("button", name="拍这一页").click()
        walk.look()
        assert "已有 1 页" in walk.text and len(kept(walk)[0]) == 1
        assert kept(walk)[1] == ["ended"]
    assert doors.rows("select granted, purpose from privacy_permission where code = 'camera'") == [(True, "")]


def test_after_a_no_of_the_browser_the_field_still_takes_a_photo(site: Site, chromium: Browser) -> None:
    with walking(chromium, site) as walk:
        log_in(walk, "周远山")
        at_the_material(walk)
        walk.page.locator('label[for="f-camera"]').click()
        walk.page.locator("[data-camera]").get_by_role("button", name="打开相机").click()
        expect(walk.page.locator("[data-failed]")).to_be_visible()
        assert "从手机里选文件" in walk.page.locator("[data-failed]").inner_text()
        with walk.page.expect_file_chooser():
            walk.page.locator('label[for="f-camera"]').click()
