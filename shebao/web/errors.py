"""Error answers: a page for people, problem+json for programs; the same code, status and sentence."""

import json
import logging
import uuid
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from shebao.base.refusal import Refusal
from shebao.privacy import gate

RETRY_SECONDS = {"rate_limited": 60, "unavailable": 30}
log = logging.getLogger("shebao.errors")


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program."""
    return request.path.startswith("/api/")


def problem(error: Refusal) -> HttpResponse:
    """RFC 9457 problem document of a refusal."""
    response = HttpResponse(
        json.dumps(error.as_problem(), ensure_ascii=False),
        status=error.status,
        content_type="application/problem+json",
    )
    if error.code in RETRY_SECONDS:
        response["Retry-After"] = str(RETRY_SECONDS[error.code])
    if error.code == "login_required":
        response["WWW-Authenticate"] = 'Bearer realm="shebao"'
    return response


def refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    """A refusal in the language of the caller."""
    if wants_json(request):
        return problem(error)
    context: dict[str, object] = {"refusal": error, "next_url": error.next_url}
    if error.code == "login_required":
        back = request.get_full_path() if request.method == "GET" else "/"
        context |= {"next_url": f"/login?next={quote(back, safe='')}", "signed_in": False}
    response = render(request, "web/refusal.html", context, status=error.status)
    if error.code in RETRY_SECONDS:
        response["Retry-After"] = str(RETRY_SECONDS[error.code])
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its anti-forgery token."""
    return refusal(
        request, Refusal("invalid_input", "这个页面放得太久了，刚才填的没有送出。", "刷新后再交一次")
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return refusal(request, Refusal("not_found"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return refusal(request, Refusal("invalid_input"))


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with an incident number; the log has the same number and no personal data."""
    number = str(gate.request_id.get() or uuid.uuid4())
    if wants_json(request):
        body = {"type": "/docs/refusals#incident", "title": "我们这边出了错，已经收到报警。", "status": 500,
                "code": "incident", "incident": number}  # fmt: skip
        return JsonResponse(body, status=500, content_type="application/problem+json")
    return render(request, "web/incident.html", {"incident": number, "acting": None}, status=500)


def plain_http(request: HttpRequest) -> HttpResponse:
    """Refuses unencrypted calls in production without reading the body."""
    return HttpResponse("请使用 https 访问。", status=403, content_type="text/plain; charset=utf-8")
