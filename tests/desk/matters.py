"""Applications for the desk's tests: sent by people of the cast, with or without their papers."""

from datetime import datetime

from shebao.base import clock
from shebao.items import handing_in, handling
from shebao.privacy import gate
from tests import people
from tests.cases import files

PAPERS = ("receipt", "list", "diagnosis", "record")
CLAIM = {
    "cause": "illness", "hospital": "宁溪第二医院", "level": "2", "admitted": "2026-09-01", "discharged": "2026-09-08",
    "total": "18642.37", "own": "2537.17", "account": "6222020000000000000",
}  # fmt: skip


def sent(
    by: gate.Actor | None = None,
    *,
    papers: tuple[str, ...] = PAPERS,
    now: datetime | None = None,
    **other: str,
) -> str:
    """A claim of a hospital stay; answers with its number."""
    moment = now or clock.now()
    actor = by or people.citizen(people.CHUNMEI)
    no = handling.start("inpatient-claim", now=moment, by=actor)
    handling.answer(no, CLAIM | other, now=moment, by=actor)
    for material in papers:
        handing_in.hand_in(no, material, files.photo((800, 1000)), "photo.jpg", now=moment, by=actor)
    handling.submit(no, key=f"k-{no}", now=moment, by=actor)
    return no
