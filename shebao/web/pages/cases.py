"""我的办件: the list, the items of a bundle together, and the next thing for the home page."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from shebao.cases import states
from shebao.cases.item import Item
from shebao.items.bundles import Part
from shebao.items.progress import CaseLine
from shebao.web import formats

PER_PAGE = 20
ELDER_PER_PAGE = 4
ICONS = {"done": "ok", "withdrawn": "cross", "lapsed": "cross", "declined": "stop"}


def url(no: str) -> str:
    """The address of a case."""
    return f"/cases/{no}/"


def line(one: CaseLine, *, plain: str, today: date) -> dict[str, str]:
    """A case in a list."""
    word = {
        "draft": f"草稿，{formats.near_day(one.touched_at.isoformat(), today)}写的",
        "supplement": f"等您补材料，{formats.date_cn(one.supply_by, today)}前",
    }.get(one.state, one.state_word)
    if one.state == "decided":
        word = "有结果了，点开看"
    elif one.state in states.WITH_OFFICE and one.due_on:
        word = f"{one.state_word}，最晚 {formats.date_cn(one.due_on, today)}"
    if one.late:
        word = "超过期限了，是我们的责任"
    if states.ended(one.state):
        word = f"{one.state_word}，{formats.date_cn(one.touched_at.isoformat(), today)}"
    to = f"/cases/{one.no}/edit/" if one.state == "draft" else url(one.no)
    return {"url": to, "name": plain or one.name, "sub": word, "icon": ICONS.get(one.state, "file")}


def listing(
    rows: Sequence[CaseLine], names: Mapping[str, str], *, today: date, page: int = 1, elder: bool = False
) -> dict[str, Any]:
    """Context of web/cases.html: what waits for the person first, then what runs, then what has ended."""
    told = [(one, line(one, plain=names.get(one.code, ""), today=today)) for one in rows]
    ended = [view for one, view in told if states.ended(one.state)]
    size = ELDER_PER_PAGE if elder else PER_PAGE
    shown = ended[(page - 1) * size : page * size]
    return {
        "mine": [view for one, view in told if one.yours] if page == 1 else [],
        "open": [v for one, v in told if not one.yours and not states.ended(one.state)] if page == 1 else [],
        "ended": shown,
        "older": f"/cases/?page={page + 1}" if len(ended) > page * size else "",
        "newer": f"/cases/?page={page - 1}" if page > 1 else "",
    }


def together(bundle: Item, parts: Sequence[Part], *, mark: str, today: date) -> dict[str, Any]:
    """Context of web/cases_together.html: one line for every item of the bundle."""
    rows = []
    for part in parts:
        if part.line is None and part.alone is not None:
            alone = line(part.alone, plain=part.item.plain, today=today)
            to, told, icon = alone["url"], f"另外在办：{alone['sub']}", "clock"
        elif part.line is None:
            to, told, icon = f"/items/{part.item.code}/", part.why or "还没有开始，看能不能办", "list"
        else:
            told_line = line(part.line, plain=part.item.plain, today=today)
            to, told = told_line["url"], told_line["sub"]
            to = f"{to}?together={mark}" if part.line.state == "draft" else to
            icon = "bang" if part.line.yours else "ok" if part.line.state == "done" else "clock"
        tone = "w" if icon == "bang" else "" if icon == "ok" else "n"
        rows.append({"url": to, "name": part.item.plain, "sub": told, "icon": icon, "tone": tone})
    open_ones = [row for row in rows if row["icon"] == "bang"]
    done = sum(row["icon"] == "ok" for row in rows)
    return {
        "plain": bundle.plain,
        "head": f"{len(open_ones)} 项等您填" if open_ones else f"{len(rows)} 项，办好 {done} 项",
        "rows": rows,
        "next": open_ones[0] if open_ones else None,
    }


def agenda(rows: Sequence[CaseLine], names: Mapping[str, str], *, today: date) -> list[dict[str, str]]:
    """近期安排 of the home page, in the order given."""
    found = []
    for one in rows:
        told = line(one, plain=names.get(one.code, ""), today=today)
        icon = "bang" if one.yours else "clock"
        found.append({"url": told["url"], "title": told["name"], "sub": told["sub"], "icon": icon})
    return found
