"""Queue of the desk (办件列表): by due date, search first, take, give back, hand over. No names."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shebao.base import clock, workdays
from shebao.base.refusal import Refusal
from shebao.cases import actions, assigning, queries, writing
from shebao.cases import clock as limits
from shebao.desk import door, frame
from shebao.desk.lines import STAGES, Line, item_name, lines
from shebao.identity.asking import Request
from shebao.notices import reminders
from shebao.privacy import gate

CASE_NO = re.compile(r"[A-Z]{2}\d{6}-\d{6}")
DAYS_AHEAD = 10
RUNNING = ("submitted", "accepted", "proposed")
CLOCKS = {"late": "超期的", "soon": "用了七成时限的", "halted": "停着不计时的", "free": "还没人领的"}
OWN_FAULTS = ("invalid_input", "precondition_unmet", "not_found")


@require_GET
def desk(request: Request) -> HttpResponse:
    """/desk/: the unit's open cases, or mine; soonest due first."""
    actor = door.enter(request)
    today = clock.today_in_china(clock.now())
    asked = {name: request.GET.get(name, "") for name in ("item", "state", "clock", "view")}
    number = _page_number(request.GET.get("page", ""))
    mine = asked["view"] == "mine"
    clocked = asked["clock"] if asked["clock"] in CLOCKS else ""
    rows = assigning.queue(
        kind=asked["item"], state=asked["state"], clock=clocked, today=today, mine=mine, page=number, by=actor
    )
    shown = lines(rows, today)
    load = assigning.load(by=actor)
    free = lines(assigning.queue(clock="free", today=today, most=1, by=actor), today)
    context = (
        _shown(shown)
        | due_days(load, today)
        | {
            "headline": _headline(load, today, actor.staff_no if mine else ""),
            "late_count": _late(load, today, actor.staff_no if mine else ""),
            "pool": free[0] if free else None,
            "reminders": [(one, item_name(one.kind)) for one in reminders.unread(by=actor)],
            "clock": clocked, "clocks": CLOCKS, "number": number, "filtered": any((asked["item"], asked["state"], clocked)),
            "lines": shown, "mine": mine, "item": asked["item"], "state": asked["state"], "stages": STAGES,
            "items": sorted({(row.kind, item_name(row.kind)) for row in load}, key=lambda pair: pair[1]),
            "views": _views(mine), "told": frame.TOLD.get(request.GET.get("done", ""), ""),
            "windows": [case for case in queries.mine(actor) if case.state == "open"],
            "newer": _link(asked, number - 1) if number > 1 else "",
            "older": _link(asked, number + 1) if len(rows) == assigning.PAGE else "",
            "pool_count": sum(row.count for row in load if not row.holder and row.state in RUNNING),
        }
    )  # fmt: skip
    return frame.page(request, "queue", context, keys=frame.QUEUE_KEYS)


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _link(asked: dict[str, str], number: int) -> str:
    return "/desk/?" + urlencode({name: value for name, value in asked.items() if value} | {"page": number})


def _views(mine: bool) -> list[dict[str, Any]]:
    return [
        {"url": "/desk/", "name": "科室的", "current": not mine},
        {"url": "/desk/?view=mine", "name": "我的", "current": mine},
    ]


def _headline(load: Sequence[assigning.Load], today: date, staff_no: str) -> str:
    """How many, and how many of them today; of one's own when a staff number is given."""
    some = [row for row in load if not staff_no or row.holder == staff_no]
    total = sum(row.count for row in some)
    due = sum(row.count for row in some if row.due_on == today and row.state != "supplement")
    if not total:
        return "手上没有办件" if staff_no else "科室没有待办的件"
    more = f"，今天到期 {due} 件" if due else ""
    return (f"{total} 件在我手上" if staff_no else f"科室待办 {total} 件") + more


def _shown(shown: Sequence[Line]) -> dict[str, Any]:
    held = [line for line in shown if line.mine and line.left is not None]
    late = [line for line in shown if line.tone == "fb"]
    return {
        "late": late,
        "first": held[0] if held else None,
        "waiting": [line for line in shown if line.left is None and line.stage == STAGES["supplement"]],
    }


def _late(load: Sequence[assigning.Load], today: date, staff_no: str) -> int:
    """How many have passed their last day; of one's own when a staff number is given."""
    return sum(
        row.count
        for row in load
        if row.due_on
        and row.due_on < today
        and row.state in RUNNING
        and (not staff_no or row.holder == staff_no)
    )


def due_days(load: Sequence[assigning.Load], today: date) -> dict[str, Any]:
    """Cases by due day over the next working days, overdue ones first."""
    running = [row for row in load if row.due_on and row.state in RUNNING]
    late = sum(row.count for row in running if row.due_on and row.due_on < today)
    days: list[date] = []
    ahead = today
    while len(days) < DAYS_AHEAD:
        if workdays.is_working_day(ahead, limits.calendar()):
            days.append(ahead)
        ahead += timedelta(days=1)
    due = {day: sum(row.count for row in running if row.due_on == day) for day in days}
    soon = sum(due.values())
    bars = [("超期", late, "fb")]
    bars += [(str(day.day), count, "fw" if day == today else "f2") for day, count in due.items()]
    finding = f"超期 {late} 件，{days[-1].month}月{days[-1].day}日前到期 {soon} 件"
    return {"due": bars, "due_head": f"两周内到期 {soon} 件，超期 {late} 件", "due_finding": finding}


@require_POST
def heard(request: Request, number: int) -> HttpResponse:
    """知道了: a reminder is read."""
    reminders.heard(number, by=door.enter(request))
    return redirect("/desk/?done=heard")


@require_http_methods(["GET", "POST"])
def find(request: Request) -> HttpResponse:
    """/desk/find/: by case number, or by the whole ID number with a reason; never by name."""
    actor = door.enter(request, process="desk.search")
    form = {name: request.POST.get(name, "") for name in ("kind", "reason")}
    asked = request.POST.get("q", "").strip().upper()
    context: dict[str, Any] = {"form": form, "asked": asked, "number": ""}
    if request.method == "GET":
        return frame.page(request, "find", context)
    try:
        if "id_number" in request.POST:
            number = actions.open_window(id_number=request.POST["id_number"], by=actor, **form)
            return redirect("desk:case", case_no=number)
        if not CASE_NO.fullmatch(asked):
            return frame.page(request, "find", context | {"asked": "", "number": asked})
        return _found(request, actor, asked, context)
    except Refusal as refusal:
        if refusal.code not in OWN_FAULTS:
            raise
        return frame.page(request, "find", context | {"problem": refusal}, status=refusal.status)


def _found(request: Request, actor: gate.Actor, no: str, context: dict[str, Any]) -> HttpResponse:
    if any(case.no == no for case in queries.mine(actor)):
        return redirect("desk:case", case_no=no)
    rows = lines(assigning.queue(no=no, by=actor), clock.today_in_china(clock.now()))
    if not rows:
        raise Refusal("not_found", "您的科室没有这个办件，或者已经办完。", "请核对办件号", "", field="q")
    return frame.page(request, "find", context | {"found": rows[0]})


@require_POST
def take(request: Request, case_no: str) -> HttpResponse:
    """领件: the case opens at once; the person sees who took it."""
    assigning.take(case_no, by=door.enter(request))
    return redirect("desk:case", case_no=case_no)


@require_POST
def release(request: Request, case_no: str) -> HttpResponse:
    """放回."""
    assigning.release(case_no, by=door.enter(request))
    return redirect("/desk/?done=back")


@require_http_methods(["GET", "POST"])
def hand_over(request: Request, case_no: str) -> HttpResponse:
    """转交 to a colleague's staff number, with a reason."""
    actor = door.enter(request)
    writing.find(case_no, by=actor)
    form = {name: request.POST.get(name, "") for name in ("to", "reason")}
    context: dict[str, Any] = {"case_no": case_no, "form": form}
    if request.method == "GET":
        return frame.page(request, "hand_over", context)
    try:
        assigning.hand_over(case_no, by=actor, **form)
    except Refusal as refusal:
        return frame.page(request, "hand_over", context | {"problem": refusal}, status=refusal.status)
    return redirect("/desk/?done=over")
