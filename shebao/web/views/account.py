"""我的: the account, its sessions, its password, freezing it."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from shebao.identity.asking import Request
from shebao.web.context import THEME_COOKIE
from shebao.web.pages import privacy as privacy_page
from shebao.web.views.answering import elder, page, signed_in

METHODS = {"password": "账号和密码", "password+totp": "账号、密码和动态码"}


@require_safe
@signed_in
def mine(request: Request) -> HttpResponse:
    """/account/."""
    theme = request.COOKIES.get(THEME_COOKIE, "system")
    return page(request, "me", privacy_page.mine(theme=theme, elder=elder(request)))
