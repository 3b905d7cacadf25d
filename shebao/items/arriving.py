"""转入: the letter we write, the record and the money we take, the months we merge. Each returns what is told, or nothing."""

from datetime import date, datetime

from shebao.base import month as months
from shebao.base.clock import today_in_china
from shebao.privacy import gate, vault
from shebao.registry.accounts import actions as accounts
from shebao.registry.contributions import moving
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.models import Transfer
from shebao.registry.payables import actions as payables
from shebao.registry.persons import queries as persons
from shebao.registry.transfers import actions as transfers
from shebao.registry.transfers import documents, folder
from shebao.registry.transfers.documents import Document, Whose
from shebao.rules import merging, regions

ACCOUNTS = {110: "pension", 120: "pension", 170: "pension", 310: "medical"}
RESIDENT = 170


def whose(grant: gate.Grant) -> Whose:
    """The person as both sides must know her."""
    values = vault.read(grant, ("person.name", "person.id_number"))
    return Whose(
        values["person.name"], values["person.id_number"], persons.basics(grant).birth_date.isoformat()
    )


def write_letter(grant: gate.Grant, row: Transfer, now: datetime) -> str:
    """联系函. Within one province the register is one: nothing has to move."""
    on, here = today_in_china(now), persons.basics(grant).region
    if regions.province(row.region) == folder.home():
        row.months = len({one.month for one in moving.own(grant, row.insurance)})
        transfers.finish(grant, row, "merged", on)
        return "transfer.merged"
    letter = documents.make(
        row.key, "letter", insurance=row.insurance, sender=here, receiver=row.region, on=on.isoformat(),
        whose=whose(grant),
    )  # fmt: skip
    transfers.post(grant, row, letter, now)
    transfers.move(grant, row, "letter_sent")
    transfers.begin_leg(grant, row, "hand_over", "there", on)
    return ""


def take_record(grant: gate.Grant, row: Transfer, record: Document, now: datetime) -> str:
    """信息表: the same person, the insurance asked for. Anything else goes back, and nothing changes."""
    if row.stage != "letter_sent":
        return ""
    if record.whose != whose(grant) or record.insurance != row.insurance:
        return _back(grant, row, record, "identity", now)
    if record.account_fen > 0 and row.insurance not in ACCOUNTS:
        return _back(grant, row, record, "sums", now)
    transfers.move(
        grant, row, "record_received", months=len({one.month for one in record.months}),
        account_fen=record.account_fen, fund_fen=record.fund_fen,
    )  # fmt: skip
    return ""


def take_money(grant: gate.Grant, row: Transfer, money: Document, now: datetime) -> str:
    """划款: as much as the record said, or it goes back."""
    if row.stage != "record_received":
        return ""
    if (money.account_fen, money.fund_fen) != (row.account_fen, row.fund_fen):
        return _back(grant, row, money, "money", now)
    transfers.move(grant, row, "money_received")
    transfers.begin_leg(grant, row, "merge", "here", today_in_china(now))
    return ""


def merge(grant: gate.Grant, row: Transfer, now: datetime) -> str:
    """接收合并: months count once, the account grows, what was paid twice is given back, the other side is told."""
    on = today_in_china(now)
    record = transfers.kept(grant, row, "record")
    mine = [(one.month, one.kind) for one in moving.own(grant, row.insurance)]
    merged = merging.merge(mine, record.months, account_fen=record.account_fen)
    if row.insurance == RESIDENT and enrolments.open_spell(grant, RESIDENT) is None:
        enrolments.enrol(
            grant, insurance=RESIDENT, person_type="resident", since=months.of(on), reason="转入"
        )
    moving.take_in(grant, row.insurance, merged.added)
    case = f"transfer/{row.id}"
    if row.insurance in ACCOUNTS:
        amount = record.account_fen - merged.refund_fen
        accounts.bring_in(
            grant, kind=ACCOUNTS[row.insurance], amount_fen=amount,
            credit_fen=min(amount, credited(merged.added, on)), opened=record.opened or months.of(on), on=on,
            reason=accounts.ARRIVED, case=case,
        )  # fmt: skip
    if merged.refund_fen:
        payables.order(
            grant, kind="duplicate_refund", amount_fen=merged.refund_fen, since=months.of(on), reason="重复缴费",
            case=case,
        )  # fmt: skip
    row.months = len({one.month for one in merged.added})
    transfers.post(grant, row, _answer(row, record, "confirmed", on), now)
    transfers.finish(grant, row, "merged", on)
    return "transfer.merged"


def end(grant: gate.Grant, row: Transfer, refusal: Document, now: datetime) -> str:
    """The other side says no: nothing has changed here."""
    transfers.finish(grant, row, "refused", today_in_china(now), refusal.reason)
    return "transfer.refused"


def credited(added: tuple[merging.Paid, ...], on: date) -> int:
    """Personal payments and subsidies of this year among the months that come (fen)."""
    year = f"{on.year:04d}-"
    return sum(one.person_fen + one.subsidy_fen for one in added if one.paid_on.startswith(year))


def _back(grant: gate.Grant, row: Transfer, document: Document, reason: str, now: datetime) -> str:
    on = today_in_china(now)
    transfers.post(grant, row, _answer(row, document, "returned", on, reason), now)
    transfers.finish(grant, row, "returned", on, reason)
    return "transfer.refused"


def _answer(row: Transfer, to: Document, kind: str, on: date, reason: str = "") -> Document:
    return documents.make(
        row.key, kind, insurance=to.insurance, sender=to.receiver, receiver=to.sender, on=on.isoformat(),
        whose=to.whose, reason=reason,
    )  # fmt: skip
