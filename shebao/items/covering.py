"""领金期间代缴医保费: each month the fund pays for those who draw its benefit; they are told; it ends with the benefit.

社会保险法第四十八条, 社会保险经办条例第二十四条. The base is the lowest of the place (仅供参考, until the place fixes another).
"""

from contextlib import AbstractContextManager
from datetime import date, datetime

from django.conf import settings
from django.db import connections

from shebao.base import month as months
from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.notices import actions as notices
from shebao.privacy import gate
from shebao.registry import working
from shebao.registry.contributions import actions as contributions
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.enrolments import queries as spells
from shebao.rules import bases, monthly
from shebao.rules.contribution import Scope

PROCESS = "cover.medical"
MEDICAL, JOBLESS = 310, 210
ITEMS = ("enrolment.record", "contribution.record")


def run(*, now: datetime) -> int:
    """One round of the worker for the month; running again changes nothing. How many persons it covered or ended."""
    if not {MEDICAL, JOBLESS} <= set(settings.DEPLOYMENT["insurances"]["offered"]):
        return 0
    today = today_in_china(now)
    month = months.of(today)
    over = _rows("select subject_id, '' from registry.cover_over(%s)", month)
    due = _rows("select subject_id, region from registry.cover_due(%s)", month)
    ended = [_end(subject, month) for subject, _ in over]
    return sum(ended) + sum(_cover(subject, region, month, today) for subject, region in due)


def _cover(subject: int, region: str, month: int, today: date) -> int:
    """The spell, the month and the message together; nobody is covered while the rates are not published."""
    try:
        floor = bases.bounds(month=month, region=region, allow_demo=True).floor
        scope = Scope(month, region, allow_demo=True)
        told = monthly.assess(declared_fen=floor, scope=scope, insurances=(str(MEDICAL),)).value
    except Refusal:
        return 0
    with _opened(subject, month) as grant:
        if not any(spell.insurance == MEDICAL and spell.until is None and spell.state == "active"
                   for spell in spells.spells(grant)):  # fmt: skip
            enrolments.enrol(
                grant, insurance=MEDICAL, person_type="employee", since=month, reason=enrolments.COVERED
            )
        contributions.fund_pays(
            grant, insurance=MEDICAL, month=month, base_fen=int(told.base),
            amount_fen=int(told.employer + told.employee), on=today,
        )  # fmt: skip
        notices.post(
            subject=subject, template="unemployment.cover", params={"month": months.to_text(month)},
            case=f"cover/{month}", alias=grant.alias,
        )  # fmt: skip
    return 1


def _end(subject: int, month: int) -> int:
    """The benefit has ended: so does the cover, and the person is told what she can do."""
    with _opened(subject, month) as grant:
        enrolments.suspend(grant, insurance=MEDICAL, until=month, reason="失业金停发")
        notices.post(
            subject=subject, template="unemployment.cover_end", params={"month": months.to_text(month)},
            case=f"cover/{month}", alias=grant.alias,
        )  # fmt: skip
    return 1


def _opened(subject: int, month: int) -> AbstractContextManager[gate.Grant]:
    return gate.open(
        working.session(working.COVER), PROCESS, items=ITEMS, writes=ITEMS, subject=subject,
        case=f"cover/{month}", reason="领金期间代缴医保费", alias=working.ALIAS,
    )  # fmt: skip


def _rows(statement: str, month: int) -> list[tuple[int, str]]:
    with connections[working.ALIAS].cursor() as cursor:
        cursor.execute(statement, [month])
        return list(cursor.fetchall())
