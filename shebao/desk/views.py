"""Clerk pages (经办端): own cases, search by exact number, one case with masked values and logged reveals."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shebao.base import money
from shebao.base import month as months
from shebao.base.clock import china
from shebao.base.refusal import Refusal
from shebao.cases import actions, queries
from shebao.documents.content import ARRIVALS, STATES
from shebao.identity.asking import Request
from shebao.privacy import controls, gate, masks, register, vault
from shebao.registry.contributions import gaps
from shebao.registry.contributions import queries as contributions
from shebao.registry.enrolments import queries as enrolments

REVEALABLE = ("person.id_number", "person.phone", "person.address", "person.bank_account")
SHOWN_SECONDS = 30


def staff(request: Request) -> gate.Actor:
    """The clerk asking. Refuses everybody else."""
    actor = request.actor
    if actor.is_visitor:
        raise Refusal("login_required", "请先用工号登录经办端。", "去登录", "/desk/login")
    if actor.role not in ("clerk", "supervisor"):
        raise Refusal("purpose_not_allowed", "这里只给经办人员用。", "回首页", "/")
    return actor


def page(request: Request, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Renders a desk page."""
    return render(request, f"desk/{template}.html", {"kinds": actions.KINDS} | context, status=status)


@require_http_methods(["GET", "POST"])
def desk(request: Request) -> HttpResponse:
    """/desk/: own open cases; POST opens a window case for an exact ID number with a reason."""
    actor = staff(request)
    form = {name: request.POST.get(name, "") for name in ("kind", "reason")}
    problem: Refusal | None = None
    if request.method == "POST":
        try:
            number = actions.open_window(id_number=request.POST.get("id_number", ""), by=actor, **form)
            return redirect("desk:case", case_no=number)
        except Refusal as refusal:
            if refusal.code not in ("invalid_input", "precondition_unmet", "not_found"):
                raise
            problem = refusal
    mine = queries.mine(actor)
    return page(
        request,
        "queue",
        {"cases": mine, "form": form, "problem": problem},
        status=problem.status if problem else 200,
    )


@require_GET
def security(request: Request) -> HttpResponse:
    """/desk/security: every control with its newest probe, failing ones first."""
    actor = request.actor
    if actor.is_visitor:
        raise Refusal("login_required", "请先用工号登录经办端。", "去登录", "/desk/login")
    if actor.role not in ("security_officer", "privacy_officer", "auditor"):
        raise Refusal(
            "purpose_not_allowed", "这一页只给安全、审计和个人信息保护人员看。", "回到经办端", "/desk/"
        )
    rows = controls.latest()
    red = sum(not (result and result.passed) for _, result in rows)
    return page(request, "security", {"rows": rows, "red": red})


@require_GET
def case(request: Request, case_no: str) -> HttpResponse:
    """/desk/cases/<no>/: declared items only; numbers stay hidden until revealed one by one."""
    actor = staff(request)
    mine = queries.one(actor, case_no)
    return page(request, "case", _case_context(actor, mine))


def _case_context(actor: gate.Actor, mine: queries.Mine) -> dict[str, Any]:
    with gate.open(
        actor, "desk.case", items=("person.name", "case.record"), subject=mine.subject_id, case=mine.no
    ) as grant:
        name = vault.read(grant, ("person.name",)).get("person.name", "")
    told = {"subject": mine.subject_id, "case": mine.no, "process": "desk.case"}
    enrolled = enrolments.enrolments(actor, **told)  # type: ignore[arg-type]
    paid = contributions.contributions(actor, **told)  # type: ignore[arg-type]
    book = register.current()
    process = book.process["desk.case"]
    return {
        "case": mine,
        "opened": china(mine.opened_at),
        "name": name,
        "enrolled": [
            row
            | {
                "state_word": STATES.get(row["state"], row["state"]),
                "span": _span(row["since"], row["until"]),
            }
            for row in enrolled["enrolments"]
        ],
        "recent": [_paid(row) for row in paid["rows"][-12:][::-1]],
        "gaps": [f"{_span(gap.since, gap.until)}有 {gap.months} 个月没有缴费" for gap in gaps.gaps(paid)],
        "process": process,
        "count": len(process.items),
        "hidden": [(code, book.items[code].label_zh) for code in REVEALABLE],
    }


def _span(since: int, until: int | None) -> str:
    return (
        f"{months.to_text(since)}起" if until is None else f"{months.to_text(since)}至{months.to_text(until)}"
    )


def _paid(row: dict[str, Any]) -> dict[str, str]:
    amounts = {name: money.yuan(row[f"{name}_fen"]) for name in ("base", "person", "employer")}
    word = "补缴" if row["kind"] == "backpay" else ARRIVALS.get(row["state"], row["state"])
    return {"month": months.to_text(row["month"]), "word": word, **amounts}


@require_POST
def reveal(request: Request, case_no: str) -> HttpResponse:
    """Shows one hidden value for half a minute; the showing is an entry the person sees."""
    actor = staff(request)
    mine = queries.one(actor, case_no)
    item = request.POST.get("item", "")
    if item not in REVEALABLE:
        raise Refusal("field_not_declared")
    with gate.open(
        actor, "desk.reveal", items=(item,), subject=mine.subject_id, case=case_no, reason=mine.reason
    ) as grant:
        value = vault.read(grant, (item,)).get(item, "")
    label = register.current().items[item].label_zh
    response = page(
        request,
        "revealed",
        {
            "case": mine,
            "label": label,
            "value": value,
            "masked": masks.mask(item, value),
            "seconds": SHOWN_SECONDS,
        },
    )
    response["Refresh"] = f"{SHOWN_SECONDS};url=/desk/cases/{case_no}/"
    return response


@require_POST
def close(request: Request, case_no: str) -> HttpResponse:
    """Closes the case."""
    actions.close(case_no=case_no, by=staff(request))
    return redirect("desk:desk")
