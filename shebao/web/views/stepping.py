"""Forms of the account, one question group a page: shown, judged by a room, shown again with what is wrong."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import drafts
from shebao.identity.asking import Request
from shebao.web.forms_identity import blame

ELSEWHERE = ("login_required", "step_up_required", "account_suspended")
Page = Mapping[str, Any]
Work = Callable[[dict[str, Any]], HttpResponse]
Form = TypeVar("Form", bound=forms.Form)


def show(
    request: Request,
    form: forms.Form,
    page: Page,
    *,
    status: int = 200,
    kept: Mapping[str, str] | None = None,
) -> HttpResponse:
    """One form on one page."""
    get_token(request)
    return render(
        request, "web/account_form.html", {"form": form, "page": page, "kept": kept or {}}, status=status
    )


def done(request: Request, page: Page) -> HttpResponse:
    """What happened and what comes next."""
    return render(request, "web/account_done.html", {"page": page})


def answered(
    request: Request,
    form: Form,
    page: Page,
    work: Work,
    *,
    kept: Mapping[str, str] | None = None,
    draw: Callable[[Request, Form, int], HttpResponse] | None = None,
) -> HttpResponse:
    """Lets a room judge what was sent; its refusal is shown beside the field or above the form.

    `draw`: how the page is drawn again, where it is not the plain form.
    """

    def again(status: int) -> HttpResponse:
        return draw(request, form, status) if draw else show(request, form, page, status=status, kept=kept)

    if not form.is_valid():
        return again(422)
    try:
        return work(form.cleaned_data)
    except Refusal as refusal:
        if refusal.code in ELSEWHERE and not refusal.field:
            raise
        blame(form, refusal)
        return again(refusal.status)


def carried(request: Request, **values: object) -> dict[str, str]:
    """Sealed values that a form carries to the next page, for this browser and twenty minutes."""
    get_token(request)
    text = {name: str(value) for name, value in values.items() if value is not None}
    return {"draft": drafts.seal(text, browser=_browser(request), now=clock.now())}


def opened(request: Request) -> dict[str, str]:
    """The values carried; refuses what is old, altered or another browser's."""
    return drafts.unseal(request.POST.get("draft", ""), browser=_browser(request), now=clock.now())


def number(text: str | None) -> uuid.UUID | None:
    """A carried code number."""
    return uuid.UUID(text) if text else None


def source(request: Request) -> str:
    """The address a request comes from, for the caps of codes; it is kept as a keyed digest only."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _browser(request: Request) -> str:
    return request.COOKIES.get(settings.CSRF_COOKIE_NAME, "") or str(request.META.get("CSRF_COOKIE", ""))
