"""Log-in and log-out, devices, password, freezing: the owner's own hand on the account."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import acceptance, alerts, devices, limits, remembered, sessions
from shebao.identity.asking import Request
from shebao.notices.actions import post
from shebao.web import coming_back, formats, forms
from shebao.web.forms_identity import StaffLogin, blame
from shebao.web.views.welcome import known, own_path

METHODS = {
    "password": "账号和密码",
    "password+totp": "密码和动态码",
    "sms": "短信验证码",
    "device": "记住的设备",
}
PAST = 20
DONE = {
    "one": "已退出那台设备。",
    "others": "别的设备都已退出。",
    "password": "密码改好了，别的设备都已退出。",
    "remembered": "这台设备记住了，下次一点就登录。",
    "forgotten": "已解除，那台设备要重新登录。",
}
PLACES = {
    "/me/contributions": "缴费记录",
    "/me/enrolment": "参保信息",
    "/me/account": "个人账户",
    "/me/spending": "看病花费",
    "/privacy/who-looked/": "谁看过我的信息",
    "/certificates/": "证明",
}


def _place(after: str) -> str:
    path = after.split("?")[0]
    return "您正在填的那一页" if coming_back.STEP.fullmatch(path) else PLACES.get(path, "")


@require_http_methods(["GET", "POST"])
def login(request: Request) -> HttpResponse:
    """/login: account and password; goes back to `next`, a path of this site."""
    after = own_path((request.POST or request.GET).get("next", ""), "/")
    form = forms.Login(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                started = sessions.login(
                    login=form.cleaned_data["login"],
                    password=form.cleaned_data["password"],
                    device=device(request),
                    now=clock.now(),
                    old_token=request.token,
                )
            except Refusal as refusal:
                blame(form, refusal)
                status = refusal.status
            else:
                return entered(request, started, first(started, after))
    context = {
        "form": form, "next": after, "returns_to": _place(after),
        "left": request.GET.get("left") == "1", "methods": _methods(after),
        "one_tap": remembered.knows(_device_token(request), now=clock.now()),
    }  # fmt: skip
    return render(request, "web/login.html", context, status=status)


@require_http_methods(["GET", "POST"])
def desk_login(request: Request) -> HttpResponse:
    """/desk/login: staff, with a one-time code."""
    after = own_path((request.POST or request.GET).get("next", ""), "/desk/")
    form = StaffLogin(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                started = sessions.staff_login(
                    login=form.cleaned_data["login"],
                    password=form.cleaned_data["password"],
                    code=form.cleaned_data["code"],
                    device=device(request),
                    now=clock.now(),
                    old_token=request.token,
                )
            except Refusal as refusal:
                blame(form, refusal)
                status = refusal.status
            else:
                return entered(request, started, after)
    return render(request, "desk/login.html", {"form": form, "next": after}, status=status)


@require_POST
def logout(request: Request) -> HttpResponse:
    """/logout: the session ends; nothing stays on the device."""
    after = "/desk/login" if request.actor.is_staff else "/login?left=1"
    sessions.logout(request.token)
    response = redirect(after)
    sessions.drop_cookie(response)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_GET
def devices_page(request: Request) -> HttpResponse:
    """/account/sessions/: where the account is logged in."""
    token, now = _token(request), clock.now()
    today = clock.today_in_china(now)
    idle = timedelta(minutes=limits.current().idle_minutes)
    every = sessions.sessions(token)
    rows = [
        {
            "id": one.session_id,
            "device": one.device or "设备",
            "method": METHODS.get(one.method, one.method),
            "started": f"{formats.moment_cn(one.started_at, today)} 登录",
            "seen": "现在" if one.is_this else formats.moment_cn(min(one.expires_at - idle, now), today),
            "current": one.is_this,
        }
        for one in every
        if one.ended_at is None and one.expires_at > now
    ]
    rows.sort(key=lambda row: not row["current"])
    past = [
        {"device": one.device or "设备", "at": formats.moment_cn(one.started_at, today)}
        for one in every[:PAST]
    ]
    kept = [
        {"id": one.id, "device": one.device or "设备", "used": formats.moment_cn(one.used_at, today)}
        for one in remembered.mine(request.actor, now=now)
    ]
    context = {
        "sessions": rows,
        "past": past,
        "remembered": kept,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return render(request, "web/sessions.html", context)


@require_POST
def end_device(request: Request, session_id: uuid.UUID) -> HttpResponse:
    """Ends one session of the account."""
    sessions.end(_token(request), session_id)
    return redirect("/account/sessions/?done=one")


@require_POST
def end_other_devices(request: Request) -> HttpResponse:
    """Ends every session but this one."""
    sessions.end_others(_token(request))
    return redirect("/account/sessions/?done=others")


@require_http_methods(["GET", "POST"])
def password(request: Request) -> HttpResponse:
    """/account/password: old and new; other devices are logged out."""
    token = _token(request)
    form = forms.NewPassword(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                sessions.change_password(
                    token,
                    old=form.cleaned_data["old"],
                    new=form.cleaned_data["new"],
                    now=clock.now(),
                    post=post,
                )
            except Refusal as refusal:
                refusal.field = {"password": "old" if "不对" in refusal.message else "new"}.get(
                    refusal.field, refusal.field
                )
                blame(form, refusal)
                status = refusal.status
            else:
                return redirect("/account/sessions/?done=password")
    changed = formats.moment_full(sessions.password_changed_at(token))
    return render(request, "web/password.html", {"form": form, "changed": changed}, status=status)


@require_http_methods(["GET", "POST"])
def freeze(request: Request) -> HttpResponse:
    """/account/freeze/: at once, for everybody who is logged in to the account."""
    if request.method == "GET":
        _token(request)
        return render(request, "web/freeze.html", {})
    sessions.freeze(_token(request))
    response = render(request, "web/frozen.html", {})
    sessions.drop_cookie(response)
    return response


def _methods(after: str) -> list[dict[str, str]]:
    """The other ways in that this deployment has opened."""
    there = f"?{urlencode({'next': after})}" if after != "/" else ""
    ways = [
        {"url": f"/login/sms{there}", "name": "短信验证码", "sub": "手机号在账号里确认过", "icon": "phone"}
    ]
    return ways if "sms" in limits.current().methods else []


def _device_token(request: Request) -> bytes | None:
    return remembered.read_cookie(request.COOKIES.get(remembered.COOKIE, ""))


def _token(request: Request) -> bytes:
    if request.token is None or request.actor.is_visitor:
        after = request.get_full_path() if request.method == "GET" else request.path
        raise Refusal("login_required", next_url=f"/login?{urlencode({'next': after})}")
    return request.token


def device(request: Request) -> str:
    """The kind of device, in words."""
    return devices.describe(request.headers.get("User-Agent", ""))


def first(started: sessions.Started, after: str) -> str:
    """A text that was never accepted, or changed gravely, comes before the page that was asked for."""
    if started.role == "citizen" and acceptance.missing(started.token, now=clock.now()):
        return f"/welcome?{urlencode({'next': after})}"
    return after


def entered(request: Request, started: sessions.Started, after: str) -> HttpResponse:
    """Goes on with the new session's cookie."""
    rotate_token(request)
    response: Any = redirect(after)
    sessions.put_cookie(response, started)
    if started.role == "citizen":
        known(response)
        alerts.signed_in(started, now=clock.now(), post=post)
    if settings.PRODUCTION:
        response["Clear-Site-Data"] = '"cache"'
    return response  # type: ignore[no-any-return]
