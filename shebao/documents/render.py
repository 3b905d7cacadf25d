"""A certificate's sheet to PDF bytes: Typst, fonts embedded. No personal data in the metadata."""

import io
import json
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn as fonts
import segno
import typst

from shebao.base import clock
from shebao.documents.content import KINDS, Content, Kind
from shebao.documents.issuer import Issuer
from shebao.documents.sheet import Sheet, compose

TEMPLATE = Path(__file__).parent / "templates" / "certificate.typ"


def file_name(kind: Kind, issued_at: datetime) -> str:
    """参保证明-20261122.pdf: kind and date, nothing of the person."""
    return f"{KINDS[kind]}-{clock.today_in_china(issued_at):%Y%m%d}.pdf"


def render(
    content: Content, issuer: Issuer, *, serial: str, code: str, issued_at: datetime, valid_until: date
) -> bytes:
    """The PDF of one certificate, not yet sealed."""
    return typeset(
        compose(content, issuer, serial=serial, code=code, issued_at=issued_at, valid_until=valid_until),
        issued_at,
    )


@cache
def _fonts() -> typst.Fonts:
    folder = fonts.serif_path().parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def typeset(sheet: Sheet, issued_at: datetime) -> bytes:
    """A sheet as PDF/UA-1 with embedded fonts; `issued_at` becomes the creation date."""
    compiler = typst.Compiler(root=TEMPLATE.parent, font_paths=_fonts(), ignore_system_fonts=True)
    made = compiler.compile(
        TEMPLATE,
        format="pdf",
        sys_inputs={
            "sheet": json.dumps(asdict(sheet), ensure_ascii=False),
            "qr": _qr(sheet.verify_link),
        },
        pdf_standards=["a-2a", "ua-1"],
        timestamp=issued_at.replace(microsecond=0),
    )
    if not isinstance(made, bytes):
        raise TypeError("one PDF expected")
    return made


def _qr(link: str) -> str:
    picture = io.BytesIO()
    segno.make_qr(link, error="m").save(picture, kind="svg", border=0, xmldecl=False, dark="#000", light=None)
    return picture.getvalue().decode("utf-8")
