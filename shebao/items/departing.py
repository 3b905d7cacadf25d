"""转出: the record and the money we send; the old enrolment closes only when the other side has confirmed."""

import uuid
from datetime import date, datetime

from shebao.base import month as months
from shebao.base.clock import today_in_china
from shebao.items.arriving import ACCOUNTS, RESIDENT, whose
from shebao.privacy import gate
from shebao.registry.accounts import actions as accounts
from shebao.registry.accounts import queries as balances
from shebao.registry.contributions import moving
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.enrolments import queries as spells
from shebao.registry.models import Contribution, Transfer
from shebao.registry.transfers import actions as transfers
from shebao.registry.transfers import documents
from shebao.registry.transfers.documents import Document
from shebao.rules.pension import transfer

WITH_FUND = (110,)
MOVES = (110, 170, 210, 310)


def refusal(letter: Document, reason: str, on: date) -> Document:
    """The answer to a letter about somebody we do not know, or who is on her way already."""
    return documents.make(
        uuid.UUID(letter.transfer), "refused", insurance=letter.insurance, sender=letter.receiver,
        receiver=letter.sender, on=on.isoformat(), whose=letter.whose, reason=reason,
    )  # fmt: skip


def write_record(grant: gate.Grant, row: Transfer, now: datetime) -> str:
    """信息表, when nothing stands against it; otherwise a refusal with its reason."""
    on, letter = today_in_china(now), transfers.kept(grant, row, "letter")
    rows = moving.own(grant, row.insurance)
    reason = _against(grant, row, letter, rows)
    if reason:
        transfers.post(grant, row, refusal(letter, reason, on), now)
        transfers.finish(grant, row, "refused", on, reason)
        return ""
    kind = ACCOUNTS.get(row.insurance, "")
    account = balances.balance(grant, kind) if kind else 0
    told = moving.told(rows)
    fund = transfer.fund({one.month: one.base_fen for one in told}).value if row.insurance in WITH_FUND else 0
    record = _answer(
        letter, "record", on, months=told, account_fen=account, opened=rows[0].month, fund_fen=fund
    )
    transfers.post(grant, row, record, now)
    count = len({one.month for one in told})
    transfers.move(grant, row, "record_sent", months=count, account_fen=account, fund_fen=fund)
    return ""


def hand_over(grant: gate.Grant, row: Transfer, now: datetime) -> str:
    """划款: the account and the fund leave; the account is still this person's until the other side confirms."""
    on, letter = today_in_china(now), transfers.kept(grant, row, "letter")
    money = _answer(letter, "money", on, account_fen=row.account_fen, fund_fen=row.fund_fen)
    transfers.post(grant, row, money, now)
    transfers.move(grant, row, "money_sent")
    transfers.begin_leg(grant, row, "merge", "there", on)
    return ""


def close(grant: gate.Grant, row: Transfer, confirmed: Document, now: datetime) -> str:
    """The other side has it all: months count there, the account is empty here, the enrolment is over."""
    if row.stage != "money_sent":
        return ""
    on, record = today_in_china(now), transfers.kept(grant, row, "record")
    moving.give_away(grant, row.insurance, max(one.month for one in record.months))
    if row.account_fen:
        accounts.take_out(
            grant, kind=ACCOUNTS[row.insurance], amount_fen=row.account_fen, on=on, reason="关系转出",
            case=f"transfer/{row.id}",
        )  # fmt: skip
    enrolments.leave(grant, insurance=row.insurance, until=months.of(on))
    transfers.finish(grant, row, "closed", on)
    return "transfer.left"


def end(grant: gate.Grant, row: Transfer, returned: Document, now: datetime) -> str:
    """The other side sends it back: everything stays here."""
    transfers.finish(grant, row, "returned", today_in_china(now), returned.reason)
    return "transfer.refused"


def _against(grant: gate.Grant, row: Transfer, letter: Document, rows: list[Contribution]) -> str:
    if row.insurance not in MOVES:
        return "not_moved"
    if letter.whose != whose(grant):
        return "identity"
    mine = [one for one in spells.spells(grant) if one.insurance == row.insurance and one.until is None]
    if any(one.state == "retired" for one in mine):
        return "draws"
    if row.insurance != RESIDENT and any(one.state == "active" for one in mine):
        return "still_enrolled"
    return "" if rows else "nothing_paid"


def _answer(letter: Document, kind: str, on: date, **values: int | tuple[object, ...]) -> Document:
    return documents.make(
        uuid.UUID(letter.transfer), kind, insurance=letter.insurance, sender=letter.receiver,
        receiver=letter.sender, on=on.isoformat(), whose=letter.whose, **values,
    )  # fmt: skip
