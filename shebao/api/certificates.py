"""/api/v1: certificates of the bearer, and their public verification."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Router, Schema, Status
from ninja.files import UploadedFile
from ninja.params.functions import File, Path
from pydantic import Field

from shebao.api.doors import REFUSED
from shebao.api.schemas import Strict
from shebao.base import clock
from shebao.documents import verify
from shebao.identity.asking import Request
from shebao.items.certificates import actions
from shebao.privacy import gate

router = Router(tags=["证明"])
Kind = Literal["enrolment", "contribution", "statement"]


class CertificateOrder(Strict):
    """What to certify: months YYYYMM, or a year for the statement."""

    kind: Kind
    since: int | None = Field(None, ge=199001, le=210012)
    until: int | None = Field(None, ge=199001, le=210012)
    year: int | None = Field(None, ge=1990, le=2100)
    masked: bool = True
    months: bool = False


class Issued(Schema):
    """证明 just issued."""

    id: int
    serial: str
    content_hash: str


class Listed(Schema):
    """证明 in the list."""

    id: int
    kind: Kind
    name: str
    serial: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    masked: bool
    period_from: int
    period_until: int
    content_hash: str


class Check(Strict):
    """What stands on the paper: the code, and the last four of the ID number."""

    code: str = Field(max_length=60)
    last4: str = Field(max_length=8)


class Verified(Schema):
    """核验结果: state, reason codes, and the key facts the certificate states."""

    state: Literal["valid", "expired", "revoked", "unknown", "altered"]
    reasons: list[str]
    headline: str
    advice: str
    kind: str
    serial: str
    issued_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    content_hash: str
    facts: list[list[str]]


@router.get("/certificates", response={200: list[Listed], **REFUSED}, summary="我的证明")
def certificate_list(request: Request) -> Any:
    """The bearer's certificates, newest first."""
    return actions.own_list(request.actor)


@router.post("/certificates", response={201: Issued, **REFUSED}, summary="开一份证明")
def certificate_issue(request: Request, order: CertificateOrder) -> Any:
    """Issued at once, sealed, with a code anyone can check."""
    now = clock.now()
    wanted = actions.wish(
        order.kind,
        since=order.since,
        until=order.until,
        year=order.year,
        today=clock.today_in_china(now),
        listed=order.months,
    )
    return Status(
        201, actions.issue_own(kind=order.kind, wanted=wanted, masked=order.masked, now=now, by=request.actor)
    )


@router.get("/certificates/{identity}/file", summary="下载证明", openapi_extra={"responses": {
    200: {"description": "PDF", "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}},
    response=REFUSED,
)  # fmt: skip
def certificate_file(request: Request, identity: int = Path(..., ge=1, le=2**63 - 1)) -> HttpResponse:
    """The PDF; its file name says kind and date only."""
    file = actions.own_file(identity, request.actor)
    response = HttpResponse(file.content, content_type="application/pdf")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{_quoted(file.name)}"
    response["Content-Security-Policy"] = "sandbox"
    return response


@router.post("/verify", auth=None, response={200: Verified, **REFUSED}, summary="核验证明")
def check(request: Request, wanted: Check) -> Any:
    """Whether a certificate is ours and still valid. No login; five wrong tries, then a wait."""
    return verify.verify(
        wanted.code,
        wanted.last4,
        client_key=request.META.get("REMOTE_ADDR", ""),
        request=gate.request_id.get(),
    )


@router.post("/verify/file", auth=None, response={200: Verified, **REFUSED}, summary="核验证明原文件")
def check_file(request: Request, file: UploadedFile = File(...)) -> Any:  # noqa: B008
    """Whether a PDF is byte for byte one of ours."""
    content = file.read(verify.MAX_PDF_BYTES + 1)
    return verify.verify_pdf(
        content, client_key=request.META.get("REMOTE_ADDR", ""), request=gate.request_id.get()
    )


def _quoted(name: str) -> str:
    return "".join(f"%{byte:02X}" for byte in name.encode())
