"""个人中心: basic details, bound identities, devices, password, preferences, history; contact; leaving for good."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shebao.appointments import queries as visits
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import cancelling, contacts, profile, remembered, sessions, signing
from shebao.identity.asking import Request
from shebao.items import catalogue, coming
from shebao.notices.actions import post
from shebao.privacy import gate, register, vault
from shebao.web import formats
from shebao.web.forms_account import BothCodes, Confirm, Contact, LostCode, NewCode, Receipt
from shebao.web.pages import cases as cases_page
from shebao.web.pages import visits as visits_page
from shebao.web.views.answering import page, signed_in, today, way_back
from shebao.web.views.identity import device
from shebao.web.views.stepping import answered, carried, done, number, opened, show, source

HISTORY = {
    "account": "注册", "freeze": "您自己冻结", "thaw_ask": "申请解冻", "reopen": "解冻", "thaw_refuse": "解冻没有通过",
    "claim_ask": "有人申请认领", "claim": "认领成立，账号停用", "claim_refuse": "认领没有通过",
    "suspend": "停用", "contact": "更换联系方式", "contact_ask": "申请更换联系方式", "contact_refuse": "更换没有通过",
    "remember": "记住一台设备", "forget": "解除记住的设备", "password": "改密码", "reset": "重设密码",
    "guardian_begin": "监护登记生效", "guardian_revoked": "监护登记解除", "guardian_ended": "监护登记到期",
    "mandate_give": "委托别人办", "verify": "实名核对", "prefer": "改安全偏好", "code": "换用户编号",
}  # fmt: skip
CONTACT = {"back": "/account/contact/", "back_name": "联系方式"}
CONFIRM = {
    "title": "再确认一次", "sub": "您选了敏感操作再确认。", "back": "/account/", "back_name": "我的",
    "action": "/account/confirm", "button": "确认",
}  # fmt: skip
RUNNING = 20
RECEIPT = {
    "title": "核对注销回执", "sub": "不用登录。", "back": "/", "back_name": "首页", "action": "/receipts/",
    "button": "核对",
}  # fmt: skip


@require_safe
@signed_in
def basics(request: Request) -> HttpResponse:
    """/account/profile/ 基本信息: every part of the account on one page."""
    by, now = request.actor, clock.now()
    with gate.open(by, "identity.contact", items=("person.phone", "person.email")) as grant:
        reach = vault.read(grant, ("person.phone", "person.email"))
    known = profile.of(by)
    history = [
        {
            "what": HISTORY.get(one.what, one.what),
            "at": formats.moment_cn(one.at, today()),
            "entry": one.entry_id,
        }
        for one in profile.history(by)
    ]
    context = {
        "known": known,
        "verified": formats.date_full(clock.china(known.verified_at).date()) if known.verified_at else "",
        "phone": reach.get("person.phone", "")[-4:],
        "email": bool(reach.get("person.email")),
        "devices": len(remembered.mine(by, now=now)),
        "changed": formats.moment_full(known.password_changed_at),
        "history": history,
    }
    return page(request, "profile", context)


@require_POST
@signed_in
def prefer(request: Request) -> HttpResponse:
    """POST /account/profile/confirm: asks once more before sensitive acts, on every device, or no longer."""
    profile.prefer(request.actor, confirm=request.POST.get("confirm") == "1")
    return redirect("/account/profile/")


@require_POST
@signed_in
def new_code(request: Request) -> HttpResponse:
    """POST /account/profile/code: another random user code; the old one finds nothing any more."""
    profile.renew_code(request.actor)
    return redirect("/account/profile/")


@require_http_methods(["GET", "POST"])
@signed_in
def confirm(request: Request) -> HttpResponse:
    """/account/confirm: the password once more; the session goes up a level."""
    after = way_back(request, (request.POST or request.GET).get("next"), "/account/profile/")
    if request.method == "GET":
        return show(request, Confirm(), CONFIRM, kept={"next": after})

    def work(values: dict[str, Any]) -> HttpResponse:
        assert request.token is not None
        started = sessions.step_up(request.token, password=values["password"], now=clock.now())
        response = redirect(after)
        sessions.put_cookie(response, started)
        return response

    return answered(request, Confirm(request.POST), CONFIRM, work, kept={"next": after})


@require_safe
@signed_in
def contact(request: Request) -> HttpResponse:
    """/account/contact/: what we may reach the person by, and what was changed how."""
    held = contacts.current(request.actor)
    past = [
        {"name": contacts.ITEMS[one.item], "state": contacts.STATES[one.state], "tail": one.tail,
         "how": {"both": "新旧都核对", "new": "核对了新的", "fallback": "旧的收不到，窗口审核"}[one.how],
         "at": formats.moment_cn(one.at, today()), "phone": one.item == "person.phone"}
        for one in contacts.history(request.actor)
    ]  # fmt: skip
    context = {
        "phone": held.get("person.phone", "")[-4:],
        "email": held.get("person.email", ""),
        "past": past,
        "done": request.GET.get("done", "") in ("1",),
    }
    return page(request, "contact_points", context)


@require_http_methods(["GET", "POST"])
@signed_in
def change(request: Request, kind: str) -> HttpResponse:
    """/account/contact/phone and /account/contact/email: the new one, then the codes."""
    item = f"person.{kind}"
    if item not in contacts.ITEMS:
        raise Refusal("not_found")
    word = contacts.ITEMS[item]
    shown = CONTACT | {"title": f"换{word}", "sub": "新的和原来的，各收一条验证码。",
                       "action": f"/account/contact/{kind}", "button": "发验证码"}  # fmt: skip
    if request.method == "GET":
        return show(request, Contact(), shown)

    def work(values: dict[str, Any]) -> HttpResponse:
        begun = contacts.start(
            request.actor, item=item, value=values["value"], lost=values["lost"], source=source(request),
            now=clock.now(), post=post,
        )  # fmt: skip
        kept = carried(request, change=begun.id, new=begun.new, old=begun.old, lost=int(values["lost"]))
        return show(request, _form(begun.old is not None, values["lost"]), _proof(word), kept=kept)

    return answered(request, Contact(request.POST), shown, work)


@require_POST
@signed_in
def prove(request: Request) -> HttpResponse:
    """The codes (or real name and code) that make the change."""
    kept = opened(request)
    begun = contacts.Change(int(kept["change"]), number(kept["new"]) or uuid.uuid4(), number(kept.get("old")))
    form = _form(begun.old is not None, kept["lost"] == "1", request.POST)

    def work(values: dict[str, Any]) -> HttpResponse:
        state = contacts.finish(request.actor, begun, now=clock.now(), **values)
        if state == "done":
            return redirect("/account/contact/?done=1")
        lines = ("窗口审核后才换，5 个工作日内。", "审核以前，还用原来的号码。")
        return done(request, CONTACT | {"title": "已收到", "lines": lines, "next": "/account/contact/",
                                        "next_name": "看联系方式"})  # fmt: skip

    return answered(request, form, _proof("号码"), work, kept={"draft": request.POST.get("draft", "")})


@require_http_methods(["GET", "POST"])
@signed_in
def cancel(request: Request) -> HttpResponse:
    """/account/cancel/: what goes, what stays, one confirmation; then the receipt."""
    if request.method == "GET":
        told = cancelling.effects(register.current())
        plain = {item.code: item.plain for item in catalogue.offered()}
        running = coming.agenda(today=today(), by=request.actor, most=RUNNING)
        visit = visits.coming(now=clock.now(), by=request.actor)
        context = {
            "goes": "、".join(told.goes),
            "stays": told.stays,
            "running": cases_page.agenda(running, plain, today=today()),
            "visit": visits_page.coming(visit, today()) if visit else None,
        }
        return page(request, "cancel", context)
    finished = cancelling.cancel(request.actor, now=clock.now())
    response = render(
        request, "web/cancelled.html",
        {"code": finished.code, "lines": cancelling.receipt(finished.code), "signed_in": False, "acting": None},
    )  # fmt: skip
    sessions.drop_cookie(response)
    remembered.drop_cookie(response)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_http_methods(["GET", "POST"])
def receipts(request: Request) -> HttpResponse:
    """/receipts/: anybody with the code reads the receipt; the signature is checked."""
    if request.method == "GET":
        return show(request, Receipt(), RECEIPT)

    def work(values: dict[str, Any]) -> HttpResponse:
        lines = cancelling.receipt(values["code"])
        return render(request, "web/receipt.html", {"lines": lines, "key": signing.verifier_key()})

    return answered(request, Receipt(request.POST), RECEIPT, work)


@require_POST
@signed_in
def remember(request: Request) -> HttpResponse:
    """POST /account/devices/remember: this device may log in with one tap from now on."""
    token = remembered.remember(request.actor, device=device(request), now=clock.now())
    response = redirect("/account/devices/?done=remembered")
    remembered.put_cookie(response, token)
    return response


@require_POST
@signed_in
def forget(request: Request, device_id: uuid.UUID) -> HttpResponse:
    """Forgets a device; the session it opened ends."""
    remembered.forget(request.actor, device_id=device_id)
    return redirect("/account/devices/?done=forgotten")


def confirm_first(request: Request) -> str:
    """Where a sensitive act sends a person who wants to be asked once more."""
    return f"/account/confirm?{urlencode({'next': request.get_full_path()})}"


def _form(both: bool, lost: bool, data: Any = None) -> BothCodes | NewCode | LostCode:
    return BothCodes(data) if both else LostCode(data) if lost else NewCode(data)


def _proof(word: str) -> dict[str, Any]:
    return CONTACT | {"title": "写验证码", "sub": f"核对以后，{word}马上换。", "action": "/account/contact/prove",
                      "button": "核对并更换"}  # fmt: skip
