"""Messages at the desk (消息): mailings and public notices, letters to print, calls to make, the way of a message."""

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.desk import door, frame
from shebao.identity.asking import Request
from shebao.notices import mailings, tasks, wording
from shebao.notices.channels import letter, phone
from shebao.privacy import gate

DRAFTERS = ("supervisor", "privacy_officer", "operator")
APPROVERS = ("supervisor", "privacy_officer")
PRINTERS = ("clerk", "supervisor", "operator")
CALLERS = ("clerk", "supervisor")
EVERYBODY = ("clerk", "supervisor", "operator", "privacy_officer", "security_officer")
SHOWN_AGAIN = ("invalid_input", "precondition_unmet", "conflict", "field_not_declared", "purpose_not_allowed",
               "permission_missing")  # fmt: skip
STATES = {"draft": "等批准", "approved": "正在发", "done": "发完了", "final": "停办完成"}
STEPS = {"queued": "等待", "sending": "正在发", "sent": "已发出", "delivered": "已送达", "failed": "没送到，换下一种",
         "gave_up": "没送到", "unknown": "不确定发没发到"}  # fmt: skip
FIELDS = {
    "title": "标题", "text": "正文", "sender": "发送方", "partner": "合作方", "part": "哪份文件", "version": "第几版",
    "effective": "哪天生效", "summary": "有什么变化", "service": "哪项服务", "on": "哪天停办", "records": "原来的记录怎么办",
    "what": "发生了什么", "affected": "涉及什么信息", "measures": "做了什么", "advice": "本人可以做什么", "contact": "怎么联系",
}  # fmt: skip


def _enter(request: Request, *roles: str) -> gate.Actor:
    return door.enter(request, *roles, process="notice.print")


@require_GET
def overview(request: Request) -> HttpResponse:
    """/desk/messages/: what waits, the mailings, the public notices; ?message= shows the way of one message."""
    return _page(request, _enter(request, *EVERYBODY))


def _page(request: Request, actor: gate.Actor, problem: Refusal | None = None) -> HttpResponse:
    number = request.GET.get("message", "")
    drafts = mailings.listed(actor) if actor.role in DRAFTERS else []
    waits = tasks.waiting(actor)
    context: dict[str, Any] = {
        "problem": problem,
        "letters": waits.get("letter", (0, 0)),
        "calls": waits.get("phone", (0, 0)),
        "prints": actor.role in PRINTERS,
        "calls_out": actor.role in CALLERS,
        "drafts": actor.role in DRAFTERS,
        "approves": actor.role in APPROVERS,
        "mailings": [(one, STATES[one.state], mailings.TOPICS.get(one.topic, "所有人")) for one in drafts],
        "kinds": [(code, wording.newest(code)) for code in mailings.OFFERED],
        "categories": wording.CATEGORIES,
        "notice_kinds": mailings.KINDS.items(),
        "notices": mailings.announcements(clock.now(), most=5),
        "number": number,
        "chain": _chain(number, actor),
        "form": request.POST,
    }
    return frame.page(request, "messages", context, status=problem.status if problem else 200)


def _chain(number: str, actor: gate.Actor) -> list[tuple[str, str, tasks.Step]]:
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return []
    return [(wording.CHANNELS[s.channel], STEPS[s.state], s) for s in tasks.chain(int(number), actor)]


@require_GET
def new(request: Request, template: str) -> HttpResponse:
    """/desk/messages/new/<template>: the fields of one mailing."""
    return _form(request, template, _enter(request, *DRAFTERS))


def _form(request: Request, template: str, actor: gate.Actor, problem: Refusal | None = None) -> HttpResponse:
    if template not in mailings.OFFERED:
        raise Refusal("not_found")
    chosen = wording.newest(template)
    context = {
        "template": chosen,
        "category": wording.CATEGORIES[chosen.category],
        "fields": [(name, FIELDS[name], request.POST.get(name, "")) for name in chosen.params],
        "topics": mailings.TOPICS.items() if chosen.mutable else [],
        "topic": request.POST.get("topic", ""),
        "public": bool(mailings.OFFERED[template]),
        "problem": problem,
    }
    return frame.page(request, "mailing", context, status=problem.status if problem else 200)


@require_POST
def draft(request: Request, template: str) -> HttpResponse:
    """Writes the mailing down; somebody else has to approve it."""
    actor = _enter(request, *DRAFTERS)
    if template not in mailings.OFFERED:
        raise Refusal("not_found")
    params = {name: request.POST.get(name, "").strip() for name in wording.newest(template).params}
    try:
        if not all(params.values()):
            raise Refusal("invalid_input", "每一格都要填。")
        mailings.draft(template=template, params=params, by=actor, topic=request.POST.get("topic", ""))
    except Refusal as problem:
        if problem.code not in SHOWN_AGAIN:
            raise
        return _form(request, template, actor, problem)
    return redirect("desk:messages")


def _act(request: Request, actor: gate.Actor, act: Any) -> HttpResponse:
    try:
        act()
    except Refusal as problem:
        if problem.code not in SHOWN_AGAIN:
            raise
        return _page(request, actor, problem)
    return redirect("desk:messages")


@require_POST
def approve(request: Request, number: int) -> HttpResponse:
    """A second person lets a mailing go."""
    actor = _enter(request, *APPROVERS)
    return _act(request, actor, lambda: mailings.approve(number, by=actor))


@require_POST
def finalise(request: Request, number: int) -> HttpResponse:
    """The end of a service is final."""
    actor = _enter(request, *APPROVERS)
    return _act(request, actor, lambda: mailings.finalise(number, by=actor))


@require_POST
def announce(request: Request) -> HttpResponse:
    """Publishes a notice by itself."""
    actor = _enter(request, *APPROVERS)
    kind, title, body = (request.POST.get(name, "").strip() for name in ("kind", "title", "body"))
    return _act(request, actor, lambda: mailings.announce(kind=kind, title=title, body=body, by=actor))


@require_POST
def letters_take(request: Request) -> HttpResponse:
    """Takes a batch of letters."""
    actor = _enter(request, *PRINTERS)
    return _act(request, actor, lambda: letter.take(actor))


@require_safe
def letters_file(request: Request) -> HttpResponse:
    """/desk/messages/letters.pdf: the letters this person holds."""
    actor = _enter(request, *PRINTERS)
    try:
        pdf, _, _ = letter.print_batch(now=clock.now(), by=actor)
    except Refusal as problem:
        if problem.code not in SHOWN_AGAIN:
            raise
        return _page(request, actor, problem)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(letter.file_name(clock.now()))}"
    response["Content-Security-Policy"] = "sandbox"
    return response


@require_POST
def letters_mailed(request: Request) -> HttpResponse:
    """The printed letters went to the post."""
    actor = _enter(request, *PRINTERS)
    return _act(request, actor, lambda: letter.mailed(by=actor))


@require_POST
def call_take(request: Request) -> HttpResponse:
    """Takes the next call and opens it."""
    actor = _enter(request, *CALLERS)
    phone.take(actor)
    return redirect("desk:call")


@require_GET
def call(request: Request) -> HttpResponse:
    """/desk/messages/call: whom to call and what to say; opening it is an entry the person sees."""
    actor = _enter(request, *CALLERS)
    found = phone.current(actor)
    if found is None:
        return redirect("desk:messages")
    return frame.page(request, "call", {"call": found, "outcomes": phone.OUTCOMES})


@require_POST
def call_report(request: Request, number: int) -> HttpResponse:
    """What came of the call."""
    actor = _enter(request, *CALLERS)
    return _act(
        request, actor, lambda: phone.report(number, outcome=request.POST.get("outcome", ""), by=actor)
    )
