"""Error answers: a page for people, problem+json for programs; the same code, status and sentence."""

import json
import uuid
from datetime import datetime
from urllib.parse import quote, urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.privacy.availability import Standing
from shebao.privacy.directory import Service
from shebao.web import coming_back, formats

RETRY_SECONDS = {"rate_limited": 60, "unavailable": 30}


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
        back = coming_back.place(request, now=clock.now())
        context |= {
            "next_url": f"/login?next={quote(back, safe='')}",
            "signed_in": False,
            "why": "您刚写的没有丢，登录后还在那一页。" if "?typed=" in back else "",
            "ways": not request.path.startswith("/desk/"),
        }
    response = render(request, "web/refusal.html", context, status=error.status)
    if error.code in RETRY_SECONDS:
        response["Retry-After"] = str(RETRY_SECONDS[error.code])
    return response


def not_attended(request: HttpRequest, service: Service, standing: Standing, now: datetime) -> HttpResponse:
    """A service that is closed for good (410), not yet open (404), or in its window (503 with the planned end)."""
    if standing.state == "draft":
        return refusal(request, Refusal("not_found"))
    if standing.state == "ceased" or standing.until is None:
        since = formats.date_full(standing.since) if standing.since else ""
        words = f"{service.name}{since}已停办：{standing.reason.rstrip('。')}。"
        return refusal(request, Refusal("service_ceased", words, "复制原来的记录", "/privacy/export"))
    until = formats.moment_full(standing.until)
    words = f"{service.name}正在维护，预计 {until} 恢复。"
    error = Refusal("under_maintenance", words)
    if wants_json(request):
        body = error.as_problem() | {"reason": standing.reason, "until": standing.until.isoformat()}
        response = HttpResponse(
            json.dumps(body, ensure_ascii=False), status=503, content_type="application/problem+json"
        )
    else:
        context = {"service": service, "standing": standing, "until": until}
        response = render(request, "web/maintenance.html", context, status=503)
    response["Retry-After"] = str(max(1, int((standing.until - now).total_seconds())))
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its anti-forgery token: the way leads back to the page it stood on."""
    came = urlsplit(request.headers.get("Referer", ""))
    back = came.path if came.netloc == request.get_host() and came.path.startswith("/") else "/"
    words = "回到刚才那一页，再填一次" if back != "/" else "回首页"
    return refusal(request, Refusal("invalid_input", "这个页面放得太久了，刚才填的没有送出。", words, back))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return refusal(request, Refusal("not_found"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return refusal(request, Refusal("invalid_input"))


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with an incident number; the crash report (故障报告) has the same number and no personal data."""
    number = str(gate.request_id.get() or uuid.uuid4())
    if wants_json(request):
        body = {"type": "/docs/refusals#incident", "title": "我们这边出了错，已经收到报警。", "status": 500,
                "code": "incident", "incident": number}  # fmt: skip
        return JsonResponse(body, status=500, content_type="application/problem+json")
    return render(request, "web/incident.html", {"incident": number, "acting": None}, status=500)


def plain_http(request: HttpRequest) -> HttpResponse:
    """Refuses unencrypted calls in production without reading the body."""
    return HttpResponse("请使用 https 访问。", status=403, content_type="text/plain; charset=utf-8")
