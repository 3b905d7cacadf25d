"""坐标换算: WGS-84 (satellites), GCJ-02 (maps of China), BD-09 (Baidu). Degrees; pure.

GCJ-02 is not published; the series below is the approximation in public use, good to about a metre. The way back
is found by iteration, so that both ways agree.
"""

import math

Place = tuple[float, float]
# Krasovsky 1940: semi-major axis in metres, first eccentricity squared.
AXIS, ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943
ORIGIN = (105.0, 35.0)
BAIDU_SHIFT = (0.0065, 0.006)
BAIDU_WAVE = math.pi * 3000.0 / 180.0
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
ROUNDS = 6
EARTH_KM = 6371.0


def covers(place: Place) -> bool:
    """Whether GCJ-02 shifts this place at all: the box around China."""
    return WEST <= place[0] <= EAST and SOUTH <= place[1] <= NORTH


def to_gcj(place: Place) -> Place:
    """WGS-84 to GCJ-02; outside the box nothing is shifted."""
    if not covers(place):
        return place
    east, north = _shift(place)
    return place[0] + east, place[1] + north


def from_gcj(place: Place) -> Place:
    """GCJ-02 to WGS-84."""
    if not covers(place):
        return place
    guess = place
    for _ in range(ROUNDS):
        east, north = _shift(guess)
        guess = place[0] - east, place[1] - north
    return guess


def to_bd(place: Place) -> Place:
    """GCJ-02 to BD-09."""
    x, y = place
    radius = math.hypot(x, y) + 0.00002 * math.sin(y * BAIDU_WAVE)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * BAIDU_WAVE)
    return radius * math.cos(angle) + BAIDU_SHIFT[0], radius * math.sin(angle) + BAIDU_SHIFT[1]


def from_bd(place: Place) -> Place:
    """BD-09 to GCJ-02."""
    guess = place[0] - BAIDU_SHIFT[0], place[1] - BAIDU_SHIFT[1]
    for _ in range(ROUNDS):
        back = to_bd(guess)
        guess = guess[0] + place[0] - back[0], guess[1] + place[1] - back[1]
    return guess


def rounded(place: Place, digits: int = 2) -> Place:
    """A place as coarse as it may leave the house: two decimals are about one kilometre."""
    return round(place[0], digits), round(place[1], digits)


def apart_km(one: Place, other: Place) -> float:
    """Great-circle distance in kilometres."""
    north = math.radians(other[1] - one[1])
    east = math.radians(other[0] - one[0])
    half = (
        math.sin(north / 2) ** 2
        + math.cos(math.radians(one[1])) * math.cos(math.radians(other[1])) * math.sin(east / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


def _shift(place: Place) -> Place:
    """How far GCJ-02 lies from WGS-84 at a place, in degrees."""
    x, y = place[0] - ORIGIN[0], place[1] - ORIGIN[1]
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += _waves(6 * x, 20, 2 * x, 20) + _waves(y, 20, y / 3, 40) + _waves(y / 12, 160, y / 30, 320)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += _waves(6 * x, 20, 2 * x, 20) + _waves(x, 20, x / 3, 40) + _waves(x / 12, 150, x / 30, 300)
    sine = math.sin(math.radians(place[1]))
    curve = 1 - ECCENTRICITY * sine * sine
    per_north = math.radians(AXIS * (1 - ECCENTRICITY) / curve**1.5)
    per_east = math.radians(AXIS / math.sqrt(curve) * math.cos(math.radians(place[1])))
    return east / per_east, north / per_north


def _waves(first: float, high: float, second: float, low: float) -> float:
    return (high * math.sin(first * math.pi) + low * math.sin(second * math.pi)) * 2 / 3
