"""消息: the inbox, how notices reach the person, leaving by a link, public notices."""

import json

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity.asking import Request
from shebao.notices import browsers, contacts, mailings, preferences, wording
from shebao.notices.channels import inbox
from shebao.web.pages import inbox as inbox_page
from shebao.web.views.answering import number, page, signed_in, today

SETTINGS = "/inbox/settings/"
DONE = {
    "saved": "已记下，马上生效。",
    "mail": "确认邮件已发出。打开里面的链接，24 小时内有效。",
    "removed": "邮箱已移除，马上停止发信。",
    "push": "这个浏览器会收到推送。",
    "push_off": "推送已关，所有浏览器都不再收。",
}
PUSH_BYTES = 4096


@require_safe
@signed_in
def listing(request: Request) -> HttpResponse:
    """/inbox/: unread with a duty first, then by day."""
    before = number(request.GET.get("before"), 0, least=1)
    found = inbox.listing(request.actor, before=before or None)
    unread = any(message.read_at is None for message in found.messages)
    last = found.messages[-1].number if found.messages and found.more else 0
    context = {
        "groups": inbox_page.groups(found.messages, today=today()),
        "unread_here": unread,
        "older": f"/inbox/?before={last}" if last else "",
        "newer": "/inbox/" if before else "",
    }
    return page(request, "inbox", context)


@require_POST
@signed_in
def read_all(request: Request) -> HttpResponse:
    """/inbox/read-all."""
    inbox.mark_all_read(request.actor)
    return HttpResponseRedirect("/inbox/")


@require_safe
@signed_in
def one(request: Request, identity: int) -> HttpResponse:
    """/inbox/<id>/: opening it marks it as read."""
    return page(
        request, "message", inbox_page.one(inbox.one(request.actor, min(identity, 2**63 - 1)), today=today())
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def settings(request: Request) -> HttpResponse:
    """/inbox/settings/: 通知方式."""
    if request.method == "POST":
        wanted = {name: request.POST.getlist(f"c-{name}") for name in preferences.open_to(request.actor)}
        preferences.prefer(wanted, now=clock.now(), by=request.actor)
        preferences.follow(request.POST.getlist("topic"), by=request.actor)
        return HttpResponseRedirect(f"{SETTINGS}?done=saved")
    return _settings(request)


def _settings(request: Request, problem: Refusal | None = None, typed: str = "") -> HttpResponse:
    context = inbox_page.settings_page(
        preferences.wishes(request.actor), preferences.open_to(request.actor)
    ) | {
        "ways": contacts.ways(request.actor),
        "push_key": browsers.offered(),
        "browsers": browsers.count(request.actor),
        "done": DONE.get(request.GET.get("done", ""), ""),
        "problem": problem,
        "typed": typed,
    }
    return page(request, "notice_settings", context, status=problem.status if problem else 200)


@require_POST
@signed_in
def email(request: Request) -> HttpResponse:
    """/inbox/settings/email: keeps an address and sends the link that confirms it."""
    typed = request.POST.get("email", "")
    try:
        contacts.start_email(address=typed, now=clock.now(), by=request.actor)
    except Refusal as refusal:
        if refusal.code != "invalid_input":
            raise
        return _settings(request, refusal, typed)
    return HttpResponseRedirect(f"{SETTINGS}?done=mail")


@require_POST
@signed_in
def email_remove(request: Request) -> HttpResponse:
    """/inbox/settings/email/remove."""
    contacts.remove_email(request.actor)
    return HttpResponseRedirect(f"{SETTINGS}?done=removed")


@require_POST
@signed_in
def push(request: Request) -> HttpResponse:
    """/inbox/settings/push: the browser's subscription as JSON; the anti-forgery token is its header."""
    try:
        wish = json.loads(request.body[:PUSH_BYTES])
        endpoint, keys = str(wish["endpoint"]), wish["keys"]
        p256dh, auth = str(keys["p256dh"]), str(keys["auth"])
    except (ValueError, KeyError, TypeError):
        raise Refusal("invalid_input", "浏览器给的推送登记读不懂。", field="keys") from None
    browsers.subscribe(endpoint=endpoint, p256dh=p256dh, auth=auth, by=request.actor)
    return HttpResponse(status=204)


@require_POST
@signed_in
def push_off(request: Request) -> HttpResponse:
    """/inbox/settings/push/off: no browser of this person is woken any more."""
    browsers.unsubscribe(endpoint="", by=request.actor)
    return HttpResponseRedirect(f"{SETTINGS}?done=push_off")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """/inbox/confirm/<token>: the link of a confirmation mail; mail scanners open links, so a button confirms."""
    state = contacts.confirm(secret(token)) if request.method == "POST" else ""
    return page(request, "notice_confirm", {"state": state}, status=404 if state == "not_found" else 200)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """/unsubscribe/<token>: works without log-in; the token itself is the right to do it (RFC 8058)."""
    act = preferences.unsubscribe if request.method == "POST" else preferences.unsubscribing
    category = act(secret(token))
    context = {"name": wording.CATEGORIES[category], "done": request.method == "POST"}
    return page(request, "unsubscribe", context)


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """/announcements/."""
    found = [inbox_page.notice(one, today=today()) for one in mailings.announcements(clock.now())]
    return page(request, "announcements", {"notices": found})


@require_safe
def notice(request: HttpRequest, identity: int) -> HttpResponse:
    """/announcements/<no>/."""
    found = mailings.announcement(min(identity, 2**63 - 1), clock.now())
    return page(request, "announcement", {"notice": inbox_page.notice(found, today=today())})


def secret(token: str) -> bytes:
    """The bytes of a link; anything else is a link that is none."""
    try:
        return bytes.fromhex(token)
    except ValueError:
        return b""
