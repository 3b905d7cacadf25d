"""Other ways in: SMS code, one tap on a remembered device, forgotten password, thawing, claiming, an agent, a minor's wait."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import accounts, agents, claiming, remembered, resets, sessions, thawing
from shebao.identity.asking import Request
from shebao.identity.methods import sms
from shebao.notices.actions import post
from shebao.privacy import gate
from shebao.registry.employers import queries as employers
from shebao.web import formats
from shebao.web.forms import Identity
from shebao.web.forms_account import Agent, Code, Forgotten, Reset, Sms, Thaw, Waiting
from shebao.web.views.identity import device, entered, first
from shebao.web.views.stepping import answered, carried, done, number, opened, show, source
from shebao.web.views.welcome import own_path

LOGIN = {"back": "/login", "back_name": "登录"}
SMS = LOGIN | {
    "title": "短信登录",
    "sub": "验证码发到确认过的手机号。",
    "action": "/login/sms",
    "button": "发验证码",
}
SMS_CODE = LOGIN | {
    "title": "写验证码", "sub": "号码对上账号的话，一分钟内收到。", "action": "/login/sms/code", "button": "登录",
    "facts_title": "没收到", "facts": (("等一等", "1 分钟后能再发一次。"), ("换一种", "用账号和密码登录。")),
}  # fmt: skip
FORGOT = LOGIN | {
    "title": "忘记密码", "sub": "三项都是您的，就发验证码。", "action": "/login/reset", "button": "发验证码",
    "facts_title": "手机号换了", "facts": (("怎么办", "带身份证到任一大厅，重新登记手机号。"),),
}  # fmt: skip
RESET = LOGIN | {
    "title": "设新密码",
    "sub": "设好以后，所有设备都会退出。",
    "action": "/login/reset/code",
    "button": "设新密码",
}
THAW = LOGIN | {
    "title": "解冻账号", "sub": "四项都对上，交科长审核。", "action": "/account/unfreeze/", "button": "申请解冻",
    "facts_title": "多久", "facts": (("答复", "5 个工作日内，用消息和短信告诉您。"), ("急用", "带身份证到任一大厅。")),
}  # fmt: skip
CLAIM = LOGIN | {
    "title": "账号不是我注册的", "sub": "先对一对姓名和证件，再到大厅当面核对。", "action": "/register/claim",
    "button": "申请认领", "facts_title": "接着会怎样",
    "facts": (
        ("当面核对", "带身份证到任一大厅，报编号。"),
        ("核对以后", "别人注册的账号马上停用，您可以自己注册。"),
        ("核对以前", "什么都不变。那个账号的人会知道有人申请。"),
    ),
}  # fmt: skip
AGENT = LOGIN | {
    "title": "开通单位经办账号", "sub": "替单位申报的人用，和个人账号分开。", "action": "/register/agent",
    "button": "提交审核", "facts_title": "怎样审核",
    "facts": (
        ("看什么", "单位登记、经办人本人。介绍信带到窗口也行。"),
        ("多久", "5 个工作日内答复。通过前登录不了。"),
    ),
}  # fmt: skip
WAIT = {
    "title": "请监护人来同意", "sub": "只留年龄和监护人的手机号，7 天没有同意就删。", "back": "/register",
    "back_name": "注册", "action": "/register/guardian", "button": "留下号码", "facts_title": "监护人怎样同意",
    "facts": (("在这里", "监护人登录后，打开“家人和代办”，登记孩子。"), ("在窗口", "带户口簿和身份证到任一大厅。")),
    "links": (("/privacy/children/", "看儿童个人信息保护规则"),),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def sms_login(request: Request) -> HttpResponse:
    """/login/sms: a phone; the answer is the same whether it is known."""
    after = own_path((request.POST or request.GET).get("next", ""), "/")
    if request.method == "GET":
        return show(request, Sms(), SMS, kept={"next": after})

    def work(values: dict[str, Any]) -> HttpResponse:
        code = sms.start(phone=values["phone"], source=source(request), now=clock.now(), post=post)
        kept = carried(request, code=code, phone=values["phone"], next=after)
        return show(request, Code(), SMS_CODE, kept=kept)

    return answered(request, Sms(request.POST), SMS, work, kept={"next": after})


@require_POST
def sms_code(request: Request) -> HttpResponse:
    """The code that came; the person is logged in."""
    kept = opened(request)

    def work(values: dict[str, Any]) -> HttpResponse:
        wanted = number(kept["code"])
        assert wanted is not None
        proved = sms.finish(number=wanted, phone=kept["phone"], code=values["code"], now=clock.now())
        started = sessions.start(proved, device=device(request), old_token=request.token)
        response = entered(request, started, first(started, kept["next"]))
        if values["remember"]:
            _remember(request, started, response)
        return response

    return answered(
        request, Code(request.POST), SMS_CODE, work, kept={"draft": request.POST.get("draft", "")}
    )


@require_POST
def one_tap(request: Request) -> HttpResponse:
    """POST /login/device: a remembered device logs in; its token is exchanged."""
    after = own_path(request.POST.get("next", ""), "/")
    token = remembered.read_cookie(request.COOKIES.get(remembered.COOKIE, ""))
    try:
        proved, fresh = remembered.enter(token, now=clock.now())
        started = sessions.start(proved, device=device(request), old_token=request.token)
    except Refusal:
        again = redirect("/login")
        remembered.drop_cookie(again)
        return again
    remembered.note_session(fresh, gate.actor_of(started.token).session_id)
    response = entered(request, started, first(started, after))
    remembered.put_cookie(response, fresh)
    return response


@require_http_methods(["GET", "POST"])
def forgotten(request: Request) -> HttpResponse:
    """/login/reset: real name and confirmed phone together."""
    if request.method == "GET":
        return show(request, Forgotten(), FORGOT)

    def work(values: dict[str, Any]) -> HttpResponse:
        code = resets.start(source=source(request), now=clock.now(), post=post, **values)
        return show(request, Reset(), RESET, kept=carried(request, code=code, phone=values["phone"]))

    return answered(request, Forgotten(request.POST), FORGOT, work)


@require_POST
def reset(request: Request) -> HttpResponse:
    """The code and the new password, once."""
    kept = opened(request)

    def work(values: dict[str, Any]) -> HttpResponse:
        wanted = number(kept["code"])
        assert wanted is not None
        resets.finish(number=wanted, phone=kept["phone"], code=values["code"], new=values["new"], now=clock.now(),
                      post=post)  # fmt: skip
        return done(request, LOGIN | {"title": "新密码设好了", "lines": ("所有设备都已退出。",), "next": "/login",
                                      "next_name": "去登录"})  # fmt: skip

    return answered(request, Reset(request.POST), RESET, work, kept={"draft": request.POST.get("draft", "")})


@require_http_methods(["GET", "POST"])
def thaw(request: Request) -> HttpResponse:
    """/account/unfreeze/: open to people who cannot log in."""
    if request.method == "GET":
        return show(request, Thaw(), THAW)

    def work(values: dict[str, Any]) -> HttpResponse:
        no = thawing.ask(now=clock.now(), **values)
        lines = (f"编号 {no}，5 个工作日内答复。", "答复以前，谁也登录不了。")
        return done(request, LOGIN | {"title": "已收到", "lines": lines, "next": "/", "next_name": "回首页"})

    return answered(request, Thaw(request.POST), THAW, work)


@require_http_methods(["GET", "POST"])
def claim(request: Request) -> HttpResponse:
    """/register/claim: somebody registered with my name."""
    if request.method == "GET":
        return show(request, Identity(), CLAIM)

    def work(values: dict[str, Any]) -> HttpResponse:
        no = claiming.ask(now=clock.now(), post=post, **values)
        lines = (f"编号 {no}。", "带上身份证到任一大厅，报这个编号。当面核对好，那个账号马上停用。")
        return done(
            request,
            LOGIN | {"title": "已收到", "lines": lines, "next": "/offices/", "next_name": "看大厅在哪"},
        )

    return answered(request, Identity(request.POST), CLAIM, work)


@require_http_methods(["GET", "POST"])
def agent(request: Request) -> HttpResponse:
    """/register/agent: an employer's agent asks for an account."""
    if request.method == "GET":
        return show(request, Agent(), AGENT)

    def work(values: dict[str, Any]) -> HttpResponse:
        employer, unit = employers.by_code(values.pop("uscc"))
        no = agents.ask(employer_subject=employer, unit=unit, now=clock.now(), **values)
        if not no:
            told = {
                "title": "开通了",
                "lines": ("原来的经办人已经停用。",),
                "next": "/login",
                "next_name": "去登录",
            }
            return done(request, LOGIN | told)
        lines = (f"编号 {no}，5 个工作日内答复。", "通过以后，用刚才的账号和密码登录。")
        return done(request, LOGIN | {"title": "已收到", "lines": lines, "next": "/", "next_name": "回首页"})

    return answered(request, Agent(request.POST), AGENT, work)


@require_http_methods(["GET", "POST"])
def wait(request: Request) -> HttpResponse:
    """/register/guardian: a minor leaves the guardian's phone."""
    if request.method == "GET":
        return show(request, Waiting(), WAIT)

    def work(values: dict[str, Any]) -> HttpResponse:
        ends = accounts.wait_for_guardian(now=clock.now(), **values)
        until = formats.date_full(clock.china(ends).date())
        lines = (f"监护人同意后，就能注册。到 {until} 还没有同意，号码自动删除。",)
        return done(
            request, WAIT | {"title": "已留下号码", "lines": lines, "next": "/", "next_name": "回首页"}
        )

    return answered(request, Waiting(request.POST), WAIT, work)


def children(request: Request) -> HttpResponse:
    """/privacy/children/: the children's rules, open to everybody."""
    return render(request, "web/children.html", {})


def _remember(request: Request, started: sessions.Started, response: HttpResponse) -> None:
    token = remembered.remember(gate.actor_of(started.token), device=device(request), now=clock.now())
    remembered.put_cookie(response, token)
