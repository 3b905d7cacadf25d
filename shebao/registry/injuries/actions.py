"""工伤认定 and 劳动能力鉴定 concluded by a case. Within an open grant that reads and writes the record."""

from datetime import date

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.registry.models import Appraisal, Injury


def recognise(
    grant: gate.Grant, *, accident_on: date, ground: str, applied_by: str, applied_on: date, decided_on: date,
    employer_bears_until: date | None, case: str,
) -> Injury:  # fmt: skip
    """A recognised injury. Refuses the same accident a second time (`conflict`)."""
    rows = Injury.objects.using(grant.alias).filter(subject_id=grant.subject_id)
    if rows.filter(accident_on=accident_on).exists():
        raise Refusal("conflict", "这次事故已经认定过。", "看我的办件", "/cases/")
    return rows.create(
        subject_id=grant.subject_id, accident_on=accident_on, ground=ground, applied_by=applied_by,
        applied_on=applied_on, decided_on=decided_on, employer_bears_until=employer_bears_until, case_no=case,
    )  # fmt: skip


def employer(grant: gate.Grant, *, month: int, case: str) -> int | None:
    """Who insured the worker in a month, as the subject to tell; None when nobody did. The employer finds an entry."""
    with connections[grant.alias].cursor() as cursor:
        cursor.execute(
            "select registry.injury_employer(%s, %s, %s, %s)",
            [grant.actor.token, grant.subject_id, month, case],
        )
        (found,) = cursor.fetchone()
    return None if found is None else int(found)


def conclude(
    grant: gate.Grant, *, basis: str, round_: str, level: str, injury: Injury | None = None, grade: int = 0,
    care: str = "", total: bool = False, decided_on: date, case: str,
) -> Appraisal:  # fmt: skip
    """A conclusion of the appraisal committee; an earlier one stays on file. Refuses a grade outside 0-10."""
    if not 0 <= grade <= 10:
        raise Refusal("invalid_input", "伤残等级只有一级到十级。", field="grade")
    return Appraisal.objects.using(grant.alias).create(
        subject_id=grant.subject_id, injury=injury, basis=basis, round=round_, level=level, grade=grade, care=care,
        total=total, decided_on=decided_on, case_no=case,
    )  # fmt: skip
