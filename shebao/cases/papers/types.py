"""What a file really is, by its first bytes; and whether its name tells the same."""

from dataclasses import dataclass

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
IMAGES = (JPEG, PNG, WEBP)
ACCEPTED = (*IMAGES, PDF)
SUFFIXES = {
    "jpg": JPEG, "jpeg": JPEG, "jpe": JPEG, "jfif": JPEG, "png": PNG, "webp": WEBP, "pdf": PDF,
}  # fmt: skip
STARTS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"%PDF-", PDF),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"PK\x03\x04", "office"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
MARKUP = (b"<svg", b"<html", b"<!doctype", b"<?xml", b"<script", b"<head", b"<body")


class Unfit(ValueError):
    """A file that cannot be a material; `code` says why (`reasons.REASONS`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Clean:
    """A file made anew: nothing in it but what is seen. Pixels of the picture, or points of the first page."""

    content: bytes
    media_type: str
    width: int
    height: int
    pages: int
    hint: str = ""


def kind_of(content: bytes, name: str = "") -> str:
    """The media type by content. Refuses what is not accepted, and a name that promises another kind.

    A picture named as another kind of picture passes: chat programs rename them, and each is made anew.
    """
    found = _found(content)
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if found not in ACCEPTED:
        raise Unfit("ofd" if _invoice(content, found, suffix) else found)
    if suffix and suffix not in SUFFIXES:
        raise Unfit("false_name")
    promised = SUFFIXES.get(suffix, found)
    if promised != found and PDF in (promised, found):
        raise Unfit("false_name")
    return found


def _invoice(content: bytes, found: str, suffix: str) -> bool:
    """An electronic invoice (数电票) as OFD or XML: it exists as PDF too."""
    return (found == "office" and b"OFD.xml" in content) or (found == "markup" and suffix == "xml")


def _found(content: bytes) -> str:
    if not content:
        return "empty"
    for start, kind in STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == WEBP_MARK:
        return WEBP
    if content[4:8] == b"ftyp":
        return "heif" if content[8:12] in HEIF_BRANDS else "film"
    if content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        return "markup"
    return "unknown"


WEBP_MARK = b"WEBP"
