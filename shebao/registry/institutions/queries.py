"""定点医药机构 as anyone may see them: public facts, no person in them."""

from dataclasses import dataclass

from shebao.registry.models import Institution

PAGE = 20
KINDS = {"hospital": "医院", "community": "社区机构", "pharmacy": "药店"}


@dataclass(frozen=True)
class Listed:
    """One institution under agreement; `level` 0 for a pharmacy."""

    name: str
    kind: str
    level: int
    region: str


def institutions(*, words: str = "", kind: str = "", page: int = 1) -> tuple[list[Listed], bool]:
    """Institutions whose name contains the words, of a kind or of all; whether more follow."""
    rows = Institution.objects.filter(name__contains=words.strip())
    if kind in KINDS:
        rows = rows.filter(kind=kind)
    start = (page - 1) * PAGE
    found = list(rows.order_by("region", "-level", "name", "id")[start : start + PAGE + 1])
    return [Listed(row.name, row.kind, row.level, row.region) for row in found[:PAGE]], len(found) > PAGE
