"""联系我们: words for channels, states and the history of a ticket."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from shebao.cases import tickets
from shebao.cases.tickets import ADVICE, Opened
from shebao.cases.tickets_kinds import Kind
from shebao.privacy.book import Register
from shebao.web import formats

ICONS = {
    "privacy": "eye",
    "policy": "file",
    "terms": "file",
    "service": "work",
    "login": "user",
    "technical": "phone",
}
ROLES = {"citizen": "您", "staff": "经办人员", "system": "平台"}
STARS = ((5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意"))


def address(deployment: Mapping[str, Any], book: Register) -> dict[str, str]:
    """Where a letter goes: the handler of the register, the postcode of the deployment."""
    written = deployment["handler"]["address"]
    return {
        "to": book.handler.name,
        "line": book.handler.address,
        "postcode": str(written.get("postcode", "")),
        "how": str(deployment["contact"].get("letter", "")),
    }


def contact(deployment: Mapping[str, Any], book: Register) -> dict[str, Any]:
    """Context of web/contact.html."""
    officer = book.party[book.header["officer"]]
    post = address(deployment, book)
    lines = [
        ("单位", post["to"]),
        ("地址", post["line"]),
        ("邮编", post["postcode"]),
        ("寄信", post["how"]),
        ("个人信息保护负责人", officer.name),
        ("怎样联系", officer.contact),
    ]
    return {
        "handler": [(name, value) for name, value in lines if value],
        "hours": str(deployment["contact"].get("hotline_hours", "")),
        "days": deployment["contact"].get("answer_workdays", 15),
    }


def kinds(offered: Sequence[Kind], channel: str) -> dict[str, Any]:
    """Context of web/ticket_kinds.html."""
    more = "?channel=chat" if channel == "chat" else ""
    return {
        "chat": channel == "chat",
        "rows": [
            {
                "url": f"/contact/tickets/new/{kind.code}{more}",
                "name": kind.name,
                "sub": kind.plain,
                "icon": ICONS.get(kind.code, "ask"),
            }
            for kind in offered
        ],
    }


def listing(mine: Sequence[Opened], today: date) -> dict[str, Any]:
    """Context of web/tickets.html: open ones first."""
    rows = sorted(mine, key=lambda one: one.state != "open")
    return {"rows": [line(one, today) for one in rows]}


def line(one: Opened, today: date) -> dict[str, str]:
    """A ticket on the list."""
    word, tone = state(one, today)
    return {
        "url": f"/contact/tickets/{one.no}/",
        "name": one.kind.name,
        "sub": f"{formats.date_cn(one.received_on, today)}，{one.channel_name}",
        "word": word,
        "tone": tone,
        "no": one.no,
        "last": formats.date_cn(one.due_on, today),
        "icon": ICONS.get(one.kind.code, "ask"),
    }


def state(one: Opened, today: date) -> tuple[str, str]:
    """The state in one word, and its tone."""
    if one.erased:
        return "内容已删", "n"
    if one.state == "closed":
        return "已办结", "n"
    if one.escalated or one.due_on < today:
        return "我们晚了", "b"
    if any(note.is_advice for note in one.notes):
        return "有答复", ""
    return "在办", "w"


def detail(one: Opened, today: date) -> dict[str, Any]:
    """Context of web/ticket.html."""
    late = (today - one.due_on).days if one.state == "open" and one.due_on < today else 0
    word, tone = state(one, today)
    return {
        "ticket": one,
        "word": word,
        "tone": tone,
        "head": _head(one, today),
        "late": late,
        "advice": ADVICE,
        "notes": [
            {
                "name": note.name,
                "who": ROLES.get(note.role, note.role),
                "when": formats.moment_cn(note.at, today),
                "text": note.text,
                "advice": note.is_advice,
            }
            for note in one.notes
        ],
        "may_add": one.state == "open",
        "may_reopen": one.state == "closed" and not one.reopened and not one.erased,
        "may_rate": one.state == "closed" and one.rating is None,
        "stars": STARS,
        "rated": dict(STARS).get(one.rating or 0, ""),
        "reopen_days": tickets.REOPEN_DAYS,
    }


def _head(one: Opened, today: date) -> str:
    if one.erased:
        return "内容已经到期删掉"
    if one.state == "closed":
        return "已办结"
    day = formats.date_cn(one.due_on, today)
    return f"晚了，原定 {day} 答复" if one.due_on < today else f"最晚 {day} 答复您"
