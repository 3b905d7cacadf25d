"""材料 of a case, page by page, under an open grant that holds `material.file` (and `case.record`, to write).

The bytes stand in PostgreSQL (bytea, at most 20 MB), sealed with the person's statutory key: a page, its case and the
ledger entry are kept in one transaction or not at all, and one backup holds them all. A file is received
(`papers.receiving.received`) before the grant is opened, so that no row is open while it is scanned and made anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connections
from django.db.models import F, Max, QuerySet, Sum

from shebao.base.refusal import Refusal
from shebao.cases import writing
from shebao.cases.models import Case, Material
from shebao.cases.papers import apart, limits, previews, reasons
from shebao.cases.papers.receiving import QUARANTINED, RECEIVED, REPLACED, WAITING, Paper
from shebao.cases.papers.types import PDF, Unfit
from shebao.privacy import aead, gate, keys, master

KEY_CLASS = "statutory"
MOST_PAGES = 20
SUFFIXES = {"image/jpeg": "jpg", PDF: "pdf"}


@dataclass(frozen=True)
class Page:
    """一页材料. `width`, `height` in pixels (PDF: points); `pages`: leaves of a PDF; `hint`: dark, blurred, small, stripped."""

    id: int
    case_no: str
    subject_id: int
    material: str
    number: int
    media_type: str
    size: int
    sha256: str
    width: int
    height: int
    pages: int
    hint: str
    state: str
    received_at: datetime

    @property
    def is_kept(self) -> bool:
        return self.state in (RECEIVED, WAITING)

    @property
    def is_pdf(self) -> bool:
        return self.media_type == PDF

    @property
    def file_name(self) -> str:
        """A name that tells kind and place only."""
        return f"{self.case_no}-{self.material}-{self.number}.{SUFFIXES[self.media_type]}"


def add(
    grant: gate.Grant, *, case_no: str, material: str, paper: Paper, most: int = MOST_PAGES, now: datetime
) -> Page:
    """A page at the end of a material. Refuses a full material (`most` pages) or case, and a case already sent."""
    case = _open(grant, case_no)
    rows = _rows(grant, case_no)
    if rows.filter(material=material, number__gt=0).count() >= most:
        raise reasons.refusal("too_many")
    kept = rows.aggregate(total=Sum("size"))["total"] or 0
    if kept + len(paper.clean.content) > limits.current().case_bytes:
        raise reasons.refusal("too_much")
    last = rows.filter(material=material).aggregate(last=Max("number"))["last"] or 0
    return _insert(grant, case, material, max(last, 0) + 1, paper, now)


def remove(grant: gate.Grant, page: Page) -> None:
    """Deletes a page for good. Refuses one that was already sent with the application (it stays on file)."""
    case = _open(grant, page.case_no)
    if _was_sent(case, page):
        raise Refusal(
            "conflict", "这一页已经交上去了，不能删。", "可以重拍，或再加一页", f"/cases/{case.no}/edit/"
        )
    _row(grant, page).delete()
    _close_up(grant, page)


def replace(grant: gate.Grant, page: Page, *, paper: Paper, now: datetime) -> Page:
    """Another file in the same place. A page already sent stays on file as `replaced`, seen by the office only."""
    case = _open(grant, page.case_no)
    if _was_sent(case, page) and page.state != QUARANTINED:
        least = _rows(grant, page.case_no).filter(material=page.material, number__lt=0).count()
        _row(grant, page).update(state=REPLACED, number=-least - 1)
    else:
        _row(grant, page).delete()
    return _insert(grant, case, page.material, page.number, paper, now)


def move(grant: gate.Grant, page: Page, before: Page | None) -> None:
    """Puts a page before another of its material; None: at the end."""
    _open(grant, page.case_no)
    if before is not None and (before.case_no, before.material) != (page.case_no, page.material):
        raise Refusal("invalid_input", "只能在同一份材料里换顺序。")
    others = [one for one in _listed(grant, page.case_no, page.material) if one.id != page.id]
    at = next((n for n, one in enumerate(others) if before and one.id == before.id), len(others))
    for number, one in enumerate([*others[:at], page, *others[at:]], 1):
        if one.number != number:
            _row(grant, one).update(number=number)


def pages(grant: gate.Grant, case_no: str) -> tuple[Page, ...]:
    """The pages that count, in order: received, or kept and waiting for the scanner."""
    return tuple(page for page in tiles(grant, case_no) if page.is_kept)


def tiles(grant: gate.Grant, case_no: str) -> tuple[Page, ...]:
    """All places of the upload page: what counts, and what was quarantined."""
    return tuple(_listed(grant, case_no))


def former(grant: gate.Grant, case_no: str) -> tuple[Page, ...]:
    """The pages that were sent and later replaced (原来的页), newest first."""
    rows = _rows(grant, case_no).filter(state=REPLACED).order_by("material", "number").defer("content")
    return tuple(_page(row) for row in rows)


def one(grant: gate.Grant, case_no: str, page_id: int) -> Page:
    """A page of this case. Refuses another's."""
    row = _rows(grant, case_no).filter(id=page_id).defer("content").first()
    if row is None:
        raise Refusal("not_found", "没有这一页，可能已经删了。", "看这件事的材料", f"/cases/{case_no}/")
    return _page(row)


def file(grant: gate.Grant, page: Page) -> tuple[str, bytes]:
    """Media type and bytes. Refuses a quarantined page, and staff before the scanner has answered."""
    if page.state == WAITING and grant.actor.is_staff:
        raise Refusal("precondition_unmet", "这一页还没查完病毒，先不能看。", "过几分钟再看")
    row = _rows(grant, page.case_no).filter(id=page.id).first()
    if row is None or row.content is None:
        raise Refusal("not_found", "这一页没有保存内容。", "换一个文件")
    return row.media_type, _unsealed(row, bytes(row.content))


def preview(grant: gate.Grant, page: Page, *, leaf: int = 1, edge: int = previews.EDGE) -> bytes:
    """A PNG of the page (of one leaf of a PDF), at most `edge` pixels a side. Refuses as `file` does."""
    media_type, content = file(grant, page)
    return drawn(media_type, content, leaf=leaf, edge=edge)


def drawn(media_type: str, content: bytes, *, leaf: int = 1, edge: int = previews.EDGE) -> bytes:
    """The same from bytes already read, for a door that closes the grant first."""
    try:
        return apart.draw(content, media_type, leaf, edge)
    except Unfit:
        raise Refusal("not_found", "这一页画不出来。", "下载原件再看") from None


def lacking(grant: gate.Grant, case_no: str, wanted: Iterable[str]) -> list[str]:
    """Which of these materials have no page that counts."""
    have = {page.material for page in pages(grant, case_no)}
    return [code for code in wanted if code not in have]


def discard(grant: gate.Grant, case_no: str) -> int:
    """Throws the pages of a draft away; returns how many. The database does the same when a draft ends."""
    return _rows(grant, case_no).delete()[0]


def seal(subject_id: int, case_no: str, page_id: int, content: bytes) -> bytes:
    """The bytes as the table keeps them, bound to table, case, page and person."""
    key = keys.data_key(subject_id, KEY_CLASS)
    context = _context(subject_id, case_no, page_id)
    return key.version.to_bytes(2) + aead.encrypt(key.key, content, context, master.cipher())


def unseal(subject_id: int, case_no: str, page_id: int, sealed: bytes) -> bytes:
    """The bytes back. Raises aead.Unreadable for anything altered or moved."""
    key = keys.key_of_version(subject_id, KEY_CLASS, int.from_bytes(sealed[:2]))
    return aead.decrypt(key, sealed[2:], _context(subject_id, case_no, page_id))


def _unsealed(row: Material, sealed: bytes) -> bytes:
    return unseal(row.subject_id, row.case_id, row.id, sealed)


def _context(subject_id: int, case_no: str, page_id: int) -> bytes:
    return f"cases_material|{case_no}|{page_id}|{subject_id}".encode()


def _open(grant: gate.Grant, case_no: str) -> Case:
    """The case, locked. Refuses one that waits for nobody's material."""
    case = writing.locked(grant, case_no)
    if case.state not in ("draft", "supplement"):
        raise Refusal("conflict", "已经交上去了，不能再改材料。", "看办件进度", f"/cases/{case_no}/")
    return case


def _was_sent(case: Case, page: Page) -> bool:
    return case.state == "supplement" and case.asked_at is not None and page.received_at < case.asked_at


def _insert(grant: gate.Grant, case: Case, material: str, number: int, paper: Paper, now: datetime) -> Page:
    clean = paper.clean
    with connections[grant.alias].cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('cases_material', 'id'))")
        (page_id,) = cursor.fetchone()
    row = Material(
        id=page_id, case_id=case.no, subject_id=case.subject_id, material=material, number=number,
        media_type=clean.media_type, size=len(clean.content), sha256=paper.sha256, width=clean.width,
        height=clean.height, pages=clean.pages, hint=clean.hint, state=paper.state, received_at=now,
        content=seal(case.subject_id, case.no, page_id, clean.content),
    )  # fmt: skip
    row.save(using=grant.alias, force_insert=True)
    case.touched_at = now
    case.save(using=grant.alias, update_fields=["touched_at"])
    return _page(row)


def _close_up(grant: gate.Grant, gone: Page) -> None:
    """The pages after it move up by one."""
    rows = _rows(grant, gone.case_no).filter(material=gone.material, number__gt=gone.number)
    rows.update(number=F("number") - 1)


def _rows(grant: gate.Grant, case_no: str) -> QuerySet[Material]:
    return Material.objects.using(grant.alias).filter(case_id=case_no, subject_id=grant.subject_id)


def _row(grant: gate.Grant, page: Page) -> QuerySet[Material]:
    return _rows(grant, page.case_no).filter(id=page.id)


def _listed(grant: gate.Grant, case_no: str, material: str = "") -> list[Page]:
    rows = _rows(grant, case_no).filter(number__gt=0).order_by("material", "number").defer("content")
    return [_page(row) for row in (rows.filter(material=material) if material else rows)]


def _page(row: Material) -> Page:
    return Page(
        row.id, row.case_id, row.subject_id, row.material, row.number, row.media_type, row.size,
        bytes(row.sha256).hex(), row.width, row.height, row.pages, row.hint, row.state, row.received_at,
    )  # fmt: skip
