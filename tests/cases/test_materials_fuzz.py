"""10,000 broken and hostile files against what looks at them: nothing but a refusal, or a copy made anew."""

import io
import random
import resource
import time
from collections import Counter

from PIL import Image
from pypdf.generic import DictionaryObject, TextStringObject

from shebao.cases.papers import cell, reasons
from shebao.cases.papers.types import IMAGES, JPEG, PDF, Clean, Unfit, kind_of
from tests.cases import files

COUNT = 10_000
SECONDS_OF_ONE = 8.0
MEMORY_KB = 900_000
MARK = b"<script>alert('kept')</script>"
NAMES = (
    "",
    "a.jpg",
    "a.png",
    "a.webp",
    "a.pdf",
    "a.jpg.exe",
    "a.svg",
    "..\\..\\a.jpg",
    "a.\0jpg",
    "图.jpg",
    "." * 500,
)


def seeds() -> list[bytes]:
    small = (160, 120)
    good = [files.photo(small), files.photo(small, kind="PNG"), files.photo(small, kind="WEBP"), files.pdf(1)]
    good += [files.pdf(2, picture=files.photo((300, 200))), files.photo((700, 900))]
    moving = io.BytesIO()
    frames = [Image.new("RGB", small, colour) for colour in ("red", "blue")]
    frames[0].save(moving, "WEBP", save_all=True, append_images=frames[1:])
    script, file = TextStringObject("app.alert(1)"), DictionaryObject()
    acting = (files.scripted, files.attached, files.launching, files.invoice, files.open_to_all)
    ingrained = (files.ingrained("/JS", script), files.ingrained("/EF", file))
    bad = [files.pdf(1, change=change) for change in (*acting, *ingrained)]
    return [
        *good * 3, *bad, moving.getvalue(), files.svg(), b"<html>" + MARK, files.png_of(60_000, 60_000),
        files.png_of(1, 2**31 - 1), files.png_of(4_000, 4_000), b"GIF89a" + bytes(32), b"PK\x03\x04" + bytes(64),
        b"BM" + bytes(64), b"\0\0\0\x18ftypheic" + bytes(32), b"%PDF-1.7\n" + b"[" * 3000, b"RIFF\xff\xff\xff\xffWEBPVP8X",
    ]  # fmt: skip


def hostile(chance: random.Random, pool: list[bytes]) -> bytes:
    """One file: a seed cut, joined, bent, or nothing but noise."""
    content = bytearray(chance.choice(pool))
    way = chance.randrange(9)
    if way == 0:
        return chance.randbytes(chance.randrange(3000))
    if way == 1:
        return bytes(content[: chance.randrange(len(content) + 1)])
    if way == 2:
        return bytes(content) + chance.choice(pool) + MARK
    if way == 3:
        return chance.choice(pool)[: chance.randrange(24)] + bytes(content)
    if way == 4:
        at, length = chance.randrange(len(content)), chance.randrange(400)
        return bytes(content[:at] + content[at + length :])
    if way == 5:
        at = chance.randrange(len(content))
        return bytes(content[:at] + MARK + content[at:])
    if way == 6:
        at = chance.randrange(len(content))
        piece = content[at : at + 200]
        return bytes(content[:at] + piece * chance.randrange(2, 40) + content[at:])
    for _ in range(chance.randrange(1, 12 if way == 7 else 200)):
        at = chance.randrange(len(content))
        content[at] = chance.choice((0, 255, 127, 128, chance.randrange(256)))
    return bytes(content)


def judged(content: bytes, name: str) -> Clean | str:
    """What the checks make of it: a copy, or the code of the refusal."""
    try:
        return cell.clean(content, kind_of(content, name))
    except Unfit as unfit:
        return unfit.code


def test_ten_thousand_hostile_files_do_no_harm() -> None:
    chance, pool = random.Random(20261122), seeds()
    outcomes: Counter[str] = Counter()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest = 0.0
    for _ in range(COUNT):
        content, name = hostile(chance, pool), chance.choice(NAMES) if chance.random() < 0.2 else ""
        started = time.process_time()
        made = judged(content, name)
        slowest = max(slowest, time.process_time() - started)
        if isinstance(made, str):
            outcomes[made] += 1
            assert made in reasons.REASONS
        else:
            outcomes[made.media_type] += 1
            anew(content, made)
    assert sum(outcomes.values()) == COUNT and slowest < SECONDS_OF_ONE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY_KB
    assert {"broken", "unknown", "pdf_active", "pdf_attachment", "too_many_pixels", JPEG, PDF} <= set(
        outcomes
    )
    assert outcomes[JPEG] > 100 and outcomes[PDF] > 100


def anew(content: bytes, made: Clean) -> None:
    """A copy holds nothing that was written beside the picture or the pages."""
    assert made.content != content and b"PhoneMaker" not in made.content
    if made.media_type in IMAGES:
        assert MARK not in made.content
        assert made.content.startswith(b"\xff\xd8\xff") and made.content.endswith(b"\xff\xd9")
        assert b"Exif" not in made.content[:200]
    else:
        assert made.content.startswith(b"%PDF-") and b"/JavaScript" not in made.content
        assert b"/EmbeddedFile" not in made.content and b"/Launch" not in made.content
