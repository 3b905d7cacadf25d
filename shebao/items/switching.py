"""衔接 within one register (人社部发〔2014〕17号): one pension insurance closes, the other goes on with one account."""

from shebao.base import month as months
from shebao.items.facts import Facts
from shebao.registry.contributions import moving
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.payables import actions as payables
from shebao.registry.transfers import actions as transfers
from shebao.rules import merging
from shebao.rules.resident_pension import overlap

EMPLOYEE, RESIDENT = 110, 170
REASON = "衔接"


def switch(facts: Facts, target: int) -> tuple[int, int]:
    """Months that count on, and what goes back (fen). The account is one for both and stays as it is.

    To residents: months of employees count, in years without a resident payment (第六条). To employees: resident
    years do not count (第五条). Years paid on both sides: the resident part goes back (第七条).
    """
    grant, source = facts.grant, EMPLOYEE if target == RESIDENT else RESIDENT
    mine, theirs = moving.own(grant, target), moving.own(grant, source)
    residents, employees = (mine, theirs) if target == RESIDENT else (theirs, mine)
    back = overlap.refund(
        {months.year_of(one.month): one.person_fen for one in residents}, (one.month for one in employees)
    ).value
    moved: tuple[merging.Paid, ...] = ()
    if target == RESIDENT:
        years = {months.year_of(one.month) for one in residents}
        moved = tuple(
            one for one in moving.told(employees) if months.year_of(one.month) not in years
        )  # fmt: skip
        moving.take_in(grant, RESIDENT, moved)
    if theirs:
        moving.give_away(grant, source, max(one.month for one in theirs))
    enrolments.leave(grant, insurance=source, until=facts.month, reason=REASON)
    if enrolments.open_spell(grant, target) is None:
        kind = "resident" if target == RESIDENT else "flexible"
        enrolments.enrol(grant, insurance=target, person_type=kind, since=facts.month, reason="衔接转入")
    row = transfers.request(
        grant, insurance=target, direction="in", region=facts.person.region, months=len(moved),
        account_fen=facts.account_fen("pension"), on=facts.today, due=facts.today, case=facts.case_no,
    )  # fmt: skip
    transfers.finish(grant, row, "merged", facts.today)
    if back:
        payables.order(
            grant,
            kind="duplicate_refund",
            amount_fen=back,
            since=facts.month,
            reason="重复缴费",
            case=facts.case_no,
        )
    return len(moved), back
