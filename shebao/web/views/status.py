"""服务目录 and 运行情况: what there is, whether it works now, when it did not. Public, asks nothing."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.items import directory
from shebao.privacy import availability, outages, register
from shebao.web.pages import status as pages
from shebao.web.views.answering import page


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """/status."""
    now, board = clock.now(), availability.board()
    shown = directory.shown(board, now)
    kept = outages.records([service.code for service, _ in shown], now=now)
    return page(request, "status", pages.status(shown, kept, board, now))


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """/services/: every service of this profile with its state."""
    shown = directory.shown(availability.board(), clock.now())
    return page(request, "services", pages.services(shown))


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """/services/roles/: what one may use with and without an account, and what comes first."""
    shown = directory.shown(availability.board(), clock.now())
    return page(request, "services_roles", pages.roles(shown, register.current()))


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """/services/<code>/: one entry of the catalogue in plain words."""
    now, board = clock.now(), availability.board()
    found = [pair for pair in directory.shown(board, now) if pair[0].code == code]
    if not found:
        raise Refusal("not_found", "目录里没有这项服务。", "看目录", "/services/")
    return page(request, "service", pages.service(*found[0], register.current(), now))
