"""/api/v1: materials of the bearer's own cases, page by page."""

from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote

from django.http import HttpResponse
from ninja import Router, Schema, Status
from ninja.files import UploadedFile
from ninja.params.functions import File, Path, Query
from pydantic import Field

from shebao.api.doors import REFUSED
from shebao.api.schemas import Strict
from shebao.base import clock
from shebao.identity.asking import Request
from shebao.items import handing_in

router = Router(tags=["材料"])
SANDBOX = "default-src 'none'; sandbox"


class Kept(Schema):
    """一页材料. `state`: received, waiting (for the virus check), quarantined; `hint`: dark, blurred, small, stripped, or empty."""

    id: int
    material: str
    number: int
    media_type: str
    size: int
    sha256: str
    width: int
    height: int
    pages: int
    hint: Literal["", "dark", "blurred", "small", "stripped"]
    state: Literal["received", "waiting", "quarantined"]
    received_at: datetime


class Shelf(Schema):
    """All pages of a case."""

    pages: list[Kept]


class MaterialPlace(Strict):
    """Before which page; null: at the end."""

    before: int | None = Field(None, ge=1)


BINARY = {"schema": {"type": "string", "format": "binary"}}
JPEG_OR_PDF = {
    "responses": {200: {"description": "原件", "content": {"image/jpeg": BINARY, "application/pdf": BINARY}}}
}
DRAWN = {"responses": {200: {"description": "PNG", "content": {"image/png": BINARY}}}}
CODE = Path(..., pattern=r"^[a-z0-9_-]{1,40}$")
PAGE = Path(..., ge=1, le=2**63 - 1)
LEAF = Query(1, ge=1, le=100)
NO = Path(..., pattern=r"^BJ[0-9]{6}-[0-9]{6}$")


@router.get("/cases/{no}/materials", response={200: Shelf, **REFUSED}, summary="办件的材料")
def listing(request: Request, no: str = NO) -> Any:
    """Every page of the case, in order."""
    return {"pages": handing_in.listing(no, by=request.actor)}


@router.post("/cases/{no}/materials/{code}", response={201: Kept, **REFUSED}, summary="交一页材料")
def add(request: Request, code: str = CODE, no: str = NO, file: UploadedFile = File(...)) -> Any:  # noqa: B008
    """JPEG, PNG, WebP or PDF; made anew before it is kept."""
    kept = handing_in.hand_in(no, code, file.read(), file.name or "", now=clock.now(), by=request.actor)
    return Status(201, kept)


@router.post("/cases/{no}/pages/{page}", response={200: Kept, **REFUSED}, summary="重拍一页")
def replace(request: Request, page: int = PAGE, no: str = NO, file: UploadedFile = File(...)) -> Any:  # noqa: B008
    """Another file in the same place."""
    return handing_in.retake(no, page, file.read(), file.name or "", now=clock.now(), by=request.actor)


@router.put("/cases/{no}/pages/{page}/place", response={200: Shelf, **REFUSED}, summary="换顺序")
def move(request: Request, wanted: MaterialPlace, no: str = NO, page: int = PAGE) -> Any:
    """Before another page of the same material, or at its end."""
    handing_in.place(no, page, wanted.before, by=request.actor)
    return {"pages": handing_in.listing(no, by=request.actor)}


@router.delete("/cases/{no}/pages/{page}", response={204: None, **REFUSED}, summary="删一页")
def remove(request: Request, page: int = PAGE, no: str = NO) -> Any:
    """For good; a page that was already sent stays on file."""
    handing_in.take_out(no, page, by=request.actor)
    return Status(204, None)


@router.get("/cases/{no}/pages/{page}/file", response=REFUSED, openapi_extra=JPEG_OR_PDF, summary="下载一页")
def file(request: Request, page: int = PAGE, no: str = NO) -> HttpResponse:
    """The kept file."""
    found, content = handing_in.fetch(no, page, by=request.actor)
    response = HttpResponse(content, content_type=found.media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.file_name)}"
    response["Content-Security-Policy"] = SANDBOX
    return response


@router.get("/cases/{no}/pages/{page}/preview", response=REFUSED, openapi_extra=DRAWN, summary="看一页")
def preview(request: Request, page: int = PAGE, no: str = NO, leaf: int = LEAF) -> HttpResponse:
    """A PNG of one leaf, drawn by us."""
    found, content = handing_in.fetch(no, page, by=request.actor)
    response = HttpResponse(handing_in.drawn(found, content, leaf), content_type="image/png")
    response["Content-Security-Policy"] = SANDBOX
    return response
