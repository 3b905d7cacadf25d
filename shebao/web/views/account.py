"""我的: the account, its sessions, its password, freezing it; the inbox and what can be done."""

import uuid

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import sessions
from shebao.identity.asking import Request
from shebao.web import formats, forms
from shebao.web.context import THEME_COOKIE
from shebao.web.pages import items as items_page
from shebao.web.pages import privacy as privacy_page
from shebao.web.views.answering import elder, page, signed_in, today

METHODS = {"password": "账号和密码", "password+totp": "账号、密码和动态码"}


def token_of(request: Request) -> bytes:
    """The session token. Refuses login_required without one."""
    if request.token is None:
        raise Refusal("login_required")
    return request.token


@require_safe
@signed_in
def mine(request: Request) -> HttpResponse:
    """/account/."""
    theme = request.COOKIES.get(THEME_COOKIE, "system")
    return page(request, "me", privacy_page.mine(theme=theme, elder=elder(request)))


@require_safe
@signed_in
def session_list(request: Request) -> HttpResponse:
    """/account/sessions/: where the account is logged in now."""
    now, day = clock.now(), today()
    running = [
        {
            "id": one.session_id,
            "device": one.device or "设备",
            "method": METHODS.get(one.method, one.method),
            "started": f"{formats.moment_cn(one.started_at, day)} 登录",
            "current": one.is_this,
        }
        for one in sessions.sessions(token_of(request))
        if one.ended_at is None and one.expires_at > now
    ]
    done = {
        "one": "那台设备已退出。",
        "others": "别的设备都已退出。",
        "password": "密码已改，别的设备都已退出。",
    }
    context = {"sessions": running, "done": done.get(request.GET.get("done", ""), "")}
    return page(request, "sessions", context)


@require_POST
@signed_in
def session_end(request: Request, session: uuid.UUID) -> HttpResponse:
    """/account/sessions/<id>/end."""
    sessions.end(token_of(request), session)
    return HttpResponseRedirect("/account/sessions/?done=one")


@require_POST
@signed_in
def session_end_others(request: Request) -> HttpResponse:
    """/account/sessions/end-others."""
    sessions.end_others(token_of(request))
    return HttpResponseRedirect("/account/sessions/?done=others")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def password(request: Request) -> HttpResponse:
    """/account/password: all other sessions end."""
    form = forms.NewPassword(request.POST) if request.method == "POST" else forms.NewPassword()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            sessions.change_password(token_of(request), old=given["old"], new=given["new"], now=clock.now())
        except Refusal as refusal:
            if refusal.code not in ("invalid_input", "rate_limited"):
                raise
            field = {"password": "old"}.get(refusal.field, refusal.field)
            form.add_error(field if field in form.fields else None, refusal.message.rstrip("。"))
        else:
            return HttpResponseRedirect("/account/sessions/?done=password")
    return page(request, "password", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def freeze(request: Request) -> HttpResponse:
    """/account/freeze/: at once, every session ends; only a hall opens it again."""
    if request.method != "POST":
        return page(request, "freeze", {})
    sessions.freeze(token_of(request))
    response = page(request, "frozen", {"signed_in": False, "session_left": 0})
    sessions.drop_cookie(response)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_safe
@signed_in
def inbox(request: Request) -> HttpResponse:
    """/inbox/."""
    return page(request, "inbox", {"messages": []})


@require_safe
def items(request: Request) -> HttpResponse:
    """/items/: what can be done on these pages today."""
    return page(request, "items", {"groups": items_page.groups(elder=elder(request))})
