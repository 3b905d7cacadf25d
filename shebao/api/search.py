"""/api/v1: one search box, the bearer's own history and topics."""

from datetime import datetime
from typing import Any, Literal

from ninja import Router, Schema, Status
from ninja.params.functions import Query
from pydantic import Field

from shebao.api.doors import REFUSED
from shebao.api.schemas import Strict
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity.asking import Request
from shebao.items import finder
from shebao.privacy import searches

router = Router(tags=["搜索"])
SWITCHES = {"history": searches.HISTORY, "personalise": searches.PERSONALISE}
OWN_ORDER = "按您的习惯排列"


class Hit(Schema):
    """A page, office or clause."""

    code: str
    kind: str
    title: str
    url: str


class Found(Schema):
    """Results; `label` says so when the order is the bearer's own. The words come back masked."""

    words: str
    masked: bool
    personalised: bool
    label: str
    kept: bool
    results: list[Hit]


class PastSearch(Schema):
    """One line of the history."""

    words: str
    page: str
    at: datetime


class SearchOpened(Strict):
    """The result that was opened."""

    page: str = Field(max_length=60)


class Switch(Strict):
    """On or off; to switch on, the hash of the notice that was shown."""

    on: bool
    notice_hash: str = Field("", max_length=64)


class Topics(Strict):
    """Codes of pages the bearer wants first."""

    topics: list[str] = Field(max_length=searches.MOST_TOPICS)


class SearchesRemoved(Schema):
    """How many were deleted."""

    removed: int


@router.get("/search", auth=None, response={200: Found, **REFUSED}, summary="搜索")
def search(request: Request, q: str = Query("", max_length=200, description="要找什么；空着是菜单")) -> Any:
    """Pages, offices and policy clauses. Nothing is kept unless the bearer keeps her history."""
    own = searches.switches(request.actor)
    words = searches.redact(q)
    kept = own.history and bool(words)
    if kept:
        searches.keep(q, now=clock.now(), by=request.actor)
    return {
        "words": words,
        "masked": searches.MASK in words,
        "personalised": own.personalised,
        "label": OWN_ORDER if own.personalised else "",
        "kept": kept,
        "results": finder.find(words.replace(searches.MASK, ""), own=own),
    }


@router.get("/me/searches", response={200: list[PastSearch], **REFUSED}, summary="我的搜索记录")
def history(request: Request) -> Any:
    """The bearer's own history, newest first."""
    return searches.history(request.actor)


@router.delete("/me/searches", response={200: SearchesRemoved, **REFUSED}, summary="清空搜索记录")
def clear(request: Request) -> Any:
    """Deletes all of it."""
    return {"removed": searches.clear(by=request.actor)}


@router.post("/me/searches/opened", response={204: None, **REFUSED}, summary="打开了一个结果")
def opened(request: Request, one: SearchOpened) -> Any:
    """Counts for the bearer's own order; without history nothing is kept."""
    if one.page not in finder.codes():
        raise Refusal("field_not_declared", field="page")
    if searches.switches(request.actor).history:
        searches.keep("", page=one.page, now=clock.now(), by=request.actor)
    return Status(204, None)


@router.put("/me/searches/{switch}", response={204: None, **REFUSED}, summary="打开或关掉记录、个性化")
def switch(request: Request, wish: Switch, switch: Literal["history", "personalise"]) -> Any:
    """Off deletes what was kept, at once."""
    searches.switch(
        SWITCHES[switch], on=wish.on, notice_hash=wish.notice_hash, now=clock.now(), by=request.actor
    )
    return Status(204, None)


@router.get("/me/topics", response={200: Topics, **REFUSED}, summary="关心的主题")
def topics(request: Request) -> Any:
    """The bearer's topics."""
    return {"topics": searches.topics(request.actor)}


@router.put("/me/topics", response={200: Topics, **REFUSED}, summary="选主题")
def choose(request: Request, wish: Topics) -> Any:
    """Replaces the topics; an empty list clears them."""
    return {"topics": searches.choose(wish.topics, known=finder.codes(), by=request.actor)}
