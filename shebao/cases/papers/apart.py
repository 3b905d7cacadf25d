"""Opening files apart (隔离打开): a few cells at a time, each alone with one file; more than that wait or are told so."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from shebao.base.refusal import Refusal
from shebao.cases.papers.types import Clean, Unfit

ROOT = str(Path(__file__).resolve().parents[3])
START = f"import sys; sys.path.insert(0, {ROOT!r}); from shebao.cases.papers import cell; cell.main()"
SECONDS = 30.0
CELLS = threading.BoundedSemaphore(2)
WAIT_SECONDS = 8.0


def clean(content: bytes, kind: str) -> Clean:
    """The file made anew. Raises Unfit; refuses `unavailable` when too many files wait."""
    head, body = _run(content, "clean", kind)
    return Clean(body, head["media_type"], head["width"], head["height"], head["pages"], head["hint"])


def draw(content: bytes, media_type: str, page: int, edge: int) -> bytes:
    """A PNG of one page. Raises Unfit; refuses `unavailable` when too many files wait."""
    return _run(content, "draw", media_type, str(page), str(edge))[1]


def _run(content: bytes, *task: str) -> tuple[dict[str, Any], bytes]:
    if not CELLS.acquire(timeout=WAIT_SECONDS):
        raise Refusal("unavailable", "现在交材料的人很多，这个文件没有收。", "30 秒后再交一次")
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", START, *task],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={},
            cwd="/",
        )
    except subprocess.TimeoutExpired:
        raise Unfit("too_slow") from None
    finally:
        CELLS.release()
    line, found, body = done.stdout.partition(b"\n")
    if not found:
        raise Unfit("too_slow" if done.returncode < 0 else "broken")
    head: dict[str, Any] = json.loads(line)
    if "unfit" in head:
        raise Unfit(str(head["unfit"]))
    return head, body
