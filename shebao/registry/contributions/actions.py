"""缴费记录 written by a case. Within an open grant that writes `contribution.record`. Fen, months YYYYMM."""

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
