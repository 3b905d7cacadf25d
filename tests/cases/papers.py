"""Material for a case, as an applicant hands it in."""

import hashlib
from datetime import datetime

from shebao.cases import writing
from shebao.cases.models import Material
from shebao.items import catalogue, handling
from shebao.privacy import gate


def hand_in(no: str, material: str, *, by: gate.Actor, now: datetime) -> None:
    """One page."""
    found = writing.find(no, by=by)
    with handling.opened(catalogue.item(found.kind), by=by, subject=found.subject_id, case=no) as grant:
        number = Material.objects.using(grant.alias).filter(case_id=no, material=material).count() + 1
        Material.objects.using(grant.alias).create(
            case_id=no, subject_id=grant.subject_id, material=material, number=number, media_type="image/jpeg",
            size=1, sha256=hashlib.sha256(b"1").digest(), width=1, height=1, pages=1, state="received",
            received_at=now, content=b"1",
        )  # fmt: skip
