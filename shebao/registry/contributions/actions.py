"""缴费记录 written by a case. Within an open grant that writes `contribution.record`. Fen, months YYYYMM."""

from datetime import date

from django.db.models import QuerySet

from shebao.privacy import gate
from shebao.registry.models import Contribution


def back_pay(
    grant: gate.Grant, *, insurance: int, month: int, base_fen: int, employer_fen: int, person_fen: int,
    employer: int,
) -> None:  # fmt: skip
    """补缴 of one month, waiting for the money."""
    Contribution.objects.using(grant.alias).create(
        subject_id=grant.subject_id, insurance=insurance, month=month, kind="backpay", state="paying",
        base_fen=base_fen, employer_fen=employer_fen, person_fen=person_fen, employer_id=employer,
    )  # fmt: skip


def fund_pays(
    grant: gate.Grant, *, insurance: int, month: int, base_fen: int, amount_fen: int, on: date
) -> None:
    """A month that a fund pays for the person; nothing is taken from her."""
    Contribution.objects.using(grant.alias).create(
        subject_id=grant.subject_id, insurance=insurance, month=month, kind="fund", state="paid",
        base_fen=base_fen, employer_fen=0, person_fen=0, subsidy_fen=amount_fen, paid_on=on,
    )  # fmt: skip


def paid_in(grant: gate.Grant, *, insurance: int, year: int) -> bool:
    """Whether a contribution of the year has arrived."""
    return _of_year(grant, insurance, year).filter(state="paid").exists()


def yearly_due(
    grant: gate.Grant, *, insurance: int, year: int, base_fen: int, person_fen: int, subsidy_fen: int
) -> None:
    """按年缴 of a resident that waits for the money: `base_fen` in full, `person_fen` is what is left to pay."""
    amounts = {"base_fen": base_fen, "person_fen": person_fen, "subsidy_fen": subsidy_fen}
    if not _of_year(grant, insurance, year).filter(seq=0).exclude(state="paid").update(**amounts):
        Contribution.objects.using(grant.alias).create(
            subject_id=grant.subject_id, insurance=insurance, month=year * 100 + 1, kind="resident_year",
            state="paying", employer_fen=0, **amounts,
        )  # fmt: skip


def _of_year(grant: gate.Grant, insurance: int, year: int) -> QuerySet[Contribution]:
    rows = Contribution.objects.using(grant.alias).filter(subject_id=grant.subject_id, insurance=insurance)
    return rows.filter(month__gt=year * 100, month__lt=(year + 1) * 100)
