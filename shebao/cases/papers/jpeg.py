"""A JPEG without its side notes (去掉照片附注), its pixels untouched: for pictures inside a PDF."""

_START, _SCAN, _END = 0xD8, 0xDA, 0xD9
_ADOBE = 0xEE
_KEPT_APPS = (0xE0, _ADOBE)


def bare(content: bytes) -> bytes:
    """The same picture without EXIF, position, profile, comments. What is no JPEG comes back empty."""
    if content[:2] != b"\xff\xd8":
        return b""
    out, at = bytearray(b"\xff\xd8"), 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == _SCAN:
            return bytes(out) + content[at:]
        length = int.from_bytes(content[at + 2 : at + 4])
        if length < 2:
            break
        if not _note(marker):
            out += content[at : at + 2 + length]
        at += 2 + length
    return bytes(out)


def _note(marker: int) -> bool:
    return marker == 0xFE or (0xE0 <= marker <= 0xEF and marker not in _KEPT_APPS)
