"""交材料, as the applicant does it, and the look of the clerk who holds the case. Doors call this."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from shebao.base.refusal import Refusal
from shebao.cases import materials, writing
from shebao.cases.item import ASKED_BESIDES, Item, Material
from shebao.cases.materials import Page
from shebao.cases.papers import images, receiving
from shebao.items import catalogue, handling, office
from shebao.privacy import gate

OWN = "handle.own"
CHANGING = ("draft", "supplement")
THUMB = 320


@dataclass(frozen=True)
class Tile:
    """One place of a material, with a small JPEG of a picture (empty for a PDF or an emptied page)."""

    page: Page
    thumb: bytes


@dataclass(frozen=True)
class Shelf:
    """One material of a case with its pages."""

    no: str
    state: str
    item: Item
    material: Material
    tiles: tuple[Tile, ...]

    @property
    def may_change(self) -> bool:
        return self.state in CHANGING


def listing(no: str, *, by: gate.Actor) -> tuple[Page, ...]:
    """All pages of one's case. One entry of the ledger."""
    with _reading(_own(no, by), by) as grant:
        return materials.tiles(grant, no)


def shelf(no: str, code: str, *, by: gate.Actor) -> Shelf:
    """The upload page of one material, with small pictures. One entry of the ledger."""
    found = _own(no, by)
    item = catalogue.item(found.kind)
    material = _material(item, code, found.state)
    with _reading(found, by) as grant:
        mine = [page for page in materials.tiles(grant, no) if page.material == code]
        kept = [(page, _small(grant, page)) for page in mine]
    return Shelf(no, found.state, item, material, tuple(Tile(page, thumb) for page, thumb in kept))


def hand_in(no: str, code: str, content: bytes, name: str, *, now: datetime, by: gate.Actor) -> Page:
    """One more page. Refuses the file with its reason, a full material, and a case that was already sent."""
    found = _changing(no, by)
    item = catalogue.item(found.kind)
    material = _material(item, code, found.state)
    paper = receiving.received(content, name)
    with _writing(item, found, by) as grant:
        return materials.add(grant, case_no=no, material=code, paper=paper, most=material.most_pages, now=now)


def retake(no: str, page_id: int, content: bytes, name: str, *, now: datetime, by: gate.Actor) -> Page:
    """Another file in the place of a page."""
    found = _changing(no, by)
    paper = receiving.received(content, name)
    with _writing(catalogue.item(found.kind), found, by) as grant:
        return materials.replace(grant, materials.one(grant, no, page_id), paper=paper, now=now)


def take_out(no: str, page_id: int, *, by: gate.Actor) -> str:
    """Deletes a page; returns its material. Refuses one that was already sent."""
    found = _changing(no, by)
    with _writing(catalogue.item(found.kind), found, by) as grant:
        page = materials.one(grant, no, page_id)
        materials.remove(grant, page)
        return page.material


def shift(no: str, page_id: int, steps: int, *, by: gate.Actor) -> str:
    """Moves a page forward (-1) or back (1) among its neighbours; returns its material."""
    found = _changing(no, by)
    with _writing(catalogue.item(found.kind), found, by) as grant:
        page = materials.one(grant, no, page_id)
        row = [one for one in materials.tiles(grant, no) if one.material == page.material]
        at = [one.id for one in row].index(page.id)
        others = row[:at] + row[at + 1 :]
        place = max(0, min(at + steps, len(others)))
        materials.move(grant, page, others[place] if place < len(others) else None)
        return page.material


def place(no: str, page_id: int, before_id: int | None, *, by: gate.Actor) -> None:
    """Puts a page before another; None: at the end."""
    found = _changing(no, by)
    with _writing(catalogue.item(found.kind), found, by) as grant:
        before = materials.one(grant, no, before_id) if before_id else None
        materials.move(grant, materials.one(grant, no, page_id), before)


def fetch(no: str, page_id: int, *, by: gate.Actor) -> tuple[Page, bytes]:
    """A page of one's own case with its bytes."""
    with _reading(_own(no, by), by) as grant:
        page = materials.one(grant, no, page_id)
        return page, materials.file(grant, page)[1]


def show(no: str, page_id: int, *, by: gate.Actor) -> tuple[str, Page, bytes]:
    """The same with the name of its material."""
    page, content = fetch(no, page_id, by=by)
    item = catalogue.item(writing.find(no, by=by).kind)
    return _material(item, page.material, "sent").name, page, content


def examine(no: str, page_id: int, *, by: gate.Actor) -> tuple[Page, bytes]:
    """The same for the clerk who holds the case; the person finds the look in her ledger."""
    with office.deciding_grant(no, by=by) as (_, grant):
        page = materials.one(grant, no, page_id)
        return page, materials.file(grant, page)[1]


def former(no: str, *, by: gate.Actor) -> tuple[Page, ...]:
    """For the clerk: pages that were sent and later replaced."""
    with office.deciding_grant(no, by=by) as (_, grant):
        return materials.former(grant, no)


def drawn(page: Page, content: bytes, leaf: int = 1) -> bytes:
    """A PNG of a page already read, or of one leaf of a PDF."""
    return materials.drawn(page.media_type, content, leaf=leaf)


def _small(grant: gate.Grant, page: Page) -> bytes:
    if page.is_pdf or not page.is_kept:
        return b""
    return images.thumb(materials.file(grant, page)[1], THUMB)


def _own(no: str, by: gate.Actor) -> writing.Found:
    if by.is_staff:
        raise Refusal("out_of_reach")
    return writing.find(no, by=by)


def _changing(no: str, by: gate.Actor) -> writing.Found:
    """The case, before the work on a file starts; whether it still waits is asked again under the grant."""
    found = _own(no, by)
    if found.state not in CHANGING:
        raise Refusal("conflict", "已经交上去了，不能再改材料。", "看办件进度", f"/cases/{no}/")
    return found


def _material(item: Item, code: str, state: str) -> Material:
    """A material of the item; once it has been sent, also what the office asked for besides."""
    known = item.materials if state == "draft" else (*item.materials, ASKED_BESIDES)
    for material in known:
        if material.code == code:
            return material
    raise Refusal("not_found", "这件事不要这份材料。", "看要交什么", f"/items/{item.code}/")


@contextmanager
def _reading(found: writing.Found, by: gate.Actor) -> Iterator[gate.Grant]:
    with gate.open(by, OWN, items=handling.CASE_ITEMS, subject=found.subject_id, case=found.no) as grant:
        yield grant


@contextmanager
def _writing(item: Item, found: writing.Found, by: gate.Actor) -> Iterator[gate.Grant]:
    """Only what handing in needs: the case and its material, nothing of the registry."""
    rows = handling.CASE_ITEMS
    with gate.open(
        by, item.purpose, items=rows, writes=rows, subject=found.subject_id, case=found.no
    ) as grant:
        yield grant
