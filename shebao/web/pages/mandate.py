"""委托别人办: what may be entrusted, what the person does herself and why, and who acts in a case."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from shebao.cases.item import Item
from shebao.identity.mandates import Business
from shebao.items import entrusting
from shebao.items.progress import CaseView
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


def acting_for(view: CaseView, *, own: bool) -> str:
    """Who does it for the person, in one sentence; empty when she does it herself."""
    helper = view.helper
    if helper is None:
        return ""
    if not own:
        return "您在替对方办这件事，对方每一步都能看到。"
    if helper.rule == "guardian":
        return "由您的监护人替您办理。"
    called = f"{helper.relation}（{helper.called}）" if helper.called else helper.relation
    return f"由您委托的{called}办理。" if helper.live else f"由{called}办理，委托已经结束。"


def _row(code: str, name: str, chosen: Collection[str]) -> dict[str, Any]:
    return {"code": code, "name": name, "ticked": code in chosen}
