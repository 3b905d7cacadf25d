"""办事: the catalogue, one item with its pre-check, starting it."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases.item import Finding, Item
from shebao.identity import acting
from shebao.identity.asking import Request
from shebao.items import bundles, catalogue, directory, finder, handling
from shebao.privacy import availability, register
from shebao.web.pages import cases as cases_page
from shebao.web.pages import items as items_page
from shebao.web.views.answering import elder, number, page, signed_in, today

LONGEST = 40


@require_safe
def listing(request: Request) -> HttpResponse:
    """/items/: by search, by life event, by scheme."""
    items = _for_whom(request)
    words = request.GET.get("q", "").strip()[:LONGEST]
    if elder(request) and ({"all", "events", "chapter"} & request.GET.keys()):
        return _chapters(request, items)
    if request.GET.get("event"):
        return _event(request, items, request.GET["event"])
    found = items_page.hits(finder.services(words), {one.code: one for one in items}) if words else []
    standing = directory.shown(availability.board(), clock.now())
    opened = [(service.page, service.name, service.icon) for service, _ in standing if service.draft]
    context = items_page.catalogue(
        items,
        words=words,
        found=found,
        opened=opened,
        elder=elder(request),
        agent=request.actor.role == "employer_agent",
    )
    return page(request, "items", context)


def _for_whom(request: Request) -> tuple[Item, ...]:
    """What this account may do at all: an employer's agent does her employer's business, nobody else's."""
    agent = request.actor.role == "employer_agent"
    return tuple(item for item in catalogue.offered() if not agent or "employer" in item.applicants)


def _event(request: Request, items: tuple[Item, ...], code: str) -> HttpResponse:
    context = items_page.event(items, code)
    if context is None:
        raise Refusal("not_found", "没有这一类事项。", "看全部事项", "/items/")
    return page(request, "items_event", _paged(request, context, f"/items/?event={code}"))


def _chapters(request: Request, items: tuple[Item, ...]) -> HttpResponse:
    """长辈版: life events, chapters, the items of one chapter, each a page of four rows at a time."""
    code = request.GET.get("chapter", "")
    context: dict[str, Any]
    if "events" in request.GET:
        context = {"name": "遇到什么事", "bundles": [], "rows": items_page.event_rows(items)}
        return page(
            request, "items_event", _paged(request, context, "/items/?events=1") | {"plain_head": True}
        )
    found = items_page.chapter(items, code) if code else None
    if code and found is None:
        raise Refusal("not_found", "没有这一类事项。", "看全部事项", "/items/")
    rows = found["rows"] if found else items_page.chapter_rows(items)
    context = {"name": found["name"] if found else "全部事项", "bundles": [], "rows": rows}
    here = f"/items/?chapter={code}" if code else "/items/?all=1"
    return page(request, "items_event", _paged(request, context, here) | {"plain_head": True})


def _paged(request: Request, context: dict[str, Any], here: str) -> dict[str, Any]:
    if not elder(request):
        return context
    at, size = number(request.GET.get("page"), 1, least=1, most=50), items_page.ELDER_ROWS
    rows = context["rows"][(at - 1) * size :]
    return context | {
        "bundles": context["bundles"] if at == 1 else [],
        "rows": rows[:size],
        "older": f"{here}&page={at + 1}" if len(rows) > size else "",
    }


@require_safe
def one(request: Request, code: str) -> HttpResponse:
    """/items/<code>/: everyone sees everything but the pre-check."""
    item = catalogue.item(code)
    parts = bundles.parts(item)
    check = None if parts or request.token is None or request.actor.is_visitor else checked(request, item)
    context = items_page.item_page(item, register.current(), today=today(), check=check, parts=parts)
    if parts and request.actor.subject_id is not None and not request.acting:
        context["begun"] = _begun(request, item)
    return page(request, "item", context)


def _begun(request: Request, bundle: Item) -> dict[str, Any] | None:
    """Where each item of a bundle stands that the person has already begun."""
    mark = bundles.begun(bundle, now=clock.now(), by=request.actor)
    if not mark:
        return None
    _, lines = bundles.together(mark, now=clock.now(), by=request.actor)
    return cases_page.together(bundle, lines, mark=mark, today=today()) | {"url": f"/cases/together/{mark}/"}


def checked(request: Request, item: Item) -> dict[str, Any]:
    """The pre-check of the person, failing lines first; who may not apply at all is such a line."""
    try:
        acting.require(request.actor, item.code)
        found = handling.precheck(item.code, now=clock.now(), by=request.actor)
    except Refusal as refusal:
        if refusal.code not in (
            "precondition_unmet",
            "out_of_reach",
            "step_up_required",
            "purpose_not_allowed",
        ):
            raise
        line = Finding(refusal.code, False, refusal.message, "", refusal.next_step, refusal.next_url)
        return items_page.precheck((line,), may_start=False)
    return items_page.precheck(found.findings, may_start=found.may_start)


@require_POST
@signed_in
def start(request: Request, code: str) -> HttpResponse:
    """/items/<code>/start: a draft, filled with what is known; a bundle: one for each of its items."""
    now, actor = clock.now(), request.actor
    item = catalogue.item(code)
    if bundles.parts(item):
        return HttpResponseRedirect(f"/cases/together/{bundles.start(code, now=now, by=actor)}/")
    acting.require(actor, code)
    no = handling.start(code, now=now, by=actor)
    bundles.fill(no, now=now, by=actor)
    return HttpResponseRedirect(f"/cases/{no}/edit/")
