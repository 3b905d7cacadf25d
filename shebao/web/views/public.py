"""公开信息: pages that need no account, ask nothing and store nothing."""

import json
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from shebao.appointments import queries as appointments
from shebao.base.refusal import Refusal
from shebao.documents import verify
from shebao.privacy import clauses, gate
from shebao.registry.employers import queries as employers
from shebao.rules import regions
from shebao.web import forms
from shebao.web.pages import board, verifying
from shebao.web.views.answering import elder, number, page

PER_PAGE = 20
REPORT = settings.ROOT / "build" / "conformance.json"


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """/offices/: where business is done in person."""
    wanted = request.GET.get("q", "").strip()[:40]
    at = number(request.GET.get("page"), 1, least=1, most=500)
    found = [
        office
        for office in appointments.offices()
        if wanted in f"{office.name}{office.address}{office.district}"
    ]
    shown = found[(at - 1) * PER_PAGE : at * PER_PAGE]
    link = f"/offices/?q={wanted}&page="
    context = {
        "q": wanted,
        "total": len(found),
        "offices": shown,
        "older": f"{link}{at + 1}" if len(found) > at * PER_PAGE else "",
        "newer": f"{link}{at - 1}" if at > 1 else "",
    }
    return page(request, "offices", context)


def employer(listed: employers.Listed) -> dict[str, str]:
    """An employer in words."""
    year, month, _ = listed.registered_on.split("-")
    active = listed.state == "active"
    return {
        "name": listed.name,
        "code": listed.uscc,
        "sub": f"{regions.name(listed.region)}，{year}年{int(month)}月登记",
        "state": "正常" if active else "已停用",
        "tone": "" if active else "n",
    }


@require_safe
def employer_search(request: HttpRequest) -> HttpResponse:
    """/employers/: whether a unit is registered; search first, no person in it."""
    wanted = request.GET.get("q", "").strip()[:60]
    at = number(request.GET.get("page"), 1, least=1, most=50)
    context: dict[str, Any] = {"q": wanted, "employers": []}
    if wanted:
        try:
            found, more = employers.employers(words=wanted, page=at)
        except Refusal as refusal:
            return page(request, "employers", context | {"error": refusal.message}, status=refusal.status)
        link = f"/employers/?q={wanted}&page="
        context["employers"] = [employer(listed) for listed in found]
        context |= {"older": f"{link}{at + 1}" if more else "", "newer": f"{link}{at - 1}" if at > 1 else ""}
    return page(request, "employers", context)


@require_safe
def check_proof(request: HttpRequest) -> HttpResponse:
    """/privacy/check-proof/: a proof file against the public ledger, on the person's own device."""
    return page(request, "check_proof", {})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify_form(request: HttpRequest, code: str = "") -> HttpResponse:
    """/verify/ and /verify/<code>: the code may come with a QR, the last four never stand in an address."""
    if request.method != "POST":
        return page(request, "verify", {"form": forms.Verify(initial={"code": code[:40]})})
    form = forms.Verify(request.POST)
    if not form.is_valid():
        return page(request, "verify", {"form": form}, status=422)
    try:
        result = verify.verify(
            form.cleaned_data["code"],
            form.cleaned_data["last4"],
            client_key=request.META.get("REMOTE_ADDR", ""),
            request=gate.request_id.get(),
        )
    except verify.Wait as wait:
        form.add_error(None, wait.message)
        return page(request, "verify", {"form": form}, status=wait.status)
    return page(request, "verify_result", {"result": verifying.result(result)})


@require_safe
def conformance(request: HttpRequest) -> HttpResponse:
    """/conformance/: every promise, its test and the last result."""
    rows = clauses.read(settings.PROFILES)
    report = json.loads(REPORT.read_text("utf-8")) if REPORT.exists() else clauses.report(rows, {})
    context = board.page(
        rows,
        report,
        ran=REPORT.stat().st_mtime if REPORT.exists() else None,
        show=request.GET.get("show", ""),
        words=request.GET.get("q", "").strip()[:40],
        number=number(request.GET.get("page"), 1, least=1, most=500),
        elder=elder(request),
    )
    return page(request, "conformance", context)


@require_safe
def conformance_data(request: HttpRequest) -> HttpResponseBase:
    """/conformance.json: the raw result of the last run."""
    if not REPORT.exists():
        raise Refusal("not_found", "测试还没有在这里跑过，所以没有结果。", "看承诺", "/conformance/")
    return FileResponse(REPORT.open("rb"), content_type="application/json")
