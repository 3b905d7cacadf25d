"""信函: what could not be delivered otherwise is printed, one page for each person, and posted by hand."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn as fonts
import typst
from django.conf import settings

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.notices import tasks
from shebao.privacy import gate, vault

CHANNEL, PROCESS = "letter", "notice.print"
NAME, ADDRESS = "person.name", "person.address"
MOST = 100
TEMPLATE = Path(__file__).parent / "letter.typ"


def take(by: gate.Actor) -> int:
    """Takes up to 100 waiting letters; returns how many."""
    return tasks.take(CHANNEL, MOST, by)


def file_name(now: datetime) -> str:
    """信函-20261122.pdf: kind and day."""
    return f"信函-{clock.today_in_china(now):%Y%m%d}.pdf"


def print_batch(*, now: datetime, by: gate.Actor) -> tuple[bytes, int, int]:
    """The letters this member of staff holds as one PDF, how many, and how many had no address (they go on).

    Each letter is an entry of the ledger of its person. Refuses when nothing is held or the two hours are over.
    """
    pages: list[dict[str, object]] = []
    without = 0
    for task in tasks.held(CHANNEL, by):
        if not task.reach:
            continue
        with gate.open(
            by,
            PROCESS,
            items=("message.text", NAME, ADDRESS),
            subject=task.subject,
            case=f"message/{task.message}",
        ) as grant:
            values = vault.read(grant, (NAME, ADDRESS))
            title, body = tasks.text(grant, task)
        if not values.get(ADDRESS):
            tasks.report_back(task.delivery, outcome="failed", error="no_address", by=by)
            without += 1
            continue
        pages.append(
            {
                "name": values.get(NAME, ""),
                "address": values[ADDRESS],
                "title": title,
                "lines": [line for line in body.splitlines() if line.strip()],
                "number": f"{task.message}-{task.delivery}",
            }
        )
    if not pages:
        told = "手上的信都没有地址，已转给下一种方式。" if without else "手上没有能打印的信。"
        raise Refusal("precondition_unmet", told, "先取一批", "/desk/messages/")
    return _typeset(pages, now), len(pages), without


def mailed(*, by: gate.Actor) -> int:
    """The printed letters were handed to the post; returns how many."""
    return sum(
        tasks.report_back(task.delivery, outcome="sent", error="", by=by) for task in tasks.held(CHANNEL, by)
    )


@cache
def _fonts() -> typst.Fonts:
    folder = fonts.serif_path().parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _typeset(pages: list[dict[str, object]], now: datetime) -> bytes:
    day = clock.today_in_china(now)
    book = {
        "letters": pages,
        "sender": settings.DEPLOYMENT["handler"]["name"],
        "site": settings.BASE_URL,
        "phone": settings.DEPLOYMENT.get("contact", {}).get("line", ""),
        "day": f"{day.year}年{day.month}月{day.day}日",
    }
    compiler = typst.Compiler(root=TEMPLATE.parent, font_paths=_fonts(), ignore_system_fonts=True)
    made = compiler.compile(
        TEMPLATE,
        format="pdf",
        sys_inputs={"letters": json.dumps(book, ensure_ascii=False)},
        timestamp=now.replace(microsecond=0),
    )
    if not isinstance(made, bytes):
        raise TypeError("one PDF expected")
    return made
