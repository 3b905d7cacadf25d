"""我的: the account, its sessions, its password, freezing it; the inbox and what can be done."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from shebao.base import clock
from shebao.identity.asking import Request
from shebao.items import catalogue, directory
from shebao.privacy import availability
from shebao.web.context import THEME_COOKIE
from shebao.web.pages import items as items_page
from shebao.web.pages import privacy as privacy_page
from shebao.web.views.answering import elder, page, signed_in

METHODS = {"password": "账号和密码", "password+totp": "账号、密码和动态码"}


@require_safe
@signed_in
def mine(request: Request) -> HttpResponse:
    """/account/."""
    theme = request.COOKIES.get(THEME_COOKIE, "system")
    return page(request, "me", privacy_page.mine(theme=theme, elder=elder(request)))


@require_safe
def items(request: Request) -> HttpResponse:
    """/items/: what can be done on these pages today."""
    shown = directory.shown(availability.board(), clock.now())
    opened = [service for service, _ in shown if service.draft]
    context = items_page.catalogue(catalogue.offered(), elder=elder(request))
    return page(request, "items", context | {"opened": opened})
