"""The service catalogue of this deployment (服务目录): what the files say, and every 事项 as one more service."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve

from shebao.items import catalogue
from shebao.privacy import directory, register
from shebao.privacy.availability import STATES, Board, Standing
from shebao.privacy.book import Register
from shebao.privacy.directory import KINDS, PRECONDITIONS, Directory, Service

# The clause that promises services only as a whole (所有相关服务): what it means stands in the catalogue, inferred.
COLLECTIVE = ("GX-0-07",)


def current() -> Directory:
    """The accepted catalogue of the profile in force. Raises RegisterError with every reason against it."""
    return load(settings.PROFILE, settings.PROFILES)


@cache
def load(profile: str, profiles: Path) -> Directory:
    """The accepted catalogue of one profile."""
    book = register.load(profile, profiles)
    return directory.accept(directory.read(profiles, book, of_items(profile)), book)


def of_items(profile: str) -> Iterable[Service]:
    """Every 事项 of the profile that has a page, as a service of its own; purpose and data come from its folder."""
    for item in catalogue.ITEMS.values():
        path = f"/items/{item.code}/"
        if profile in item.profiles and has_page(path):
            yield Service(
                code=f"item.{item.code}",
                name=item.name,
                kind="item",
                paths=(path, f"/api/v1/items/{item.code}"),
                probe=("table:cases_case",),
                purposes=(item.purpose,),
                items=tuple(item.reads),
                preconditions=("login",),
                reading=(path, f"/api/v1/items/{item.code}"),
                clauses=COLLECTIVE,
            )


def has_page(path: str) -> bool:
    """Whether a door leads to this address."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def entry(service: Service, book: Register, standing: Standing) -> dict[str, Any]:
    """One line of the catalogue for programs; the state is that of the moment."""
    return {
        "code": service.code,
        "name": service.name,
        "kind": service.kind,
        "kind_name": KINDS[service.kind],
        "operator": directory.operator(service, book),
        "purposes": list(service.purposes),
        "items": list(service.items),
        "preconditions": [
            {"code": code, "name": PRECONDITIONS[code]} for code in directory.conditions(service, book)
        ],
        "clause": directory.clause(service, book),
        "inferred": directory.clause(service, book) in COLLECTIVE,
        "page": service.page,
        "paths": list(service.paths),
        "roles": {path: service.role(path) for path in service.paths},
        "state": standing.state,
        "state_name": STATES[standing.state],
        "since": standing.since,
        "until": standing.until,
        "reason": standing.reason,
        "probe": service.health,
        "always_open": service.open,
    }


def shown(board: Board, now: Any) -> list[tuple[Service, Standing]]:
    """Services with their standing, in the order of the catalogue; drafts are hidden."""
    pairs = [(service, board.of(service, now)) for service in current().services]
    return [(service, standing) for service, standing in pairs if standing.state != "draft"]
