"""Loading a file (导入): looked through, approved by a second person, matched, and taken whole or not at all."""

import json
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connections

from shebao.base import clock
from shebao.base import month as months
from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.registry.intake import checking, declaration, people, reading, staging
from shebao.registry.intake.applying import APPLY
from shebao.registry.intake.declaration import Employer
from shebao.registry.intake.layouts import LAYOUTS, Layout
from shebao.registry.intake.matching import MATCH, last_month
from shebao.registry.intake.reading import Source
from shebao.registry.intake.report import CHANGED, MATCHED, NEW, REFUSED, Problem, Report

PROCESS = "data.load"
ALIAS = "worker"
APPROVED_MINUTES = 60
Progress = Callable[[int], None]


def run_number(*, now: datetime) -> str:
    """The number under which a run is asked for, approved and written to the ledger."""
    return f"DR{clock.china(now):%y%m%d}-{secrets.randbelow(1_000_000):06d}"


def approve(approver: gate.Actor, *, operator: int, run: str) -> None:
    """A second person lets an operator load one file (双人审批). Refuses her own run and other roles."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select privacy.approve_bulk(%s, %s, %s, %s)", [approver.token, operator, run, APPROVED_MINUTES]
        )
        if cursor.fetchone()[0] is None:
            raise Refusal(
                "precondition_unmet", "这次导入没有得到批准：要由另一位科长或个人信息保护负责人批。"
            )


def prepare(path: Path, *, kind: str = "", uscc: str = "") -> tuple[Source, Layout, Employer | None]:
    """Looks a file through and says what it is; refuses files that cannot be read, and unknown employers."""
    source = reading.look(path)
    if kind and kind not in LAYOUTS:
        raise Refusal("invalid_input", f"没有这一种文件。可以是：{'、'.join(LAYOUTS)}。")
    layout = LAYOUTS[kind] if kind else reading.kind_of(source)
    if layout.kind != "declaration":
        return source, layout, None
    if not uscc:
        raise Refusal("invalid_input", "申报要写明单位：--employer 统一社会信用代码。")
    return source, layout, declaration.employer(uscc, alias=ALIAS)


def inspect(
    source: Source,
    layout: Layout,
    who: Employer | None,
    *,
    now: datetime,
    allow_demo: bool,
    progress: Progress,
) -> Report:
    """Checks every row without touching the registry: a dry run that needs no approval."""
    report = Report(layout.kind, layout.label, source.digest, dry_run=True)
    for _, values in _rows(source, layout, who, report, now, allow_demo, progress):
        _total(report, values)
    return report


def load(
    source: Source,
    layout: Layout,
    who: Employer | None,
    *,
    by: gate.Actor,
    run: str,
    now: datetime,
    dry_run: bool = False,
    skip_refused: bool = False,
    allow_demo: bool = False,
    progress: Progress = lambda line: None,
) -> Report:
    """Matches a file with the registry and takes it in one transaction.

    Takes nothing when it is a dry run, when the same file was taken before, or when a row is refused and
    `skip_refused` does not say otherwise. Refuses a run without a second person's approval.
    """
    report = Report(layout.kind, layout.label, source.digest, dry_run=dry_run)
    grant = gate.open(
        by, PROCESS, items=layout.items, writes=layout.writes, alias=ALIAS, case=run,
        reason=f"{layout.label}{'（试运行）' if dry_run else ''} {source.digest[:12]}",
    )  # fmt: skip
    try:
        with grant, connections[ALIAS].cursor() as cursor:
            if _taken_before(cursor, source.digest):
                report.loaded_before = True
                return report
            staging.fill(
                cursor,
                layout,
                _totalled(_rows(source, layout, who, report, now, allow_demo, progress), report),
            )
            _match(cursor, layout, who, report)
            if not dry_run and (report.clean or skip_refused):
                _apply(cursor, source, layout, who, now)
                _record(cursor, source, layout, report, by)
                report.loaded = True
    except IntegrityError:
        report.loaded = False
        raise Refusal("conflict", "另一次导入同时改了这些数据，这次什么也没留下。请再运行一次。") from None
    return report


def _rows(
    source: Source, layout: Layout, who: Employer | None, report: Report, now: datetime, allow_demo: bool,
    progress: Progress,
) -> Iterator[tuple[int, checking.Values]]:  # fmt: skip
    today = clock.today_in_china(now)
    counted = _counted(reading.rows(source, layout), progress)
    good = checking.checked(counted, layout, report, today)
    return good if who is None else declaration.priced(good, who, report, allow_demo=allow_demo)


def _counted(rows: Iterator[reading.Row], progress: Progress) -> Iterator[reading.Row]:
    for row in rows:
        if row.line % 1000 == 0:
            progress(row.line)
        yield row


def _totalled(
    rows: Iterator[tuple[int, checking.Values]], report: Report
) -> Iterator[tuple[int, checking.Values]]:
    for line, values in rows:
        _total(report, values)
        yield line, values


def _total(report: Report, values: checking.Values) -> None:
    report.employer_fen += values.get("employer_fen") or 0
    report.person_fen += values.get("person_fen") or 0


def _taken_before(cursor: Any, digest: str) -> bool:
    cursor.execute("select exists (select 1 from registry_intakefile where digest = %s)", [digest])
    return bool(cursor.fetchone()[0])


def _match(cursor: Any, layout: Layout, who: Employer | None, report: Report) -> None:
    staging.resolve(cursor, layout)
    # The registry is far larger than a file: probe its indexes, never hash the whole of it.
    cursor.execute("set local enable_hashjoin = off; set local enable_mergejoin = off")
    MATCH[layout.kind](cursor, who.id if who else 0)
    cursor.execute("set local enable_hashjoin = on; set local enable_mergejoin = on")
    report.matched_against_registry = True
    cursor.execute("select outcome, count(*) from intake group by 1")
    for outcome, count in cursor.fetchall():
        report.counts[outcome] += count
    assert set(report.counts) == {MATCHED, NEW, CHANGED, REFUSED}
    cursor.execute("select line, why from intake where outcome = 'refused' order by line limit 1000")
    for line, why in cursor.fetchall():
        report.note(Problem(line, "", why))


def _apply(cursor: Any, source: Source, layout: Layout, who: Employer | None, now: datetime) -> None:
    today = clock.today_in_china(now)
    if layout.kind == "persons":
        people.number(cursor)
    APPLY[layout.kind](cursor, who.id if who else 0, last_month(months.of(today)))
    if layout.kind == "persons":
        again = Report(layout.kind, layout.label, source.digest)
        people.seal(cursor, checking.checked(reading.rows(source, layout), layout, again, today))
    if reading.look(source.path).digest != source.digest:
        raise Refusal("conflict", "文件在导入时被改动了，这次什么也没留下。")


def _record(cursor: Any, source: Source, layout: Layout, report: Report, by: gate.Actor) -> None:
    told = {"counts": report.counts, "employer_fen": report.employer_fen, "person_fen": report.person_fen}
    cursor.execute(
        "insert into registry_intakefile (digest, kind, rows, report, loaded_by) values (%s, %s, %s, %s, %s)",
        [source.digest, layout.kind, report.rows, json.dumps(told), by.actor_id],
    )
