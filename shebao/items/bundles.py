"""一件事: several items of one moment in a life, started together, answers shared, progress on one page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.cases import states
from shebao.cases.item import Item
from shebao.identity import acting
from shebao.items import catalogue, handling, progress
from shebao.items.progress import CaseLine
from shebao.privacy import gate

CHILD = "@child"
NO_CHILD = "先登记您是孩子的监护人，再给孩子参保。"


@dataclass(frozen=True)
class Part:
    """One item of a bundle and its case; without one: the case that runs on its own, or why there is none yet."""

    item: Item
    line: CaseLine | None
    alone: CaseLine | None = None
    why: str = ""


def parts(item: Item) -> tuple[Item, ...]:
    """The items of a bundle that this deployment offers, in order."""
    offered = {one.code: one for one in catalogue.offered()}
    return tuple(offered[code] for code in map(_code, item.bundle) if code in offered)


def start(code: str, *, now: datetime, by: gate.Actor) -> str:
    """Opens a draft for every item whose conditions hold; returns the mark they share.

    Refuses with the first reason when none can be started.
    """
    bundle = catalogue.item(code)
    mark = f"{code}-{today_in_china(now):%y%m%d}"
    refused: list[Refusal] = []
    started = 0
    for one in parts(bundle):
        try:
            who = applicant(bundle, one, by)
            if who is by:
                acting.require(by, one.code)
            fill(handling.start(one.code, bundle=mark, now=now, by=who), now=now, by=who)
            started += 1
        except Refusal as refusal:
            if refusal.code not in ("precondition_unmet", "conflict", "out_of_reach"):
                raise
            refused.append(refusal)
    if not started and refused:
        raise refused[0]
    return mark


def fill(no: str, *, now: datetime, by: gate.Actor, siblings: Sequence[str] = ()) -> None:
    """Answers what the registry or another case of the bundle already says; what cannot be read stays open."""
    draft = handling.draft(no, now=now, by=by)
    wanted = {q.key: q for q in draft.asked if not draft.answers.get(q.key)}
    held = {key: draft.known.get(q.prefill, "") for key, q in wanted.items() if not q.replaces}
    given = {key: value for key, value in held.items() if value}
    for sibling in siblings:
        other = handling.draft(sibling, now=now, by=by)
        same = {q.key for q in other.item.questions if q.key in wanted and wanted[q.key].kind == q.kind}
        given |= {key: other.answers[key] for key in same if other.answers.get(key)}
    for key, value in given.items():
        try:
            handling.answer(no, {key: value}, now=now, by=by)
        except Refusal as refusal:
            if refusal.code != "invalid_input":
                raise


def begun(bundle: Item, *, now: datetime, by: gate.Actor) -> str:
    """The mark under which the person has begun this bundle and not ended it; empty when there is none."""
    running = [line for line in _lines(bundle, now=now, by=by) if not states.ended(line.state)]
    return max((line.bundle for line in running), default="")


def _lines(bundle: Item, *, now: datetime, by: gate.Actor) -> list[CaseLine]:
    """All cases of a bundle, the person's own and those of the child."""
    lines = progress.mine(now=now, by=by)
    child = next((ward for one in parts(bundle) if (ward := _ward(bundle, one, by))), None)
    if child is not None:
        lines += progress.mine(now=now, by=child)
    return [line for line in lines if line.bundle.startswith(f"{bundle.code}-")]


def together(mark: str, *, now: datetime, by: gate.Actor) -> tuple[Item, tuple[Part, ...]]:
    """The bundle behind a mark, its items, and where each of them stands. Refuses an unknown mark."""
    bundle = catalogue.item(mark.rpartition("-")[0])
    lines = {line.code: line for line in _lines(bundle, now=now, by=by) if line.bundle == mark}
    return bundle, tuple(
        Part(one, lines[one.code]) if one.code in lines else _apart(bundle, one, now=now, by=by)
        for one in parts(bundle)
    )


def _apart(bundle: Item, part: Item, *, now: datetime, by: gate.Actor) -> Part:
    try:
        who = applicant(bundle, part, by)
        running = [line for line in progress.mine(now=now, by=who) if line.code == part.code]
        alone = next((line for line in running if not states.ended(line.state)), None)
        findings = () if alone else handling.precheck(part.code, now=now, by=who).findings
    except Refusal as refusal:
        return Part(part, None, why=refusal.message)
    return Part(part, None, alone, next((one.text for one in findings if not one.passed), ""))


def applicant(bundle: Item, part: Item, by: gate.Actor) -> gate.Actor:
    """For whom a part is begun: the person, or (`@child`) the child whose guardian the person became last.

    Refuses a part for a child when there is none.
    """
    if part.code + CHILD not in bundle.bundle or by.acting is not None:
        return by
    ward = _ward(bundle, part, by)
    if ward is None:
        raise Refusal("precondition_unmet", NO_CHILD, "去登记监护", "/account/guardians/")
    return ward


def _ward(bundle: Item, part: Item, by: gate.Actor) -> gate.Actor | None:
    if part.code + CHILD not in bundle.bundle or by.acting is not None:
        return None
    reaches = [choice for choice in acting.choices(by) if choice.rule == "guardian"]
    if not reaches:
        return None
    last = max(reaches, key=lambda choice: choice.reach_id)
    return replace(
        gate.actor_of(by.token),
        acting=acting.Acting(last.reach_id, last.subject_id, last.rule, last.relation),
    )


def _code(name: str) -> str:
    return name.removesuffix(CHILD)
