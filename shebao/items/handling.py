"""办事, as the applicant does it: pre-check, draft, answers, sending, supplement, withdrawal. Doors call this."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.db import connections

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.cases import answering, applying, deciding, materials, queries, writing
from shebao.cases.item import ASKED_BESIDES, Effect, Finding, Item, Question
from shebao.cases.models import Case
from shebao.identity import acting
from shebao.items import catalogue, decisions, telling, ways
from shebao.items.drafts import Answered as Answered
from shebao.items.drafts import Check as Check
from shebao.items.drafts import Draft as Draft
from shebao.items.drafts import Paper as Paper
from shebao.items.drafts import Receipt as Receipt
from shebao.items.facts import Facts
from shebao.privacy import availability, gate, keys, vault

ACCOUNT = "person.bank_account"
CASE_ITEMS = ("case.record", "material.file")


def capacity(item: Item, by: gate.Actor) -> str:
    """As what the actor applies (身份). Refuses who may not apply for this item."""
    as_what = by.acting.rule if by.acting else "employer" if by.role == "employer_agent" else "self"
    if as_what not in item.applicants:
        if item.applicants == ("employer",):
            raise Refusal("precondition_unmet", "这件事由单位经办人办。", "看谁能办", f"/items/{item.code}/")
        raise Refusal(
            "precondition_unmet", item.own or "这件事要本人来办。", "看谁能办", f"/items/{item.code}/"
        )
    if as_what == "mandate":
        acting.require(by, item.code)
    if by.level < item.level:
        raise Refusal("step_up_required")
    return as_what


@contextmanager
def opened(
    item: Item, *, by: gate.Actor, subject: int | None = None, case: str = "", sending: bool = False
) -> Iterator[gate.Grant]:
    """The grant of an item's purpose, one transaction; only sending an instant item writes its effect."""
    writes: tuple[str, ...] = CASE_ITEMS
    reads = item.reads + CASE_ITEMS
    if sending and item.instant:
        writes += item.effects
        if decisions.wanted(item):
            writes, reads = writes + decisions.WRITES, reads + decisions.READS
    reads = tuple(dict.fromkeys(reads))
    with gate.open(
        by, item.purpose, items=reads, writes=writes, subject=subject or by.person_id, case=case
    ) as grant:
        yield grant


def precheck(code: str, *, now: datetime, by: gate.Actor) -> Check:
    """The conditions (办理条件) as they stand now. Refuses who may not apply at all."""
    item = catalogue.item(code)
    availability.require_running(f"item.{code}")
    as_what = capacity(item, by)
    with opened(item, by=by) as grant:
        facts = Facts(item, grant, {}, today_in_china(now), capacity=as_what)
        return Check(tuple(ways.on(item, line) for line in item.rule.check(facts)))


def start(
    code: str, *, channel: str = "web", about: str = "", bundle: str = "", now: datetime, by: gate.Actor
) -> str:
    """A draft; returns its number. Refuses `precondition_unmet` naming the condition, and keeps nothing."""
    item = catalogue.item(code)
    availability.require_running(f"item.{code}")
    as_what = capacity(item, by)
    with opened(item, by=by) as grant:
        facts = Facts(item, grant, {}, today_in_china(now), capacity=as_what)
        _refuse_unmet(item, item.rule.check(facts))
        return applying.start(
            grant, item, channel=channel, capacity=as_what, about=about, bundle=bundle, now=now
        ).no


def draft(no: str, *, thorough: bool = False, now: datetime, by: gate.Actor) -> Draft:
    """Everything a step page needs; `thorough` judges everybody on a list. Refuses a case that is no longer a draft or a supplement."""
    item, found = _mine(no, by)
    with opened(item, by=by, subject=found.subject_id, case=no) as grant:
        case = writing.locked(grant, no)
        if case.state not in ("draft", "supplement"):
            raise Refusal("conflict", "已经交上去了，不能再改。", "看办件进度", f"/cases/{no}/")
        return _draft(grant, item, case, now, thorough)


def answer(no: str, values: Mapping[str, str], *, now: datetime, by: gate.Actor) -> dict[str, str]:
    """Saves answers of one step; returns all. Refuses what cannot be read, with the field."""
    return dict(answered(no, values, now=now, by=by).answers)


def answered(no: str, values: Mapping[str, str], *, now: datetime, by: gate.Actor) -> Answered:
    """Saves answers of one step, and says which conditions do not hold because of them.

    Answers to later questions do not count: what they break is said when they are given.
    """
    item, found = _mine(no, by)
    questions = {question.key: question for question in item.questions}
    kept = answering.read_all(questions, values, today=today_in_china(now))
    helps = acting.as_what(by, found.subject_id) == "mandate"
    with opened(item, by=by, subject=found.subject_id, case=no) as grant:
        if helps:
            _only_her_account(grant, item, kept)
        answers = applying.save(grant, no, kept, now=now)
        if not set(item.other.split(",")) & kept.keys():
            return Answered(answers, _broken(grant, item, no, answers, kept, now))
    _relate(item, no, now=now, by=by)
    with opened(item, by=by, subject=found.subject_id, case=no) as grant:
        return Answered(answers, _broken(grant, item, no, answers, kept, now))


def _broken(
    grant: gate.Grant,
    item: Item,
    no: str,
    answers: Mapping[str, str],
    kept: Mapping[str, str],
    now: datetime,
) -> tuple[Finding, ...]:
    """The conditions that hold with the earlier answers only, not with the newest."""
    case = writing.locked(grant, no)
    order = [question.key for question in item.questions]
    last = max(map(order.index, kept), default=-1)
    upto = {key: answers[key] for key in order[: last + 1] if key in answers}
    unmet = _unmet(_facts(grant, item, case, upto, now))
    if not unmet:
        return ()
    earlier = {key: value for key, value in upto.items() if key not in kept}
    before = {line.text for line in _unmet(_facts(grant, item, case, earlier, now))}
    return tuple(line for line in unmet if line.text not in before)


def _unmet(facts: Facts) -> list[Finding]:
    found = (line for line in facts.item.rule.check(facts) if not line.passed)
    return [ways.on(facts.item, line, last=ways.NONE) for line in found]


def submit(no: str, *, key: str = "", now: datetime, by: gate.Actor) -> Receipt:
    """Sends a draft once. The same key gives the same receipt.

    Refuses what is missing (`invalid_input`), a condition that no longer holds (`precondition_unmet`), doubles.
    """
    item, found = _mine(no, by)
    availability.require_running(f"item.{item.code}")
    _relate(item, no, now=now, by=by)
    with opened(item, by=by, subject=found.subject_id, case=no, sending=True) as grant:
        applying.alone(grant)
        again = applying.sent_with(grant, key)
        if again is not None:
            return _receipt(grant, item, again)
        facts = _complete(grant, item, writing.locked(grant, no), now)
        as_what = acting.as_what(by, found.subject_id)
        case = applying.submit(grant, item, no, key=key, capacity=as_what, now=now)
        if as_what == "mandate":
            telling.acted_for(grant, item, case)
        if not item.instant:
            telling.submitted(grant, item, case)
            return _receipt(grant, item, case)
        return _at_once(grant, item, case, facts, now)


def supply(no: str, *, now: datetime, by: gate.Actor) -> Receipt:
    """Sends the supplement; the clock goes on. Refuses what is still missing."""
    item, found = _mine(no, by)
    with opened(item, by=by, subject=found.subject_id, case=no) as grant:
        _refuse_empty(grant, item, writing.locked(grant, no))
        _complete(grant, item, writing.locked(grant, no), now)
        case = applying.supply(grant, item, no, now=now)
        telling.submitted(grant, item, case)
        return _receipt(grant, item, case)


def withdraw(no: str, *, reason: str = "", now: datetime, by: gate.Actor) -> None:
    """Takes the application back, or throws the draft and its materials away."""
    item, found = _mine(no, by)
    with opened(item, by=by, subject=found.subject_id, case=no) as grant:
        was_draft = writing.locked(grant, no).state == "draft"
        case = applying.withdraw(grant, no, reason=reason.strip(), now=now)
        if was_draft:
            materials.discard(grant, no)
        else:
            telling.withdrawn(grant, item, case)


def review(no: str, *, text: str, now: datetime, by: gate.Actor) -> Receipt:
    """申请复核: a new case about a decision, with its own clock. Refuses a case without a decision, a second review."""
    _, found = _mine(no, by)
    again = catalogue.item("objection")
    with opened(again, by=by, subject=found.subject_id, case=no) as grant:
        case = writing.locked(grant, no)
        if case.decided_at is None:
            raise Refusal("conflict", "还没有决定，不能申请复核。", "看办件进度", f"/cases/{no}/")
        if not queries.may_be_reviewed(case):
            raise Refusal("conflict", "鉴定结论不复核，不同意就申请再次鉴定。", "看怎么申请", f"/cases/{no}/")
        asked = Case.objects.using(grant.alias).filter(about=no, subject_id=case.subject_id)
        if asked.exclude(submitted_at=None).exists():
            raise Refusal("conflict", "这件事已经申请过复核。", "看我的办件", "/cases/")
    new = start("objection", about=no, now=now, by=by)
    answer(new, {"about": no, "text": text}, now=now, by=by)
    return submit(new, key=f"review-{no}", now=now, by=by)


def _only_her_account(grant: gate.Grant, item: Item, kept: Mapping[str, str]) -> None:
    """Money goes where the person had it go before: refuses a helper who writes another account (防止冒领)."""
    asked = [q.key for q in item.questions if q.kind == "bank_account" and kept.get(q.key)]
    if not asked:
        return
    held = vault.read(grant, (ACCOUNT,)).get(ACCOUNT, "") if ACCOUNT in item.reads else ""
    if any(kept[key] != held for key in asked):
        raise Refusal(
            "precondition_unmet", "代办只能用对方登记过的账户收钱。", "请对方先改收款账户",
            "/items/benefit-account-change/", field=asked[0],
        )  # fmt: skip


def _mine(no: str, by: gate.Actor) -> tuple[Item, writing.Found]:
    found = writing.find(no, by=by)
    item = catalogue.item(found.kind)
    if by.is_staff:
        raise Refusal("out_of_reach")
    return item, found


def _draft(grant: gate.Grant, item: Item, case: Case, now: datetime, thorough: bool) -> Draft:
    answers = writing.answers(case)
    facts = _facts(grant, item, case, answers, now, thorough)
    asked = item.asked(answers)
    papers = _papers(grant, item, case.no, answers)
    known = {q.prefill: facts.values.get(q.prefill, "") for q in asked if q.prefill}
    findings = tuple(ways.on(item, line) for line in item.rule.check(facts))
    return Draft(
        case.no, item, case.state, case.subject_id, answers, asked, known, papers,
        findings, _missing(asked, papers, answers), case.touched_at,
        _blamed(grant, item, case, answers, findings, now),
    )  # fmt: skip


def _blamed(
    grant: gate.Grant,
    item: Item,
    case: Case,
    answers: Mapping[str, str],
    findings: tuple[Finding, ...],
    now: datetime,
) -> dict[str, str]:
    """For every sentence that stands against sending, the first question whose answer brings it about."""
    found = {line.text: "" for line in findings if not line.passed}
    if not found:
        return {}
    standing = {line.text for line in _unmet(_facts(grant, item, case, {}, now))}
    wanting = found.keys() - standing
    upto: dict[str, str] = {}
    for question in item.questions:
        if not wanting:
            break
        if question.key in answers:
            upto[question.key] = answers[question.key]
            told = {line.text for line in _unmet(_facts(grant, item, case, upto, now))} & wanting
            found |= dict.fromkeys(told, question.key)
            wanting -= told
    return {text: key for text, key in found.items() if key}


def _facts(
    grant: gate.Grant,
    item: Item,
    case: Case,
    answers: Mapping[str, str],
    now: datetime,
    thorough: bool = False,
) -> Facts:
    return Facts(
        item, grant, answers, today_in_china(now), case.no, case.other_id, case.capacity, thorough=thorough
    )


def _papers(grant: gate.Grant, item: Item, no: str, answers: Mapping[str, str]) -> tuple[Paper, ...]:
    pages = materials.pages(grant, no)
    return tuple(
        Paper(wanted, tuple(page for page in pages if page.material == wanted.code))
        for wanted in item.wanted(answers)
    )


def _missing(
    asked: tuple[Question, ...], papers: tuple[Paper, ...], answers: Mapping[str, str]
) -> tuple[str, ...]:
    lacking = [q.key for q in asked if not q.optional and not answers.get(q.key)]
    return tuple(lacking + [p.material.code for p in papers if not p.material.optional and not p.pages])


def _complete(grant: gate.Grant, item: Item, case: Case, now: datetime) -> Facts:
    """The facts of a case that may be sent. Refuses the first thing that is missing or no longer true."""
    answers = writing.answers(case)
    missing = _missing(item.asked(answers), _papers(grant, item, case.no, answers), answers)
    if missing:
        names = {q.key: q.label for q in item.questions} | {m.code: m.name for m in item.materials}
        raise Refusal(
            "invalid_input",
            f"还差「{names[missing[0]]}」。",
            "去补上",
            f"/cases/{case.no}/edit/",
            field=missing[0],
        )
    facts = _facts(grant, item, case, answers, now, thorough=True)
    _refuse_unmet(item, item.rule.check(facts), last=("去改", f"/cases/{case.no}/edit/"))
    return facts


def _refuse_unmet(item: Item, findings: list[Finding], *, last: ways.Way = ways.LAST) -> None:
    for finding in findings:
        if not finding.passed:
            rule = f"（{finding.rule}）" if finding.rule else ""
            way = ways.on(item, finding, last=last)
            raise Refusal(
                "precondition_unmet", f"{finding.text}{rule}", way.next_step, way.next_url, field=finding.code
            )


def _at_once(grant: gate.Grant, item: Item, case: Case, facts: Facts, now: datetime) -> Receipt:
    """即办: accepted, decided, written and delivered in this transaction."""
    verdict = item.rule.decide(facts)
    reasons = [(reason.code, reason.text, reason.rule) for reason in verdict.reasons]
    case = writing.act(grant, case, "accept", now=now, accepted_at=now)
    text = deciding.plain_text(item, granted=verdict.granted, amount_fen=verdict.amount_fen, reasons=reasons)
    said = deciding.Said(verdict.granted, text, reasons, verdict.amount_fen, verdict.figures)
    paper = decisions.document(grant, item, case.no, said, now=now)
    case = deciding.decide(grant, case.no, "decide", said, certificate=paper, now=now)
    effect = None
    if verdict.granted:
        effect = item.rule.effect(facts, verdict)
        deciding.settle(grant, case, effect, certificate=paper, now=now)
    case = deciding.deliver(grant, item, case.no, now=now)
    telling.decided(grant, item, case)
    return _receipt(grant, item, case, effect)


def _refuse_empty(grant: gate.Grant, item: Item, case: Case) -> None:
    """A supplement without a single new page of what was asked for is a slip of the finger."""
    names = {material.code: material.name for material in (*item.materials, ASKED_BESIDES)}
    wanted = [line.material for line in queries.lacking(grant, case)]
    if not wanted or case.asked_at is None or not set(wanted) <= names.keys():
        return
    kept = materials.pages(grant, case.no)
    if any(page.material in wanted and page.received_at >= case.asked_at for page in kept):
        return
    raise Refusal(
        "precondition_unmet",
        f"还没有补「{names[wanted[0]]}」，所以没有交。补一页再交。",
        "去补",
        f"/cases/{case.no}/materials/{wanted[0]}/",
        field=wanted[0],
    )


def _receipt(grant: gate.Grant, item: Item, case: Case, effect: Effect | None = None) -> Receipt:
    return Receipt(
        case.no, item, case.state, case.submitted_at, case.due_on, case.provisional,
        effect or deciding.outcome(grant, case),
    )  # fmt: skip


def _relate(item: Item, no: str, *, now: datetime, by: gate.Actor) -> None:
    """Finds the other person of the matter by number and name, without telling whether she is on file."""
    if not item.other:
        return
    number, name = item.other.split(",")
    answers = draft(no, now=now, by=by).answers
    if answers.get(number) and answers.get(name):
        digest = keys.blind("real_name", f"{answers[number]}|{answers[name]}")
        with connections["default"].cursor() as cursor:
            cursor.execute("select cases.relate(%s, %s, %s)", [by.token, no, digest])
