"""经办机构: public facts about offices."""

from shebao.appointments.models import Office


def offices(*, district: str = "") -> list[Office]:
    """Offices by district, or all of the deployment."""
    rows = Office.objects.order_by("region", "district", "name")
    return list(rows.filter(district=district) if district else rows)
