"""/employer/agent/: an agent's own role: since when, handing it to a colleague, giving it up."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shebao.base import clock
from shebao.identity import agents, handover
from shebao.identity.asking import Request
from shebao.web import formats
from shebao.web.forms_account import Colleague
from shebao.web.views.answering import page, today
from shebao.web.views.employer import for_agent
from shebao.web.views.stepping import answered, done, show

HOME = "/employer/agent/"
HAND = {
    "title": "交给哪位同事", "sub": "同事用交接码开通，您的账号同时停用。", "back": HOME, "back_name": "我的经办授权",
    "action": f"{HOME}hand", "button": "开交接码",
}  # fmt: skip


@require_safe
@for_agent
def mine(request: Request) -> HttpResponse:
    """Her role in words, and the two ways on."""
    held, day = handover.bond(request.actor, now=clock.now()), today()
    context = {
        "since": formats.date_full(clock.china(held.since).date()) if held.since else "",
        "agents": held.agents,
        "handing": formats.date_cn(clock.china(held.handing_until).date(), day) if held.handing_until else "",
    }
    return page(request, "employer_agent", context | {"acting": None})


@require_http_methods(["GET", "POST"])
@for_agent
def hand(request: Request) -> HttpResponse:
    """Names the colleague; the code is shown once."""
    if request.method == "GET":
        return show(request, Colleague(), HAND)

    def work(values: dict[str, Any]) -> HttpResponse:
        code = handover.offer(request.actor, now=clock.now(), **values)
        lines = (
            f"交接码 {code[:5]} {code[5:]}，七天内有效，只显示这一次。",
            "请当面或打电话告诉同事。对方在“开通单位经办账号”里填。",
            "同事开通以前，您照常办事。",
        )
        return done(request, {"title": "开好了", "lines": lines, "back": HOME, "back_name": "我的经办授权",
                              "next": HOME, "next_name": "看我的经办授权"})  # fmt: skip

    return answered(request, Colleague(request.POST), HAND, work)


@require_POST
@for_agent
def take_back(request: Request) -> HttpResponse:
    """The code ends."""
    handover.take_back(request.actor)
    return redirect(HOME)


@require_http_methods(["GET", "POST"])
@for_agent
def give_up(request: Request) -> HttpResponse:
    """Ends her own role at once, after one question."""
    held = handover.bond(request.actor, now=clock.now())
    if request.method == "GET":
        return page(request, "employer_agent_end", {"acting": None, "last": held.agents == 1})
    agents.revoke(agency_id=held.id, by=request.actor, now=clock.now())
    return done(request, {"title": "您不再是经办人", "lines": ("这个账号已经停用，也不能再登录。",), "back": "/",
                          "back_name": "首页", "next": "/", "next_name": "回首页"})  # fmt: skip
