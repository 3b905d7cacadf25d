"""我的办件: the list and the one case as its person sees it: stage, holder, last day, notice, decision, effect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shebao.base.clock import today_in_china
from shebao.cases import answering, clock, deciding, materials, queries, states, writing
from shebao.cases.item import Effect, Item
from shebao.cases.models import Case
from shebao.identity import acting
from shebao.items import catalogue
from shebao.privacy import gate

PROCESS = "handle.own"
ITEMS = ("case.record", "material.file")


@dataclass(frozen=True)
class CaseLine:
    """办件 in the list."""

    no: str
    code: str
    name: str
    state: str
    state_word: str
    yours: bool
    due_on: date | None
    supply_by: date | None
    late: bool
    touched_at: datetime
    bundle: str


@dataclass(frozen=True)
class CaseView:
    """办件 on its page. `holder`: the unit, never a person. `left`: working days, negative when late."""

    line: CaseLine
    subject_id: int
    item: Item | None
    about: str
    submitted_at: datetime | None
    due_on: date | None
    provisional: bool
    limit_days: int
    left: int | None
    holder: str
    steps: tuple[queries.Walked, ...]
    halts: tuple[queries.Halted, ...]
    lacking: tuple[queries.Missing, ...]
    answers: tuple[tuple[str, str], ...]
    pages: tuple[materials.Page, ...]
    decision: Mapping[str, Any] | None
    granted: bool | None
    effect: Effect | None
    delivered_at: datetime | None
    may: tuple[str, ...]
    may_review: bool
    helper: writing.Helper | None = None
    stars: int | None = None


def mine(*, now: datetime, by: gate.Actor) -> list[CaseLine]:
    """The cases of the person (or of whom the actor stands in for), newest first; no draft that was thrown away."""
    with gate.open(by, PROCESS, items=ITEMS, subject=by.person_id) as grant:
        rows = queries.rows(grant, acting.scope(by))
        kept = [case for case in rows if case.state != "withdrawn" or case.submitted_at]
        return [_line(case, today_in_china(now)) for case in kept]


def papers(*, by: gate.Actor) -> dict[int, str]:
    """What each decision document (办件决定书) of the person decides, by the number of the certificate."""
    with gate.open(by, PROCESS, items=ITEMS, subject=by.person_id) as grant:
        decided = [
            (case, queries.decision(case))
            for case in queries.rows(grant, acting.scope(by))
            if case.decided_at
        ]
    return {
        told["certificate"]: catalogue.named(case.kind)
        for case, told in decided
        if told and told.get("certificate")
    }


def view(no: str, *, now: datetime, by: gate.Actor) -> CaseView:
    """One of them. Refuses another person's."""
    found = writing.find(no, by=by)
    today, helper = today_in_china(now), writing.helper(no, by=by)
    with gate.open(by, PROCESS, items=ITEMS, subject=found.subject_id, case=no) as grant:
        case = queries.row(grant, no)
        item = catalogue.ITEMS.get(case.kind)
        reviews = Case.objects.using(grant.alias).filter(subject_id=case.subject_id, about=no)
        reviewed = reviews.exclude(submitted_at=None).exists()
        halts = queries.halts(grant, case)
        return CaseView(
            line=_line(case, today), subject_id=case.subject_id, item=item, about=case.about, submitted_at=case.submitted_at,
            due_on=case.due_on, provisional=case.provisional,
            limit_days=clock.limit(item, case.term)[0] if item and not item.instant else 0,
            left=clock.left(today, case.due_on, halts) if case.due_on and case.state in states.WITH_OFFICE else None,
            holder=case.unit if case.state in states.WITH_OFFICE else "", steps=queries.steps(grant, case),
            halts=halts, lacking=queries.lacking(grant, case), answers=_answers(case, item),
            pages=materials.pages(grant, no), decision=queries.decision(case), granted=case.granted,
            effect=deciding.outcome(grant, case), delivered_at=queries.delivered(grant, case),
            may=tuple(act.code for act in states.open_acts(case.state, "applicant")),
            may_review=queries.may_be_reviewed(case) and case.kind != "objection" and not reviewed,
            helper=helper, stars=case.stars,
        )  # fmt: skip


def _line(case: Case, today: date) -> CaseLine:
    late = bool(case.due_on and case.due_on < today and case.state in states.WITH_OFFICE - {"decided"})
    return CaseLine(
        case.no, case.kind, catalogue.named(case.kind), case.state, states.STATES[case.state],
        case.state in states.WAITING_FOR_APPLICANT, case.due_on, case.supply_by, late, case.touched_at, case.bundle,
    )  # fmt: skip


def _answers(case: Case, item: Item | None) -> tuple[tuple[str, str], ...]:
    if item is None:
        return ()
    said = writing.answers(case)
    return tuple((q.label, answering.shown(q, said.get(q.key, ""))) for q in item.asked(said))
