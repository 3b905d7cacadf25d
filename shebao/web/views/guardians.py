"""家人和代办: guardianships, mandates, whom one may stand in for, and the switch between them."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import acting, guardians, mandates
from shebao.identity.asking import Request
from shebao.items import catalogue, entrusting
from shebao.notices.actions import post
from shebao.privacy import gate, masks, vault
from shebao.web import formats
from shebao.web.forms_account import Grown, Mandate, Ward
from shebao.web.pages import mandate as mandate_page
from shebao.web.views.answering import page, signed_in, today, way_back
from shebao.web.views.stepping import answered, done, show

HOME = "/account/guardians/"
STATES = {"active": "有效", "revoked": "已收回", "ended": "已结束"}
DONE = {"ward": "孩子登记好了。", "mandate": "委托好了，对方会收到消息。", "ended": "已经结束，马上生效。"}
WARD = {
    "title": "登记孩子", "sub": "登记后，您能替孩子查和办。", "back": HOME, "back_name": "家人和代办",
    "action": "/account/guardians/new", "button": "登记", "facts_title": "怎样核对",
    "facts": (
        ("先看共享数据", "出生医学证明里有您和孩子，马上就好。"),
        ("没有的话", "窗口看户口簿或判决书，5 个工作日内答复。"),
        ("到哪天", "到孩子的生日自动结束，您也能随时解除。"),
    ),
    "links": (("/privacy/children/", "看儿童个人信息保护规则"),),
}  # fmt: skip
GROWN = {
    "title": "登记成年人监护", "sub": "不能自己办事的成年人，由监护人替他办。", "back": HOME, "back_name": "家人和代办",
    "action": "/account/guardians/adult", "button": "登记", "facts_title": "怎样核对",
    "facts": (
        ("要有文书", "法院认定无民事行为能力的判决，或指定监护人的文书。"),
        ("到窗口看一次", "带文书到大厅，5 个工作日内答复。"),
        ("到哪天", f"{guardians.GROWN_YEARS} 年一登记，也能随时解除。"),
    ),
    "links": (("/account/mandates/new", "对方能自己决定，请对方委托您"),),
}  # fmt: skip
GIVE = {
    "title": "委托别人办", "sub": "只能办您选的事，随时能收回。", "back": HOME, "back_name": "家人和代办",
    "action": "/account/mandates/new", "button": "委托", "facts_title": "先知道这几件",
    "facts": (
        ("对方能做", "只有您选的那几件，别的打不开。"),
        ("您能看到", "对方每看一次、每办一步，都有记录和消息。"),
        ("钱打到哪", "只能打到您登记过的账户。"),
        ("不想委托了", "随时收回，马上生效。"),
    ),
}  # fmt: skip


@require_safe
@signed_in
def listing(request: Request) -> HttpResponse:
    """/account/guardians/: the family, mandates given and taken, and whom this account may stand in for."""
    by = request.actor
    own, about = guardians.mine(by)
    given, taken = mandates.mine(by)
    return page(
        request,
        "guardians",
        {
            "rows": _choices(request),
            "wards": [_bond(one, mine=True) for one in own],
            "guards": [_bond(one, mine=False) for one in about],
            "given": [_mandate(one) for one in given],
            "taken": [_mandate(one) for one in taken],
            "agent": by.role == "employer_agent",
            "done": DONE.get(request.GET.get("done", ""), ""),
        },
    )


@require_http_methods(["GET", "POST"])
@signed_in
def new_ward(request: Request) -> HttpResponse:
    """/account/guardians/new."""
    if request.method == "GET":
        return show(request, Ward(), WARD)

    def work(values: dict[str, Any]) -> HttpResponse:
        bond = guardians.ask(request.actor, now=clock.now(), **values)
        if bond.state == "active":
            return redirect(f"{HOME}?done=ward")
        return _received(request, "带户口簿到大厅，会快一些。")

    return answered(request, Ward(request.POST), WARD, work)


@require_http_methods(["GET", "POST"])
@signed_in
def new_grown(request: Request) -> HttpResponse:
    """/account/guardians/adult."""
    if request.method == "GET":
        return show(request, Grown(), GROWN)

    def work(values: dict[str, Any]) -> HttpResponse:
        guardians.ask_grown(request.actor, now=clock.now(), **values)
        return _received(request, "带文书原件到大厅，当场核对。")

    return answered(request, Grown(request.POST), GROWN, work)


def _received(request: Request, how: str) -> HttpResponse:
    lines = ("窗口核对后告诉您，5 个工作日内。", how)
    return done(request, {"title": "已收到", "lines": lines, "back": HOME, "back_name": "家人和代办",
                          "next": HOME, "next_name": "看家人和代办"})  # fmt: skip


@require_POST
@signed_in
def end_ward(request: Request, bond: int) -> HttpResponse:
    """Takes a guardianship back, by guardian or ward."""
    guardians.revoke(request.actor, bond_id=bond, now=clock.now())
    return redirect(f"{HOME}?done=ended")


@require_http_methods(["GET", "POST"])
@signed_in
def new_mandate(request: Request) -> HttpResponse:
    """/account/mandates/new: whom, what, until when; `item` of the address is ticked at first."""
    offered = entrusting.businesses()
    choices = [(one.code, one.name) for one in offered.values()]
    if request.method == "GET":
        wanted = request.GET.get("item", "")
        return _mandate_page(request, Mandate(offered=choices, initial={"items": [wanted]}))

    def work(values: dict[str, Any]) -> HttpResponse:
        helper = {name: values[name] for name in ("phone", "name", "id_number")}
        mandates.give(
            request.actor, helper=helper, relation=values["relation"], items=values["items"], businesses=offered,
            until=values["until"], now=clock.now(), post=post,
        )  # fmt: skip
        return redirect(f"{HOME}?done=mandate")

    return answered(request, Mandate(request.POST, offered=choices), GIVE, work, draw=_mandate_page)


def _mandate_page(request: Request, form: Mandate, status: int = 200) -> HttpResponse:
    chosen = form["items"].value() or []
    context = mandate_page.choice(catalogue.offered(), mandates.enquiries(), entrusting.own(), chosen)
    return page(request, "mandate_new", context | {"form": form, "page": GIVE}, status=status)


@require_POST
@signed_in
def end_mandate(request: Request, mandate: int) -> HttpResponse:
    """Ends a mandate, by the person or the helper."""
    mandates.revoke(request.actor, mandate_id=mandate, now=clock.now(), post=post)
    return redirect(f"{HOME}?done=ended")


@require_POST
@signed_in
def switch(request: Request) -> HttpResponse:
    """POST /account/acting/: `reach` chooses whom to stand in for; without it back to oneself."""
    wanted = request.POST.get("reach", "")
    if wanted and not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
        raise Refusal("out_of_reach", "您现在不能替这个人办，所以没有换。", "看家人和代办", HOME)
    acting.choose(request.actor, reach_id=int(wanted) if wanted else None)
    return redirect(way_back(request, request.POST.get("next"), "/"))


def _choices(request: Request) -> list[dict[str, Any]]:
    chosen = acting.current(request.actor)
    return [
        {
            "id": one.reach_id,
            "relation": one.relation,
            "name": _name(request, one),
            "as_what": acting.AS_WHAT[one.rule],
            "until": _last_day(one),
            "current": chosen is not None and chosen.reach_id == one.reach_id,
        }
        for one in acting.choices(request.actor)
    ]


def _last_day(one: acting.Choice) -> str:
    """A guardian's reach ends with the first minute of a birthday, a mandate with the last of its day."""
    moment = one.until + timedelta(minutes=1) if one.rule == "guardian" else one.until
    return formats.date_full(clock.china(moment).date())


def _name(request: Request, one: acting.Choice) -> str:
    """The name of the person stood in for: whole for a ward, masked otherwise, none for an employer."""
    if one.rule == "employer":
        return request.actor.unit
    process = "identity.guardian" if one.rule == "guardian" else "identity.mandate"
    with gate.open(request.actor, process, items=("person.name",), subject=one.subject_id) as grant:
        name = vault.read(grant, ("person.name",)).get("person.name", "")
    return name if one.rule == "guardian" else masks.mask("person.name", name)


def _bond(one: guardians.Bond, *, mine: bool) -> dict[str, Any]:
    live = one.state in ("requested", "active")
    return {
        "id": one.id,
        "relation": one.relation if mine else "监护人",
        "state": guardians.STATES[one.state],
        "until": formats.date_full(one.until),
        "live": live,
    }


def _mandate(one: mandates.Given) -> dict[str, Any]:
    over = one.state == "active" and one.until < _day()
    return {
        "id": one.id,
        "relation": one.relation,
        "helper": one.helper,
        "items": "、".join(entrusting.named(one.items)),
        "state": STATES["ended" if over else one.state],
        "until": formats.date_full(one.until),
        "live": one.state == "active" and not over,
    }


def _day() -> date:
    return today()
