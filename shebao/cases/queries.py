"""Cases as they are read: in a clerk's hands (no names before a case is opened), and step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connections
from django.db.models import Q

from shebao.base.refusal import Refusal
from shebao.cases import sealed, states
from shebao.cases.actions import WINDOW
from shebao.cases.models import Case, Halt, Lacking, Outcome, Step
from shebao.privacy import gate


@dataclass(frozen=True)
class Mine:
    """办件 as its clerk sees it in the list."""

    no: str
    kind: str
    kind_name: str
    state: str
    reason: str
    opened_at: datetime
    subject_id: int


def mine(actor: gate.Actor) -> list[Mine]:
    """The open cases the actor has taken, newest first."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select case_no, kind, state, reason, opened_at, subject_id from cases.mine(%s)", [actor.token]
        )
        return [
            Mine(no, kind, WINDOW.get(kind, kind), state, reason, opened_at, subject)
            for no, kind, state, reason, opened_at, subject in cursor.fetchall()
        ]


def one(actor: gate.Actor, case_no: str) -> Mine:
    """One of them. Refuses a case that is not the actor's."""
    for case in mine(actor):
        if case.no == case_no:
            return case
    raise Refusal("out_of_reach", "这个办件不在您手上，所以打不开。", "回到办件列表", "/desk/")


@dataclass(frozen=True)
class Walked:
    """办理环节 as shown: what was done, when, by which role and unit. Never by whom."""

    at: datetime
    act: str
    word: str
    source: str
    target: str
    role: str
    unit: str
    note: Any
    entry_id: int


@dataclass(frozen=True)
class Halted:
    """中止计时 as shown: days [since, until) that do not count."""

    cause: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Missing:
    """告知事项 as shown."""

    material: str
    note: str
    page: int | None


def rows(grant: gate.Grant, entrusted: Sequence[str] | None = None) -> list[Case]:
    """The cases of the grant's person, newest first; window cases are the desk's own and left out.

    `entrusted`: what a helper may see, cases of these items that she opened or that are still under way.
    """
    found = Case.objects.using(grant.alias).filter(subject_id=grant.subject_id).exclude(kind__in=WINDOW)
    if entrusted is not None:
        under_way = ~Q(state__in=states.ENDED) | Q(opened_by_id=grant.actor.actor_id)
        found = found.filter(under_way, kind__in=entrusted)
    return list(found.order_by("-touched_at")[:200])


def row(grant: gate.Grant, no: str) -> Case:
    """One of them. Refuses a case of another person."""
    found = Case.objects.using(grant.alias).filter(no=no, subject_id=grant.subject_id).first()
    if found is None:
        raise Refusal("out_of_reach", "这个办件不是您的，所以打不开。", "看我的办件", "/cases/")
    return found


def steps(grant: gate.Grant, case: Case) -> tuple[Walked, ...]:
    """Every act so far, oldest first."""
    found = Step.objects.using(grant.alias).filter(case_id=case.no).order_by("seq")
    return tuple(
        Walked(
            step.at, step.act, states.ACTS[step.act].word, step.source, step.target, step.role, step.unit,
            sealed.unseal(case.subject_id, f"{case.no}|step|{step.seq}", step.note), step.entry_id,
        )
        for step in found
    )  # fmt: skip


def halts(grant: gate.Grant, case: Case) -> tuple[Halted, ...]:
    """Days that did not count."""
    rows = Halt.objects.using(grant.alias).filter(case_id=case.no).order_by("since")
    found = [halt for halt in rows if halt.until is None or halt.until > halt.since]
    return tuple(Halted(halt.cause, halt.since, halt.until) for halt in found)


def lacking(grant: gate.Grant, case: Case) -> tuple[Missing, ...]:
    """The lines of the one complete notice."""
    found = Lacking.objects.using(grant.alias).filter(case_id=case.no).order_by("seq")
    return tuple(
        Missing(
            line.material,
            sealed.unseal(case.subject_id, f"{case.no}|lacking|{line.seq}", line.note),
            line.page,
        )
        for line in found
    )


def ratings() -> list[tuple[str, int, int, float | None]]:
    """满意度汇总: item, finished cases, how many were rated, the mean (None below five ratings)."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select kind, total, rated, stars from cases.ratings()")
        return [
            (k, int(total), int(n), None if s is None else float(s)) for k, total, n, s in cursor.fetchall()
        ]


def opinion(grant: gate.Grant, case: Case) -> Mapping[str, Any] | None:
    """The newest first opinion (初审意见), while it waits for the second person."""
    if case.state != "proposed":
        return None
    last = Step.objects.using(grant.alias).filter(case_id=case.no, act="propose").order_by("-seq").first()
    if last is None:
        return None
    found: Mapping[str, Any] | None = sealed.unseal(case.subject_id, f"{case.no}|step|{last.seq}", last.note)
    return found


def decision(case: Case) -> Mapping[str, Any] | None:
    """The decision: granted, reasons, text, amount in fen, figures, remedy with its last days."""
    found: Mapping[str, Any] | None = sealed.unseal(case.subject_id, f"{case.no}|decision", case.decision)
    return found


def may_be_reviewed(case: Case) -> bool:
    """Whether the office looks at its decision again: not at a conclusion that has a way of its own to object."""
    kept = decision(case)
    return kept is not None and not kept["remedy"].get("kind")


def delivered(grant: gate.Grant, case: Case) -> datetime | None:
    """When the result went out."""
    found = Outcome.objects.using(grant.alias).filter(case_id=case.no).first()
    return found.delivered_at if found else None
