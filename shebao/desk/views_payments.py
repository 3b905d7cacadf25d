"""支付 at the desk: what waits, batches made by one person and approved by another. No names, no accounts."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from shebao.base import clock
from shebao.base import month as months
from shebao.base.refusal import Refusal
from shebao.desk import door
from shebao.desk.frame import page
from shebao.identity.asking import Request
from shebao.items import paying
from shebao.privacy import gate
from shebao.registry.payables import batches

ROLES = ("operator", "supervisor")
WAITS = {"approved": "等编批", "returned": "等本人换账号"}
SHOWN_AGAIN = ("conflict", "invalid_input")


def _enter(request: Request) -> gate.Actor:
    return door.enter(request, *ROLES, process="payment.bank")


@require_GET
def listing(request: Request) -> HttpResponse:
    """/desk/payments/."""
    return _page(request, _enter(request))


def _page(request: Request, actor: gate.Actor, problem: Refusal | None = None) -> HttpResponse:
    month = months.of(clock.today_in_china(clock.now()))
    context = {
        "problem": problem,
        "month": months.to_text(month),
        "waiting": [
            (paying.name(one.kind), WAITS[one.state], one.count, one.total_fen)
            for one in batches.waiting(month=month, by=actor)
        ],
        "batches": [
            (one, months.to_text(one.month), batches.STATES[one.state]) for one in batches.listing(by=actor)
        ],
        "may_approve": actor.role == "supervisor",
    }
    return page(request, "payments", context, status=problem.status if problem else 200)


@require_POST
def collect(request: Request) -> HttpResponse:
    """Makes a batch of what is due this month."""
    actor, now = _enter(request), clock.now()
    try:
        number = batches.collect(month=months.of(clock.today_in_china(now)), now=now, by=actor)
        if not number:
            raise Refusal("conflict", "现在没有要付的钱，不用编批。", "看支付批次", "/desk/payments/")
    except Refusal as problem:
        return _again(request, actor, problem)
    return redirect("desk:payments")


@require_POST
def approve(request: Request, number: int) -> HttpResponse:
    """The second person's yes."""
    return _act(request, number, batches.approve)


@require_POST
def drop(request: Request, number: int) -> HttpResponse:
    """Takes a batch back that nobody approved."""
    return _act(request, number, batches.drop)


def _act(request: Request, number: int, act: Callable[..., None]) -> HttpResponse:
    actor = _enter(request)
    try:
        act(number, by=actor)
    except Refusal as problem:
        return _again(request, actor, problem)
    return redirect("desk:payments")


def _again(request: Request, actor: gate.Actor, problem: Refusal) -> HttpResponse:
    if problem.code not in SHOWN_AGAIN:
        raise problem
    return _page(request, actor, problem)
