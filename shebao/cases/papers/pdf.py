"""PDF made anew (重写): its pages and nothing else. No script, action, attached file, form logic or metadata stays."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from shebao.cases.papers import jpeg
from shebao.cases.papers.types import PDF, Clean, Unfit

MOST_PAGES = 100
MOST_PARTS = 200_000
MOST_UNPACKED = 300_000_000
MOST_PIXELS = 100_000_000
ACTIVE = {"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMediaSettings", "/3DD"}
ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/Movie", "/Sound", "/GoToE", "/GoTo3DView",
    "/RichMediaExecute",
}  # fmt: skip
ATTACHED = {"/EmbeddedFiles", "/EF"}
PAGE_KEEPS = {
    "/Type", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Contents", "/Group", "/Annots", "/Parent",
}  # fmt: skip
NOTE_KEEPS = {
    "/Type",
    "/Subtype",
    "/Rect",
    "/AP",
    "/AS",
    "/F",
    "/C",
    "/BS",
    "/Border",
    "/QuadPoints",
    "/InkList",
}
SEEN_NOTES = {
    "/Widget", "/Stamp", "/FreeText", "/Ink", "/Highlight", "/Underline", "/StrikeOut", "/Square", "/Circle", "/Line",
    "/Polygon", "/PolyLine", "/Squiggly", "/Caret",
}  # fmt: skip
HIDDEN_WORDS = (
    "/Metadata", "/PieceInfo", "/LastModified", "/StructParent", "/StructParents", "/AF", "/OPI", "/Alternates", "/A",
    "/AA", "/Measure", "/PtData", "/ID",
)  # fmt: skip
SQUEEZED = ("/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL", "/BrotliDecode")
DIRECT_JPEG = ("/DCTDecode", "/DCT")


def clean(content: bytes) -> Clean:
    """The same pages as a new document; what is attached or acts is left out, and the hint `stripped` says so.

    Raises Unfit: locked, a form that only its own program shows, still active, too long, too big unpacked.
    """
    try:
        return _clean(content)
    except Unfit:
        raise
    except MemoryError:
        raise Unfit("pdf_bomb") from None
    except Exception:
        raise Unfit("broken") from None


def _clean(content: bytes) -> Clean:
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unfit("pdf_locked")
    hint = "stripped" if _unwanted(reader.trailer) else ""
    count = len(reader.pages)
    if count == 0:
        raise Unfit("pdf_empty")
    if count > MOST_PAGES:
        raise Unfit("pdf_pages")
    _require_shown(reader)
    writer = PdfWriter()
    for page in reader.pages:
        _keep(page)
        writer.add_page(page)
    writer.metadata = None
    _scour(writer)
    left = _unwanted(writer._root_object)
    if left:
        raise Unfit(left)
    out = BytesIO()
    writer.write(out)
    first = writer.pages[0].mediabox
    return Clean(out.getvalue(), PDF, round(abs(first.width)), round(abs(first.height)), count, hint)


def _unwanted(root: Any) -> str:
    """The first thing that acts or carries a file among all parts that can be reached: a reason, or nothing."""
    for part in _parts(root):
        if ACTIVE & part.keys() or _name(part, "/S") in ACTIONS:
            return "pdf_active"
        if ATTACHED & part.keys() or _name(part, "/Subtype") == "/FileAttachment":
            return "pdf_attachment"
        if _name(part, "/Subtype") in ("/RichMedia", "/3D", "/Screen", "/Movie", "/Sound"):
            return "pdf_active"
    return ""


def _require_shown(reader: PdfReader) -> None:
    """Refuses a form whose content is not on its pages: it would be lost without a word."""
    root = reader.trailer["/Root"].get_object()
    told = root.get("/NeedsRendering") if isinstance(root, DictionaryObject) else None
    if isinstance(told, BooleanObject) and told.value:
        raise Unfit("pdf_form")
    for page in reader.pages:
        notes = page.get("/Annots")
        for reference in notes if isinstance(notes, ArrayObject) else ():
            note = reference.get_object()
            if isinstance(note, DictionaryObject) and _name(note, "/Subtype") == "/Widget":
                _require_drawn(note)


def _require_drawn(field: DictionaryObject) -> None:
    """Words typed into a field have a look of their own, or they cannot be seen."""
    parent = field.get("/Parent")
    value = field.get("/V") or (parent.get("/V") if isinstance(parent, DictionaryObject) else None)
    if isinstance(value, TextStringObject | ByteStringObject) and value and "/AP" not in field:
        raise Unfit("pdf_form")


def _parts(root: Any) -> Iterator[DictionaryObject]:
    """Every dictionary reachable from the root, once."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [root]
    count = 0
    while waiting:
        part = waiting.pop()
        if isinstance(part, IndirectObject):
            place = (part.idnum, part.generation)
            if place in seen:
                continue
            seen.add(place)
            part = part.get_object()
        count += 1
        if count > MOST_PARTS:
            raise Unfit("pdf_bomb")
        if isinstance(part, DictionaryObject):
            yield part
            waiting.extend(part.raw_get(key) for key in part if _holds(part.raw_get(key)))
        elif isinstance(part, ArrayObject):
            waiting.extend(one for one in list.__iter__(part) if _holds(one))


def _holds(value: Any) -> bool:
    return isinstance(value, IndirectObject | DictionaryObject | ArrayObject)


def _name(part: DictionaryObject, key: str) -> str:
    value = part.get(key)
    return str(value) if isinstance(value, NameObject) else ""


def _keep(page: DictionaryObject) -> None:
    """Takes from a page all that is not seen; a stamp or a filled field keeps its look, not its logic."""
    for key in set(page) - PAGE_KEEPS:
        del page[key]
    if "/Annots" not in page:
        return
    notes = page["/Annots"]
    kept = ArrayObject()
    for reference in notes if isinstance(notes, ArrayObject) else ():
        note = reference.get_object()
        if isinstance(note, DictionaryObject) and _name(note, "/Subtype") in SEEN_NOTES and "/AP" in note:
            look = DictionaryObject({key: note.raw_get(key) for key in note if key in NOTE_KEEPS})
            if (
                _name(look, "/Subtype") == "/Widget"
            ):  # without its form a field is drawn by no reader; a stamp is
                look[NameObject("/Subtype")] = NameObject("/Stamp")
            kept.append(look)
    page[NameObject("/Annots")] = kept


def _scour(writer: PdfWriter) -> None:
    """Removes what is written beside the pages, and looks into every stream."""
    unpacked = 0
    for part in _parts(writer._root_object):
        for key in HIDDEN_WORDS:
            if key in part and not (key == "/ID" and part is writer._root_object):
                del part[key]
        if isinstance(part, StreamObject):
            unpacked += _look_into(part, MOST_UNPACKED - unpacked)


def _look_into(stream: StreamObject, most: int) -> int:
    """Bytes the stream unpacks to; bares a JPEG inside. Raises Unfit past the limit."""
    filters = _filters(stream)
    width, height = stream.get("/Width", 0), stream.get("/Height", 0)
    if _name(stream, "/Subtype") == "/Image" and not 0 <= int(width) * int(height) <= MOST_PIXELS:
        raise Unfit("too_many_pixels")
    if sum(name in SQUEEZED for name in filters) > 1 or "/BrotliDecode" in filters:
        raise Unfit("pdf_bomb")
    if not isinstance(stream, EncodedStreamObject):
        return 0
    if len(filters) == 1 and filters[0] in DIRECT_JPEG:
        stream._data = jpeg.bare(stream._data)
    if filters[:1] and filters[0] in ("/FlateDecode", "/Fl"):
        return _unpacked(stream._data, most)
    return 0


def _filters(stream: StreamObject) -> list[str]:
    found = stream.get("/Filter")
    if isinstance(found, ArrayObject):
        return [str(one) for one in found]
    return [str(found)] if isinstance(found, NameObject) else []


def _unpacked(data: bytes, most: int) -> int:
    """How long a packed stream becomes, without keeping it."""
    engine, total, rest = zlib.decompressobj(), 0, data
    try:
        while rest and not engine.eof:
            total += len(engine.decompress(rest, 1 << 20))
            rest = engine.unconsumed_tail
            if total > most:
                raise Unfit("pdf_bomb")
    except zlib.error:
        return total
    return total
