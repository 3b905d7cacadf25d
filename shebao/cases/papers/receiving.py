"""Receiving a file (收件): size, kind, malware, then made anew. Before any grant: nobody's data is open meanwhile."""

import hashlib
from dataclasses import dataclass

from shebao.base.refusal import Refusal
from shebao.cases.papers import apart, limits, reasons, scanner
from shebao.cases.papers.types import Clean, Unfit, kind_of

RECEIVED, WAITING, QUARANTINED, REPLACED = "received", "waiting", "quarantined", "replaced"


@dataclass(frozen=True)
class Paper:
    """A file made anew; `state` is `waiting` when the scanner could not be asked."""

    clean: Clean
    sha256: bytes
    state: str


def received(content: bytes, name: str = "") -> Paper:
    """The file as it may be kept. Refuses (`invalid_input`) with the reason, `unavailable` under overload.

    `name` is the file's own name, only its ending is looked at; it is not kept.
    """
    allowed = limits.current()
    try:
        if len(content) > allowed.file_bytes:
            raise Unfit("too_big")
        kind = kind_of(content, name)
        state = _scanned(allowed.scanner, content)
        clean = apart.clean(content, kind)
        if len(clean.content) > 2 * allowed.file_bytes:
            raise Unfit("too_big")
    except Unfit as unfit:
        raise _refusal(unfit, allowed) from None
    return Paper(clean, hashlib.sha256(clean.content).digest(), state)


def _scanned(daemon: scanner.Scanner | None, content: bytes) -> str:
    if daemon is None:
        return RECEIVED
    try:
        if daemon.infected(content):
            raise Unfit("virus")
    except scanner.Unreachable:
        return WAITING
    return RECEIVED


def _refusal(unfit: Unfit, allowed: limits.Limits) -> Refusal:
    refusal = reasons.refusal(unfit.code)
    if unfit.code == "too_big":
        refusal.message = f"这个文件超过 {allowed.file_megabytes} MB，没有收。"
    return refusal
