"""What a PDF says to the tools others will open it with."""

import subprocess
from pathlib import Path


def _run(tool: str, pdf: bytes, folder: Path, *options: str) -> str:
    file = folder / "file.pdf"
    file.write_bytes(pdf)
    return subprocess.run([tool, *options, str(file), *(["-"] if tool == "pdftotext" else [])],
                          capture_output=True, text=True, check=False).stdout  # fmt: skip


def text(pdf: bytes, folder: Path, *options: str) -> str:
    """All text, in layout order."""
    return _run("pdftotext", pdf, folder, "-layout", *options)


def fonts(pdf: bytes, folder: Path) -> list[list[str]]:
    """The font table, one row a font."""
    return [line.split() for line in _run("pdffonts", pdf, folder).splitlines()[2:]]


def info(pdf: bytes, folder: Path) -> str:
    """Document information and XMP."""
    return _run("pdfinfo", pdf, folder) + _run("pdfinfo", pdf, folder, "-meta")


def seal(pdf: bytes, folder: Path) -> str:
    """What pdfsig finds."""
    return _run("pdfsig", pdf, folder)
