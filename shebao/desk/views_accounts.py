"""Account reviews (账号审核): guardians, agents, lost phones, frozen and claimed accounts. No name before a review is opened."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.desk import door, frame
from shebao.identity import agents, guardians, reviews
from shebao.identity.asking import Request
from shebao.identity.deciding import EFFECTS
from shebao.notices.actions import post
from shebao.privacy import gate, register, vault
from shebao.registry.employers import queries as employers

PROCESS = "identity.review"
LOOK_AT = {
    "guardianship": "户口簿、出生证明、法院判决或指定文书，和下面两人对得上。成年人要有法院的认定。",
    "agent": "单位介绍信，和经办人身份证对得上。",
    "contact": "本人到场或视频，确认旧号码收不到了。",
    "unfreeze": "本人到场或回拨留过的号码，确认是本人要解冻。",
    "claim": "本人带身份证到场，人和证件对得上。通过以后，原来的账号马上停用，本人重新注册。",
}


@require_GET
def listing(request: Request) -> HttpResponse:
    """/desk/accounts/: what waits, soonest due first."""
    by = door.enter(request, process=PROCESS)
    today = clock.today_in_china(clock.now())
    rows = [
        {"no": one.no, "kind": one.kind_name, "due": one.due_on, "late": one.due_on < today,
         "at": _moment(one.opened_at), "second": one.needs_supervisor}
        for one in reviews.waiting(by)
    ]  # fmt: skip
    context = {"rows": rows, "done": request.GET.get("done") == "1", "supervisor": by.role == "supervisor"}
    return frame.page(request, "accounts", context)


@require_POST
def take(request: Request, no: str) -> HttpResponse:
    """Opens one: the person sees that it was opened."""
    reviews.take(no, by=door.enter(request, process=PROCESS))
    return redirect("desk:account", no=no)


@require_GET
def one(request: Request, no: str) -> HttpResponse:
    """/desk/accounts/<no>/: who asks for what, for the clerk who has opened it."""
    return frame.page(request, "account", _context(door.enter(request, process=PROCESS), no, None))


@require_POST
def decide(request: Request, no: str) -> HttpResponse:
    """The decision, with its reason; the person is told at once."""
    by = door.enter(request, process=PROCESS)
    answer = request.POST.get("answer", "")
    try:
        if answer not in ("approve", "refuse"):
            raise Refusal("invalid_input", "选通过，或者不通过。", field="answer")
        reviews.decide(
            no, approve=answer == "approve", reason=request.POST.get("reason", ""), effects=EFFECTS, post=post,
            by=by, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.code not in ("invalid_input", "purpose_not_allowed", "conflict"):
            raise
        context = _context(by, no, refusal) | {"reason": request.POST.get("reason", ""), "answer": answer}
        return frame.page(request, "account", context, status=refusal.status)
    return redirect("/desk/accounts/?done=1")


def _context(by: gate.Actor, no: str, problem: Refusal | None) -> dict[str, Any]:
    waiting = next((row for row in reviews.waiting(by) if row.no == no), None)
    if waiting is None:
        raise Refusal("not_found", "没有这件审核，或者已经有人决定了。", "回审核列表", "/desk/accounts/")
    facts = [(_word(waiting.kind), _name(by, waiting.subject_id, no))]
    if waiting.kind == "guardianship":
        bond, guardian = guardians.asked(waiting)
        facts += [
            ("是申请人的", bond.relation),
            ("申请人", _name(by, guardian, no)),
            ("到哪天", bond.until.isoformat()),
        ]
    if waiting.kind == "agent":
        uscc, unit = employers.of_subject(agents.asked(waiting).employer_subject)
        facts += [("单位", unit), ("统一代码", uscc)]
    process = register.current().process[PROCESS]
    return {
        "review": waiting, "facts": facts, "look": LOOK_AT[waiting.kind], "process": process, "problem": problem,
        "may": not waiting.needs_supervisor or by.role == "supervisor",
    }  # fmt: skip


def _moment(at: datetime) -> str:
    """A day and time in China."""
    china = clock.china(at)
    return f"{china.month}月{china.day}日 {china:%H:%M}"


def _word(kind: str) -> str:
    return {"guardianship": "被监护人", "agent": "经办人"}.get(kind, "本人")


def _name(by: gate.Actor, subject: int | None, no: str) -> str:
    if subject is None:
        return ""
    with gate.open(by, PROCESS, items=("person.name",), subject=subject, case=no, reason="账号审核") as grant:
        return vault.read(grant, ("person.name",)).get("person.name", "")
