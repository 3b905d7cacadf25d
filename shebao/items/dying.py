"""死亡登记: written once, with all that follows, from a case of the family or a list of another authority; and corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connections

from shebao.base import clock
from shebao.base.clock import today_in_china
from shebao.base.money import yuan
from shebao.base.refusal import Refusal
from shebao.items import shared_lists
from shebao.notices import actions as notices
from shebao.privacy import gate
from shebao.registry import working
from shebao.registry.persons import deaths

READS = ("person.basic", "enrolment.record", "payment.order", "benefit.record", "death.record")
WRITES = ("person.basic", "enrolment.record", "payment.order", "filing.record", "death.record")
HEAD = ("id_number", "name", "day", "reference", "reason")
LIST = shared_lists.Kind("death", working.DEATHS, "death.enter", READS, WRITES, "死亡登记")


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
    found = []
    for number, row in shared_lists.rows(text, HEAD):
        try:
            day = date.fromisoformat(row["day"]) if row["day"] else None
        except ValueError:
            raise Refusal("invalid_input", f"第 {number} 行的日期不对。", field="file") from None
        if (
            not row["id_number"]
            or not row["name"]
            or not row["reference"]
            or (day is None and not row["reason"])
        ):
            raise Refusal("invalid_input", f"第 {number} 行不完整。", field="file")
        found.append(Line(row["id_number"].upper(), row["name"], day, row["reference"], row["reason"]))
    return found


def approve(*, batch: str, source: str, operator: gate.Actor, approver: gate.Actor) -> None:
    """A list is taken in by one and approved by another. Refuses one person, and other roles."""
    words = deaths.SOURCES.get(source, source)
    shared_lists.approve(LIST, batch, words=words, operator=operator, approver=approver)


def take_in(lines: Sequence[Line], *, source: str, batch: str, now: datetime) -> Report:
    """An approved list, person by person, each with her own entry. Taken in again, it changes nothing."""
    if source not in deaths.SOURCES or source == "family":
        raise Refusal("invalid_input", "来源不对。", field="source")
    report = Report(0, 0, [], [], [])
    for number, line in enumerate(lines, 2):
        opened = shared_lists.opened(LIST, batch, id_number=line.id_number, name=line.name)
        if opened is None:
            report.unknown.append(number)
            continue
        try:
            with opened as grant:
                _take(grant, line, number, source, today_in_china(now), report)
        except Refusal:
            report.wrong.append(number)
    shared_lists.done(LIST, batch)
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
