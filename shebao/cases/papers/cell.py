"""The cell (隔离进程): hostile bytes are opened in a process of their own, without keys, with little memory and time.

Run as `python -I -c … <task> <arguments>`: the file comes on standard input, a line of JSON and the result go out.
"""

import json
import logging
import os
import resource
import sys
import warnings
from encodings import (  # noqa: F401 - what decoders load at first use; later they could not
    charmap,
    cp1252,
    gb18030,
    gbk,
    idna,
    latin_1,
    utf_8_sig,
    utf_16,
    utf_16_be,
    utf_16_le,
)

from PIL import Image, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401
from pypdf import _encryption, filters  # noqa: F401
from pypdf._codecs import _codecs  # noqa: F401

from shebao.cases.papers import images, pdf, previews
from shebao.cases.papers.types import PDF, Clean, Unfit

MEMORY = 1_500_000_000
SECONDS = 20
OPEN = 3  # its own three pipes: no other file and no socket can be opened from there on


def main() -> None:
    """Answers one task: `clean <kind>` or `draw <media type> <page> <edge>`."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    shut()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    content = sys.stdin.buffer.read()
    try:
        head, body = _answer(sys.argv[1], sys.argv[2:], content)
    except Unfit as unfit:
        head, body = {"unfit": unfit.code}, b""
    except Exception:
        head, body = {"unfit": "broken"}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)
    sys.stdout.buffer.flush()
    os._exit(0)


def shut() -> None:
    """From here on the process opens nothing: no file of the house, no line to anywhere."""
    Image.preinit()
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN, OPEN))


def _answer(task: str, words: list[str], content: bytes) -> tuple[dict[str, object], bytes]:
    if task == "draw":
        return {}, previews.draw(content, words[0], int(words[1]), int(words[2]))
    made = clean(content, words[0])
    head = {"media_type": made.media_type, "width": made.width, "height": made.height, "pages": made.pages}
    return {**head, "hint": made.hint}, made.content


def clean(content: bytes, kind: str) -> Clean:
    """The file made anew, by kind. Raises Unfit."""
    return pdf.clean(content) if kind == PDF else images.clean(content, kind)
