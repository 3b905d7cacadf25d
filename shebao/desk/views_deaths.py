"""更正死亡登记 at the desk: proposed in a window case, judged by another person. No names here."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from shebao.base.clock import china
from shebao.base.refusal import Refusal
from shebao.cases import queries
from shebao.desk import door, frame, views
from shebao.identity.asking import Request
from shebao.items import contesting
from shebao.privacy import gate

SHOWN_AGAIN = ("conflict", "invalid_input", "precondition_unmet")
TOLD = {
    "proposed": "提交了，等科长复核。",
    "yes": "同意了。停发的待遇恢复，本人会收到道歉。",
    "no": "没有同意，登记不变。",
}


@require_GET
def listing(request: Request) -> HttpResponse:
    """/desk/deaths/."""
    return _page(request, door.enter(request, process="desk.case"))


def _page(
    request: Request, actor: gate.Actor, problem: Refusal | None = None, note: str = ""
) -> HttpResponse:
    rows = [
        (one, f"{china(one.at):%m-%d %H:%M}", contesting.STATES[one.state]) for one in contesting.contests(by=actor)
    ]  # fmt: skip
    context = {
        "rows": rows,
        "waiting": sum(one.state == "open" for one, _, _ in rows),
        "may_judge": actor.role == "supervisor",
        "told": TOLD.get(request.GET.get("done", ""), ""),
        "problem": problem,
        "note": note,
    }
    return frame.page(request, "deaths", context, status=problem.status if problem else 200)


@require_POST
def propose(request: Request, case_no: str) -> HttpResponse:
    """From the window case; a refusal shows the case again with what was written."""
    actor, reason = door.enter(request, process="desk.case"), request.POST.get("death_reason", "")
    try:
        contesting.propose(case_no, reason=reason, by=actor)
    except Refusal as problem:
        mine = next((one for one in queries.mine(actor) if one.no == case_no), None)
        if mine is None or problem.code not in SHOWN_AGAIN:
            raise
        return views.window(request, actor, mine, problem=problem, death_reason=reason)
    return redirect("/desk/deaths/?done=proposed")


@require_POST
def judge(request: Request, number: int) -> HttpResponse:
    """The second person's yes or no."""
    actor, verdict = door.enter(request, "supervisor", process="desk.case"), request.POST.get("verdict", "")
    note = request.POST.get("note", "")
    try:
        if verdict not in ("yes", "no"):
            raise Refusal("invalid_input", "请选同意还是不同意。", field="verdict")
        contesting.judge(number, agreed=verdict == "yes", note=note, by=actor)
    except Refusal as problem:
        if problem.code not in SHOWN_AGAIN:
            raise
        return _page(request, actor, problem, note)
    return redirect(f"/desk/deaths/?done={verdict}")
