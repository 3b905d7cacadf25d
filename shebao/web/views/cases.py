"""办件: the steps of a draft, sending it, and where it stands."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases import applying
from shebao.cases.item import Finding, Item, Question
from shebao.identity import mandates
from shebao.identity.asking import Request
from shebao.items import bundles, catalogue, handling, progress
from shebao.items.handling import Draft, Paper
from shebao.privacy import looked, register
from shebao.web import coming_back, forms_items
from shebao.web.pages import case as case_page
from shebao.web.pages import case_receipt, item_steps
from shebao.web.pages import cases as cases_page
from shebao.web.pages import mandate as mandate_page
from shebao.web.pages import who_looked as who_looked_page
from shebao.web.views.answering import elder, hidden, number, page, signed_in, today

KEY = 64
LOOKED = 1000


def names() -> dict[str, str]:
    """Everyday names of the items."""
    return {item.code: item.plain for item in catalogue.offered()}


@require_safe
@signed_in
def listing(request: Request) -> HttpResponse:
    """/cases/."""
    rows = progress.mine(now=clock.now(), by=request.actor)
    at = number(request.GET.get("page"), 1, least=1, most=100)
    return page(
        request, "cases", cases_page.listing(rows, names(), today=today(), page=at, elder=elder(request))
    )


@require_safe
@signed_in
def together(request: Request, mark: str) -> HttpResponse:
    """/cases/together/<mark>/: the items of a bundle on one page."""
    bundle, parts = bundles.together(mark, now=clock.now(), by=request.actor)
    return page(request, "cases_together", cases_page.together(bundle, parts, mark=mark, today=today()))


@require_safe
@signed_in
def one(request: Request, no: str) -> HttpResponse:
    """/cases/<no>/."""
    return _standing(request, no)


def _standing(request: Request, no: str, refusal: Refusal | None = None) -> HttpResponse:
    view = progress.view(no, now=clock.now(), by=request.actor)
    context = case_page.page(
        view, today=today(), hours=hours(), coming=_after(view), hidden=hidden(request), elder=elder(request)
    )
    own = request.actor.subject_id == view.subject_id
    context |= {"opened": request.GET.get("print") == "1", "refusal": refusal}
    context |= {"helper": mandate_page.acting_for(view, own=own)}
    return page(request, "case", context, status=refusal.status if refusal else 200)


def _after(view: progress.CaseView) -> list[Item]:
    """The items that mostly follow this one, as far as they are offered here."""
    offered = {item.code: item for item in catalogue.offered()}
    return [offered[code] for code in (view.item.next if view.item else ()) if code in offered]


def hours() -> str:
    """When somebody answers the phone."""
    return str(settings.DEPLOYMENT.get("contact", {}).get("hotline_hours", ""))


@require_safe
@signed_in
def receipt(request: Request, no: str) -> HttpResponse:
    """/cases/<no>/receipt/."""
    view = progress.view(no, now=clock.now(), by=request.actor)
    if view.submitted_at is None:
        return HttpResponseRedirect(f"/cases/{no}/")
    context = case_receipt.receipt(view, today(), _after(view))
    if view.line.bundle:
        context["together"] = f"/cases/together/{view.line.bundle}/"
    return page(request, "case_receipt", context)


@require_safe
@signed_in
def answers(request: Request, no: str) -> HttpResponse:
    """/cases/<no>/answers/: what was written and handed in."""
    view = progress.view(no, now=clock.now(), by=request.actor)
    return page(request, "case_answers", case_page.answers(view))


@require_safe
@signed_in
def looked_at(request: Request, no: str) -> HttpResponse:
    """/cases/<no>/looked/: the entries of the ledger that belong to this case."""
    view = progress.view(no, now=clock.now(), by=request.actor)
    document = json.loads(looked.who_looked_text(request.actor, limit=LOOKED))
    document = who_looked_page.with_helpers(document, mandates.mine(request.actor)[0])
    labels = {code: item.label_zh for code, item in register.current().items.items()}
    entries = [
        who_looked_page.entry_view(
            entry | {"item_names": [labels.get(code, code) for code in entry["items"] + entry["writes"]]},
            today=today(),
        )
        for entry in document["entries"]
        if entry.get("case") == no
    ]
    return page(request, "case_looked", case_page.looked(view, entries, elder=elder(request)))


@require_safe
@signed_in
def edit(request: Request, no: str) -> HttpResponse:
    """/cases/<no>/edit/: where the draft stopped; in a bundle, answers of its other cases come along."""
    now = clock.now()
    mark = request.GET.get("together", "")
    if mark:
        _, parts = bundles.together(mark, now=now, by=request.actor)
        open_states = ("draft", "supplement")
        siblings = [p.line.no for p in parts if p.line and p.line.no != no and p.line.state in open_states]
        bundles.fill(no, siblings=siblings, now=now, by=request.actor)
    return HttpResponseRedirect(item_steps.first_open(handling.draft(no, now=now, by=request.actor)))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def step(request: Request, no: str, key: str) -> HttpResponse:
    """/cases/<no>/edit/<key>/: one question, the materials, or the page of checking."""
    draft = handling.draft(no, now=clock.now(), by=request.actor)
    if key == item_steps.CHECK:
        return _check(request, draft)
    if key == item_steps.MATERIALS:
        return _materials(request, draft)
    asked = next((one for one in draft.asked if one.key == key), None)
    if asked is None:
        raise Refusal("not_found", "这件事不问这个问题。", "接着填", f"/cases/{no}/edit/")
    return _answer(request, draft, asked) if request.method == "POST" else _ask(request, draft, asked)


def _form(draft: Draft, asked: Question, *args: Any, **options: Any) -> forms_items.Step:
    held = item_steps.held(draft, asked)
    return forms_items.Step(asked, *args, today=today(), offered=draft.item.insurances, held=held, **options)


def _ask(
    request: Request,
    draft: Draft,
    asked: Question,
    form: forms_items.Step | None = None,
    unmet: Sequence[Finding] = (),
) -> HttpResponse:
    kept = coming_back.typed(request, now=clock.now())
    kept = kept or forms_items.typed(asked, draft.answers.get(asked.key, ""))
    shown = form or _form(draft, asked, initial={asked.key: kept})
    context = item_steps.question(
        draft,
        asked,
        shown,
        offered=catalogue.offered(),
        today=today(),
        to=request.POST.get("to") or request.GET.get("to", ""),
        unmet=unmet,
    )
    return page(request, "item_step", context, status=422 if form else 200)


def _answer(request: Request, draft: Draft, asked: Question) -> HttpResponse:
    form = _form(draft, asked, request.POST)
    if not form.is_valid():
        return _ask(request, draft, asked, form)
    try:
        told = handling.answered(draft.no, {asked.key: form.answer}, now=clock.now(), by=request.actor)
    except Refusal as refusal:
        if refusal.code != "invalid_input":
            raise
        form.refuse(refusal.message)
        return _ask(request, draft, asked, form)
    if told.unmet:
        form.refuse(*(line.text for line in told.unmet))
        return _ask(request, draft, asked, form, told.unmet)
    return HttpResponseRedirect(_onward(draft, asked.key, dict(told.answers), request.POST.get("to", "")))


def _onward(draft: Draft, key: str, kept: dict[str, str], to: str) -> str:
    """The next page of the path as it is after this answer."""
    item = draft.item
    asked = item.asked(kept)
    papers = tuple(Paper(material, ()) for material in item.wanted(kept))
    gone_on = replace(draft, answers=kept, asked=asked, papers=papers)
    new = next((q.key for q in asked if not q.optional and not kept.get(q.key)), "")
    if to == "case":
        return f"/cases/{draft.no}/"
    if to == item_steps.CHECK:
        return item_steps.address(draft.no, new or item_steps.CHECK)
    return item_steps.next_of(gone_on, key)


def _materials(request: Request, draft: Draft) -> HttpResponse:
    short = {paper.material.code for paper in draft.papers} & set(draft.missing)
    if request.method == "POST" and not short:
        return HttpResponseRedirect(item_steps.address(draft.no, item_steps.CHECK))
    refused = request.method == "POST"
    context = item_steps.materials(draft, today=today(), lacking=refused)
    return page(request, "item_materials", context, status=422 if refused else 200)


def _check(request: Request, draft: Draft, refusal: Refusal | None = None) -> HttpResponse:
    found = item_steps.faults(draft)
    if refusal is not None and not found:
        found = [{"text": refusal.message, "url": refusal.next_url}]
    context = item_steps.check(
        draft,
        register.current(),
        offered=catalogue.offered(),
        today=today(),
        key=uuid.uuid4().hex,
        found=found,
    )
    return page(request, "item_check", context, status=refusal.status if refusal else 200)


@require_POST
@signed_in
def submit(request: Request, no: str) -> HttpResponse:
    """/cases/<no>/submit: once; the same form sent again gives the same receipt."""
    now = clock.now()
    try:
        handling.submit(no, key=request.POST.get("key", "")[:KEY], now=now, by=request.actor)
    except Refusal as refusal:
        if refusal.code not in ("invalid_input", "precondition_unmet", "conflict"):
            raise
        if progress.view(no, now=now, by=request.actor).line.state != "draft":
            return HttpResponseRedirect(f"/cases/{no}/receipt/")
        return _check(request, handling.draft(no, now=now, by=request.actor), refusal)
    return HttpResponseRedirect(f"/cases/{no}/receipt/")


@require_POST
@signed_in
def supply(request: Request, no: str) -> HttpResponse:
    """/cases/<no>/supply: the supplement is complete."""
    now = clock.now()
    try:
        handling.supply(no, now=now, by=request.actor)
    except Refusal as refusal:
        if refusal.code not in ("invalid_input", "precondition_unmet"):
            raise
        return _standing(request, no, refusal)
    return HttpResponseRedirect(f"/cases/{no}/")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: Request, no: str) -> HttpResponse:
    """/cases/<no>/withdraw/: asked once, then taken back."""
    now = clock.now()
    if request.method == "POST":
        handling.withdraw(no, now=now, by=request.actor)
        return HttpResponseRedirect(f"/cases/{no}/")
    view = progress.view(no, now=now, by=request.actor)
    if not {"withdraw", "discard"} & set(view.may):
        raise Refusal("conflict", "这件事现在不能撤回。", "看办件进度", f"/cases/{no}/")
    return page(request, "case_withdraw", case_page.withdrawal(view))


@require_POST
@signed_in
def rate(request: Request, no: str) -> HttpResponse:
    """/cases/<no>/rate: stars, once."""
    applying.rate(no, stars=number(request.POST.get("stars"), 0, most=9), by=request.actor)
    return HttpResponseRedirect(f"/cases/{no}/")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def review(request: Request, no: str) -> HttpResponse:
    """/cases/<no>/review/: 申请复核."""
    now = clock.now()
    form = forms_items.Review(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = handling.review(no, text=form.cleaned_data["text"], now=now, by=request.actor)
        return HttpResponseRedirect(f"/cases/{made.no}/receipt/")
    view = progress.view(no, now=now, by=request.actor)
    if not view.may_review:
        raise Refusal("conflict", "这件事现在不能申请复核。", "看办件进度", f"/cases/{no}/")
    context = case_page.head_of(view) | {"form": form}
    return page(request, "case_review", context, status=422 if form.is_bound else 200)
