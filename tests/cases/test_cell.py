"""The process that opens strange files: once its door is shut it opens nothing else, and still does its work."""

import subprocess
import sys

import pytest

from shebao.cases.papers import apart
from shebao.cases.papers.types import JPEG, PDF, PNG, WEBP
from tests.cases import files

INSIDE = (
    f"import os, socket, sys; sys.path.insert(0, {apart.ROOT!r}); from shebao.cases.papers import cell; cell.shut()\n"
    "for attempt in (lambda: open('/etc/passwd'), lambda: socket.socket(), lambda: socket.socketpair(),\n"
    "                lambda: os.pipe(), lambda: os.dup(0)):\n"
    "    try:\n"
    "        print('open', attempt())\n"
    "    except OSError:\n"
    "        print('shut')\n"
)


def test_a_decoder_that_was_taken_over_reads_no_file_and_calls_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", INSIDE], capture_output=True, text=True, check=False, env={}
    )
    assert done.stdout.split() == ["shut"] * 5, done.stderr


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (files.photo((700, 900)), JPEG),
        (files.photo((700, 900), kind="PNG"), PNG),
        (files.photo((700, 900), kind="WEBP"), WEBP),
        (files.pdf(2, picture=files.photo((300, 200))), PDF),
        (files.pdf(1, change=files.open_to_all), PDF),
        (files.pdf(1, change=files.invoice), PDF),
    ],
)
def test_behind_the_shut_door_every_kind_is_made_anew_and_drawn(content: bytes, kind: str) -> None:
    made = apart.clean(content, kind)
    assert apart.draw(made.content, made.media_type, 1, 400).startswith(b"\x89PNG")
