"""衔接 within one register (人社部发〔2014〕17号): one pension insurance closes, the other goes on with one account."""

from datetime import datetime

from shebao.base import month as months
from shebao.base.clock import today_in_china
from shebao.privacy import gate
from shebao.registry.contributions import moving
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.models import Transfer
from shebao.registry.payables import actions as payables
from shebao.registry.transfers import actions as transfers
from shebao.rules import merging
from shebao.rules.resident_pension import overlap

EMPLOYEE, RESIDENT = 110, 170
REASON = "衔接"


def switch(grant: gate.Grant, row: Transfer, now: datetime) -> str:
    """The one closes, the other goes on. The account is one for both and stays as it is.

    To residents: months of employees count, in years without a resident payment (第六条). To employees: resident
    years do not count (第五条). Years paid on both sides: the resident part goes back (第七条).
    """
    on, target = today_in_china(now), row.insurance
    source = EMPLOYEE if target == RESIDENT else RESIDENT
    mine, theirs = moving.own(grant, target), moving.own(grant, source)
    residents, employees = (mine, theirs) if target == RESIDENT else (theirs, mine)
    back = overlap.refund(
        {months.year_of(one.month): one.person_fen for one in residents}, (one.month for one in employees)
    ).value
    moved: tuple[merging.Paid, ...] = ()
    if target == RESIDENT:
        years = {months.year_of(one.month) for one in residents}
        moved = tuple(one for one in moving.told(employees) if months.year_of(one.month) not in years)
        moving.take_in(grant, RESIDENT, moved)
    if theirs:
        moving.give_away(grant, source, max(one.month for one in theirs))
    enrolments.leave(grant, insurance=source, until=months.of(on), reason=REASON)
    if enrolments.open_spell(grant, target) is None:
        kind = "resident" if target == RESIDENT else "flexible"
        enrolments.enrol(grant, insurance=target, person_type=kind, since=months.of(on), reason="衔接转入")
    row.months = len(moved)
    transfers.finish(grant, row, "merged", on)
    if back:
        payables.order(
            grant, kind="duplicate_refund", amount_fen=back, since=months.of(on), reason="重复缴费",
            case=row.case_no,
        )  # fmt: skip
    return "transfer.switched"
