"""办什么 (服务组): the groups by which places are given out, and the items (事项) of each."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shebao.base.refusal import Refusal


@dataclass(frozen=True)
class Service:
    """One group: its code, its words, the codes of its items."""

    code: str
    name: str
    sub: str
    items: tuple[str, ...]


@cache
def services() -> dict[str, Service]:
    """All groups by code."""
    rows = tomllib.loads((Path(__file__).parent / "matters.toml").read_text("utf-8"))
    return {code: Service(code, row["name"], row["sub"], tuple(row["items"])) for code, row in rows.items()}


def named(code: str) -> str:
    """The words of a group; an unknown code is shown as it is."""
    found = services().get(code)
    return found.name if found else code


def of_item(item: str) -> str:
    """The group that takes an item. Refuses an item that no group takes."""
    for service in services().values():
        if item in service.items:
            return service.code
    raise Refusal("not_found", "这个事项不用预约。", "看怎样办理", "/items/")
