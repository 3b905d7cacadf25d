"""死亡登记: written once, with all that follows, from a case of the family or a list of another authority; and corrected."""

import csv
import io
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connections

from shebao.base import clock
from shebao.base.clock import today_in_china
from shebao.base.money import yuan
from shebao.base.refusal import Refusal
from shebao.notices import actions as notices
from shebao.privacy import gate, keys
from shebao.registry import working
from shebao.registry.persons import deaths

PROCESS = "death.enter"
READS = ("person.basic", "enrolment.record", "payment.order", "benefit.record", "death.record")
WRITES = ("person.basic", "enrolment.record", "payment.order", "filing.record", "death.record")
HEAD = ("id_number", "name", "day", "reference", "reason")
LARGEST = 100_000


@dataclass(frozen=True)
class Line:
    """One person of a list. With a reason, the death on record is corrected."""

    id_number: str
    name: str
    day: date | None
    reference: str
    reason: str


@dataclass
class Report:
    """What became of a list; `unknown`, `known` and `wrong` are the numbers of its lines."""

    recorded: int
    corrected: int
    unknown: list[int]
    known: list[int]
    wrong: list[int]


def record_beside(grant: gate.Grant, subject: int, *, died_on: date, case: str, on: date) -> None:
    """Within a clerk's decision about the family's application. Refuses what the clerk does not reach."""
    whose = gate.beside(grant, subject, items=READS, writes=WRITES, case=case, reason="登记死亡")
    if whose is None:
        raise Refusal("out_of_reach")
    record(whose, died_on=died_on, source="family", reference=case, on=on)


def record(grant: gate.Grant, *, died_on: date, source: str, reference: str, on: date) -> bool:
    """The death and what follows; False when it was on record before."""
    row = deaths.record(grant, died_on=died_on, source=source, reference=reference, on=on)
    if row is None:
        return False
    with connections[grant.alias].cursor() as cursor:
        cursor.execute(
            "select cases.die(%s, %s, %s, %s, %s)",
            [grant.actor.token, grant.subject_id, reference, on, clock.now()],
        )
        others = {int(one) for one in cursor.fetchone()[0]}
    for other in sorted(others):
        notices.post(subject=other, template="pool.ended", params={}, case="", alias=grant.alias)
    return True


def correct(grant: gate.Grant, *, reason: str, on: date) -> int:
    """A wrong death is taken back, with an apology; returns what is paid late (fen)."""
    _, back = deaths.withdraw(grant, reason=reason, on=on)
    with connections[grant.alias].cursor() as cursor:
        cursor.execute("select cases.revive(%s, %s)", [grant.actor.token, grant.subject_id])
    money = f"停发的 {yuan(back)} 元会补发给您。" if back else "待遇没有少发。"
    notices.post(
        subject=grant.subject_id, template="death.corrected", params={"money": money}, alias=grant.alias
    )
    return back


def read(text: str) -> list[Line]:
    """The lines of a list. Refuses a wrong head, a line without number and name, a day that is none, a list too long."""
    rows = csv.DictReader(io.StringIO(text))
    if tuple(rows.fieldnames or ()) != HEAD:
        raise Refusal("invalid_input", f"表头要是 {','.join(HEAD)}。", field="file")
    found = []
    for number, row in enumerate(islice(rows, LARGEST + 1), 2):
        try:
            day = date.fromisoformat(row["day"]) if row["day"] else None
        except ValueError:
            raise Refusal("invalid_input", f"第 {number} 行的日期不对。", field="file") from None
        values = [(row[key] or "").strip() for key in ("id_number", "name", "reference", "reason")]
        if not values[0] or not values[1] or not values[2] or (day is None and not values[3]):
            raise Refusal("invalid_input", f"第 {number} 行不完整。", field="file")
        found.append(Line(values[0].upper(), values[1], day, values[2], values[3]))
    if len(found) > LARGEST:
        raise Refusal("invalid_input", f"一次最多 {LARGEST} 行。", field="file")
    return found


def approve(*, batch: str, source: str, operator: gate.Actor, approver: gate.Actor) -> None:
    """A list is taken in by one and approved by another. Refuses one person, and other roles."""
    with connections["default"].cursor() as cursor:
        words = deaths.SOURCES.get(source, source)
        cursor.execute(
            "select cases.death_list(%s, %s, %s, %s)",
            [operator.token, approver.token, f"death/{batch}", words],
        )
        if not cursor.fetchone()[0]:
            raise Refusal("purpose_not_allowed", "名单由运维人员导入，另一位科长或负责人批准。")


def take_in(lines: Sequence[Line], *, source: str, batch: str, now: datetime) -> Report:
    """An approved list, person by person, each with her own entry. Taken in again, it changes nothing."""
    if source not in deaths.SOURCES or source == "family":
        raise Refusal("invalid_input", "来源不对。", field="source")
    report, case = Report(0, 0, [], [], []), f"death/{batch}"
    for number, line in enumerate(lines, 2):
        subject = _ask(
            "select cases.death_found(%s, %s)", keys.blind("real_name", f"{line.id_number}|{line.name}"), case
        )
        if subject is None:
            report.unknown.append(number)
            continue
        try:
            with opened(int(subject), case) as grant:
                _take(grant, line, number, source, today_in_china(now), report)
        except Refusal:
            report.wrong.append(number)
    _ask("select cases.death_list_done(%s)", case)
    return report


def _take(grant: gate.Grant, line: Line, number: int, source: str, on: date, report: Report) -> None:
    if line.reason and deaths.taken_back(grant, reason=line.reason):
        report.known.append(number)
    elif line.reason:
        correct(grant, reason=line.reason, on=on)
        report.corrected += 1
    elif line.day and record(grant, died_on=line.day, source=source, reference=line.reference, on=on):
        report.recorded += 1
    else:
        report.known.append(number)


def opened(subject: int, case: str) -> AbstractContextManager[gate.Grant]:
    """The worker opens the person of a list, or of a correction that two people agreed on."""
    return gate.open(
        working.session(working.DEATHS), PROCESS, items=READS, writes=WRITES, subject=subject, case=case,
        reason="死亡登记", alias=working.ALIAS,
    )  # fmt: skip


def _ask(statement: str, *values: str | int | bytes | datetime | None) -> Any:
    with connections[working.ALIAS].cursor() as cursor:
        cursor.execute(statement, list(values))
        return cursor.fetchone()[0]
