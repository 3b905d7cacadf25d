"""个人账户 cleared, restored or moved by a case. Within an open grant that writes `account.balance`. Amounts in fen."""

from datetime import date

from django.db.models import Sum

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.registry.models import Account, AccountEntry, AccountYear

NO_RATE = "0.00%"
ARRIVED = "关系转入"


def take_out(grant: gate.Grant, *, kind: str, amount_fen: int, on: date, reason: str, case: str) -> None:
    """Money leaves the account on a day. Refuses more than the balance; an emptied account earns no more interest."""
    row = _locked(grant, kind)
    if row is None or row.balance_fen < amount_fen or amount_fen <= 0:
        raise Refusal("conflict", "账户里没有这么多钱，请重新核对。", "看个人账户", "/me/account")
    _move(grant, row, -amount_fen, on, reason, case)


def put_back(grant: gate.Grant, *, on: date, reason: str, case: str) -> int:
    """What a case took out and the bank sent back; returns the amount, 0 when it was put back before."""
    missing = -taken(grant, case)
    kind = _kind(grant, case)
    if missing <= 0 or not kind:
        return 0
    _move(grant, _must(grant, kind), missing, on, reason, case)
    return missing


def take_again(grant: gate.Grant, *, on: date, reason: str, case: str) -> int:
    """The same money leaves once more, before it is sent again; returns the amount, 0 when nothing was put back."""
    first = AccountEntry.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, case_no=case, amount_fen__lt=0
    )
    row = first.order_by("id").first()
    if row is None or taken(grant, case) < 0:
        return 0
    take_out(grant, kind=row.kind, amount_fen=-row.amount_fen, on=on, reason=reason, case=case)
    return -row.amount_fen


def bring_in(
    grant: gate.Grant, *, kind: str, amount_fen: int, credit_fen: int, opened: int, on: date, reason: str, case: str
) -> None:  # fmt: skip
    """Money of another place joins the account, which opens when there is none.

    `credit_fen` of it was paid this year and stands in the year's credit; the rest stands in its opening.
    """
    row = _locked(grant, kind)
    if row is None:
        row = Account(subject_id=grant.subject_id, kind=kind, opened=opened, balance_fen=0, balance_on=on)
        row.save(using=grant.alias, force_insert=True)
    Account.objects.using(grant.alias).filter(subject_id=grant.subject_id, kind=kind).update(
        opened=min(row.opened, opened)
    )
    if amount_fen:
        _move(grant, row, amount_fen, on, reason, case, credit_fen=credit_fen)


def taken(grant: gate.Grant, case: str) -> int:
    """The sum of what a case moved on this person's accounts; minus: left."""
    rows = AccountEntry.objects.using(grant.alias).filter(subject_id=grant.subject_id, case_no=case)
    return int(rows.aggregate(total=Sum("amount_fen"))["total"] or 0)


def _kind(grant: gate.Grant, case: str) -> str:
    rows = AccountEntry.objects.using(grant.alias).filter(subject_id=grant.subject_id, case_no=case)
    row = rows.order_by("id").first()
    return row.kind if row else ""


def _move(
    grant: gate.Grant, row: Account, fen: int, on: date, reason: str, case: str, *, credit_fen: int = 0
) -> None:
    year = _year(grant, row, on.year)
    left = row.balance_fen + fen
    AccountEntry.objects.using(grant.alias).create(
        subject_id=grant.subject_id, kind=row.kind, year=on.year, on=on, amount_fen=fen, reason=reason, case_no=case
    )  # fmt: skip
    if reason == ARRIVED:
        year.credit_fen += credit_fen
        year.opening_fen += fen - credit_fen
    else:
        year.spent_fen -= fen
    year.closing_fen = year.opening_fen + year.credit_fen + year.interest_fen - year.spent_fen
    years = AccountYear.objects.using(grant.alias)
    years.filter(subject_id=grant.subject_id, kind=row.kind, year=on.year).update(
        credit_fen=year.credit_fen, opening_fen=year.opening_fen, spent_fen=year.spent_fen,
        closing_fen=year.closing_fen, provisional=left > 0,
    )  # fmt: skip
    Account.objects.using(grant.alias).filter(subject_id=grant.subject_id, kind=row.kind).update(
        balance_fen=left, balance_on=on
    )


def _year(grant: gate.Grant, row: Account, year: int) -> AccountYear:
    rows = AccountYear.objects.using(grant.alias).filter(subject_id=grant.subject_id, kind=row.kind)
    found = rows.select_for_update().filter(year=year).first()
    if found is not None:
        return found
    before = rows.filter(year__lt=year).order_by("-year").first()
    return rows.create(
        subject_id=grant.subject_id, kind=row.kind, year=year, opening_fen=row.balance_fen, credit_fen=0,
        interest_fen=0, spent_fen=0, closing_fen=row.balance_fen, rate=before.rate if before else NO_RATE,
        provisional=True,
    )  # fmt: skip


def _locked(grant: gate.Grant, kind: str) -> Account | None:
    rows = Account.objects.using(grant.alias).select_for_update()
    return rows.filter(subject_id=grant.subject_id, kind=kind).first()


def _must(grant: gate.Grant, kind: str) -> Account:
    row = _locked(grant, kind)
    if row is None:
        raise Refusal("conflict", "没有查到这个账户。", "看个人账户", "/me/account")
    return row
