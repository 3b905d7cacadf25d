"""地图: pictures of where halls are, fetched by the server. The source hears rounded places of halls and nothing else.

It never hears who looks: no account, no key, no cookie, no address of a person. Without a source there is the list.
"""

import http.client
import time
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core import signing

from shebao.appointments import coordinates, queries
from shebao.appointments.coordinates import Place
from shebao.appointments.models import Office
from shebao.base.refusal import Refusal

TIMEOUT_SECONDS = 3.0
REST_SECONDS = 60.0
LARGEST = 1024 * 1024
PNG, JPEG = b"\x89PNG", b"\xff\xd8\xff"
# A tile of zoom 13 is some three kilometres wide: coarser than a place of two decimals.
CLOSEST, WIDEST = 13, 6
WIDTH, HEIGHT, ZOOM = 640, 420, 14
BAIDU_FINEST = 18
TICKET_SECONDS = 3600
SALT = "appointments.map"
_rests_until = 0.0


@dataclass(frozen=True)
class Source:
    """The map source of this deployment."""

    kind: str
    name: str
    address: str


@dataclass(frozen=True)
class Still:
    """A still picture of a hall's surroundings: pixels, and where on it the hall is."""

    width: int
    height: int
    x: int
    y: int


def source() -> Source | None:
    """The map source, or none: then halls are a list."""
    known = settings.DEPLOYMENT.get("map", {})
    address = settings.MAP_SOURCE or known.get("address", "")
    return Source(known["kind"], known["name"], address) if known and address else None


def ticket() -> str:
    """What the page gets when the person says 看地图; it says nothing about her."""
    return signing.TimestampSigner(salt=SALT).sign("map")


def require(given: str) -> Source:
    """The source, for a page whose reader has agreed. Refuses without, and where there is no source."""
    try:
        signing.TimestampSigner(salt=SALT).unsign(given, max_age=TICKET_SECONDS)
    except signing.BadSignature:
        raise Refusal(
            "consent_required", "看地图之前，先看一眼要用什么。", "看说明", "/appointments/map"
        ) from None
    found = source()
    if found is None:
        raise Refusal("not_found", "这里没有地图，请看名单。", "看名单", "/offices/")
    return found


def tile(zoom: int, x: int, y: int, *, by: Source) -> bytes:
    """One tile. Refuses closer ones than the register's kilometre, and numbers that are no tile."""
    if by.kind != "tiles" or not (WIDEST <= zoom <= CLOSEST and 0 <= x < 2**zoom and 0 <= y < 2**zoom):
        raise Refusal("not_found", "没有这一块地图。", "看名单", "/offices/")
    return _fetch(by.address, f"/{zoom}/{x}/{y}.png")


def picture(office: Office, *, by: Source) -> bytes:
    """The still picture around a hall, in the source's own coordinates, from a rounded centre."""
    if by.kind != "baidu":
        raise Refusal("not_found", "没有这一张地图。", "看名单", "/offices/")
    longitude, latitude = _centre(office)
    query = {
        "center": f"{longitude:.2f},{latitude:.2f}",
        "width": WIDTH,
        "height": HEIGHT,
        "zoom": ZOOM,
        "coordtype": "bd09ll",
    }
    return _fetch(by.address, f"/staticimage?{urlencode(query)}")


def still(office: Office) -> Still:
    """Where the hall is on its picture: the part that rounding took away, in pixels."""
    here, centre = _baidu(office), _centre(office)
    metres = 2 ** (BAIDU_FINEST - ZOOM)
    east = coordinates.apart_km((centre[0], here[1]), here) * 1000 * (1 if here[0] >= centre[0] else -1)
    north = coordinates.apart_km((here[0], centre[1]), here) * 1000 * (1 if here[1] >= centre[1] else -1)
    return Still(WIDTH, HEIGHT, round(WIDTH / 2 + east / metres), round(HEIGHT / 2 - north / metres))


def _baidu(office: Office) -> Place:
    return coordinates.to_bd(coordinates.to_gcj(queries.place(office)))


def _centre(office: Office) -> Place:
    return coordinates.rounded(_baidu(office))


def _fetch(address: str, path: str) -> bytes:
    """A picture; a source that does not answer is left alone for a minute, so that pages do not wait for it."""
    global _rests_until  # noqa: PLW0603 - one rest for the whole process
    if time.monotonic() < _rests_until:
        raise Refusal("unavailable", "地图现在取不到，名单照样能用。", "看名单", "/offices/")
    try:
        return _kept(address, path)
    except (OSError, http.client.HTTPException, ValueError):
        _rests_until = time.monotonic() + REST_SECONDS
        raise Refusal("unavailable", "地图现在取不到，名单照样能用。", "看名单", "/offices/") from None


@lru_cache(maxsize=256)
def _kept(address: str, path: str) -> bytes:
    at = urlsplit(address)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    connection = kind(at.hostname or "", at.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", at.path.rstrip("/") + path, headers={"Accept": "image/png, image/jpeg"})
        answer = connection.getresponse()
        body = answer.read(LARGEST + 1)
    finally:
        connection.close()
    if answer.status != 200 or len(body) > LARGEST or not body.startswith((PNG, JPEG)):
        raise ValueError(answer.status)
    return body
