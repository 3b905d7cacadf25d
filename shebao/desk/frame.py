"""The frame of every desk page (经办端的框): rendering, the keys at its foot, the way it is locked."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shebao.cases import actions
from shebao.identity import sessions
from shebao.identity.asking import Request
from shebao.notices import reminders

KEYS_COOKIE = "desk_keys"
KEYS_YEAR = 31_536_000
Keys = tuple[tuple[tuple[str, ...], str], ...]
QUEUE_KEYS: Keys = (
    (("J", "K"), "上下一件"),
    (("Enter",), "打开"),
    (("L",), "领办件"),
    (("/",), "查找"),
)
CASE_KEYS: Keys = (
    (("J", "K"), "上下一项"),
    (("A",), "采用共享"),
    (("Q",), "问本人"),
    (("R",), "显示遮盖的值"),
    (("M",), "对着材料看"),
    (("N", "P"), "材料翻页"),
    (("1", "2", "3"), "选决定"),
    (("Ctrl", "Enter"), "提交"),
    (("/",), "查找"),
)
TOLD = {
    "taken": "领到了。当事人能看到您在办。",
    "accept": "受理了，当事人收到了告知。",
    "adopt": "采用了共享数据，记在经过里。",
    "keep": "按本人答复，记在经过里。",
    "heard": "提醒收起来了。",
    "back": "放回去了，同事可以领。",
    "over": "转给同事了。",
    "ask": "告知发出去了。等材料的时间不计时。",
    "enter": "意见保存了。",
    "term": "时限改好了，当事人能看到。",
    "halt": "已经中止计时，当事人收到了告知。",
    "resume": "恢复计时了，当事人收到了新的期限。",
    "decline": "已经不予受理，当事人收到了原因。",
    "decide": "决定已经生效，当事人收到了结果。",
    "propose": "交给第二个人复核了，通过以后才生效。",
    "return": "退回初审了。",
    "confirm": "复核通过，决定已经作出。",
    "aside": "已经回避，由同事来办。",
    "deliver": "办结了，当事人会收到消息。",
}
PLAIN_KEYS: Keys = ((("/",), "查找"),)


def page(
    request: Request, template: str, context: dict[str, Any], status: int = 200, keys: Keys = PLAIN_KEYS
) -> HttpResponse:
    """Renders a desk page; who works on cases sees how many reminders wait."""
    waiting = reminders.count(by=request.actor) if request.actor.role in ("clerk", "supervisor") else 0
    whole = {"kinds": actions.KINDS, "keys": keys, "reminders_count": waiting} | context
    return render(request, f"desk/{template}.html", whole, status=status)


@require_POST
def keys(request: Request) -> HttpResponse:
    """/desk/keys: single-key shortcuts on or off (WCAG 2.1.4), remembered on this device alone."""
    after = request.POST.get("next", "")
    response = redirect(after if after.startswith("/desk/") and "//" not in after else "/desk/")
    if request.POST.get("keys") == "off":
        response.set_cookie(KEYS_COOKIE, "off", max_age=KEYS_YEAR, httponly=True, samesite="Lax",
                            secure=request.is_secure())  # fmt: skip
    else:
        response.delete_cookie(KEYS_COOKIE)
    return response


@require_POST
def lock(request: Request) -> HttpResponse:
    """/desk/lock: the session ends at once; a page with script keeps what was filled in until the next log-in."""
    sessions.logout(request.token)
    response = redirect("/desk/login")
    sessions.drop_cookie(response)
    return response
