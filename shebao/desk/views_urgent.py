"""紧急查看 (break-glass): exact number, a real reason, half an hour; the person is told, a supervisor reviews each."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from shebao.base import clock
from shebao.base.clock import china
from shebao.base.refusal import Refusal
from shebao.cases import urgent
from shebao.desk import door, frame
from shebao.identity.asking import Request
from shebao.items import office

MINUTES = 30
DANGERS = {"life": "生命危险", "health": "身体危险", "property": "财产危险"}
TOLD = {"yes": "核对好了：理由成立。", "no": "核对好了：理由不成立，查看已经收回。"}


@require_http_methods(["GET", "POST"])
def look(request: Request) -> HttpResponse:
    """/desk/urgent/: the form, one's own looks; for a supervisor every look of the unit to review."""
    actor = door.enter(request, process="desk.urgent")
    typed = {name: request.POST.get(name, "") for name in ("reason", "danger")}
    problem: Refusal | None = None
    if request.method == "POST":
        try:
            number = office.break_glass(
                id_number=request.POST.get("id_number", ""),
                reason=_reason(**typed),
                now=clock.now(),
                by=actor,
            )
            return redirect("desk:case", case_no=number)
        except Refusal as refusal:
            if refusal.code not in ("invalid_input", "precondition_unmet", "not_found"):
                raise
            problem = refusal
    looks = urgent.looks(by=actor)
    context = {
        "rows": [(one, f"{china(one.opened_at):%m-%d %H:%M}", _state(one)) for one in looks],
        "unsigned": sum(one.signed_at is None for one in looks),
        "supervisor": actor.role == "supervisor",
        "dangers": DANGERS,
        "hours": urgent.hours(),
        "least": office.LEAST_REASON, "minutes": MINUTES, "typed": typed, "problem": problem,
        "told": TOLD.get(request.GET.get("done", ""), ""),
    }  # fmt: skip
    return frame.page(request, "urgent", context, status=problem.status if problem else 200)


def _reason(*, reason: str, danger: str) -> str:
    """The condition (紧急情形) and why, as the person reads it. Refuses an unnamed danger, a short reason."""
    if danger not in DANGERS:
        raise Refusal("invalid_input", "请选是哪一种危险。", field="danger")
    if len(reason.strip()) < office.LEAST_REASON:
        raise Refusal("precondition_unmet", "请写明紧急的原因，至少十个字。", field="reason")
    return f"{DANGERS[danger]}：{reason.strip()}"


def _state(one: urgent.Look) -> str:
    if one.signed_at is None:
        late = clock.now() - one.opened_at > timedelta(hours=urgent.hours())
        return f"超过 {urgent.hours()} 小时没核对" if late else "还没核对"
    return "理由成立" if one.justified else "理由不成立"


@require_POST
def countersign(request: Request, case_no: str) -> HttpResponse:
    """核对 one look."""
    actor = door.enter(request, "supervisor", process="desk.urgent")
    justified = request.POST.get("verdict", "")
    if justified not in ("yes", "no"):
        raise Refusal("invalid_input", "请选理由成立还是不成立。", "回到紧急查看", "/desk/urgent/")
    urgent.countersign(case_no, justified=justified == "yes", note=request.POST.get("note", ""), by=actor)
    return redirect(f"/desk/urgent/?done={justified}")
