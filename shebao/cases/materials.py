"""材料 of a case, page by page, under an open grant that holds `material.file`."""

from dataclasses import dataclass

from shebao.cases.models import Material
from shebao.privacy import gate


@dataclass(frozen=True)
class Page:
    """One kept page."""

    id: int
    material: str
    number: int
    media_type: str
    size: int
    state: str


def pages(grant: gate.Grant, case_no: str) -> tuple[Page, ...]:
    """The pages of a case in order."""
    rows = Material.objects.using(grant.alias).filter(case_id=case_no).order_by("material", "number")
    return tuple(Page(r.id, r.material, r.number, r.media_type, r.size, r.state) for r in rows)


def discard(grant: gate.Grant, case_no: str) -> int:
    """Throws the pages of a draft away; returns how many."""
    return Material.objects.using(grant.alias).filter(case_id=case_no).delete()[0]
