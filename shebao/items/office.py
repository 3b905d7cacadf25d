"""办事, as the office does it: queue, comparison, notice, review, decision, delivery. The desk calls this."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from shebao.base.clock import china, today_in_china
from shebao.base.refusal import Refusal
from shebao.cases import actions as window
from shebao.cases import answering, clock, deciding, materials, queries, terms, urgent, writing
from shebao.cases.deciding import Lack
from shebao.cases.item import ASKED_BESIDES, Finding, Item, Material, Question, Verdict
from shebao.cases.models import Case
from shebao.items import catalogue, decisions, telling
from shebao.items.facts import Facts
from shebao.privacy import gate
from shebao.registry.payables import actions as payables

DECIDE = "desk.decide"
LEAST_REASON = 10
Reasons = Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Compared:
    """一行对照: what was declared, what we hold (`held_value` as kept), and whether the kept values differ."""

    question: Question
    declared: str
    held: str
    source: str
    held_value: str
    differs: bool


@dataclass(frozen=True)
class DeskCase:
    """办件 as its holder works on it. Values of the vault are masked by the page, not here."""

    no: str
    item: Item
    state: str
    subject_id: int
    other_id: int | None
    name: str
    channel: str
    capacity: str
    submitted_at: datetime | None
    due_on: date | None
    provisional: bool
    term: str
    days_left: int | None
    escalated: int
    asked_at: datetime | None
    supply_by: date | None
    proposed_by: int | None
    answers: Mapping[str, str]
    compared: tuple[Compared, ...]
    findings: tuple[Finding, ...]
    verdict: Verdict
    needs_second: bool
    draft_text: str
    wanted: tuple[Material, ...]
    pages: tuple["materials.Page", ...]
    steps: tuple[queries.Walked, ...]
    halts: tuple[queries.Halted, ...]
    lacking: tuple[queries.Missing, ...]
    helper: writing.Helper | None
    opinion: Mapping[str, object] | None
    decision: Mapping[str, object] | None


@contextmanager
def deciding_grant(no: str, *, by: gate.Actor) -> Iterator[tuple[Item, gate.Grant]]:
    """The grant of a decision on a case in hand: what its item reads, what it writes. Refuses who does not hold it."""
    found = writing.find(no, by=by)
    if found.held_by != by.actor_id or by.actor_id is None:
        raise Refusal("out_of_reach", "这个办件不在您手上，先领件。", "回到办件列表", "/desk/")
    item = catalogue.ITEMS.get(found.kind)
    if item is None:
        raise Refusal("not_found", "这个办件不是网上办的事项。", "回到办件列表", "/desk/")
    items = tuple(dict.fromkeys((*item.reads, "case.record", "material.file", *decisions.READS)))
    writes = tuple(dict.fromkeys(("case.record", *item.effects, *decisions.WRITES)))
    with gate.open(
        by, DECIDE, items=items, writes=writes, subject=found.subject_id, case=no, reason=item.name
    ) as grant:
        yield item, grant


def open_case(no: str, *, now: datetime, by: gate.Actor) -> DeskCase:
    """Everything the case page needs, under one entry that the person sees."""
    with deciding_grant(no, by=by) as (item, grant):
        case = writing.locked(grant, no)
        answers = writing.answers(case)
        facts = _facts(item, grant, case, now)
        kept = queries.decision(case)
        verdict = decisions.verdict(kept) if kept else item.rule.decide(facts)
        pages = materials.pages(grant, no)
        besides = (ASKED_BESIDES,) if any(page.material == ASKED_BESIDES.code for page in pages) else ()
        today = today_in_china(now)
        waiting = case.state == "supplement"
        halts = queries.halts(grant, case)
        return DeskCase(
            no=case.no, item=item, state=case.state, subject_id=case.subject_id, other_id=case.other_id,
            name=facts.values.get("person.name", ""), channel=case.channel,
            capacity=case.capacity, submitted_at=case.submitted_at, due_on=case.due_on,
            provisional=case.provisional, term=case.term,
            days_left=clock.left(today, case.due_on, halts) if case.due_on and not waiting else None,
            escalated=case.escalated, asked_at=case.asked_at, supply_by=case.supply_by,
            proposed_by=case.proposed_by_id, answers=answers, compared=_compared(item, answers, facts),
            findings=() if kept else tuple(item.rule.check(facts)), verdict=verdict,
            needs_second=item.needs_second(verdict.amount_fen), draft_text=_first_words(item, verdict),
            wanted=item.wanted(answers) + besides, pages=pages, steps=queries.steps(grant, case),
            halts=halts, lacking=queries.lacking(grant, case),
            helper=writing.helper(no, by=by), opinion=queries.opinion(grant, case), decision=kept,
        )  # fmt: skip


def accept(no: str, *, now: datetime, by: gate.Actor) -> None:
    """受理; the person is told."""
    with deciding_grant(no, by=by) as (item, grant):
        case = deciding.accept(grant, no, now=now)
        telling.accepted(grant, item, case)
        telling.other(grant, item, case, f"已经受理，最晚 {telling.day(case.due_on)}有结果。")


def ask(no: str, *, lacking: Sequence[Lack], now: datetime, by: gate.Actor) -> None:
    """一次性告知; the person is told everything at once. Refuses a second notice."""
    with deciding_grant(no, by=by) as (item, grant):
        terms.refuse_halted(grant, no, today=today_in_china(now))
        case = deciding.ask(grant, no, lacking, now=now)
        telling.asked(grant, item, case, "；".join(line.note.strip().rstrip("。；") for line in lacking))


def decline(no: str, *, reason: str, now: datetime, by: gate.Actor) -> None:
    """不予受理, with the reason; the person is told."""
    with deciding_grant(no, by=by) as (item, grant):
        paper = decisions.document(grant, item, no, deciding.Said(False, reason), now=now)
        declined = deciding.decline(grant, no, reason=reason, certificate=paper, now=now)
        telling.decided(grant, item, declined)


def propose(
    no: str,
    *,
    granted: bool,
    reasons: Reasons = (),
    text: str,
    amount_fen: int = 0,
    now: datetime,
    by: gate.Actor,
) -> None:
    """初审意见, for a second person to confirm."""
    with deciding_grant(no, by=by) as (item, grant):
        case = writing.locked(grant, no)
        _refuse_early(item, grant, case, granted, today_in_china(now))
        verdict = item.rule.decide(_facts(item, grant, case, now))
        said = deciding.Said(
            granted, text, _known(item, reasons), amount_fen, verdict.figures, verdict.remedy
        )
        deciding.propose(grant, no, said, now=now)


def send_back(no: str, *, note: str, now: datetime, by: gate.Actor) -> None:
    """退回初审."""
    with deciding_grant(no, by=by) as (_, grant):
        deciding.send_back(grant, no, note=note, now=now)


def decide(
    no: str,
    *,
    granted: bool,
    reasons: Reasons = (),
    text: str,
    amount_fen: int = 0,
    now: datetime,
    by: gate.Actor,
) -> None:
    """决定: decision, effect in the registry and message in one transaction.

    Refuses (`precondition_unmet`) what needs a second person, a grant against a failed condition, and doubles.
    """
    with deciding_grant(no, by=by) as (item, grant):
        if item.needs_second(amount_fen):
            raise Refusal(
                "precondition_unmet",
                "这件事要第二个人复核，请先提初审意见。",
                "提初审意见",
                f"/desk/cases/{no}/",
            )
        _finish(item, grant, no, "decide", granted, _known(item, reasons), text, amount_fen, now)


def confirm(no: str, *, text: str = "", now: datetime, by: gate.Actor) -> None:
    """复核通过: the first opinion becomes the decision. Refuses the person who proposed it."""
    with deciding_grant(no, by=by) as (item, grant):
        opinion = queries.opinion(grant, writing.locked(grant, no))
        if opinion is None:
            raise Refusal("conflict", "还没有初审意见。", "回到办件", f"/desk/cases/{no}/")
        reasons = [(str(r[0]), str(r[1]), str(r[2])) for r in opinion["reasons"]]
        _finish(
            item, grant, no, "confirm", bool(opinion["granted"]), reasons, text or str(opinion["text"]),
            int(opinion["amount_fen"]), now,
        )  # fmt: skip


def deliver(no: str, *, now: datetime, by: gate.Actor) -> None:
    """办结: money or paper has gone out."""
    with deciding_grant(no, by=by) as (item, grant):
        if "payment.order" in item.effects and payables.under_way(grant, no):
            raise Refusal(
                "conflict", "钱已经交给银行，等银行回了自动办结。", "回到办件", f"/desk/cases/{no}/"
            )
        deciding.deliver(grant, item, no, now=now)
        if "payment.order" in item.effects:
            payables.paid(grant, case=no, on=today_in_china(now))


def break_glass(*, id_number: str, reason: str, now: datetime, by: gate.Actor) -> str:
    """紧急查看 for an exact number and a reason of ten characters; the person is told at once. Returns the case."""
    if len(reason.strip()) < LEAST_REASON:
        raise Refusal("precondition_unmet", "请写明紧急的原因，至少十个字。", field="reason")
    urgent.refuse_unreviewed(by=by)

    def tell(no: str, subject: int) -> None:
        rows, why = ("case.record",), reason.strip()
        grant = gate.within(by, "desk.urgent", subject, items=rows, writes=rows, case=no, reason=why)
        if grant is None:
            raise Refusal("out_of_reach")
        telling.urgent(grant, no, unit=by.unit, reason=why, at=f"{china(now):%Y-%m-%d %H:%M}")

    return window.open_urgent(id_number=id_number, reason=reason, by=by, tell=tell)


def _finish(
    item: Item, grant: gate.Grant, no: str, act: str, granted: bool, reasons: Reasons, text: str, amount_fen: int,
    now: datetime,
) -> None:  # fmt: skip
    case = writing.locked(grant, no)
    _refuse_early(item, grant, case, granted, today_in_china(now))
    facts = _facts(item, grant, case, now)
    verdict = item.rule.decide(facts)
    if granted and not verdict.granted:
        first = verdict.reasons[0].text if verdict.reasons else "条件不满足。"
        raise Refusal("precondition_unmet", f"不能通过：{first}", "看办理条件", f"/desk/cases/{no}/")
    objecting = verdict.remedy if granted else ""
    said = deciding.Said(granted, text, reasons, amount_fen, verdict.figures, objecting)
    paper = decisions.document(grant, item, no, said, now=now)
    case = deciding.decide(grant, no, act, said, certificate=paper, now=now)
    pays = False
    if granted:
        agreed = Verdict(True, verdict.reasons, amount_fen or verdict.amount_fen, verdict.figures)
        effect = item.rule.effect(facts, agreed)
        deciding.settle(grant, case, effect, certificate=paper, now=now)
        pays = effect.pays
        said = replace(said, text=effect.text, amount_fen=0)
    if case.capacity == "employer":
        decisions.for_other(facts, said, now=now)
    if item.rule.tell is not None:
        item.rule.tell(facts, said, now)
    if not pays:
        case = deciding.deliver(grant, item, no, now=now)
    telling.decided(grant, item, case)


def _refuse_early(item: Item, grant: gate.Grant, case: Case, granted: bool, today: date) -> None:
    """Nothing while another authority concludes or a notice stands; no grant before the office has entered its part."""
    terms.refuse_halted(grant, case.no, today=today)
    answers = writing.answers(case)
    for entry in item.to_enter(answers) if granted else ():
        if not entry.optional and not answers.get(entry.key):
            raise Refusal("invalid_input", f"经办意见里还没有填「{entry.label}」。", "回到办件",
                          f"/desk/cases/{case.no}/", field=entry.key)  # fmt: skip


def _facts(item: Item, grant: gate.Grant, case: Case, now: datetime) -> Facts:
    return Facts(
        item,
        grant,
        writing.answers(case),
        today_in_china(now),
        case.no,
        case.other_id,
        case.capacity,
        deciding=True,
    )


def _compared(item: Item, answers: Mapping[str, str], facts: Facts) -> tuple[Compared, ...]:
    return tuple(
        _compared_one(question, answers.get(question.key, ""), facts.values.get(question.prefill, ""))
        for question in item.asked(answers)
    )


def _compared_one(question: Question, declared: str, held: str) -> Compared:
    return Compared(
        question, answering.shown(question, declared), answering.shown(question, held) if held else "",
        "参保登记" if held else "申请人填写", held, bool(held) and held != declared,
    )  # fmt: skip


def _first_words(item: Item, verdict: Verdict) -> str:
    reasons = [(reason.code, reason.text, reason.rule) for reason in verdict.reasons]
    if verdict.granted and verdict.words:
        return verdict.words
    return deciding.plain_text(item, granted=verdict.granted, amount_fen=verdict.amount_fen, reasons=reasons)


def _known(item: Item, reasons: Reasons) -> list[tuple[str, str, str]]:
    """Reasons are chosen facts: the item's own refusals, or a fact written with its rule."""
    for code, text, _ in reasons:
        if not code or len(text.strip()) < 4:
            raise Refusal("invalid_input", "每条理由要写明事实。", field="reasons")
    laws = {code: str(law) for code, law in item.refusals.items()}
    return [(code, text.strip(), rule or laws.get(code, "")) for code, text, rule in reasons]
