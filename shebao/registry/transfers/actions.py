"""关系转移 written by a case. Within an open grant that writes `transfer.record`. Months and fen."""

from datetime import date

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.registry.models import Transfer


def request(
    grant: gate.Grant, *, insurance: int, direction: str, region: str, months: int, account_fen: int, on: date,
    due: date, case: str,
) -> Transfer:  # fmt: skip
    """A transfer `in` or `out`. Refuses a second one of the insurance under way."""
    rows = Transfer.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, insurance=insurance, done_on=None
    )
    if rows.exists():
        raise Refusal("conflict", "这个险种已经在转移。", "看我的办件", "/cases/")
    return rows.create(
        subject_id=grant.subject_id, insurance=insurance, direction=direction, region=region, stage="requested",
        months=months, account_fen=account_fen, requested_on=on, due_on=due, case_no=case,
    )  # fmt: skip
