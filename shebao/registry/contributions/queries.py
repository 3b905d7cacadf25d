"""缴费记录: what was paid, month by month. Amounts are fen, months YYYYMM."""

from typing import Any

from django.conf import settings
from django.db import connections

from shebao.privacy import gate
from shebao.registry import reads
from shebao.registry.models import Contribution

PENSION, MEDICAL = 110, 310
OWN = 0
MOVED = "moved"


def usual() -> int:
    """The insurance most people ask for here: the pension, or medical insurance where no pensions are run."""
    return PENSION if PENSION in settings.DEPLOYMENT["insurances"]["offered"] else MEDICAL


def contributions_text(
    actor: gate.Actor,
    *,
    insurance: int = PENSION,
    since: int = 0,
    until: int = 999912,
    subject: int | None = None,
    case: str = "",
    process: str = "enquiry.contribution",
) -> str:
    """JSON text as the database wrote it; insurance OWN is the one the person has paid longest.

    Refuses with the gate's codes.
    """
    opening = reads.opening(actor, process, subject, case)
    return reads.text("registry.contributions", *opening, insurance, since, until, usual())


def contributions(
    actor: gate.Actor,
    *,
    insurance: int = PENSION,
    since: int = 0,
    until: int = 999912,
    subject: int | None = None,
    case: str = "",
    process: str = "enquiry.contribution",
) -> dict[str, Any]:
    """The same, parsed."""
    return reads.parsed(
        contributions_text(
            actor, insurance=insurance, since=since, until=until, subject=subject, case=case, process=process
        )
    )


def paid_rows(grant: gate.Grant, *, since: int = 0, until: int = 999912) -> list[Contribution]:
    """Months of all insurances in [since, until] under an open grant, oldest first; not those that moved away."""
    rows = (
        Contribution.objects.using(grant.alias)
        .filter(subject_id=grant.subject_id, month__gte=since, month__lte=until)
        .exclude(state=MOVED)
    )
    return list(rows.order_by("insurance", "month", "seq"))


def unit_average(grant: gate.Grant, employer: int, year: int) -> int | None:
    """单位上年度职工月平均工资: average monthly base (fen) the unit declared in a year; None when it declared none."""
    with connections[grant.alias].cursor() as cursor:
        cursor.execute("select registry.unit_average(%s, %s)", [employer, year])
        average: int | None = cursor.fetchone()[0]
    return average
