"""测算: public pages; nothing is stored. A person's own record is read only when the person asks for it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity.asking import Request
from shebao.items.calculators import known
from shebao.items.calculators.catalogue import BY_CODE, Calculator
from shebao.items.calculators.known import Filled
from shebao.items.calculators.questions import Faults, Question, read
from shebao.rules import regions
from shebao.web.context import ELDER_COOKIE
from shebao.web.pages import calculators as pages

LONGEST = 40
FILL = "fill"


def home_region() -> str:
    """The province this deployment serves; the nation where it serves all."""
    return str(settings.DEPLOYMENT.get("area", {}).get("province", regions.NATION))


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """/calculators/."""
    return render(request, "web/calculators.html", pages.listing(elder=_elder(request)))


@require_http_methods(["GET", "HEAD", "POST"])
def calculator(request: Request, code: str) -> HttpResponse:
    """/calculators/<code>/: GET for everyone; POST keeps what came from a person's record out of addresses."""
    found = BY_CODE.get(code)
    if found is None:
        raise Refusal("not_found", "没有这个测算。", "看有哪些测算", "/calculators/")
    source = request.POST if request.method == "POST" else request.GET
    given = {name: str(source[name])[:LONGEST] for name in source}
    if request.method == "POST" and FILL in given:
        return _filled(request, found)
    return _answered(request, found, given)


def _elder(request: HttpRequest) -> bool:
    return request.COOKIES.get(ELDER_COOKIE) == "1"


def _filled(request: Request, found: Calculator) -> HttpResponse:
    """The person's own record in the form; what the record lacks is still asked, never assumed."""
    if request.token is None or request.actor.is_visitor:
        raise Refusal("login_required")
    today = clock.today_in_china(clock.now())
    asked = found.questions(region="", home=home_region(), today=today)
    filled = known.fill(request.actor, found.code, asked)
    texts = {question.name: question.neutral for question in asked if question.neutral}
    texts |= {name: one.text for name, one in filled.items()}
    return _answered(request, found, texts, filled=filled)


def _answered(
    request: Request,
    found: Calculator,
    given: Mapping[str, str],
    *,
    filled: Mapping[str, Filled] | None = None,
) -> HttpResponse:
    """The page for some answers: examples when there are none, faults beside their fields."""
    today, home, elder = clock.today_in_china(clock.now()), home_region(), _elder(request)
    asked = found.questions(region=given.get("region", ""), home=home, today=today)
    example = filled is None and not any(question.name in given for question in asked)
    texts = {question.name: question.example for question in asked} if example else dict(given)
    context = pages.page(found, today) | {"example": example, "filled": filled is not None}
    context |= {"posting": request.method == "POST", "print": request.GET.get("print") == "1"}
    context["print_url"] = f"?{urlencode({**given, 'print': '1'})}" if request.method != "POST" else ""
    context |= _computed(found, texts, asked, home=home, elder=elder)
    if filled is not None:
        context["open"] = _open(context, asked)
    context["groups"], context["optional"] = pages.fields(
        asked, texts, {} if filled is not None else context["faults"], filled or {}, elder=elder
    )
    turned = request.headers.get("HX-Request") == "true"
    status = 200 if turned or filled is not None else context["status"]
    return render(request, "web/calculator.html", context, status=status)


def _computed(
    found: Calculator, texts: Mapping[str, str], asked: tuple[Question, ...], *, home: str, elder: bool
) -> dict[str, Any]:
    """The answer, or the faults by field, or the rule's refusal with its reason."""
    today = clock.today_in_china(clock.now())
    context: dict[str, Any] = {"faults": {}, "refusal": None, "answer": None, "status": 200}
    context["extras"] = found.extra(texts)
    try:
        answer = found.answer(texts, home=home, today=today)
    except Faults as faults:
        return context | {"faults": dict(faults.faults), "status": faults.status}
    except Refusal as refusal:
        if refusal.field in {question.name for question in asked}:
            return context | {"faults": {refusal.field: refusal.message}, "status": refusal.status}
        return context | {"refusal": refusal, "status": refusal.status}
    values = read(asked, texts) | found.extra(texts)
    return context | {
        "answer": pages.shown(answer, elder=elder),
        "data": pages.data_address(found, asked, values),
    }


def _open(context: Mapping[str, Any], asked: tuple[Question, ...]) -> list[dict[str, str]]:
    """The questions that the record did not answer."""
    return [
        {"id": f"f-{question.name}", "label": question.label}
        for question in asked
        if question.name in context["faults"]
    ]
