"""Materials at the desk: one page drawn, or its file, for the clerk who holds the case. Each look is an entry."""

from urllib.parse import quote

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from shebao.desk import door
from shebao.identity.asking import Request
from shebao.items import handing_in

MOST_LEAVES = 100


@require_GET
def file(request: Request, no: str, page: int) -> HttpResponse:
    """/desk/cases/<no>/materials/<id>/file: the kept file, never opened inside a page."""
    found, content = handing_in.examine(no, page, by=door.enter(request, process="desk.decide"))
    response = HttpResponse(content, content_type=found.media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.file_name)}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_GET
def preview(request: Request, no: str, page: int) -> HttpResponse:
    """/desk/cases/<no>/materials/<id>/preview.png?leaf=2: one leaf, drawn by us."""
    found, content = handing_in.examine(no, page, by=door.enter(request, process="desk.decide"))
    asked = request.GET.get("leaf", "1")
    leaf = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked[:4]) <= MOST_LEAVES else 1
    response = HttpResponse(handing_in.drawn(found, content, leaf), content_type="image/png")
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
