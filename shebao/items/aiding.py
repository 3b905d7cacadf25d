"""救助对象参保资助: civil affairs' list of a cover year; the premium is reduced, nobody applies, and she is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from shebao.base.money import yuan
from shebao.base.refusal import Refusal
from shebao.items import shared_lists
from shebao.notices import actions as notices
from shebao.privacy import gate
from shebao.registry import working
from shebao.registry.contributions import actions as contributions
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.filings import actions as filings
from shebao.registry.filings import queries
from shebao.registry.persons import queries as persons
from shebao.rules.medical import aid

KIND = "premium_aid"
INSURANCE = 390
READS = ("person.basic", "enrolment.record", "contribution.record", "filing.record")
WRITES = ("contribution.record", "filing.record")
HEAD = ("id_number", "name", "category", "reference")
LIST = shared_lists.Kind("aid", working.AID, "aid.enter", READS, WRITES, "参保资助")
CODES = {name: code for code, name in aid.CATEGORIES.items()}


@dataclass(frozen=True)
class Line:
    """One person of a list: her category, and the number of the decision of civil affairs."""

    id_number: str
    name: str
    category: str
    reference: str


@dataclass
class Report:
    """What became of a list: how many are aided anew or differently; lines by what stood against them."""

    aided: int = 0
    changed: int = 0
    known: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    uncovered: list[int] = field(default_factory=list)
    paid: list[int] = field(default_factory=list)
    unsettled: list[int] = field(default_factory=list)


def read(text: str) -> list[Line]:
    """The lines of a list. Refuses a wrong head, an incomplete line, a category that is none, somebody twice."""
    found: list[Line] = []
    seen: dict[str, int] = {}
    for number, row in shared_lists.rows(text, HEAD):
        if not all(row.values()):
            raise Refusal("invalid_input", f"第 {number} 行不完整。", field="file")
        if row["category"] not in CODES:
            raise Refusal("invalid_input", f"第 {number} 行的类别要写：{'、'.join(CODES)}。", field="file")
        line = Line(row["id_number"].upper(), row["name"], CODES[row["category"]], row["reference"])
        first = seen.setdefault(line.id_number, number)
        if first != number:
            raise Refusal("invalid_input", f"第 {number} 行和第 {first} 行是同一个人。", field="file")
        found.append(line)
    return found


def approve(*, batch: str, year: int, operator: gate.Actor, approver: gate.Actor) -> None:
    """A list is taken in by one and approved by another. Refuses one person, and other roles."""
    words = f"民政部门共享，{year}年"
    shared_lists.approve(LIST, batch, words=words, operator=operator, approver=approver)


def take_in(lines: Sequence[Line], *, year: int, batch: str, on: date, allow_demo: bool = False) -> Report:
    """An approved list for a cover year, person by person. Taken in again, it changes nothing.

    Refuses a year that is neither this one nor the next. Without `allow_demo` a place needs a sourced sum.
    """
    if year not in (on.year, on.year + 1):
        raise Refusal("invalid_input", "参保年度只能是今年或者明年。", field="year")
    report = Report()
    for number, line in enumerate(lines, 2):
        opened = shared_lists.opened(LIST, batch, id_number=line.id_number, name=line.name)
        if opened is None:
            report.unknown.append(number)
            continue
        with opened as grant:
            _take(grant, line, number, year, LIST.case(batch), report, allow_demo)
    shared_lists.done(LIST, batch)
    return report


def _take(
    grant: gate.Grant, line: Line, number: int, year: int, case: str, report: Report, allow_demo: bool
) -> None:
    since = date(year, 1, 1)
    before = queries.in_force(grant, KIND, since)
    if before is not None and before.detail.get("category") == line.category:
        report.known.append(number)
        return
    if enrolments.open_spell(grant, INSURANCE) is None:
        report.uncovered.append(number)
        return
    if contributions.paid_in(grant, insurance=INSURANCE, year=year):
        report.paid.append(number)
        return
    region = persons.basics(grant).region
    try:
        premium = aid.premium(line.category, year, region=region, allow_demo=allow_demo).value
    except Refusal:
        report.unsettled.append(number)
        return
    if before is not None:
        filings.end(grant, kind=KIND, on=since)
    detail: dict[str, str | int] = {"category": line.category, "reference": line.reference}
    filings.file(grant, kind=KIND, since=since, until=date(year + 1, 1, 1), detail=detail, case=case)
    contributions.yearly_due(
        grant, insurance=INSURANCE, year=year, base_fen=premium.full, person_fen=premium.due,
        subsidy_fen=premium.subsidy,
    )  # fmt: skip
    due = (
        f"您要缴 {yuan(premium.due)} 元，少缴 {yuan(premium.aid)} 元。"
        if premium.due
        else "您一分钱也不用缴。"
    )
    words: dict[str, str | int] = {"year": year, "due": due}
    notices.post(subject=grant.subject_id, template="aid.premium", params=words, alias=grant.alias)
    if before is None:
        report.aided += 1
    else:
        report.changed += 1
