"""The map of halls: its source hears rounded places of halls and nothing about who looks; without a yes it hears nothing."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from shebao.appointments import map_simulator, maps, queries
from shebao.appointments.map_simulator import Source
from shebao.appointments.models import Office
from shebao.base.refusal import Refusal
from tests import people
from tests.appointments.pool import HALL
from tests.clauses import doors

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # static files are not collected in tests
KNOWN_HEADERS = {"Host", "Accept-Encoding", "Accept"}


@pytest.fixture
def source(shebao, monkeypatch) -> Iterator[Source]:
    made = Source()
    door = map_simulator.started(made)
    monkeypatch.setattr(settings, "MAP_SOURCE", f"http://127.0.0.1:{door.server_port}")
    monkeypatch.setattr(maps, "_rests_until", 0.0)
    maps._kept.cache_clear()
    yield made
    door.shutdown()
    door.server_close()


def with_kind(monkeypatch, kind):
    known = settings.DEPLOYMENT["map"] | {"kind": kind}
    monkeypatch.setattr(settings, "DEPLOYMENT", settings.DEPLOYMENT | {"map": known})


@pytest.mark.clause("JL-3.3.1-09")
def test_baidu_hears_a_rounded_hall_and_no_person_and_nothing_without_a_yes(source):
    browser = doors.citizen()
    browser.get(f"/appointments/halls/{HALL}")
    browser.get(f"/appointments/map?hall={HALL}")
    assert "百度地图" in browser.text and "不用，看名单" in browser.text
    browser.get("/offices/")
    assert browser.status == 200 and "社保医保综合服务大厅" in browser.text
    picture = f"/appointments/map/not-a-yes/halls/{HALL}.png"
    assert browser.client.get(picture).status_code == 403
    assert source.asked == []
    browser.get(f"/appointments/map?hall={HALL}")
    browser.post(f"/appointments/map?hall={HALL}")
    shown = re.search(r'<image href="([^"]*)"', browser.page)[1]
    answer = browser.client.get(shown)
    assert answer.status_code == 200 and answer["Content-Type"] == "image/png"
    ((path, headers),) = source.asked
    asked = dict(pair.split("=") for pair in path.split("?")[1].split("&"))
    assert set(asked) == {"center", "width", "height", "zoom", "coordtype"}
    assert re.fullmatch(r"\d{3}\.\d\d%2C\d\d\.\d\d", asked["center"]) and asked["coordtype"] == "bd09ll"
    assert headers.keys() <= KNOWN_HEADERS
    token = people.citizen().token.hex()
    sent = path + str(headers)
    assert not [word for word in ("ak=", "key", "token", "cookie", "subject", token) if word in sent.lower()]
    office = Office.objects.get(id=HALL)
    assert f"{office.longitude_e6 / 1e6:.3f}" not in path


def test_tiles_are_never_closer_than_the_register_allows(source, monkeypatch):
    with_kind(monkeypatch, "tiles")
    client = Client()
    page = client.post("/appointments/map").content.decode()
    where = re.search(r'data-map="([^"]*)"', page)[1]
    assert client.get(f"{where}13/6940/3000.png").status_code == 200
    for wrong in ("14/0/0", "5/0/0", "13/8192/0", "13/0/8192"):
        assert client.get(f"{where}{wrong}.png").status_code == 404, wrong
    assert [path for path, _ in source.asked] == ["/13/6940/3000.png"]
    assert page.count("<li data-id=") == len(queries.offices())
    assert not client.cookies


def test_the_hall_stands_where_rounding_took_it_from(source):
    for office in queries.offices():
        still = maps.still(office)
        assert 0 < still.x < still.width and 0 < still.y < still.height


def test_without_a_source_there_is_a_list_and_no_link_to_a_map(shebao):
    browser = doors.citizen()
    browser.get(f"/appointments/halls/{HALL}")
    assert "看地图" not in browser.text
    assert browser.get("/appointments/map").status == 404 and "看名单" in browser.page
    with pytest.raises(Refusal, match="not_found"):
        maps.require(maps.ticket())


def test_a_source_that_fails_is_left_alone_and_said_so(shebao, monkeypatch):
    monkeypatch.setattr(settings, "MAP_SOURCE", "http://127.0.0.1:9")
    monkeypatch.setattr(maps, "_rests_until", 0.0)
    office = Office.objects.get(id=HALL)
    for _ in range(2):
        with pytest.raises(Refusal, match="unavailable") as refused:
            maps.picture(office, by=maps.require(maps.ticket()))
        assert "名单照样能用" in refused.value.message
    assert maps._rests_until > 0
    monkeypatch.setattr(maps, "_rests_until", 0.0)
