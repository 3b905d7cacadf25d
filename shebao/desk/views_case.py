"""One case on the desk (办件): read, compare, ask once, review, decide. Every act is one transaction of the engine."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases import assigning, queries, urgent, writing
from shebao.cases.deciding import Lack
from shebao.desk import case_page, compare, door, frame, views
from shebao.desk.case_page import Typed
from shebao.desk.lines import lines
from shebao.identity.asking import Request
from shebao.items import catalogue, comparing, office, opinion
from shebao.items.office import DeskCase
from shebao.privacy import gate

SHUT = ("login_required", "purpose_not_allowed", "rate_limited", "training_lapsed", "step_up_required")
STAYS = ("accept", "adopt", "keep", "ask", "enter", "term", "halt", "resume", "decide", "confirm")


@require_GET
def case(request: Request, case_no: str) -> HttpResponse:
    """/desk/cases/<no>/: a window case, or one in hand; anybody else is turned away and that is kept."""
    actor = door.enter(request)
    window = next((one for one in queries.mine(actor) if one.no == case_no), None)
    if window is not None:
        return views.window(request, actor, window)
    now = clock.now()
    try:
        opened = office.open_case(case_no, now=now, by=actor)
    except Refusal as refusal:
        if refusal.code in ("out_of_reach", "not_found"):
            return _turned_away(request, actor, case_no)
        raise
    return _page(request, actor, opened, Typed(), now)


def _page(
    request: Request, actor: gate.Actor, opened: DeskCase, typed: Typed, now: datetime, status: int = 200
) -> HttpResponse:
    context = case_page.context(opened, typed, urgent.revealed(opened.no, by=actor), now=now, by=actor)
    context["told"] = frame.TOLD.get(request.GET.get("done", ""), "")
    return frame.page(request, "handled", context, status=status, keys=frame.CASE_KEYS)


def _turned_away(request: Request, actor: gate.Actor, case_no: str) -> HttpResponse:
    urgent.turned_away(case_no, by=actor)
    rows = lines(assigning.queue(no=case_no, by=actor), clock.today_in_china(clock.now()))
    free = rows[0] if rows and rows[0].free else None
    return frame.page(request, "turned_away", {"case_no": case_no, "free": free}, status=403)


@require_POST
def act(request: Request, case_no: str) -> HttpResponse:
    """One act on the case in hand. A refusal brings the page back with everything that was filled in."""
    actor, now = door.enter(request, process="desk.decide"), clock.now()
    code = request.POST.get("act", "")
    try:
        if code not in ACTS:
            raise Refusal("invalid_input", "没有这个动作。", "回到办件", f"/desk/cases/{case_no}/")
        ACTS[code](request, case_no, now, actor)
    except Refusal as refusal:
        if refusal.code in SHUT:
            raise
        return _again(request, actor, case_no, refusal, now)
    return _after(actor, case_no, code)


def _after(actor: gate.Actor, case_no: str, code: str) -> HttpResponse:
    held = assigning.queue(no=case_no, by=actor)
    if code == "decide" and held and held[0].state == "proposed":
        code = "propose"
    if held and held[0].is_mine and held[0].is_held and code in STAYS:
        query = {"done": code} if code in frame.TOLD else {}
        return redirect(f"/desk/cases/{case_no}/" + (f"?{urlencode(query)}" if query else ""))
    return redirect(f"/desk/?{urlencode({'view': 'mine', 'done': code})}")


def _again(
    request: Request, actor: gate.Actor, case_no: str, refusal: Refusal, now: datetime
) -> HttpResponse:
    typed = _typed(request, refusal)
    try:
        opened = office.open_case(case_no, now=now, by=actor)
    except Refusal:
        rows = lines(assigning.queue(no=case_no, by=actor), clock.today_in_china(now))
        words = {"case_no": case_no, "line": rows[0] if rows else None, "typed": typed, "problem": refusal}
        return frame.page(request, "conflict", words, status=409)
    return _page(request, actor, opened, typed, now, status=refusal.status)


def _typed(request: Request, refusal: Refusal) -> Typed:
    return Typed(
        {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"},
        tuple(request.POST.getlist("reasons")), tuple(request.POST.getlist("lacking")), refusal,
    )  # fmt: skip


def _accept(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    office.accept(no, now=now, by=by)


def _adopt(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    comparing.adopt(no, key=request.POST.get("key", ""), now=now, by=by)


def _keep(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    comparing.keep(no, key=request.POST.get("key", ""), now=now, by=by)


def _enter(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    entries = {entry.key for entry in catalogue.ITEMS[writing.find(no, by=by).kind].entries}
    told = {key: str(request.POST[key]) for key in entries if key in request.POST}
    opinion.enter(no, told, now=now, by=by)


def _term(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    opinion.hold_to(no, term=request.POST.get("term", ""), now=now, by=by)


def _halt(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    opinion.halt(no, note=request.POST.get("halt", ""), now=now, by=by)


def _resume(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    opinion.resume(no, now=now, by=by)


def _ask(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    chosen = request.POST.getlist("lacking")
    lacking = [Lack(key, request.POST.get(f"note.{key}", "")) for key in chosen]
    other = request.POST.get("other", "").strip()
    office.ask(no, lacking=lacking + ([Lack("other", other)] if other else []), now=now, by=by)


def _decline(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    office.decline(no, reason=request.POST.get("reason", ""), now=now, by=by)


def _decide(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    """决定, or 初审意见 where a second person is needed. Refuses open differences, an old page, words not read."""
    opened = office.open_case(no, now=now, by=by)
    granted = request.POST.get("decision") == "yes"
    _refuse_stale(request, opened)
    if request.POST.get("decision") not in ("yes", "no"):
        raise Refusal("invalid_input", "还没有选决定。", field="decision")
    settled = comparing.settled(opened.compared, opened.answers, opened.steps)
    differing = [row.label for row in compare.rows(opened.compared, opened.answers, settled) if row.differs]
    if differing:
        raise Refusal("precondition_unmet", f"先处理不同的项：{'、'.join(differing)}。", field="compare")
    if request.POST.get("read") != "yes":
        raise Refusal("invalid_input", "写给当事人的话要读过再交。", field="read")
    text = request.POST.get("text", "").strip()
    _refuse_wrong_words(opened, granted, text)
    amount = opened.verdict.amount_fen if granted else 0
    laws = opened.item.refusals
    said = {reason.code: reason.text for reason in opened.verdict.reasons}
    reasons = [(code, said.get(code, laws[code].says), str(laws[code]))
               for code in request.POST.getlist("reasons") if code in laws and not granted]  # fmt: skip
    if not granted and not reasons:
        raise Refusal("invalid_input", "不通过要选至少一条理由。", field="reasons")
    put = office.propose if opened.item.needs_second(amount) else office.decide
    put(no, granted=granted, reasons=reasons, text=text, amount_fen=amount, now=now, by=by)


def _refuse_stale(request: Request, opened: DeskCase) -> None:
    if request.POST.get("seen", "") != str(len(opened.steps)):
        raise Refusal("conflict", "您打开以后，这件事有了新的动作。请看过再交，填的还在。")
    if request.POST.get("amount", "") != str(opened.verdict.amount_fen):
        raise Refusal("conflict", "计算结果刚刚变了。请看过新的金额再交，填的还在。")


def _refuse_wrong_words(opened: DeskCase, granted: bool, text: str) -> None:
    """A wording that says the opposite of the decision was not read."""
    if (granted and "没有通过" in text) or (not granted and "已经通过" in text):
        raise Refusal("invalid_input", "写给当事人的话和您选的决定不一致，请改好再交。", field="text")


def _confirm(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    _refuse_stale_steps(request, no, now, by)
    office.confirm(no, text=request.POST.get("text", "").strip(), now=now, by=by)


def _refuse_stale_steps(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    opened = office.open_case(no, now=now, by=by)
    if request.POST.get("seen", "") != str(len(opened.steps)):
        raise Refusal("conflict", "您打开以后，这件事有了新的动作。请看过再交，填的还在。")


def _return(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    office.send_back(no, note=request.POST.get("note", ""), now=now, by=by)


def _aside(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    assigning.step_aside(no, reason=request.POST.get("aside", ""), by=by)


def _deliver(request: Request, no: str, now: datetime, by: gate.Actor) -> None:
    office.deliver(no, now=now, by=by)


ACTS: dict[str, Callable[[Request, str, datetime, gate.Actor], None]] = {
    "accept": _accept, "adopt": _adopt, "keep": _keep, "ask": _ask, "enter": _enter, "term": _term,
    "halt": _halt, "resume": _resume, "decline": _decline, "decide": _decide,
    "propose": _decide, "confirm": _confirm, "return": _return, "deliver": _deliver, "aside": _aside,
}  # fmt: skip
