"""The shell around the pages: display choices, the service worker, the page without a connection."""

import hashlib
from functools import cache

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shebao.base.refusal import Refusal
from shebao.privacy.visits import CHOICE_COOKIE
from shebao.web.context import AMOUNTS_COOKIE, ELDER_COOKIE, THEME_COOKIE
from shebao.web.views.answering import SHOWN, hidden_first, way_back

YEAR = 365 * 24 * 3600
FILES = (
    "vendor/weui.min.css",
    "tokens.css",
    "shebao.css",
    "pages.css",
    "print.css",
    "app.js",
    "icons/mark.svg",
)
GUIDES = ("/privacy/policy/", "/contact/", "/offices/", "/verify/")


def remember(request: HttpRequest, name: str, value: str, *, life: int | None = YEAR) -> HttpResponse:
    """Keeps one display choice (declared, essential, no personal value) and goes back.

    `life` in seconds; None ends with the browser.
    """
    response = HttpResponseRedirect(way_back(request, request.GET.get("next")))
    if value:
        response.set_cookie(
            name, value, max_age=life, samesite="Lax", secure=settings.PRODUCTION, httponly=True
        )
    else:
        response.delete_cookie(name, samesite="Lax")
    return response


@require_safe
def elder(request: HttpRequest, choice: str) -> HttpResponse:
    """/elder/on, /elder/off."""
    return remember(request, ELDER_COOKIE, "1" if choice == "on" else "")


@require_safe
def theme(request: HttpRequest, choice: str) -> HttpResponse:
    """/theme/light, /theme/dark, /theme/system."""
    if choice not in ("light", "dark", "system"):
        raise Refusal("not_found")
    return remember(request, THEME_COOKIE, "" if choice == "system" else choice)


@require_safe
def amounts(request: HttpRequest, choice: str) -> HttpResponse:
    """/amounts/hide, /amounts/show: what differs from the deployment's own choice is remembered."""
    if hidden_first():
        return remember(request, AMOUNTS_COOKIE, SHOWN if choice == "show" else "", life=None)
    return remember(request, AMOUNTS_COOKIE, "hidden" if choice == "hide" else "")


@require_safe
def analytics(request: HttpRequest, choice: str) -> HttpResponse:
    """/analytics/no, /analytics/yes: whether readings of public pages may be counted."""
    return remember(request, CHOICE_COOKIE, "no" if choice == "no" else "")


@cache
def version() -> str:
    """Changes with the files of the shell, so that browsers fetch a new one."""
    digest = hashlib.sha256()
    for name in FILES:
        path = finders.find(name)
        if path:
            with open(path, "rb") as file:
                digest.update(file.read())
    return digest.hexdigest()[:12]


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """/sw.js: keeps the shell and the guides, nothing personal."""
    context = {"version": version(), "files": FILES, "guides": GUIDES}
    response = render(request, "web/sw.js", context, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """/manifest.webmanifest: names of this deployment, for the home screen."""
    return render(
        request, "web/manifest.webmanifest", content_type="application/manifest+json; charset=utf-8"
    )


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """/offline."""
    return render(request, "web/offline.html", {"signed_in": False})
