"""钱到哪了、关系转到哪了: after the decision."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from shebao.base import clock
from shebao.identity.asking import Request
from shebao.items import exchanging, paying
from shebao.web.pages import afterwards
from shebao.web.views.answering import hidden, page, signed_in, today


@require_safe
@signed_in
def payments(request: Request) -> HttpResponse:
    """/me/payments: every sum decided for the person, and where it is."""
    found, owed = paying.mine(by=request.actor), paying.owed(by=request.actor)
    return page(request, "payments", afterwards.payments(found, owed, today=today(), hidden=hidden(request)))


@require_safe
@signed_in
def transfers(request: Request) -> HttpResponse:
    """/me/transfers: every relation on its way, leg by leg."""
    found = exchanging.mine(now=clock.now(), by=request.actor)
    return page(request, "transfers", afterwards.transfers(found, today=today()))
