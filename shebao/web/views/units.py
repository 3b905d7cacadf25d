"""/account/units/: the legal representative's (法定代表人) own employers, and the agents that wait for her yes."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import agents
from shebao.identity.asking import Request
from shebao.notices.actions import post
from shebao.registry.employers import business
from shebao.web import formats
from shebao.web.views.answering import page, signed_in, today

HOME = "/account/units/"


@require_safe
@signed_in
def mine(request: Request) -> HttpResponse:
    """Her employers; nothing about other people's."""
    units, day = business.led_by(request.actor), today()
    asking = [
        {"no": one.no, "login": login, "asked": formats.date_cn(clock.china(one.opened_at).date(), day)}
        for one, login in agents.waiting_for(units)
    ]
    rows = [{"name": name, "code": code} for code, name in units.values()]
    return page(request, "units", {"units": rows, "asking": asking, "done": request.GET.get("done", "")})


@require_POST
@signed_in
def confirm(request: Request) -> HttpResponse:
    """Her yes or no to one agent."""
    answer = request.POST.get("answer", "")
    if answer not in ("approve", "refuse"):
        raise Refusal("invalid_input", "请选同意或者不同意。", "看我的单位", HOME)
    agents.confirm(
        request.POST.get("no", ""), approve=answer == "approve", employers=business.led_by(request.actor),
        by=request.actor, now=clock.now(), post=post,
    )  # fmt: skip
    return redirect(f"{HOME}?done={answer}")
