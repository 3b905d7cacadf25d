"""委托别人办: what may be entrusted, chapter by chapter, and what the person does herself, with the reason."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from shebao.cases.item import Item
from shebao.identity.mandates import Business
from shebao.items import entrusting
from shebao.web.pages import items as items_page


def choice(
    items: Sequence[Item], enquiries: Mapping[str, Business], own: Iterable[Item], chosen: Collection[str]
) -> dict[str, Any]:
    """Context of web/mandate_new.html; a chapter with something ticked stands open."""
    looks = [_row(code, one.name, chosen) for code, one in enquiries.items()]
    groups = [{"name": "查询", "rows": looks, "open": not chosen or any(row["ticked"] for row in looks)}]
    open_items = {item.code: item for item in items if entrusting.may(item)}
    for chapter in items_page.chapters(open_items.values()):
        if chapter["code"] == "enquiry":
            continue
        codes = [row["url"].strip("/").rpartition("/")[2] for row in chapter["rows"]]
        rows = [_row(code, open_items[code].plain, chosen) for code in codes]
        groups.append({"name": chapter["name"], "rows": rows, "open": any(row["ticked"] for row in rows)})
    return {"groups": groups, "own": [{"name": item.plain, "why": item.own} for item in own]}


def _row(code: str, name: str, chosen: Collection[str]) -> dict[str, Any]:
    return {"code": code, "name": name, "ticked": code in chosen}
