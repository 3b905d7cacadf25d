"""The hot reads: the database's own bytes, handed through."""

from django.http import HttpResponse

from shebao.base.refusal import Refusal
from shebao.identity.asking import Request
from shebao.privacy.gate import Actor
from shebao.registry.contributions import queries

JSON = "application/json; charset=utf-8"


def number(request: Request, name: str, default: int, least: int, most: int) -> int:
    """An integer query parameter in [least, most]. Refuses invalid_input."""
    text = request.GET.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise Refusal("invalid_input", f"参数 {name} 要填 {least} 到 {most} 之间的整数。", field=name)
    return int(text)


def contributions(request: Request) -> HttpResponse:
    """GET /api/v1/me/contributions: 缴费记录 of the bearer."""
    answer = queries.contributions_text(
        Actor(token=request.token),
        insurance=number(request, "insurance", queries.PENSION, 100, 999),
        since=number(request, "since", 0, 190001, 999912),
        until=number(request, "until", 999912, 190001, 999912),
    )
    return HttpResponse(answer, content_type=JSON)
