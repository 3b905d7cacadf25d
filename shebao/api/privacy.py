"""/api/v1: policy versions, consents, questions about an access, proofs. The ledger itself is at /ledger/."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Router, Schema, Status
from ninja.params.functions import Path
from pydantic import Field

from shebao.api import schemas
from shebao.api.doors import REFUSED
from shebao.api.schemas import Strict
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity.asking import Request
from shebao.privacy import consent, ledger, policy, questions, register, vocabulary

router = Router(tags=["隐私"])


class Ask(Strict):
    """What seems wrong; may stay empty."""

    text: str = Field("", max_length=questions.MOST)


class Asked(Schema):
    """Receipt of a question."""

    no: str
    entry_id: int
    asked_at: datetime
    due_on: date
    state: str


class Answer(Strict):
    """Yes or no to one optional purpose, with the hash of the notice that was shown."""

    answer: Literal["give", "refuse", "withdraw"]
    notice_hash: str = Field("", max_length=64)


class Standing(Schema):
    """How the bearer stands to one optional purpose."""

    process: str
    name: str
    state: str
    since: datetime | None
    may_ask_from: datetime | None
    needs_again: bool
    notice_hash: str
    plain_zh: str
    items: list[str]
    kind: str


class ClauseText(Schema):
    """One clause with its anchor."""

    id: str
    title: str
    text: str


class Recorded(Schema):
    """The ledger entry of the answer."""

    entry: int


@router.get("/policies", auth=None, response=list[schemas.PolicyVersion], summary="政策和历次版本")
def policies(request: Request) -> Any:
    """All published versions with update date, effective date and hash."""
    today = clock.today_in_china(clock.now())
    documents = policy.stored()
    current = {part: policy.in_force(documents, part, today) for part in {d.head.part for d in documents}}
    return [
        {
            "part": d.head.part,
            "version": d.head.version,
            "updated_on": d.head.updated_on,
            "effective_on": d.head.effective_on,
            "text_hash": d.sha256(),
            "state": "current"
            if d == current[d.head.part]
            else "upcoming"
            if d.head.effective_on > today
            else "former",
        }
        for d in documents
    ]


@router.get(
    "/policies/{part}/clauses", auth=None, response={200: list[ClauseText], **REFUSED}, summary="对谁说的条款"
)
def clauses(
    request: Request, role: Literal["registered", "visitor"], part: str = Path(..., max_length=20)
) -> Any:
    """The clauses in force that speak to registered users or to visitors."""
    found = policy.in_force(policy.stored(), part, clock.today_in_china(clock.now()))
    if found is None:
        raise Refusal("not_found")
    return [{"id": one.id, "title": one.title, "text": one.text()} for one in policy.addressed(found, role)]


@router.get("/me/consents", response={200: list[Standing], **REFUSED}, summary="给出的同意")
def consents(request: Request) -> Any:
    """Every optional purpose with its state."""
    return [
        {
            "process": s.process,
            "name": s.name,
            "state": s.state,
            "since": s.since,
            "may_ask_from": s.may_ask_from,
            "needs_again": s.needs_again,
            "notice_hash": s.notice.hash,
            "plain_zh": s.notice.plain_zh,
            "items": list(s.notice.items),
            "kind": s.notice.kind,
        }
        for s in consent.standings(request.actor)
    ]


@router.post("/me/consents/{process}", response={200: Recorded, **REFUSED}, summary="同意、不同意或撤回")
def answer_consent(request: Request, wanted: Answer, process: str = Path(..., max_length=60)) -> Any:
    """One purpose at a time; a withdrawal works from the next statement on."""
    now = clock.now()
    if wanted.answer == "withdraw":
        return {"entry": consent.withdraw(request.actor, process, method="api", now=now)}
    act = consent.give if wanted.answer == "give" else consent.refuse
    return {"entry": act(request.actor, process, method="api", notice_hash=wanted.notice_hash, now=now)}


@router.get("/me/who-looked/{entry}/proof", response=REFUSED, summary="一条记录的凭证", openapi_extra={"responses": {
    200: {"description": "tlog-proof", "content": {"text/plain": {"schema": {"type": "string"}}}}}})  # fmt: skip
def proof(request: Request, entry: int = Path(..., ge=1, le=2**63 - 1)) -> HttpResponse:
    """A proof file that verifies offline."""
    text = ledger.prove(entry, by=request.actor)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@router.post("/me/who-looked/{entry}/question", response={201: Asked, **REFUSED}, summary="我有疑问")
def question(request: Request, wanted: Ask, entry: int = Path(..., ge=1, le=2**63 - 1)) -> Any:
    """Opens a question with a clock."""
    return Status(201, questions.ask(entry_id=entry, text=wanted.text, now=clock.now(), by=request.actor))


@router.get("/me/questions", response={200: list[Asked], **REFUSED}, summary="我的疑问")
def question_list(request: Request) -> Any:
    """The bearer's questions."""
    return questions.mine(request.actor)


@router.get("/processing-register", auth=None, response=schemas.Anything, summary="处理活动登记册（JSON-LD）")
def processing_register(request: Request) -> Any:
    """The register the gate follows, as JSON-LD with W3C DPV terms."""
    return vocabulary.json_ld(register.current())
