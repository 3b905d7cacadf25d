"""The public face of the ledger: checkpoint, key, hash tiles, consistency. No person in it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from shebao.base.refusal import Refusal
from shebao.privacy import ledger

FOREVER = "public, max-age=31536000, immutable"


@require_GET
def public(request: HttpRequest, path: str) -> HttpResponse:
    """/ledger/checkpoint, /ledger/key and /ledger/tile/<L>/<N> (C2SP tlog-tiles)."""
    content = ledger.public_file(path)
    is_tile = path.startswith("tile/")
    response = HttpResponse(
        content, content_type="application/octet-stream" if is_tile else "text/plain; charset=utf-8"
    )
    response["Cache-Control"] = FOREVER if is_tile and ".p/" not in path else "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_GET
def consistency(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """/ledger/consistency/<old>/<new>: that the tree of `new` leaves extends that of `old`."""
    if old < 1 or old > new:
        raise Refusal("invalid_input", "两个数要大于零，前一个不能大于后一个。")
    return JsonResponse(
        {"old": old, "new": new, "proof": [node.hex() for node in ledger.consistency(old, new)]}
    )
