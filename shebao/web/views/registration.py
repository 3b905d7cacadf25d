"""/register: who you are, phone, way to log in; one question a page, nothing kept until the last one is right."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token, rotate_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import acceptance, accounts, devices, drafts, sessions
from shebao.identity.asking import Request
from shebao.identity.methods.password import Proved
from shebao.notices.actions import post
from shebao.web import forms
from shebao.web.forms_identity import blame
from shebao.web.views import welcome

WHO = {
    "number": 1, "total": 3, "title": "您是谁", "sub": "一人一个账号，要和参保登记对上。",
    "back": "/welcome", "action": "/register", "facts_title": "这两项怎么用",
    "facts": (
        ("为什么要", "身份证号是敏感信息，只用来找到您的参保登记，防止别人用您的名字开户。"),
        ("不做什么", "不要证件照片，不要人脸。对不上，填的内容不会留下。"),
        ("对不上怎么办", "打页脚的电话，或者带证件到办事地点。"),
    ),
}  # fmt: skip
PHONE = {
    "number": 2, "total": 3, "title": "怎么通知您", "sub": "可以不写，以后也能补。",
    "back": "/register", "action": "/register/phone",
}  # fmt: skip
LOGIN = {
    "number": 3, "total": 3, "title": "以后怎么登录", "sub": "记住它们，换手机也能用。",
    "back": "/register", "action": "/register/login", "button": "注册",
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def who(request: Request) -> HttpResponse:
    """Step 1: name and ID number, matched at once."""
    now = clock.now()
    if not request.actor.is_visitor:
        return redirect("/")
    if not welcome.stands(request, now):
        return redirect("/welcome?next=/register")
    notice = acceptance.notice_version()
    if request.method == "GET":
        return _step(request, WHO, forms.Identity(), notice=notice)
    form = forms.Identity(request.POST)
    if form.is_valid():
        try:
            accounts.check_notice(request.POST.get("notice", ""))
            person = accounts.check_person(form.cleaned_data["name"], form.cleaned_data["id_number"], now=now)
            accounts.match(person, now=now)
        except Refusal as refusal:
            blame(form, refusal)
            return _step(request, WHO, form, status=refusal.status, notice=notice)
        answers = {"name": person.name, "id_number": person.id_number, "notice": notice}
        return _step(request, PHONE, forms.Phone(), draft=_seal(request, answers, now))
    return _step(request, WHO, form, status=422, notice=notice)


@require_http_methods(["GET", "POST"])
def phone(request: Request) -> HttpResponse:
    """Step 2: a phone number, or none."""
    if request.method == "GET":
        return redirect("/register")
    now, form = clock.now(), forms.Phone(request.POST)
    answers = _unseal(request, now)
    if not form.is_valid():
        return _step(request, PHONE, form, status=422, draft=request.POST.get("draft", ""))
    answers["phone"] = form.cleaned_data["phone"]
    return _step(request, LOGIN, forms.Credentials(), draft=_seal(request, answers, now))


@require_http_methods(["GET", "POST"])
def login(request: Request) -> HttpResponse:
    """Step 3: account and password; the person is logged in afterwards."""
    if request.method == "GET":
        return redirect("/register")
    now, form = clock.now(), forms.Credentials(request.POST)
    answers, draft = _unseal(request, now), request.POST.get("draft", "")
    if not form.is_valid():
        return _step(request, LOGIN, form, status=422, draft=draft)
    versions, seen = welcome.accepted(request)
    try:
        done = accounts.register(
            name=answers["name"],
            id_number=answers["id_number"],
            phone=answers.get("phone", ""),
            login=form.cleaned_data["login"],
            password=form.cleaned_data["password"],
            accepted_parts=versions,
            seen_marked_at=seen,
            notice_version=answers["notice"],
            now=now,
            post=post,
        )
    except Refusal as refusal:
        if refusal.field not in form.fields:
            raise
        blame(form, refusal)
        return _step(request, LOGIN, form, status=refusal.status, draft=draft)
    started = sessions.start(
        Proved(done.actor_id, "citizen", "password", 1),
        device=devices.describe(request.headers.get("User-Agent", "")),
        old_token=request.token,
    )
    rotate_token(request)
    response = redirect("/account/card/" if settings.DEPLOYMENT.get("features", {}).get("card_link") else "/")
    sessions.put_cookie(response, started)
    welcome.known(response)
    return response


def _step(
    request: Request, step: dict[str, Any], form: forms.Plain, *, status: int = 200, **carried: str
) -> HttpResponse:
    get_token(request)
    return render(request, "web/register.html", {"step": step, "form": form, "kept": carried}, status=status)


def _browser(request: Request) -> str:
    return request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")


def _seal(request: Request, answers: dict[str, str], now: datetime) -> str:
    return drafts.seal(answers, browser=_browser(request), now=now)


def _unseal(request: Request, now: datetime) -> dict[str, str]:
    return drafts.unseal(request.POST.get("draft", ""), browser=_browser(request), now=now)
