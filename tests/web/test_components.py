"""The pages in a real browser: no barrier, no sideways scrolling, sizes of the elder mode, weight."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from shebao.settings import SECURITY_HEADERS
from tests.web.scenes import SCENES, Scene
from tests.web.shots import STATIC, browser, show, stage

POLICY = SECURITY_HEADERS["Content-Security-Policy"]
LOOKED_AT = [name for name in SCENES if not name.startswith("refusal_")]
CORE = ("home", "public_home", "contributions", "enrolment", "account", "spending", "who_looked", "certificates",
        "certificate_new", "privacy", "me", "items", "login", "verify", "welcome", "policy", "inbox")  # fmt: skip
SIZES = """
() => {
  const small = [], short = [];
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('svg.hide, .hide, .skip, [hidden], template, .only-print')) continue;
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (own && element.getClientRects().length) {
      const style = getComputedStyle(element);
      if (parseFloat(style.fontSize) < 18) small.push(element.outerHTML.slice(0, 120));
      const line = parseFloat(style.lineHeight);
      const tight = line && !element.closest('svg') && line / parseFloat(style.fontSize) < 1.19;
      if (tight) small.push('line ' + element.outerHTML.slice(0, 120));
    }
  }
  for (const element of document.querySelectorAll('a, button, summary, label.tick, label.pick, input:not([type=hidden])')) {
    if (element.closest('.skip, [hidden], .say, p.note, p.sub, dd, .tick, .pick, .rows') || !element.getClientRects().length) continue;
    if (element.getBoundingClientRect().height < 59.5) short.push(element.outerHTML.slice(0, 120));
  }
  return [small, short];
}
"""
CHOICES = """
() => [...document.querySelectorAll('main a, main button:not([data-say]), main summary')]
  .filter((element) => !element.closest('.seen > .proof, details:not([open]) > :not(summary)')
    && element.getClientRects().length).map((element) => element.innerText.trim())
"""
COVERED = """
() => {
  window.scrollTo(0, document.documentElement.scrollHeight);
  const bar = document.querySelector('.tabs, .act'), foot = document.querySelector('.foot .links');
  return bar && foot ? foot.getBoundingClientRect().bottom - bar.getBoundingClientRect().top : 0;
}
"""
PAINT = """
() => [...document.querySelectorAll('body, body *')].map((element) => {
  const style = getComputedStyle(element);
  return [element.tagName, style.color, style.backgroundColor, style.borderColor, style.fill].join(' ');
})
"""
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def serious(page: Page, *rules: str) -> list[tuple[str, str]]:
    """Serious and critical findings of axe on the open page."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    found = Axe().run(page, options=options).response["violations"]
    return [
        (rule["id"], rule["nodes"][0]["html"][:160])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = stage(chromium, request.param, POLICY)
    yield context.new_page()
    context.close()


@dataclass(frozen=True)
class Look:
    """What one visit to one page has shown."""

    said: list[str]
    small: list[list[str]]
    choices: list[str]
    covered: float
    barriers: list[tuple[str, str]]
    dark: list[tuple[str, str]]
    fits: bool
    fits_doubled: bool


def visit(page: Page, scene: Scene, *, elder: bool) -> Look:
    """One loading, looked at as a phone, in the dark, at 320 pixels, and there with letters of twice the size."""
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    page.set_viewport_size({"width": 390, "height": 844})
    said = show(page, scene.path, scene.html(elder=elder), POLICY)
    small, choices = page.evaluate(SIZES), page.evaluate(CHOICES)
    barriers = serious(page)
    covered = page.evaluate(COVERED)
    # Without motion, so that no colour is judged on its way from light to dark.
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = serious(page, "color-contrast")
    page.set_viewport_size({"width": 320, "height": 700})
    fits = page.evaluate(FITS)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    return Look(said, small, choices, covered, barriers, dark, fits, page.evaluate(FITS))


def visits(chromium: Browser, *, elder: bool) -> dict[str, Look]:
    context = stage(chromium, "elder" if elder else "phone", POLICY)
    page = context.new_page()
    looks = {name: visit(page, SCENES[name], elder=elder) for name in LOOKED_AT}
    context.close()
    return looks


@pytest.fixture(scope="module")
def standard_looks(chromium: Browser) -> dict[str, Look]:
    """Every page in the standard mode, each loaded once for all tests of this file."""
    return visits(chromium, elder=False)


@pytest.fixture(scope="module")
def elder_looks(chromium: Browser) -> dict[str, Look]:
    """The same in the elder mode."""
    return visits(chromium, elder=True)


@pytest.fixture
def looks(request: pytest.FixtureRequest) -> dict[str, Look]:
    found: dict[str, Look] = request.getfixturevalue(f"{request.param}_looks")
    return found


both_modes = pytest.mark.parametrize("looks", ["standard", "elder"], indirect=True)
standard_mode = pytest.mark.parametrize("looks", ["standard"], indirect=True)


@both_modes
def test_no_barrier_and_no_complaint_of_the_browser(looks: dict[str, Look]) -> None:
    for name, look in looks.items():
        assert look.said == [], name
        assert look.barriers == [], name


@both_modes
def test_contrast_holds_in_the_dark(looks: dict[str, Look]) -> None:
    for name, look in looks.items():
        assert look.dark == [], name


@both_modes
def test_320_pixels_are_enough(looks: dict[str, Look]) -> None:
    for name, look in looks.items():
        assert look.fits, name


def test_the_judge_of_barriers_is_awake(chromium: Browser) -> None:
    context = stage(chromium, "phone", POLICY)
    page = context.new_page()
    html = SCENES["login"].html().replace('<label for="f-login">账号</label>', "")
    show(page, "/login", html, POLICY)
    assert "label" in [rule for rule, _ in serious(page)]
    context.close()


@pytest.mark.parametrize("mode", ["dark", "elder_dark"])
def test_the_judge_of_contrast_sees_the_dark(chromium: Browser, mode: str) -> None:
    """Loading in the dark and turning dark afterwards are judged alike: a fault in one is found in both."""
    html = SCENES["login"].html(elder=mode == "elder_dark")
    context = stage(chromium, mode, POLICY)
    page = context.new_page()
    show(page, "/login", html, POLICY)
    loaded = page.evaluate(PAINT)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert page.evaluate(PAINT) != loaded
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert page.evaluate(PAINT) == loaded
    page.evaluate("document.querySelector('h1').style.color = '#181818'")
    assert "color-contrast" in [rule for rule, _ in serious(page, "color-contrast")]
    context.close()


def test_elder_text_and_targets_are_large_and_choices_few(elder_looks: dict[str, Look]) -> None:
    for name, look in elder_looks.items():
        assert look.small == [[], []], name
        if name in CORE:
            assert len(look.choices) <= 5, (name, look.choices)


@standard_mode
def test_text_at_200_percent_loses_nothing(looks: dict[str, Look]) -> None:
    for name, look in looks.items():
        assert look.fits_doubled, name


@standard_mode
def test_the_last_row_can_be_scrolled_clear_of_the_fixed_bars(looks: dict[str, Look]) -> None:
    for name, look in looks.items():
        assert look.covered <= 0, name


def test_a_page_is_light_enough_for_an_old_phone() -> None:
    files = set(re.findall(r'"/static/([^"]+\.(?:css|js|svg))"', SCENES["home"].html()))
    shared = sum(len(gzip.compress((STATIC / file).read_bytes(), 6)) for file in files)
    for name, scene in SCENES.items():
        alone = len(gzip.compress(scene.html().encode(), 6))
        assert alone <= 30_000, name
        assert shared + alone <= 250_000, name


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_the_session_end_replaces_the_page_text(page: Page) -> None:
    scene = SCENES["account"]
    html = re.sub(r'data-session-left="\d+"', 'data-session-left="0"', scene.html())
    show(page, scene.path, html, POLICY)
    page.get_by_role("heading", name="已经自动退出").wait_for()
    assert "82,607" not in page.inner_text("body")


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_a_password_can_be_looked_at_and_errors_take_the_focus(page: Page) -> None:
    scene = SCENES["login_wrong"]
    show(page, scene.path, scene.html(), POLICY)
    assert page.evaluate("document.activeElement.hasAttribute('data-errors')")
    page.fill("#f-password", "云在青天水在瓶")
    page.get_by_role("button", name="显示密码").click()
    assert page.get_attribute("#f-password", "type") == "text"
    page.get_by_role("button", name="隐藏密码").click()
    assert page.get_attribute("#f-password", "type") == "password"
