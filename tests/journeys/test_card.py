"""A person binds her card at the company's service, reveals an amount, and nothing of it stays on the phone."""

import json

import pytest
from playwright.sync_api import Browser

from shebao.appointments import coordinates
from shebao.base import money
from shebao.identity.methods import card_simulator
from tests import people
from tests.clauses import doors
from tests.journeys.walk import Site, walking

pytestmark = pytest.mark.journey
PROFILE = "ebao"
EVERYTHING_KEPT = """async () => JSON.stringify({
  local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie,
  databases: (await indexedDB.databases()).map(one => one.name),
  caches: (await Promise.all((await caches.keys()).map(async name => {
    const box = await caches.open(name);
    return Promise.all((await box.keys()).map(async key => key.url + " " + await (await box.match(key)).text()));
  }))).flat(),
})"""


# A worker on its way in is not cut off by the clearing.
SETTLED = "() => navigator.serviceWorker.ready.then(() => true)"
PUT = """async () => {
  localStorage.setItem("kept", "1"); sessionStorage.setItem("kept", "1"); await (await caches.open("kept")).put("/kept", new Response("1"));
  await new Promise(done => { indexedDB.open("kept").onsuccess = event => { event.target.result.close(); done(); }; });
}"""


@pytest.mark.clause("EB-1.1-09", "EB-1.2.5-01")
def test_binding_a_card_and_revealing_the_balance(site: Site, chromium: Browser) -> None:
    line = site.login("罗青禾")
    cards = card_simulator.known_cards(site.installation.home)
    number = next(card for card, who in cards.items() if who["name"] == "罗青禾")
    ((balance,),) = doors.rows(
        "select balance_fen from registry_account where subject_id = %s and kind = 'pension'", people.QINGHE
    )
    amount = money.yuan(balance)
    with walking(chromium, site) as walk:
        walk.go("/login?next=/account/card/")
        walk.send("登录", login=line["login"], password=line["password"])
        assert walk.page.locator("input[name=agree]:checked").count() == 0
        walk.page.get_by_label("我同意用卡号和查询密码核对身份").check()
        walk.page.get_by_label("查账户").check()
        walk.send("同意并绑定", card_number=number, password=cards[number]["password"])
        assert "社保卡已绑定" in walk.text
        walk.go("/me/account")
        assert "已隐藏" in walk.text and amount not in walk.page.content()
        walk.tap("显示金额")
        assert amount in walk.text
        walk.tap("隐藏金额")
        assert amount not in walk.page.content()
        walk.go("/me/spending")
        assert "不同意" in walk.text
        walk.go("/account/")
        kept = walk.page.evaluate(EVERYTHING_KEPT)
        for word in (amount, str(balance), f"{balance / 100:.2f}", number, "罗青禾", line["login"]):
            assert word not in kept and word not in json.dumps(walk.page.context.cookies())
        walk.go("/account/card/")
        walk.tap("解绑社保卡", role="button")
        walk.go("/me/account")
        assert "绑定" in walk.text and amount not in walk.page.content()
        walk.go("/account/")
        walk.page.evaluate(SETTLED)
        walk.tap("退出登录", role="button")
        walk.page.evaluate(SETTLED)
        left = walk.page.evaluate(EVERYTHING_KEPT) + json.dumps(
            walk.page.context.cookies(), ensure_ascii=False
        )
        for word in (amount, str(balance), number, "罗青禾", "demo-flexible"):
            assert word not in left, word
        walk.go("/elder/on")
        walk.page.evaluate(PUT)
        walk.go("/privacy/cookies/")
        walk.page.evaluate(SETTLED)
        walk.tap("清掉这台设备上存的", role="button")
        gone = json.loads(walk.page.evaluate(EVERYTHING_KEPT))
        assert not (gone["local"] or gone["session"] or gone["databases"]), gone
        assert not [entry for entry in gone["caches"] if "/kept" in entry]
        assert {cookie["name"] for cookie in walk.page.context.cookies()} <= {
            "welcome",
            "analytics",
            "sb_csrf",
        }


@pytest.mark.clause("EB-1.2.3-02")
def test_service_points_and_institutions_by_distance_or_city(site: Site, chromium: Browser) -> None:
    held = doors.rows(
        "select name, address, hours, region, longitude_e6, latitude_e6 from registry_institution"
    )
    here = (126.55, 43.84)
    with walking(chromium, site) as walk:
        walk.page.context.grant_permissions(["geolocation"])
        walk.page.context.set_geolocation({"longitude": here[0], "latitude": here[1]})
        sent: list[str] = []
        walk.page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
        line = site.login("罗青禾")
        walk.go("/login?next=/catalogue/institutions/")
        walk.send("登录", login=line["login"], password=line["password"])
        walk.tap("按离我远近排")
        walk.page.get_by_role("button", name="允许").click()
        walk.page.locator("[data-sorted]").wait_for(state="visible")
        shown = walk.page.locator(".far > a:visible b").all_inner_texts()
        kilometres = [
            float(t.split()[0]) for t in walk.page.locator(".far > a:visible [data-far]").all_inner_texts()
        ]
        order = sorted(held, key=lambda row: coordinates.apart_km(here, (row[4] / 1e6, row[5] / 1e6)))
        assert shown == [row[0] for row in order[: len(shown)]] and kilometres == sorted(kilometres)
        assert not [one for one in sent if "126.55" in one or "43.84" in one]
        nearest = order[0]
        walk.go(f"/catalogue/institutions/?region={nearest[3]}&q={nearest[0]}")
        assert nearest[1] in walk.text and nearest[2] in walk.text
        walk.page.locator(f'a:has-text("{nearest[0]}")').first.click()
        walk.page.wait_for_url("**/catalogue/institutions/*/")
        assert nearest[1] in walk.text and nearest[2] in walk.text
