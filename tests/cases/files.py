"""Files as people and attackers send them."""

import io
import struct
import zlib

from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject


def photo(
    size: tuple[int, int] = (1200, 1600), *, kind: str = "JPEG", ink: int = 20, paper: int = 245
) -> bytes:
    """A page of text, photographed; with the phone's position, maker and a comment where the kind has room."""
    picture = Image.new("RGB", size, (paper, paper, paper))
    draw = ImageDraw.Draw(picture)
    for y in range(40, size[1] - 40, 36):
        draw.text((40, y), "No. 20261020 total 8642.50 own 642.50 " * 2, fill=(ink, ink, ink), font_size=24)
    out = io.BytesIO()
    if kind == "JPEG":
        picture.save(
            out, kind, quality=90, exif=exif(), comment=b"taken at home", icc_profile=b"profile-of-a-phone"
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
