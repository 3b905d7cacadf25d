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
from shebao.web.views.answering import number, page, signed_in, today

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
    serving = [
        {
            "id": bond.id,
            "login": login,
            "unit": units[bond.employer_subject][1],
            "since": formats.date_full(clock.china(since).date()) if since else "",
        }
        for bond, login, since in agents.serving(units)
    ]
    rows = [{"name": name, "code": code} for code, name in units.values()]
    context = {"units": rows, "asking": asking, "serving": serving, "done": request.GET.get("done", "")}
    return page(request, "units", context)


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


@require_POST
@signed_in
def dismiss(request: Request) -> HttpResponse:
    """Her word that an agent no longer is one."""
    agents.dismiss(
        agency_id=number(request.POST.get("agent"), 0), employers=business.led_by(request.actor), by=request.actor,
        now=clock.now(),
    )  # fmt: skip
    return redirect(f"{HOME}?done=dismiss")
