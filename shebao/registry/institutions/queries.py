"""定点医药机构 as anyone may see them: public facts, no person in them."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from shebao.base.refusal import Refusal
from shebao.registry.models import Institution

PAGE = 20
MOST_PLACES = 500
KINDS = {"hospital": "医院", "community": "社区机构", "pharmacy": "药店"}
LEVELS = {1: "一级", 2: "二级", 3: "三级"}


def institutions(
    *, words: str = "", kind: str = "", region: str = "", district: str = "", page: int = 1
) -> tuple[list[Institution], bool]:
    """Institutions by words of name or address, kind, city and district; whether more follow."""
    rows = _chosen(kind, region)
    for word in words.split():
        rows = rows.filter(Q(name__contains=word) | Q(address__contains=word))
    if district:
        rows = rows.filter(district=district)
    start = (page - 1) * PAGE
    found = list(rows.order_by("region", "-level", "name", "id")[start : start + PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def one(number: int) -> Institution:
    """One of them. Refuses (`not_found`) a number that is not there."""
    found = Institution.objects.filter(id=number).first()
    if found is None:
        raise Refusal("not_found", "没有这家机构。", "看全部", "/catalogue/institutions/")
    return found


def placed(*, kind: str = "", region: str = "") -> Sequence[Institution]:
    """Those whose place is known, for the reader's own device to sort by distance."""
    rows = _chosen(kind, region).exclude(longitude_e6=None).exclude(latitude_e6=None)
    return list(rows.order_by("id")[:MOST_PLACES])


def cities() -> list[str]:
    """Regions that have one, by code."""
    return list(Institution.objects.order_by("region").values_list("region", flat=True).distinct())


def districts(region: str) -> list[str]:
    """Districts of a city that have one."""
    rows = Institution.objects.filter(region=region).exclude(district="")
    return list(rows.order_by("district").values_list("district", flat=True).distinct())


def described(one: Institution) -> str:
    """三级医院, 社区机构, 药店."""
    return f"{LEVELS.get(one.level, '')}{KINDS[one.kind]}"


def _chosen(kind: str, region: str) -> QuerySet[Institution]:
    rows = Institution.objects.all()
    rows = rows.filter(kind=kind) if kind in KINDS else rows
    return rows.filter(region=region) if region else rows
