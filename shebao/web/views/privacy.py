"""隐私中心: who looked, questions, consents, the policy and what rests on the register."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import mandates, sessions
from shebao.identity.asking import Request
from shebao.privacy import consent, ledger, looked, policy, questions, register, visits
from shebao.privacy.declared import cite
from shebao.web import formats, forms
from shebao.web.pages import policy as policy_page
from shebao.web.pages import privacy as privacy_page
from shebao.web.pages import who_looked as who_looked_page
from shebao.web.views.answering import (
    attachment,
    elder,
    number,
    page,
    same_origin,
    signed_in,
    today,
    way_back,
)

# What the person decided on this device (看过哪版政策、要不要数访问): the record of a choice outlives the clearing.
DECIDED = ("welcome", visits.CHOICE_COOKIE)
BIGGEST = 2**63 - 1


def officer() -> Mapping[str, str]:
    """个人信息保护负责人 as the register names them."""
    book = register.current()
    party = book.party[book.header["officer"]]
    return {"name": party.name, "contact": party.contact}


@require_safe
@signed_in
def centre(request: Request) -> HttpResponse:
    """/privacy/."""
    document = looked.who_looked(request.actor)
    current = policy.in_force(policy.stored(), "policy", today())
    since = (
        f"第 {current.head.version} 版，{formats.date_cn(current.head.effective_on, today())}起"
        if current
        else ""
    )
    context = privacy_page.centre(
        others=document["others_30d"],
        refused=document["refused_30d"],
        policy=since,
        officer=officer(),
        elder=elder(request),
    )
    return page(request, "privacy", context)


@require_safe
@signed_in
def who_looked(request: Request) -> HttpResponse:
    """/privacy/who-looked/."""
    who = request.GET.get("who", "")
    before = number(request.GET.get("before"), 0, least=1)
    document = _named(request, looked.who_looked(request.actor, before=before or None, who=who))
    context = who_looked_page.page(
        document, today=today(), who=who, first_page=not before, elder=elder(request)
    )
    return page(request, "who_looked", context)


def _named(request: Request, document: dict[str, Any]) -> dict[str, Any]:
    """Helpers as the person calls them, where one acted."""
    if not any(entry.get("acted_as") == "mandate" for entry in document["entries"]):
        return document
    return who_looked_page.with_helpers(document, mandates.mine(request.actor)[0])


@require_safe
@signed_in
def who_looked_data(request: Request) -> HttpResponse:
    """/privacy/who-looked.json: the newest entries as they are kept."""
    text = looked.who_looked_text(request.actor, limit=1000)
    return attachment(text, f"查看记录-{today():%Y%m%d}.json", "application/json; charset=utf-8")


@require_safe
@signed_in
def proof(request: Request, entry: int) -> HttpResponse:
    """/privacy/who-looked/<entry>/proof: a file that verifies offline."""
    text = ledger.prove(entry, by=request.actor)
    return attachment(text, f"查看凭证-{entry}.tlog-proof", "text/plain; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def question(request: Request, entry: int) -> HttpResponse:
    """/privacy/who-looked/<entry>/question."""
    if request.method != "POST":
        found = _named(request, looked.who_looked(request.actor, before=min(entry + 1, BIGGEST)))["entries"]
        row = next((row for row in found if row["entry"] == entry), None)
        if row is None:
            raise Refusal("out_of_reach", "这条记录不是关于您的。", "看自己的记录", "/privacy/who-looked/")
        view = who_looked_page.entry_view(row, today=today())
        return page(request, "question", {"entry": view, "form": forms.Question()})
    form = forms.Question(request.POST)
    form.is_valid()
    asked = questions.ask(entry_id=entry, text=form.data.get("text", ""), now=clock.now(), by=request.actor)
    context = {"number": asked.no, "answer_by": formats.date_cn(asked.due_on, today())}
    return page(request, "question_done", context)


@require_safe
@signed_in
def consents(request: Request) -> HttpResponse:
    """/privacy/consents/: what is on first, each with 撤回 on its row."""
    views = [
        privacy_page.standing(one, today=today(), name=one.name) for one in consent.standings(request.actor)
    ]
    done = {
        "given": "已同意，马上生效。",
        "withdrawn": "已撤回，马上生效。",
        "refused": "记下了，我们不会反复问。",
    }
    context = {
        "given": [view for view in views if view["on"]],
        "off": [view for view in views if not view["on"]],
        "done": done.get(request.GET.get("done", ""), ""),
    }
    return page(request, "consents", context)


@require_safe
@signed_in
def consent_notice(request: Request, process: str) -> HttpResponse:
    """/privacy/consents/<process>: what is asked, before the answer; both answers have the same size."""
    notice = consent.notice(register.current(), process)
    back = way_back(request, request.GET.get("next"), "/privacy/consents/")
    return page(request, "consent", {"consent": privacy_page.notice(notice), "next": back})


@require_POST
@signed_in
def consent_answer(request: Request, process: str, answer: str) -> HttpResponse:
    """Records one answer to one purpose; effective at the next statement."""
    now, shown = clock.now(), request.POST.get("notice", "")
    back = way_back(request, request.POST.get("next"), "/privacy/consents/")
    if answer == "give":
        consent.give(request.actor, process, method="page", notice_hash=shown, now=now)
        return HttpResponseRedirect(back if back != "/privacy/consents/" else f"{back}?done=given")
    if answer == "refuse":
        consent.refuse(request.actor, process, method="page", notice_hash=shown, now=now)
        return HttpResponseRedirect("/privacy/consents/?done=refused")
    consent.withdraw(request.actor, process, method="page", now=now)
    return HttpResponseRedirect("/privacy/consents/?done=withdrawn")


def policy_part(request: HttpRequest, part: str) -> HttpResponse:
    """The text of a part that is in force."""
    document = policy.in_force(policy.stored(), part, today())
    if document is None:
        raise Refusal("not_found", "这份文件还没有公布。", "联系我们", "/contact/")
    return page(request, "policy", {"policy": policy_page.text(document)})


@require_safe
def policy_text(request: HttpRequest) -> HttpResponse:
    """/privacy/policy/."""
    return policy_part(request, "policy")


@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """/privacy/agreement/."""
    return policy_part(request, "agreement")


@require_safe
def policy_history(request: HttpRequest) -> HttpResponse:
    """/privacy/policy/history: every version is kept and can be compared."""
    part = request.GET.get("part", "policy")
    if part not in policy_page.NAMES:
        raise Refusal("not_found")
    context = policy_page.history(policy.stored(), part, request.GET.get("version", ""), today())
    return page(request, "policy_history", context)


@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """/privacy/cookies/: what stands on the phone and what may be asked, from the register."""
    choice = request.COOKIES.get(visits.CHOICE_COOKIE, "")
    rejected = visits.objects_to_counting(choice, request.headers)
    return page(request, "cookies", privacy_page.storage(register.current()) | {"rejected": rejected})


@require_POST
@same_origin
def clear(request: Request) -> HttpResponse:
    """/privacy/cookies/clear: everything this device keeps goes, the session with it; what was decided stays."""
    if request.token:
        sessions.logout(request.token)
    response = HttpResponseRedirect("/privacy/cookies/")
    for name in set(request.COOKIES) - set(DECIDED):
        response.delete_cookie(name, samesite="Lax")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_safe
def shares(request: HttpRequest) -> HttpResponse:
    """/privacy/shares/: who receives what, on which basis."""
    book = register.current()
    rows: list[dict[str, Any]] = [
        {
            "name": book.party[share.recipient].name,
            "purpose": share.purpose_zh,
            "fields": share.fields_zh,
            "basis": cite(share.legal_reference) or "要您单独同意",
            "on": share.in_force,
        }
        for share in book.sharing.values()
    ]
    context = {"on": [row for row in rows if row["on"]], "off": [row for row in rows if not row["on"]]}
    return page(request, "shares", context)


@require_safe
@signed_in
def rights(request: Request) -> HttpResponse:
    """/privacy/rights/: see, copy, correct, delete, ask."""
    return page(request, "rights", {"rows": privacy_page.RIGHTS})


@require_safe
@signed_in
def export(request: Request) -> HttpResponse:
    """/privacy/export: one's own data as files."""
    return page(request, "export", {"files": privacy_page.files(elder=elder(request))})
