"""交材料: one material of a case, its pages, another page, its order, its file."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases.papers import limits, uploads
from shebao.identity.asking import Request
from shebao.items import handing_in
from shebao.privacy import grants, register
from shebao.web.views.answering import attachment, number, signed_in
from shebao.web.views.answering import page as answer_page

MOST_AT_ONCE = 20
SCRIPT_HEADER = "X-Shebao-File"
CAMERA = "camera"
STATES = {
    "received": ("已收", "ok"),
    "waiting": ("已收，等查病毒", "warn"),
    "quarantined": ("有病毒，内容已删", "bad"),
}
QUESTIONS = {
    "dark": "有点暗，看得清吗",
    "blurred": "有点糊，看得清吗",
    "small": "图有点小，看得清吗",
}
TOLD = {"stripped": "PDF 里夹带的东西已经去掉，页面都在。"}


@dataclass(frozen=True)
class Problem:
    """A file that was not taken: which, why, and the way out."""

    name: str
    message: str
    step: str


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def shelf(request: Request, no: str, code: str) -> HttpResponse:
    """/cases/<no>/materials/<code>/: pages, order, another page. POST takes `camera` and `file`."""
    if request.method != "POST":
        return _page(request, no, code, [])
    taken, problems = _each(
        request,
        lambda content, name: handing_in.hand_in(no, code, content, name, now=clock.now(), by=request.actor),
    )
    return _answer(request, no, code, taken, problems)


@require_POST
@signed_in
def camera(request: Request, no: str, code: str) -> HttpResponse:
    """…/camera: notes the yes to the camera, for whom the explanation was shown; the page opens it after that."""
    handing_in.shelf(no, code, by=request.actor)
    grants.permit(
        CAMERA, granted=True, purpose="", notice_hash=request.POST.get("notice", ""), now=clock.now(),
        by=request.actor,
    )  # fmt: skip
    return HttpResponse(status=204)


@require_POST
@signed_in
def retake(request: Request, no: str, code: str, page: int) -> HttpResponse:
    """/cases/<no>/materials/<code>/<page>/retake: another file in its place."""
    taken, problems = _each(
        request,
        lambda content, name: handing_in.retake(no, page, content, name, now=clock.now(), by=request.actor),
        most=1,
    )
    return _answer(request, no, code, taken, problems)


@require_POST
@signed_in
def act(request: Request, no: str, code: str, page: int, act: str) -> HttpResponse:
    """…/remove, …/up, …/down."""
    if act == "remove":
        handing_in.take_out(no, page, by=request.actor)
    elif act in ("up", "down"):
        handing_in.shift(no, page, -1 if act == "up" else 1, by=request.actor)
    else:
        raise Refusal("not_found")
    return HttpResponseRedirect(f"/cases/{no}/materials/{code}/#pages")


@require_safe
@signed_in
def one(request: Request, no: str, page: int) -> HttpResponse:
    """/cases/<no>/pages/<id>/: one page, large; of a PDF one leaf after another."""
    name, found, content = handing_in.show(no, page, by=request.actor)
    leaf = _leaf(request)
    context = {
        "name": name,
        "one": found,
        "leaf": leaf,
        "picture": "data:image/png;base64,"
        + base64.b64encode(handing_in.drawn(found, content, leaf)).decode(),
        "back": f"/cases/{no}/materials/{found.material}/#p-{found.id}",
    }
    return answer_page(request, "materials_page", context)


@require_safe
@signed_in
def file(request: Request, no: str, page: int) -> HttpResponse:
    """/cases/<no>/pages/<id>/file: to keep, never shown inside a page."""
    found, content = handing_in.fetch(no, page, by=request.actor)
    return attachment(content, found.file_name, found.media_type)


@require_safe
@signed_in
def preview(request: Request, no: str, page: int) -> HttpResponse:
    """/cases/<no>/pages/<id>/preview.png: one leaf, drawn by us."""
    found, content = handing_in.fetch(no, page, by=request.actor)
    response = HttpResponse(
        handing_in.drawn(found, content, _leaf(request)),
        content_type="image/png",
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = "inline"
    return response


def _leaf(request: HttpRequest) -> int:
    return number(request.GET.get("leaf"), 1, least=1, most=100)


def _each(
    request: HttpRequest, take: Callable[[bytes, str], Any], most: int = MOST_AT_ONCE
) -> tuple[int, list[Problem]]:
    """Takes file after file; what was taken stays, whatever comes after it."""
    if uploads.too_big(request):
        return 0, [
            Problem("", f"一次最多交 {limits.current().sending_bytes // limits.MEGABYTE} MB。", "分几次交")
        ]
    files = [one for field in ("camera", "file") for one in request.FILES.getlist(field)]
    if not files:
        return 0, [Problem("", "还没有选文件。", "拍照，或选一个文件")]
    taken, problems = 0, []
    for at, one in enumerate(files[:most], 1):
        try:
            take(one.read(), one.name or "")
            taken += 1
        except Refusal as refusal:
            if refusal.code not in ("invalid_input", "unavailable"):
                raise
            name = f"第 {at} 个文件" if len(files) > 1 else ""
            problems.append(Problem(name, refusal.message, refusal.next_step))
    if len(files) > most:
        problems.append(Problem("", f"一次最多交 {most} 个文件，后面的没有收。", "再交一次"))
    return taken, problems


def wants_data(request: HttpRequest) -> bool:
    """Whether our own script sends file by file."""
    return request.headers.get(SCRIPT_HEADER) == "1"


def _answer(request: Request, no: str, code: str, taken: int, problems: list[Problem]) -> HttpResponse:
    if wants_data(request):
        told = f"{problems[0].message}{problems[0].step}。" if problems else ""
        return JsonResponse({"taken": taken, "message": told})
    if problems:
        return _page(request, no, code, problems, taken)
    return HttpResponseRedirect(f"/cases/{no}/materials/{code}/?taken={taken}#pages")


def _page(request: Request, no: str, code: str, problems: list[Problem], taken: int = 0) -> HttpResponse:
    shown = handing_in.shelf(no, code, by=request.actor)
    allowed = limits.current()
    context = {
        "no": no,
        "one": shown.material,
        "item": shown.item,
        "may_change": shown.may_change,
        "tiles": [_tile(no, code, tile, len(shown.tiles)) for tile in shown.tiles],
        "count": len([tile for tile in shown.tiles if tile.page.is_kept]),
        "full": len(shown.tiles) >= shown.material.most_pages,
        "megabytes": allowed.file_megabytes,
        "scanned": allowed.scanner is not None,
        "camera": grants.grantables(register.current()).get(CAMERA),
        "problems": problems,
        "taken": taken or number(request.GET.get("taken"), 0, most=MOST_AT_ONCE),
        "back": f"/cases/{no}/edit/" if shown.may_change else f"/cases/{no}/",
        "address": f"/cases/{no}/materials/{code}/",
    }
    return answer_page(request, "materials", context, status=422 if problems else 200)


def _tile(no: str, code: str, tile: handing_in.Tile, total: int) -> dict[str, Any]:
    one = tile.page
    word, tone = STATES[one.state]
    return {
        "id": one.id,
        "number": one.number,
        "thumb": "data:image/jpeg;base64," + base64.b64encode(tile.thumb).decode() if tile.thumb else "",
        "leaves": one.pages if one.is_pdf else 0,
        "word": word,
        "tone": tone,
        "kept": one.is_kept,
        "question": QUESTIONS.get(one.hint, "") if one.is_kept else "",
        "told": TOLD.get(one.hint, "") if one.is_kept else "",
        "size": f"{max(one.size, 10_000) / 1_000_000:.2f}".rstrip("0").rstrip(".") + " MB",
        "first": one.number == 1,
        "last": one.number == total,
        "address": f"/cases/{no}/materials/{code}/{one.id}/",
        "file": f"/cases/{no}/pages/{one.id}/file",
        "view": f"/cases/{no}/pages/{one.id}/",
    }
