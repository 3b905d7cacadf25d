"""证明: the list, a new one, its file, taking it back."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.documents import actions as documents
from shebao.documents import issue, queries
from shebao.identity.asking import Request
from shebao.items import progress
from shebao.items.certificates import actions
from shebao.privacy import gate
from shebao.web import formats, words
from shebao.web.views.answering import attachment, consent_first, elder, number, page, signed_in, today

KINDS = {
    "enrolment": (
        "参保证明",
        "参加了哪些险种、什么状态",
        ("姓名和证件号码", "险种、参保状态和单位", "核验码和二维码"),
    ),
    "contribution": ("缴费证明", "哪几个月缴了多少", ("姓名和证件号码", "缴费月数和金额", "核验码和二维码")),
    "statement": (
        "个人权益记录单",
        "一年的缴费和账户",
        ("姓名和证件号码", "一年的缴费和账户", "核验码和二维码"),
    ),
}
ALL_SINCE = 199001
ELDER_ISSUED = 1


def kind_view(code: str) -> dict[str, Any]:
    """A kind of certificate in words."""
    if code not in KINDS:
        raise Refusal("not_found", "没有这种证明。", "看有哪些证明", "/certificates/")
    name, sub, contents = KINDS[code]
    days = issue.current_issuer().forms[code].valid_days  # type: ignore[index]
    return {"code": code, "name": name, "sub": sub, "contents": contents, "days": days}


def issued_view(row: queries.Listed, now: datetime) -> dict[str, Any]:
    """A certificate in words."""
    state, tone = words.CERTIFICATE_STATES[row.state(now)]
    day = clock.today_in_china(now)
    return {
        "name": row.name,
        "state": state,
        "tone": tone,
        "on": formats.near_day(clock.china(row.issued_at).date(), day),
        "until": f"有效到 {formats.date_cn(clock.china(row.expires_at).date(), day)}",
        "url": f"/certificates/{row.id}",
        "file": f"/certificates/{row.id}.pdf",
        "revoke": f"/certificates/{row.id}/revoke",
        "serial": row.serial,
    }


@require_safe
@consent_first("certificate.issue")
@signed_in
def listing(request: Request) -> HttpResponse:
    """/certificates/."""
    now = clock.now()
    rows = actions.own_list(request.actor)
    matters = progress.papers(by=request.actor) if any(row.kind == "decision" for row in rows) else {}
    issued = [issued_view(row, now) | {"matter": matters.get(row.id, "")} for row in rows]
    kinds = [
        {"name": name, "sub": sub, "url": f"/certificates/new?kind={code}"}
        for code, (name, sub, _) in KINDS.items()
    ]
    shown = issued[: ELDER_ISSUED if elder(request) else 50]
    return page(request, "certificates", {"kinds": kinds, "issued": shown})


def wish(request: HttpRequest, kind: str) -> Any:
    """The period a form asks for."""
    whole = request.POST.get("period") == "all"
    return actions.wish(
        kind,
        since=ALL_SINCE if kind == "contribution" and whole else None,
        until=None,
        year=number(request.POST.get("year"), 0, most=2200) or None,
        today=today(),
        listed=request.POST.get("months") == "1",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: Request) -> HttpResponse:
    """/certificates/new: the masked variant is preselected. Refuses somebody who stands in for another."""
    if request.acting:
        raise Refusal(
            "out_of_reach", "证明要本人来开，现在是替别人办。", "看家人和代办", "/account/guardians/"
        )
    code = request.POST.get("kind") or request.GET.get("kind") or "enrolment"
    kind = kind_view(code)
    if request.method != "POST":
        year = today().year
        return page(request, "certificate_new", {"kind": kind, "masked": True, "years": (year - 1, year)})
    made = actions.issue_own(
        kind=code,
        wanted=wish(request, code),
        masked=request.POST.get("masked", "1") != "0",
        now=clock.now(),
        by=request.actor,
    )
    return HttpResponseRedirect(f"/certificates/{made.id}?new=1")


@require_safe
@signed_in
def one(request: Request, identity: int) -> HttpResponse:
    """/certificates/<id>."""
    now = clock.now()
    found = next((row for row in actions.own_list(request.actor) if row.id == identity), None)
    if found is None:
        raise Refusal("out_of_reach", "这份证明不是您的，所以打不开。", "看自己的证明", "/certificates/")
    context = {"one": issued_view(found, now), "fresh": request.GET.get("new") == "1"}
    return page(request, "certificate_done", context)


@require_safe
@signed_in
def file(request: Request, identity: int) -> HttpResponse:
    """/certificates/<id>.pdf."""
    found = actions.own_file(identity, request.actor)
    return attachment(found.content, found.name, "application/pdf")


@require_POST
@signed_in
def revoke(request: Request, identity: int) -> HttpResponse:
    """/certificates/<id>/revoke: for good, by the holder."""
    items = ("certificate.record",)
    with gate.open(request.actor, actions.PROCESS, items=items, writes=items) as grant:
        documents.revoke(grant, identity, reason="holder_request", now=clock.now(), by=request.actor)
    return HttpResponseRedirect(f"/certificates/{identity}")
