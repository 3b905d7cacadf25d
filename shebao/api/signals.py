"""/api/v1: what a device or page may send, the permissions for it, and what was kept."""

from datetime import datetime
from typing import Any, Literal

from ninja import Router, Schema, Status
from ninja.params.functions import Path
from pydantic import Field

from shebao.api import schemas
from shebao.api.doors import REFUSED
from shebao.api.schemas import Strict
from shebao.appointments import queries as appointments
from shebao.base import clock
from shebao.identity.asking import Request
from shebao.privacy import collected, grants, installations, register, signals, visits

router = Router(tags=["设备信息"])
CODE = Path(..., max_length=40)


class SignalsSent(Strict):
    """Readings for one purpose. Only names that GET /me/signals/declared lists are taken."""

    purpose: str = Field(max_length=60)
    signals: dict[str, Any]


class SignalKept(Schema):
    """What became of one signal."""

    code: str
    form: str
    kept: bool
    until: datetime | None
    verdict: str


class Received(Schema):
    """The answer: offices and district for a position, a cache key for a device key; none of that is kept."""

    entry: int
    signals: list[SignalKept]
    dropped: int
    hints: list[str]
    region: str
    offices: list[schemas.Office]
    cache_key: str


class Declared(Schema):
    """One signal of the closed list."""

    code: str
    name: str
    plain_zh: str
    purpose: str
    grant: str
    form: str
    values: list[str]


class Stored(Schema):
    """One kept reading."""

    code: str
    name: str
    purpose: str
    value: str
    at: datetime
    ends_at: datetime


class PermissionRow(Schema):
    """设备权限 with its explanation."""

    code: str
    name: str
    sole_use: str
    when: str
    fallback: str
    purpose: str
    optional: bool
    notice_hash: str
    granted: bool
    since: datetime | None


class SignalWish(Strict):
    """Give or take back one permission; to give it, the hash of the explanation that was shown."""

    granted: bool
    purpose: str = Field(max_length=60)
    notice_hash: str = Field("", max_length=64)


class SignalLine(Schema):
    """One value, with its one tag: given or observed."""

    item: str
    label: str
    name: str
    value: str
    tag: Literal["given", "observed"]
    at: datetime | None


class Report(Schema):
    """What was collected of the bearer, by how it came."""

    entry: int
    given: list[SignalLine]
    observed: list[SignalLine]


class Event(Strict):
    """The name of a listed function that was used, and nothing else."""

    event: str = Field(max_length=40)


class Number(Schema):
    """A fresh installation's own number."""

    number: str


class Installation(Strict):
    """Exactly three things: the number, the system, the version."""

    number: str = Field(max_length=32)
    system: str = Field(max_length=20)
    version: str = Field(max_length=20)


class SignalsRemoved(Strict):
    """The number of a removed installation."""

    number: str = Field(max_length=32)


@router.get("/me/signals/declared", auth=None, response=list[Declared], summary="设备能送来的信息")
def declared(request: Request) -> Any:
    """The closed list of this profile."""
    rows = register.current().signal.values()
    return [Declared(**{name: getattr(row, name) for name in Declared.model_fields}) for row in rows]


@router.post("/me/signals", response={200: Received, **REFUSED}, summary="送来设备信息")
def receive(request: Request, sent: SignalsSent) -> Any:
    """The one intake, all or nothing; an undeclared name is refused and nothing is kept."""
    answer = signals.receive(sent.signals, purpose=sent.purpose, now=clock.now(), by=request.actor)
    offices = appointments.in_region(answer.region) if answer.region else []
    if answer.place:
        offices = appointments.nearest(
            longitude_e6=answer.place.longitude_e6, latitude_e6=answer.place.latitude_e6
        )
    return {
        "entry": answer.entry,
        "signals": [SignalKept(**vars(one)) for one in answer.signals],
        "dropped": answer.dropped,
        "hints": list(answer.hints),
        "region": answer.region,
        "offices": offices,
        "cache_key": answer.cache_key.hex(),
    }


@router.get("/me/signals", response={200: list[Stored], **REFUSED}, summary="留下的设备信息")
def stored(request: Request, purpose: str = "device.protect") -> Any:
    """What is kept of the bearer's devices, for the purpose it was sent for."""
    return signals.stored(request.actor, purpose=purpose)


@router.get("/me/collected", response={200: Report, **REFUSED}, summary="收集了我什么")
def report(request: Request) -> Any:
    """What the bearer gave, and apart from it what was observed while services were used."""
    return collected.report(request.actor)


@router.get("/me/permissions", response={200: list[PermissionRow], **REFUSED}, summary="设备权限")
def permission_list(request: Request) -> Any:
    """Every permission of the closed list, with its only use and the bearer's answer."""
    return [_row(standing) for standing in grants.standings(request.actor)]


@router.put("/me/permissions/{name}", response={200: PermissionRow, **REFUSED}, summary="给出或收回权限")
def permit(request: Request, wish: SignalWish, name: str = CODE) -> Any:
    """One permission, one use; taking it back works at once and deletes what rested on it."""
    standing = grants.permit(
        name,
        granted=wish.granted,
        purpose=wish.purpose,
        notice_hash=wish.notice_hash,
        now=clock.now(),
        by=request.actor,
    )
    return _row(standing)


def _row(standing: grants.Standing) -> dict[str, Any]:
    return {**vars(standing.permission), "granted": standing.granted, "since": standing.since}


@router.post("/events", auth=None, response={204: None, **REFUSED}, summary="记一次使用")
def event(request: Request, used: Event) -> Any:
    """Adds one to a count; who used it is neither asked nor kept."""
    if not visits.objects_to_counting(request.COOKIES.get(visits.CHOICE_COOKIE, ""), request.headers):
        visits.count_event(used.event, now=clock.now())
    return Status(204, None)


@router.post("/installations", auth=None, response={201: Number, **REFUSED}, summary="新装一次")
def install(request: Request) -> Any:
    """A number drawn for this installation; nothing is kept until it starts."""
    return Status(201, {"number": installations.new_number()})


@router.post("/installations/{moment}", auth=None, response={204: None, **REFUSED}, summary="启动或检查更新")
def note(request: Request, sent: Installation, moment: Literal["start", "update"]) -> Any:
    """The only two moments at which the number is taken."""
    installations.note(number=sent.number, system=sent.system, version=sent.version, now=clock.now())
    return Status(204, None)


@router.delete("/installations", auth=None, response={204: None, **REFUSED}, summary="卸载")
def uninstall(request: Request, gone: SignalsRemoved) -> Any:
    """Removes the row of an installation."""
    installations.forget(number=gone.number)
    return Status(204, None)
