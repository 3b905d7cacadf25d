"""/api/v1: registration, log-in, sessions. Tokens go out once; nothing secret comes back."""

import uuid
from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status
from pydantic import Field

from shebao.api.doors import REFUSED, knock
from shebao.api.schemas import Strict
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import acceptance, accounts, alerts, devices, sessions
from shebao.identity.asking import Request
from shebao.notices.actions import post

router = Router(tags=["账号"])


class Registration(Strict):
    """Exactly what registration needs; any other field is refused with field_not_declared."""

    name: str = Field(max_length=50)
    id_number: str = Field(max_length=40)
    phone: str = Field(max_length=30)
    login: str = Field(max_length=60)
    password: str = Field(max_length=200)
    accepted: dict[str, str] = Field(default={}, description="policy / agreement -> 版本号，分别接受")
    seen_marked_at: datetime | None = None
    notice_version: str = Field("", max_length=80)


class Login(Strict):
    """Account and password."""

    login: str = Field(max_length=60)
    password: str = Field(max_length=200)


class Token(Schema):
    """The session token for the Authorization header (Bearer)."""

    token: str
    level: int


class Registered(Schema):
    """The account exists; log in next."""

    login: str


class SessionRow(Schema):
    """登录设备."""

    session_id: uuid.UUID
    method: str
    device: str
    started_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    is_this: bool


class Ended(Schema):
    """How many sessions ended."""

    ended: int


class Part(Schema):
    """One part of the policy, in force."""

    code: str
    name: str
    version: str


class Terms(Schema):
    """What has to be accepted before registration, and the notice beside the sensitive fields."""

    parts: list[Part]
    notice_version: str


@router.get("/terms", auth=None, response={200: Terms, **REFUSED}, summary="注册前要看的文件")
def terms(request: Request) -> Any:
    """Each part is accepted by itself."""
    return {
        "parts": acceptance.parts(now=clock.now()),
        "notice_version": acceptance.notice_version(),
    }


@router.post("/register", auth=None, response={201: Registered, **REFUSED}, summary="实名注册")
def register(request: Request, wanted: Registration) -> Any:
    """Name and number are matched with the registry; policy and agreement are accepted separately."""
    accounts.register(
        name=wanted.name,
        id_number=wanted.id_number,
        phone=wanted.phone,
        login=wanted.login,
        password=wanted.password,
        accepted_parts=wanted.accepted,
        seen_marked_at=wanted.seen_marked_at,
        notice_version=wanted.notice_version,
        now=clock.now(),
        post=post,
    )
    return Status(201, {"login": wanted.login})


@router.post("/login", auth=None, response={200: Token, **REFUSED}, summary="登录")
def login(request: Request, wanted: Login) -> Any:
    """A new session; five wrong tries lock the account for a while."""
    started = sessions.login(
        login=wanted.login,
        password=wanted.password,
        device=devices.describe(request.headers.get("User-Agent", "")),
        now=clock.now(),
    )
    alerts.signed_in(started, now=clock.now(), post=post)
    return {"token": started.token.hex(), "level": started.level}


@router.post("/logout", response={204: None, **REFUSED}, summary="退出")
def logout(request: Request) -> Any:
    """Ends this session."""
    sessions.logout(request.token)
    return Status(204, None)


@router.get("/me/sessions", response={200: list[SessionRow], **REFUSED}, summary="登录设备")
def session_list(request: Request) -> Any:
    """Where the account is logged in."""
    if request.actor.is_visitor:
        raise Refusal("login_required")
    return sessions.sessions(knock(request))


@router.delete("/me/sessions", response={200: Ended, **REFUSED}, summary="退出其他设备")
def end_others(request: Request) -> Any:
    """Ends all other sessions."""
    return {"ended": sessions.end_others(knock(request))}


@router.delete("/me/sessions/{session_id}", response={204: None, **REFUSED}, summary="退出一台设备")
def end_one(request: Request, session_id: uuid.UUID) -> Any:
    """Ends one session."""
    sessions.end(knock(request), session_id)
    return Status(204, None)
