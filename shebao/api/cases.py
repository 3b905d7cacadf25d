"""/api/v1: items (事项) and the bearer's cases (办件): pre-check, draft, answers, sending, progress."""

from collections.abc import Mapping
from typing import Any

from ninja import Router, Status
from ninja.params.functions import Header, Path

from shebao.api.case_schemas import (
    Answers,
    Brief,
    CaseListed,
    Checked,
    Described,
    Objection,
    Order,
    Rating,
    Sent,
    Viewed,
    Written,
)  # fmt: skip
from shebao.api.doors import REFUSED
from shebao.base import clock
from shebao.cases import applying
from shebao.cases import clock as limits
from shebao.cases.item import APPLICANTS, LISTS, Item, Law
from shebao.identity import acting
from shebao.identity.asking import Request
from shebao.items import catalogue, finder, handling, progress
from shebao.items.handling import Draft
from shebao.privacy import register

router = Router(tags=["办事"])
CODE = Path(..., pattern=r"^[a-z0-9-]{1,60}$")
NO = Path(..., pattern=r"^BJ[0-9]{6}-[0-9]{6}$")
KEY = Header(
    "",
    alias="Idempotency-Key",
    max_length=64,
    pattern=r"^[A-Za-z0-9_-]*$",
    description="同一个键只办一件：断线后再发，得到同一张回执。",
)


def _basis(law: Law) -> dict[str, str]:
    return {"law": law.law, "article": law.article, "says": law.says}


def _asked(questions: Any) -> list[dict[str, Any]]:
    return [
        {
            "key": one.key,
            "label": one.label,
            "kind": one.kind,
            "hint": one.hint,
            "choices": dict(one.choices),
            "optional": one.optional,
            "when": {key: list(values) for key, values in one.when.items()},
        }
        for one in questions
    ]


def _item(item: Item) -> dict[str, Any]:
    days, working = (0, True) if item.instant else limits.limit(item)
    today = clock.today_in_china(clock.now())
    return _brief(item) | {
        "summary": item.summary,
        "result": item.result,
        "limit_days": days,
        "working_days": working,
        "due_if_sent_today": None if item.instant else limits.due(item, today).day,
        "applicants": {code: APPLICANTS[code] for code in item.applicants},
        "laws": [_basis(law) for law in item.laws],
        "refusals": {code: _basis(law) for code, law in item.refusals.items()},
        "questions": _asked(item.questions),
        "materials": [
            {
                "code": one.code,
                "name": one.name,
                "sample": one.sample,
                "optional": one.optional,
                "basis": _basis(one.basis),
            }
            for one in item.materials
        ],
        "purpose": register.current().process[item.purpose].plain_zh,
        "reads": list(item.reads),
        "writes": list(item.effects),
        "bundle": list(item.bundle),
    }


def _brief(item: Item) -> dict[str, Any]:
    return {
        "code": item.code,
        "number": item.number,
        "name": item.name,
        "plain": item.plain,
        "directory": LISTS[item.list],
        "instant": item.instant,
        "events": list(item.events),
    }


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "no": draft.no,
        "item": draft.item.code,
        "state": draft.state,
        "answers": dict(draft.answers),
        "asked": _asked(draft.asked),
        "held": [one.key for one in draft.asked if one.prefill and draft.known.get(one.prefill)],
        "missing": list(draft.missing),
        "findings": list(draft.findings),
        "pages": {paper.material.code: len(paper.pages) for paper in draft.papers},
    }


def _receipt(receipt: handling.Receipt) -> dict[str, Any]:
    return {
        "no": receipt.no,
        "item": receipt.item.code,
        "state": receipt.state,
        "submitted_at": receipt.submitted_at,
        "due_on": receipt.due_on,
        "provisional": receipt.provisional,
        "effect": receipt.effect.text if receipt.effect else "",
    }


def _decision(raw: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if raw is None:
        return None
    return {
        "granted": raw["granted"],
        "text": raw["text"],
        "amount_fen": raw["amount_fen"],
        "reasons": [{"code": row[0], "text": row[1], "rule": row[2]} for row in raw["reasons"]],
        "figures": raw["figures"],
        "remedy": raw["remedy"]["text"],
        **{name: raw["remedy"].get(name) for name in ("reconsider_by", "sue_by", "again_by")},
        "certificate": raw.get("certificate"),
    }


@router.get("/items", auth=None, response={200: list[Brief], **REFUSED}, summary="能办的事项")
def item_list(request: Request, q: str = "") -> Any:
    """The items of this deployment; with `q`, those that fit the words, pinyin or a slip of the pen."""
    known = {item.code: item for item in catalogue.offered()}
    if not q:
        return [_brief(item) for item in known.values()]
    hits = (page.code.removeprefix("item.") for page in finder.services(q[:40]) if page.kind == "item")
    return [_brief(known[code]) for code in hits]


@router.get("/items/{code}", auth=None, response={200: Described, **REFUSED}, summary="一个事项")
def item_one(request: Request, code: str = CODE) -> Any:
    """Law, applicants, questions, materials, limit, data that will be read."""
    return _item(catalogue.item(code))


@router.get("/items/{code}/check", response={200: Checked, **REFUSED}, summary="先看能不能办")
def item_check(request: Request, code: str = CODE) -> Any:
    """The pre-check for the bearer (or whom she stands in for)."""
    acting.require(request.actor, catalogue.item(code).code)
    return handling.precheck(code, now=clock.now(), by=request.actor)


@router.get("/cases", response={200: list[CaseListed], **REFUSED}, summary="我的办件")
def case_list(request: Request) -> Any:
    """The bearer's cases, newest first."""
    return progress.mine(now=clock.now(), by=request.actor)


@router.post("/cases", response={201: Written, **REFUSED}, summary="开始办理")
def case_start(request: Request, order: Order) -> Any:
    """A draft, or the open one of this item. What does not meet the conditions leaves nothing behind."""
    now, item = clock.now(), catalogue.item(order.item)
    acting.require(request.actor, item.code)
    no = handling.start(item.code, channel="app", now=now, by=request.actor)
    return Status(201, _draft(handling.draft(no, now=now, by=request.actor)))


@router.get("/cases/{no}", response={200: Viewed, **REFUSED}, summary="一件办件")
def case_one(request: Request, no: str = NO) -> Any:
    """Stage, holder, last day, notice, decision, effect."""
    view = progress.view(no, now=clock.now(), by=request.actor)
    line = {name: getattr(view.line, name) for name in view.line.__dataclass_fields__}
    return line | {
        "submitted_at": view.submitted_at,
        "limit_days": view.limit_days,
        "left": view.left,
        "provisional": view.provisional,
        "holder": view.holder,
        "steps": [
            {name: getattr(step, name) for name in ("at", "act", "word", "source", "target", "role", "unit")}
            | {"entry": step.entry_id}
            for step in view.steps
        ],
        "halts": list(view.halts),
        "lacking": list(view.lacking),
        "answers": [list(row) for row in view.answers],
        "decision": _decision(view.decision),
        "effect": view.effect.text if view.effect else "",
        "may": list(view.may),
        "may_review": view.may_review,
        "stars": view.stars,
    }


@router.get("/cases/{no}/draft", response={200: Written, **REFUSED}, summary="草稿")
def case_draft(request: Request, no: str = NO) -> Any:
    """Answers so far, what is asked on this path, what is missing."""
    return _draft(handling.draft(no, now=clock.now(), by=request.actor))


@router.put("/cases/{no}/answers", response={200: Written, **REFUSED}, summary="存答案")
def case_answer(request: Request, body: Answers, no: str = NO) -> Any:
    """Saves answers; names the field that cannot be read."""
    now = clock.now()
    handling.answer(no, body.answers, now=now, by=request.actor)
    return _draft(handling.draft(no, now=now, by=request.actor))


@router.post("/cases/{no}/submit", response={200: Sent, **REFUSED}, summary="提交")
def case_submit(request: Request, no: str = NO, key: str = KEY) -> Any:
    """Sends once. The same Idempotency-Key gives the same receipt."""
    return _receipt(handling.submit(no, key=key, now=clock.now(), by=request.actor))


@router.post("/cases/{no}/supply", response={200: Sent, **REFUSED}, summary="补交")
def case_supply(request: Request, no: str = NO) -> Any:
    """Sends the supplement; the clock goes on."""
    return _receipt(handling.supply(no, now=clock.now(), by=request.actor))


@router.post("/cases/{no}/withdraw", response={204: None, **REFUSED}, summary="撤回")
def case_withdraw(request: Request, no: str = NO) -> Any:
    """Takes the application back before the decision; a draft is thrown away."""
    handling.withdraw(no, now=clock.now(), by=request.actor)
    return Status(204, None)


@router.post("/cases/{no}/review", response={201: Sent, **REFUSED}, summary="申请复核")
def case_review(request: Request, body: Objection, no: str = NO) -> Any:
    """A new case about the decision, looked at by another person."""
    return Status(201, _receipt(handling.review(no, text=body.text, now=clock.now(), by=request.actor)))


@router.post("/cases/{no}/rating", response={204: None, **REFUSED}, summary="评价办得怎样")
def case_rate(request: Request, body: Rating, no: str = NO) -> Any:
    """Stars, once, after the case has ended."""
    applying.rate(no, stars=body.stars, by=request.actor)
    return Status(204, None)
