"""回执: what was received or decided at once, its number and date, and what mostly comes next."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from shebao.cases import states
from shebao.cases.item import Item
from shebao.items.progress import CaseView
from shebao.web import formats
from shebao.web.pages import items as items_page
from shebao.web.pages.cases import url


def receipt(view: CaseView, today: date, coming: Iterable[Item] = ()) -> dict[str, Any]:
    """Context of web/case_receipt.html: 已收到, or the result of an instant item and what mostly comes next."""
    item = view.item
    at_once = bool(item and item.instant)
    granted = at_once and bool(view.granted)
    sealed = (view.decision or {}).get("certificate")
    paper = sealed or (view.effect.paper if view.effect else 0)
    head_word = ("办好了" if granted else "没有办成") if at_once else "已收到"
    lines = [view.effect.text] if view.effect else []
    if at_once and not granted and view.decision:
        lines = [str(reason[1]) for reason in view.decision["reasons"]]
    if not at_once and view.due_on:
        lines = [f"最晚 {formats.date_cn(view.due_on, today)}答复您。有进展会发消息。"]
    return {
        "head": head_word,
        "tone": "go-ok" if granted or not at_once else "w",
        "drawing": "ok" if granted or not at_once else "bang",
        "plain": item.plain if item else view.line.name,
        "name": view.line.name,
        "lines": lines,
        "facts": list(view.effect.lines) if view.effect else [],
        "no": view.line.no,
        "file": f"/certificates/{paper}.pdf" if paper else "",
        "paper": "决定书" if sealed else "凭证",
        "sent": formats.moment_cn(view.submitted_at, today) if view.submitted_at else "",
        "unit": view.holder,
        "due": formats.date_full(view.due_on) if view.due_on and not at_once else "",
        "case_url": url(view.line.no),
        "looked_url": f"{url(view.line.no)}looked/",
        "ended": states.ended(view.line.state),
        "next": [items_page.row(one) for one in coming] if granted else [],
    }
