"""服务目录 and 运行情况 for programs: what this platform offers, whether it works, when it did not."""

from datetime import datetime
from typing import Any, Literal

from ninja import Router, Schema

from shebao.base import clock
from shebao.identity.asking import Request
from shebao.items import directory
from shebao.privacy import availability, outages, register

router = Router(tags=["服务目录"])


class Precondition(Schema):
    """What comes first."""

    code: str
    name: str


class ServiceEntry(Schema):
    """One service of the catalogue. There is no price: everything is free."""

    code: str
    name: str
    kind: str
    kind_name: str
    operator: str
    purposes: list[str]
    items: list[str]
    preconditions: list[Precondition]
    clause: str
    inferred: bool
    page: str
    paths: list[str]
    roles: dict[str, Literal["registered", "everyone"]]
    state: str
    state_name: str
    since: datetime | None
    until: datetime | None
    reason: str
    probe: str
    always_open: bool


class OutageEntry(Schema):
    """One interruption; a null end means that it goes on."""

    service: str
    started_at: datetime
    ended_at: datetime | None
    cause: str
    cause_name: str
    window: int | None


class WindowEntry(Schema):
    """One announced window; an empty service means all."""

    id: int
    service: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    announced_at: datetime


class Status(Schema):
    """Outages of 90 days and windows to come."""

    outages: list[OutageEntry]
    windows: list[WindowEntry]


@router.get("/services", response=list[ServiceEntry], auth=None, summary="服务目录")
def services(request: Request) -> Any:
    """Every service with operator, purposes, data, conditions, clause, state and probe."""
    book = register.current()
    shown = directory.shown(availability.board(), clock.now())
    return [directory.entry(service, book, standing) for service, standing in shown]


@router.get("/status", response=Status, auth=None, summary="运行情况")
def status(request: Request) -> Any:
    """Outages and maintenance windows."""
    now, board = clock.now(), availability.board()
    kept = outages.records([service.code for service, _ in directory.shown(board, now)], now=now)
    rows = [one for record in kept.values() for one in record.outages]
    return {
        "outages": [
            {
                "service": one.service,
                "started_at": one.started_at,
                "ended_at": one.ended_at,
                "cause": one.cause,
                "cause_name": outages.CAUSES[one.cause],
                "window": one.window.id if one.window else None,
            }
            for one in sorted(rows, key=lambda one: one.started_at, reverse=True)
        ],
        "windows": board.announced(now),
    }
