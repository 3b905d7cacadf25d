"""Window cases (窗口受理) with masked values and logged reveals; security and training pages."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from shebao.base import money
from shebao.base import month as months
from shebao.base.clock import china
from shebao.base.refusal import Refusal
from shebao.cases import actions, queries, urgent, writing
from shebao.desk import door, frame
from shebao.documents.content import ARRIVALS, STATES
from shebao.identity.asking import Request
from shebao.items import catalogue
from shebao.privacy import controls, gate, masks, register, vault
from shebao.registry.benefits import queries as benefits
from shebao.registry.contributions import gaps
from shebao.registry.contributions import queries as contributions
from shebao.registry.enrolments import queries as enrolments
from shebao.registry.models import Benefit

IN_VAULT = ("person.name", "person.id_number", "person.phone", "person.address", "person.bank_account")
AMOUNTS = ("contribution.record", "benefit.record")
REASONS = ("核对当事人身份", "核对发放账户", "核对缴费或待遇金额", "联系当事人")
BENEFITS = {"pension": "基本养老金", "unemployment": "失业保险金"}
SHOWN_SECONDS = 30


@require_GET
def security(request: Request) -> HttpResponse:
    """/desk/security: every control with its newest probe, failing ones first."""
    door.enter(request, "security_officer", "privacy_officer", "auditor", process="ledger.audit")
    rows = controls.latest()
    red = sum(not (result and result.passed) for _, result in rows)
    return frame.page(request, "security", {"rows": rows, "red": red})


@require_GET
def training(request: Request) -> HttpResponse:
    """/desk/training: the one page open to staff whose yearly training has lapsed; nothing of a person is on it."""
    door.known(request)
    return frame.page(request, "training", {})


def window(
    request: Request,
    actor: gate.Actor,
    mine: queries.Mine,
    *,
    problem: Refusal | None = None,
    death_reason: str = "",
) -> HttpResponse:
    """A window case: declared items only; names, numbers and amounts stay hidden until revealed one by one."""
    more = {
        "urgent": mine.kind == actions.URGENT,
        "may_contest": mine.kind == "correction",
        "problem": problem,
        "death_reason": death_reason,
    }
    return frame.page(
        request, "case", _case_context(actor, mine) | more, status=problem.status if problem else 200
    )


def _case_context(actor: gate.Actor, mine: queries.Mine) -> dict[str, Any]:
    book = register.current()
    process = book.process["desk.case"]
    items = tuple(item for item in ("person.name", "case.record", "benefit.record") if item in process.items)
    with gate.open(
        actor, "desk.case", items=items, subject=mine.subject_id, case=mine.no, reason=mine.reason
    ) as grant:
        name = vault.read(grant, ("person.name",)).get("person.name", "")
        received = benefits.received(grant, most=12) if "benefit.record" in items else []
    told = {"subject": mine.subject_id, "case": mine.no, "process": "desk.case"}
    enrolled = enrolments.enrolments(actor, **told)  # type: ignore[arg-type]
    paid = contributions.contributions(actor, insurance=contributions.usual(), **told)  # type: ignore[arg-type]
    reveals = book.process["desk.reveal"].items
    return {
        "case": mine,
        "opened": f"{china(mine.opened_at):%m-%d %H:%M}",
        "name": masks.mask("person.name", name),
        "enrolled": [
            row
            | {
                "state_word": STATES.get(row["state"], row["state"]),
                "span": _span(row["since"], row["until"]),
            }
            for row in enrolled["enrolments"]
        ],
        "paid_name": paid["insurance_name"],
        "recent": [_paid(row, hidden=True) for row in paid["rows"][-12:][::-1]],
        "received": [_received(row, hidden=True) for row in received],
        "gaps": [f"{_span(gap.since, gap.until)}有 {gap.months} 个月没有缴费" for gap in gaps.gaps(paid)],
        "process": process,
        "count": len(process.items),
        "reasons": REASONS,
        "hidden": [(code, _label(code)) for code in (*IN_VAULT, *AMOUNTS) if code in reveals],
    }


def _span(since: int, until: int | None) -> str:
    return (
        f"{months.to_text(since)}起" if until is None else f"{months.to_text(since)}至{months.to_text(until)}"
    )


def _label(item: str) -> str:
    label = register.current().items[item].label_zh
    return f"{label}的金额" if item in AMOUNTS else label


def _amount(fen: int, *, hidden: bool) -> str:
    text = money.yuan(fen)
    return masks.amount(text) if hidden else text


def _received(row: Benefit, *, hidden: bool) -> dict[str, str]:
    return {
        "month": months.to_text(row.month),
        "word": BENEFITS.get(row.kind, row.kind),
        "amount": _amount(row.amount_fen, hidden=hidden),
    }


def _paid(row: dict[str, Any], *, hidden: bool) -> dict[str, str]:
    amounts = {name: _amount(row[f"{name}_fen"], hidden=hidden) for name in ("base", "person", "employer")}
    word = "补缴" if row["kind"] == "backpay" else ARRIVALS.get(row["state"], row["state"])
    return {"month": months.to_text(row["month"]), "word": word, **amounts}


@require_POST
def reveal(request: Request, case_no: str) -> HttpResponse:
    """Shows one hidden value for half a minute; the showing, with its reason, is an entry the person sees.

    A case handled online gives the reason itself; a window case asks for one.
    """
    actor = door.enter(request, process="desk.reveal")
    item, reason = request.POST.get("item", ""), request.POST.get("reason", "")
    if item not in (*IN_VAULT, *AMOUNTS):
        raise Refusal("field_not_declared")
    found = writing.find(case_no, by=actor)
    handled = catalogue.ITEMS.get(found.kind)
    if handled is not None:
        reason = f"办理{handled.name}，{reason}" if reason in REASONS else f"办理{handled.name}"
    elif reason not in REASONS:
        raise Refusal(
            "precondition_unmet",
            "没有选原因，所以没有显示。",
            "回到办件，选一个原因",
            f"/desk/cases/{case_no}/",
        )
    with gate.open(
        actor, "desk.reveal", items=(item,), subject=found.subject_id, case=case_no, reason=reason
    ) as grant:
        value, lines = _shown(grant, item)
    words = {"no": case_no, "label": _label(item), "value": value, "lines": lines, "seconds": SHOWN_SECONDS,
             "count": len(urgent.revealed(case_no, by=actor))}  # fmt: skip
    response = frame.page(request, "revealed", words)
    response["Refresh"] = f"{SHOWN_SECONDS};url=/desk/cases/{case_no}/"
    return response


def _shown(grant: gate.Grant, item: str) -> tuple[str, list[str]]:
    """The value itself, or for amounts one line a month."""
    if item == "benefit.record":
        rows = [_received(row, hidden=False) for row in benefits.received(grant, most=12)]
        return "", [f"{row['month']}，{row['word']} {row['amount']} 元" for row in rows]
    if item == "contribution.record":
        paid = contributions.paid_rows(grant)
        recent = [row for row in paid if row.insurance == contributions.usual()][-12:][::-1]
        return "", [
            f"{months.to_text(row.month)}，基数 {money.yuan(row.base_fen)}，个人 {money.yuan(row.person_fen)}，"
            f"单位 {money.yuan(row.employer_fen)} 元"
            for row in recent
        ]
    return vault.read(grant, (item,)).get(item, ""), []


@require_POST
def close(request: Request, case_no: str) -> HttpResponse:
    """Closes the case."""
    actions.close(case_no=case_no, by=door.enter(request))
    return redirect("desk:desk")
