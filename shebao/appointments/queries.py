"""经办机构: public facts about offices."""

import math

from shebao.appointments.models import Office


def offices(*, district: str = "") -> list[Office]:
    """Offices by district, or all of the deployment."""
    rows = Office.objects.order_by("region", "district", "name")
    return list(rows.filter(district=district) if district else rows)


def nearest(*, longitude_e6: int, latitude_e6: int, most: int = 5) -> list[Office]:
    """The offices next to a position (millionths of a degree); the position is used here and kept nowhere."""
    shrink = math.cos(math.radians(latitude_e6 / 1_000_000))

    def apart(office: Office) -> float:
        east = (office.longitude_e6 - longitude_e6) * shrink
        return math.hypot(east, office.latitude_e6 - latitude_e6)

    return sorted(offices(), key=apart)[:most]


def in_region(region: str) -> list[Office]:
    """The offices of one city."""
    return [office for office in offices() if office.region == region]
