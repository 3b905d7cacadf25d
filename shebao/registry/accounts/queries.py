"""个人账户: pension and medical, year by year, in fen."""

from typing import Any

from shebao.privacy import gate
from shebao.registry import reads
from shebao.registry.models import Account, AccountYear


def accounts_text(
    actor: gate.Actor, *, subject: int | None = None, case: str = "", process: str = "enquiry.account"
) -> str:
    """JSON text as the database wrote it. Refuses with the gate's codes."""
    return reads.text("registry.accounts", *reads.opening(actor, process, subject, case))


def accounts(
    actor: gate.Actor, *, subject: int | None = None, case: str = "", process: str = "enquiry.account"
) -> dict[str, Any]:
    """The same, parsed."""
    return reads.parsed(accounts_text(actor, subject=subject, case=case, process=process))


def year_of(grant: gate.Grant, year: int) -> dict[str, AccountYear]:
    """The account years by kind under an open grant; a missing account is missing."""
    rows = AccountYear.objects.using(grant.alias).filter(subject_id=grant.subject_id, year=year)
    return {row.kind: row for row in rows}


def balance(grant: gate.Grant, kind: str) -> int:
    """Balance of one account under an open grant, fen; 0 without one."""
    row = Account.objects.using(grant.alias).filter(subject_id=grant.subject_id, kind=kind).first()
    return row.balance_fen if row else 0
