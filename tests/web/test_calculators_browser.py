"""The calculators in a real browser: no barriers, large enough for the old, turning by themselves and without script."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, Route

from shebao.base import money
from shebao.items.calculators.catalogue import CALCULATORS
from shebao.settings import SECURITY_HEADERS
from shebao.web.charts import sums
from tests.conftest import Installation
from tests.web.shots import MODES, ORIGIN, browser, stage
from tests.web.test_components import FITS, SIZES

pytestmark = [
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.usefixtures("standing"),
]
POLICY = SECURITY_HEADERS["Content-Security-Policy"]
WRONG = "/calculators/pension/?region=110000&birth=78&category=&paid_months=x&base=1&account=1"
REFUSED = "/calculators/pension/?region=110000&birth=197805&category=female50&paid_months=9&base=1&account=1"
PAGES = ["/calculators/", *(f"/calculators/{one.code}/" for one in CALCULATORS), WRONG, REFUSED]
OPEN = "document.querySelectorAll('details').forEach((part) => { part.open = true; })"


@pytest.fixture(autouse=True)
def beside_an_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser keeps a loop in this thread; the client asks the database from inside it."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@contextmanager
def opened(chromium: Browser, mode: str, *, script: bool = True) -> Iterator[Page]:
    """A page whose calculators are answered by the installation; static files come from the checkout."""
    context = stage(chromium, mode, POLICY) if script else chromium.new_context(java_script_enabled=False)
    visitor = Client()
    if mode.startswith("elder"):
        visitor.cookies["elder"] = "1"

    def answer(route: Route) -> None:
        headers = dict(route.request.headers) | {
            "Sec-GPC": "1"
        }  # no counting: a computation needs no database
        response = visitor.get(route.request.url.removeprefix(ORIGIN), headers=headers)
        connections.close_all()
        headers = {"Content-Type": response["Content-Type"], "Content-Security-Policy": POLICY}
        route.fulfill(status=response.status_code, headers=headers, body=response.content)

    if not script:
        context.route("**/*", lambda route: route.fulfill(status=404, body=""))
    context.route(f"{ORIGIN}/calculators/**", answer)
    page = context.new_page()
    yield page
    context.close()


def serious(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        (rule["id"], rule["nodes"][0]["html"][:160])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


@dataclass
class Look:
    """What one visit to one page has shown, by the way of looking."""

    small: list[list[str]]
    barriers: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    fits: dict[str, bool] = field(default_factory=dict)


def visit(page: Page, path: str, *, elder: bool) -> Look:
    """One loading: as a phone, in the dark, on a wide screen (not for the old), at 320 pixels."""
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(ORIGIN + path)
    look = Look(page.evaluate(SIZES))
    page.evaluate(OPEN)
    for mode in ("elder", "elder_dark", "elder_narrow") if elder else ("phone", "dark", "wide", "narrow"):
        if mode.endswith("dark"):
            # Without motion, so that no colour is judged on its way from light to dark.
            page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        elif mode == "wide":
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size(MODES[mode]["viewport"])  # type: ignore[arg-type]
        if not mode.endswith("narrow"):
            look.barriers[mode] = serious(page)
        look.fits[mode] = page.evaluate(FITS)
    return look


@dataclass
class Round:
    """All pages in one mode of text, and what the console complained about meanwhile."""

    looks: dict[str, Look]
    said: list[str]


def visits(chromium: Browser, *, elder: bool) -> Round:
    said: list[str] = []
    with opened(chromium, "elder" if elder else "phone") as page:
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        looks = {path: visit(page, path, elder=elder) for path in PAGES}
    return Round(looks, [line for line in said if "status of 4" not in line])


@pytest.fixture(scope="module")
def rounds(standing: Installation, chromium: Browser) -> Callable[[str], Round]:
    """Every page, loaded once in the standard and once in the elder mode for all tests of this file."""

    @cache
    def of(elder: bool) -> Round:
        return visits(chromium, elder=elder)

    return lambda mode: of(mode.startswith("elder"))


@pytest.mark.parametrize("mode", ["phone", "wide", "dark", "elder", "elder_dark"])
def test_no_barrier_and_no_complaint_of_the_browser(rounds: Callable[[str], Round], mode: str) -> None:
    seen = rounds(mode)
    for path, look in seen.looks.items():
        assert look.barriers[mode] == [], path
        assert look.fits[mode], path
    assert seen.said == []


@pytest.mark.parametrize("mode", ["narrow", "elder_narrow"])
def test_320_pixels_are_enough(rounds: Callable[[str], Round], mode: str) -> None:
    for path, look in rounds(mode).looks.items():
        assert look.fits[mode], path


def test_elder_text_and_targets_are_large(rounds: Callable[[str], Round]) -> None:
    for path, look in rounds("elder").looks.items():
        assert look.small == [[], []], path


def test_the_result_turns_by_itself_and_the_entered_text_stays(
    standing: Installation, chromium: Browser
) -> None:
    with opened(chromium, "phone") as page:
        page.goto(ORIGIN + "/calculators/pension/")
        before = page.inner_text("#result .num")
        page.fill("#f-paid_months", "300")
        page.focus("#f-base")
        page.wait_for_function(
            "(old) => document.querySelector('#result .num').innerText !== old", arg=before
        )
        assert page.evaluate("document.activeElement.id") == "f-base"
        assert "已缴 300 个月" in page.inner_text("#working")
        assert parse_qs(urlsplit(page.url).query)["paid_months"] == ["300"]
        page.fill("#f-birth", "七八年")
        page.focus("#f-base")
        page.wait_for_selector("#result .errs")
        assert page.inner_text("#working").strip() == ""
        assert page.input_value("#f-birth") == "七八年"


def test_without_script_a_button_computes_and_another_chooses_later(
    standing: Installation, chromium: Browser
) -> None:
    with opened(chromium, "phone", script=False) as page:
        page.goto(ORIGIN + "/calculators/pension/")
        page.fill("#f-paid_months", "300")
        page.click("text=按新答案重算")
        assert "已缴 300 个月" in page.inner_text("#working")
        page.click("button[value=latest]")
        assert "2033年2月退休" in page.inner_text("#result")
        page.fill("#f-birth", "1979年5月")
        page.click("text=按新答案重算")
        assert "2034年8月退休" in page.inner_text("#result")


def test_every_part_of_the_pension_leads_to_its_step(standing: Installation, chromium: Browser) -> None:
    with opened(chromium, "phone") as page:
        page.goto(ORIGIN + "/calculators/pension/")
        links = page.eval_on_selector_all("a[href^='#s-']", "all => all.map(one => one.getAttribute('href'))")
        assert links == ["#s-basic", "#s-extra", "#s-own"]
        assert all(page.query_selector(link) for link in links)


def test_a_waterfall_adds_up_and_its_table_says_the_same() -> None:
    parts = [sums.Row("甲", 149096, money.yuan(149096)), sums.Row("乙", 52761, money.yuan(52761), "f2")]
    plot = sums.waterfall(parts, total="一共", what="养老金")
    assert plot.table is not None
    assert plot.table.rows == (("甲", "1,490.96"), ("乙", "527.61"), ("一共", "2,018.57"))
    assert "2,018.57" in plot.svg and "style=" not in plot.svg and "甲 1,490.96 元" in plot.label
    assert sums.waterfall([], total="一共", what="养老金").svg == ""


def test_bars_start_at_zero_and_keep_their_proportion() -> None:
    plot = sums.rows(
        [sums.Row("早", 100, "1.00"), sums.Row("晚", 200, "2.00")], label="早晚", head=("哪时", "元")
    )
    assert 'x="0"' in plot.svg and 'width="163"' in plot.svg and 'width="326"' in plot.svg
    assert sums.rows([], label="没有", head=("a", "b")).svg == ""
