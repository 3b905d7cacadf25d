"""缴费记录 that come from another place or leave for one. Within an open grant that writes `contribution.record`. Fen."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Max

from shebao.privacy import gate
from shebao.registry.contributions.queries import MOVED
from shebao.registry.models import Contribution
from shebao.rules.merging import Paid

PAID = "paid"


def own(grant: gate.Grant, insurance: int) -> list[Contribution]:
    """Months of one insurance that arrived here, oldest first."""
    rows = Contribution.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, insurance=insurance, state=PAID
    )
    return list(rows.order_by("month", "seq"))


def told(rows: Sequence[Contribution]) -> tuple[Paid, ...]:
    """The same as another agency reads them; what was paid later for a month (补差) is added to it."""
    sums: dict[tuple[int, str], list[Contribution]] = {}
    for row in rows:
        kind = "resident_year" if row.kind == "resident_year" else "normal"
        sums.setdefault((row.month, kind), []).append(row)
    return tuple(
        Paid(
            month, kind, sum(one.base_fen for one in those), sum(one.employer_fen for one in those),
            sum(one.person_fen for one in those), sum(one.subsidy_fen for one in those),
            max((one.paid_on.isoformat() for one in those if one.paid_on), default=""),
        )
        for (month, kind), those in sorted(sums.items())
    )  # fmt: skip


def take_in(grant: gate.Grant, insurance: int, months: Sequence[Paid]) -> None:
    """Months of another place (转入); a month once moved away comes back in its own row."""
    rows = Contribution.objects.using(grant.alias).filter(subject_id=grant.subject_id, insurance=insurance)
    last = dict(rows.values_list("month").annotate(last=Max("seq")))
    rows.bulk_create(
        Contribution(
            subject_id=grant.subject_id, insurance=insurance, month=one.month,
            seq=last[one.month] + 1 if one.month in last else 0,
            kind="transfer" if one.kind == "normal" else one.kind, state=PAID, base_fen=one.base_fen,
            employer_fen=one.employer_fen, person_fen=one.person_fen, subsidy_fen=one.subsidy_fen,
            paid_on=date.fromisoformat(one.paid_on) if one.paid_on else None,
        )
        for one in months
    )  # fmt: skip


def give_away(grant: gate.Grant, insurance: int, until: int) -> int:
    """Months up to one are counted elsewhere from now on (已转出); returns how many rows."""
    rows = Contribution.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, insurance=insurance, state=PAID, month__lte=until
    )
    return rows.update(state=MOVED)
