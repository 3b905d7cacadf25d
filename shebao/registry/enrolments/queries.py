"""参保信息: which insurances, since when, with whom."""

from collections.abc import Sequence
from typing import Any

from shebao.privacy import gate
from shebao.registry import reads
from shebao.registry.models import Enrolment


def enrolments_text(
    actor: gate.Actor, *, subject: int | None = None, case: str = "", process: str = "enquiry.enrolment"
) -> str:
    """JSON text as the database wrote it. Refuses with the gate's codes."""
    return reads.text("registry.enrolments", *reads.opening(actor, process, subject, case))


def enrolments(
    actor: gate.Actor, *, subject: int | None = None, case: str = "", process: str = "enquiry.enrolment"
) -> dict[str, Any]:
    """The same, parsed."""
    return reads.parsed(enrolments_text(actor, subject=subject, case=case, process=process))


def spells(grant: gate.Grant) -> list[Enrolment]:
    """All spells of insurance under an open grant, with the employer, newest first within an insurance."""
    return spells_of([grant])[grant.subject_id]


def spells_of(grants: Sequence[gate.Grant]) -> dict[int, list[Enrolment]]:
    """The same for several open grants of one transaction, by person."""
    found: dict[int, list[Enrolment]] = {grant.subject_id: [] for grant in grants}
    if grants:
        rows = Enrolment.objects.using(grants[0].alias).filter(subject_id__in=list(found))
        for row in rows.select_related("employer").order_by("insurance", "-since"):
            found[row.subject_id].append(row)
    return found
