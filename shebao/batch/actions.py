"""Runs are prepared by an operator, approved by a second person, carried out, and continued after a stop."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.batch import catalogue, journal
from shebao.batch.chunk import ALIAS
from shebao.batch.kind import Balance, Parameters
from shebao.batch.models import Filing
from shebao.privacy import gate

CHUNK = 50_000
APPROVED_MINUTES = 24 * 60
OPERATORS = ("operator", "system")


@dataclass(frozen=True)
class Summary:
    """What a run came to: totals over all chunks, and how many were done in this call."""

    no: str
    totals: Mapping[str, int]
    balances: Sequence[Balance]
    chunks: int
    fresh: int
    dry: bool


def prepare(
    *,
    kind: str,
    period: int,
    as_of: date,
    by: gate.Actor,
    since: int = 0,
    allow_demo: bool = False,
    size: int = CHUNK,
) -> str:
    """Writes down a run and its chunks and returns its number; nothing is read or computed yet.

    Refuses anybody but an operator, an unknown kind, a period outside the kind's rule.
    """
    if by.role not in OPERATORS or by.actor_id is None:
        raise Refusal("permission_missing", "批量任务由运行维护人员来建。")
    parameters = Parameters(period, as_of, since, allow_demo)
    chosen = catalogue.kind(kind)
    chosen.check(parameters)
    return journal.begin(chosen, parameters, size=size, by=by.actor_id, alias=ALIAS)


def approve(no: str, *, by: gate.Actor, minutes: int = APPROVED_MINUTES) -> None:
    """A second person (审核人员或个人信息保护负责人) lets the run open rows. Refuses the operator's own approval."""
    plan = journal.plan(no, alias=ALIAS)
    process = catalogue.KINDS[plan.kind].process
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select privacy.approve_bulk(%s, %s, %s, %s, %s)",
            [by.token, plan.prepared_by, no, minutes, process],
        )
        (reach,) = cursor.fetchone()
    if reach is None:
        raise Refusal("permission_missing", "要由另一位审核人员来批准。", "请审核人员登录后批准")


def carry_out(
    no: str,
    *,
    by: gate.Actor,
    now: datetime,
    engine: str = "local",
    dry: bool = False,
    told: Callable[[int], None] = lambda more: None,
) -> Summary:
    """Does what is still open, and closes the run. A dry run reads and adds up, and writes nothing but its entries.

    Refuses without the approval; what a killed run had not committed is done again.
    """
    plan = journal.plan(no, alias=ALIAS)
    if by.token is None:
        raise Refusal("login_required")
    positions = list(range(plan.chunks)) if dry else journal.open_positions(no, alias=ALIAS)
    run = catalogue.engine(engine)
    results = run(by.token, no, positions, dry=dry, told=told)
    if dry:
        totals = journal.added(done.totals for done in results)
        totals |= {
            "rows_in": sum(done.rows_in for done in results),
            "rows_out": sum(done.rows_out for done in results),
        }
    else:
        totals = journal.total(no, alias=ALIAS)
    balances = catalogue.KINDS[plan.kind].balance(totals)
    if any(balance.left != balance.right for balance in balances):
        raise Refusal("conflict", "对账不平，任务没有结束。", "请查这个任务的合计")
    if not dry:
        journal.finish(no, totals, now=now, alias=ALIAS)
    return Summary(no, totals, balances, plan.chunks, sum(done.fresh for done in results), dry)


def note_missed(*, month: int, employers: list[int], by: gate.Actor) -> int:
    """Notes employers that did not declare a month in time (社会保险法第六十二条). Returns how many are new."""
    if by.role not in OPERATORS or by.actor_id is None:
        raise Refusal("permission_missing", "未申报的单位由运行维护人员登记。")
    rows = [
        Filing(employer_id=employer, month=month, state="missed", noted_by=by.actor_id)
        for employer in employers
    ]
    before = Filing.objects.using(ALIAS).filter(month=month).count()
    Filing.objects.using(ALIAS).bulk_create(rows, ignore_conflicts=True)
    return Filing.objects.using(ALIAS).filter(month=month).count() - before
