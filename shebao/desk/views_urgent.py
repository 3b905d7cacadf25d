"""紧急查看 (break-glass): exact number, a real reason, half an hour; the person is told, a supervisor reviews each."""

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
TOLD = {"yes": "核对好了：理由成立。", "no": "核对好了：理由不成立，查看已经收回。"}


@require_http_methods(["GET", "POST"])
def look(request: Request) -> HttpResponse:
    """/desk/urgent/: the form, one's own looks; for a supervisor every look of the unit to review."""
    actor = door.enter(request, process="desk.urgent")
    typed = {"reason": request.POST.get("reason", "")}
    problem: Refusal | None = None
    if request.method == "POST":
        try:
            number = office.break_glass(
                id_number=request.POST.get("id_number", ""), reason=typed["reason"], now=clock.now(), by=actor
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
        "least": office.LEAST_REASON, "minutes": MINUTES, "typed": typed, "problem": problem,
        "told": TOLD.get(request.GET.get("done", ""), ""),
    }  # fmt: skip
    return frame.page(request, "urgent", context, status=problem.status if problem else 200)


def _state(one: urgent.Look) -> str:
    if one.signed_at is None:
        return "还没核对"
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
