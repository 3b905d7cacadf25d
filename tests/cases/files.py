"""Files as people and attackers send them."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)


def photo(
    size: tuple[int, int] = (1200, 1600),
    *,
    kind: str = "JPEG",
    ink: int = 20,
    paper: int = 245,
    turn: int = 6,
) -> bytes:
    """A page of text, photographed; with the phone's position, maker and a comment where the kind has room."""
    picture = Image.new("RGB", size, (paper, paper, paper))
    draw = ImageDraw.Draw(picture)
    for y in range(40, size[1] - 40, 36):
        draw.text((40, y), "No. 20261020 total 8642.50 own 642.50 " * 2, fill=(ink, ink, ink), font_size=24)
    out = io.BytesIO()
    if kind == "JPEG":
        picture.save(
            out,
            kind,
            quality=90,
            exif=exif(turn),
            comment=b"taken at home",
            icc_profile=b"profile-of-a-phone",
        )
    else:
        picture.save(out, kind)
    return out.getvalue()


def exif(turn: int = 6) -> bytes:
    notes = Image.Exif()
    notes[0x010F], notes[0x0110], notes[0x0112] = "PhoneMaker", "Model-7", turn
    notes.get_ifd(0x8825).update({1: "N", 2: (43.0, 53.0, 12.6), 3: "E", 4: (125.0, 19.0, 24.8)})
    return notes.tobytes()


def pdf(pages: int = 2, *, change=None, picture: bytes = b"") -> bytes:
    """A small PDF; `change(writer)` may put into it what does not belong there."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if picture:
        shown = Image.open(io.BytesIO(picture))
        out = io.BytesIO()
        shown.save(out, "PDF")
        writer.append(out)
    writer.add_metadata({"/Author": "王小明", "/Title": "家里的电脑"})
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def scripted(writer: PdfWriter) -> None:
    action = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert('hello')"),
        }
    )
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)


def attached(writer: PdfWriter) -> None:
    writer.add_attachment("payload.exe", b"MZ" + bytes(100))


def launching(writer: PdfWriter) -> None:
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")}
    )
    writer.root_object[NameObject("/OpenAction")] = action


def invoice(writer: PdfWriter) -> None:
    """An electronic invoice (数电票): the XML attached and named as its source, a note with a file, a form, XMP."""
    writer.add_attachment("digital-invoice.xml", b"<EInvoice>secret of the machine</EInvoice>")
    names = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]
    writer.root_object[NameObject("/AF")] = ArrayObject([names[1]])
    writer.pages[0][NameObject("/AF")] = ArrayObject([names[1]])
    field, pin = filled(writer, "11250000"), DictionaryObject()
    pin.update({NameObject("/Subtype"): NameObject("/FileAttachment"), NameObject("/FS"): names[1]})
    pin[NameObject("/Rect")] = field["/Rect"]
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(field), writer._add_object(pin)])
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer.pages[0]["/Annots"][0]])})
    writer.root_object[NameObject("/AcroForm")] = form
    writer.xmp_metadata = b"<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'>at home</x:xmpmeta>"


def filled(writer: PdfWriter, value: str, *, drawn: bool = True) -> DictionaryObject:
    """A field with words typed into it, with or without their look."""
    field = DictionaryObject(
        {NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Widget")}
    )
    field[NameObject("/FT")], field[NameObject("/T")] = NameObject("/Tx"), TextStringObject("number")
    field[NameObject("/V")] = TextStringObject(value)
    field[NameObject("/Rect")] = ArrayObject([NumberObject(side) for side in (50, 50, 300, 100)])
    if drawn:
        look = DecodedStreamObject()
        look.set_data(b"0 0 0 rg 0 0 250 50 re f")
        look[NameObject("/Type")], look[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
        look[NameObject("/BBox")] = ArrayObject([NumberObject(side) for side in (0, 0, 250, 50)])
        field[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(look)})
    return field


def undrawn(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/Annots")] = ArrayObject([filled(writer, "1200", drawn=False)])


def dynamic(writer: PdfWriter) -> None:
    """A form of a program of its own: the page only says that one should wait."""
    writer.root_object[NameObject("/NeedsRendering")] = BooleanObject(True)


def ingrained(key: str, value: PdfObject) -> Callable[[PdfWriter], None]:
    """Something active or attached inside what the page is drawn with, where it cannot be left out."""

    def change(writer: PdfWriter) -> None:
        inner = DictionaryObject({NameObject(key): value})
        writer.pages[0][NameObject("/Resources")] = DictionaryObject({NameObject("/Properties"): inner})

    return change


def open_to_all(writer: PdfWriter) -> None:
    """Encrypted, but with no password to open: only printing and copying are locked."""
    writer.encrypt("", "owner", algorithm="AES-256")


def locked(writer: PdfWriter) -> None:
    writer.encrypt("geheim", algorithm="AES-256")


def png_of(width: int, height: int, data: bytes | None = None) -> bytes:
    """A PNG that claims these dimensions."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(1000)) if data is None else data
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def svg() -> bytes:
    return b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
