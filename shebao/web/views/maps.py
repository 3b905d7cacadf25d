"""看地图: an explanation first, then halls on a map. The pictures come through this server, the source hears no person."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from shebao.appointments import maps, queries
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.web.views.answering import number, page, same_origin

HOUR = "private, max-age=3600"


@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def chart(request: HttpRequest) -> HttpResponse:
    """/appointments/map: says what the map needs; on 看地图 (POST) shows it. Without a source: the list."""
    source = maps.source()
    if source is None:
        raise Refusal("not_found", "这里没有地图，请看名单。", "看名单", "/offices/")
    wanted = number(request.GET.get("hall"), 0, least=1, most=2**31 - 1)
    office = queries.hall(wanted, now=clock.now()).office if wanted else None
    context: dict[str, Any] = {"source": source, "office": office, "shown": request.method == "POST"}
    if request.method == "POST":
        offices = [office] if office and source.kind == "baidu" else queries.offices()
        context |= {
            "ticket": maps.ticket(),
            "offices": [(one, *queries.place(one)) for one in offices],
            "still": maps.still(office) if office and source.kind == "baidu" else None,
            "closest": maps.CLOSEST,
            "widest": maps.WIDEST,
        }
    return page(request, "map", context)


@require_safe
def tile(request: HttpRequest, ticket: str, zoom: int, x: int, y: int) -> HttpResponse:
    """One tile, for a reader who said 看地图."""
    return _picture(maps.tile(zoom, x, y, by=maps.require(ticket)))


@require_safe
def picture(request: HttpRequest, ticket: str, office: int) -> HttpResponse:
    """The still picture around a hall, for a reader who said 看地图."""
    source = maps.require(ticket)
    return _picture(maps.picture(queries.hall(min(office, 2**31 - 1), now=clock.now()).office, by=source))


def _picture(body: bytes) -> HttpResponse:
    kind = "image/png" if body.startswith(maps.PNG) else "image/jpeg"
    response = HttpResponse(body, content_type=kind)
    response["Cache-Control"] = HOUR
    return response
