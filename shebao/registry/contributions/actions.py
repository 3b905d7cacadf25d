"""缴费记录 written by a case. Within an open grant that writes `contribution.record`. Fen, months YYYYMM."""

from datetime import date

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
