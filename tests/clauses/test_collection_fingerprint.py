"""Browser features of guangxi: nothing on public pages, a digest of 30 days after sign-in, for security alone."""

import json
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.privacy import expiry, gate, signals
from tests import people
from tests.fakes import device
from tests.fakes.device import Device
from tests.web.shots import ORIGIN, browser, stage

pytestmark = pytest.mark.profile("guangxi")
PUBLIC = ("/welcome", "/login", "/offices/", "/privacy/policy/")
BROWSER = {
    "type": "Chrome 126",
    "time_zone": "Asia/Shanghai",
    "plugins": 5,
    "language": "zh-CN",
    "fonts": ["SimSun"],
}
WATCH = """
window.seen = [];
const watch = (of, name) => { const real = of[name]; of[name] = function (...a) { window.seen.push(name); return real.apply(this, a); }; };
for (const name of ['getContext', 'toDataURL', 'toBlob']) watch(HTMLCanvasElement.prototype, name);
for (const name of ['getImageData', 'measureText']) watch(CanvasRenderingContext2D.prototype, name);
for (const name of ['readPixels', 'getParameter']) watch(WebGLRenderingContext.prototype, name);
watch(Intl.DateTimeFormat.prototype, 'resolvedOptions');
for (const name of ['plugins', 'languages', 'hardwareConcurrency', 'deviceMemory'])
  Object.defineProperty(Navigator.prototype, name, { get() { window.seen.push(name); return undefined; } });
"""


@pytest.fixture
def phone(shebao):
    """A citizen's phone."""
    return Device(people.citizen())


@pytest.fixture
def answers(shebao):
    """What the running application answers to somebody who is not logged in."""
    return {path: Client().get(path) for path in PUBLIC}


def visited(answers):
    """What scripts of the public pages read of the browser, and what the pages send."""
    read, sent = [], []
    with browser() as running:
        context = stage(running, "phone", "")

        def answer(route):
            sent.append((route.request.method, route.request.url, route.request.post_data or ""))
            page = answers.get(route.request.url.removeprefix(ORIGIN))
            if page is None:
                route.fallback()
            else:
                route.fulfill(status=page.status_code, body=page.content, headers=dict(page.headers))

        context.route("**/*", answer)
        context.add_init_script(WATCH)
        page = context.new_page()
        for path in answers:
            page.goto(ORIGIN + path, wait_until="networkidle")
            page.mouse.move(100, 100)
            page.keyboard.press("Tab")
            read += page.evaluate("window.seen")
        page.evaluate("document.createElement('canvas').getContext('2d')")
        assert page.evaluate("window.seen") == ["getContext"]
        context.close()
    return read, sent


@pytest.mark.clause("GX-1.1-05", "GX-1.1-06")
def test_public_pages_read_no_canvas_and_send_no_browser_features(answers):
    assert {page.status_code for page in answers.values()} == {200}
    read, sent = visited(answers)
    assert read == []
    assert len(sent) > len(PUBLIC) and {method for method, _, _ in sent} == {"GET"}
    assert all(url.startswith(ORIGIN) and "?" not in url for _, url, _ in sent)
    assert device.rows("select 1 from privacy_signal") == []


@pytest.mark.clause("GX-1.1-05")
def test_after_sign_in_a_digest_stays_for_thirty_days(phone):
    Device().refused("login_required", browser=BROWSER)
    phone.sent(browser=BROWSER)
    kept = device.signals_kept()
    assert set(kept) == {"browser"} and len(kept["browser"]) == 64
    everything = device.tables() + device.logs()
    assert "Asia/Shanghai" not in device.tables("privacy_signal") and "Chrome 126" not in everything
    phone.refused("field_not_declared", browser=BROWSER | {"screen_depth": 24})
    expiry.end_of_life(now=clock.now() + timedelta(days=29))
    assert device.signals_kept() == kept
    expiry.end_of_life(now=clock.now() + timedelta(days=30, seconds=1))
    assert device.signals_kept() == {}


@pytest.mark.clause("GX-1.1-06")
def test_an_analysis_that_asks_for_the_digest_is_refused(phone):
    phone.sent(canvas={"canvas": "8c1f09", "webgl": "77aa10"})
    assert len(signals.stored(phone.actor, purpose="device.protect", codes=("canvas",))) == 1
    phone.consent("service.personalise")
    for purpose in ("service.improve", "service.personalise", "run.statistics"):
        with pytest.raises(Refusal, match="purpose_not_allowed"):
            signals.stored(phone.actor, purpose=purpose, codes=("canvas",))
        with pytest.raises(Refusal), gate.open(phone.actor, purpose, items=("device.signal",)):
            pytest.fail("opened")
    with pytest.raises(Exception, match="permission denied"):
        connections["worker"].cursor().execute("select value from privacy_signal")


@pytest.mark.clause("GX-1.1-08")
def test_only_listed_features_are_stored(phone):
    phone.sent(
        features={"model": "P60", "os": "HarmonyOS", "cpu_serial": "canary", "gpu": "canary", "uptime": 12}
    )
    assert device.signals_kept() == {"features.model": "P60", "features.os": "HarmonyOS"}
    assert "canary" not in device.tables() + device.logs()


@pytest.mark.clause("GX-1.1-28")
@pytest.mark.parametrize("signal", [{"battery": {"level": 0.77313}}, {"app_list": ["com.canary.app"]}])
def test_battery_and_applications_are_not_declared(phone, signal, capfd):
    phone.refused("field_not_declared", **signal)
    output = capfd.readouterr()
    seen = device.tables() + device.logs() + output.out + output.err
    assert "0.77313" not in seen and "canary" not in seen and device.signals_kept() == {}


@pytest.mark.clause("GX-1.1-03")
def test_who_rejects_analytics_leaves_one_log_line_and_no_count(shebao):
    visitor = Client(headers={"user-agent": "canary-agent", "accept-language": "canary-language"})
    visitor.get("/analytics/no?next=/privacy/cookies/")
    before = len(device.log_lines())
    for path in PUBLIC:
        visitor.get(path)
    Client(headers={"sec-gpc": "1"}).get("/welcome")
    lines = device.log_lines()[before:]
    assert len(lines) == len(PUBLIC) + 1
    assert device.rows("select 1 from privacy_visit") == []
    assert "canary" not in device.logs() + device.tables()
    keys = {"at", "request", "route", "method", "status", "ms", "purpose", "who", "chain"}
    assert all(set(json.loads(line)) == keys and json.loads(line)["who"] == "" for line in lines)


@pytest.mark.clause("GX-1.2-05")
def test_ten_visits_add_ten_to_a_page_and_a_day(shebao):
    for _ in range(10):
        Client().get("/welcome")
    assert [count for (count,) in device.rows("select count from privacy_visit where page = 'welcome'")] == [
        10
    ]
    today = clock.china(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    assert device.rows("select distinct since from privacy_visit") == [(today,)]
    columns = device.rows(
        "select column_name from information_schema.columns where table_name = 'privacy_visit'"
    )
    assert {name for (name,) in columns} == {"page", "since", "count"}
