"""The master key: three functions (`current`, `wrap`, `unwrap`) that a KMS or HSM may stand behind."""

import os
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from shebao.privacy import aead

KEY_FILE, NEXT_FILE = "master.key", "master.next"
ID_BYTES = 4


class KeyFileRefused(RuntimeError):
    """A key file that is missing, open to others or of the wrong length."""


def current() -> bytes:
    """The id (4 bytes) of the master key that new keys are wrapped with."""
    return next(reversed(_ring(settings.HOME)))


def wrap(pairs: Iterable[tuple[bytes, bytes]], *, by: bytes) -> list[bytes]:
    """Data keys, each encrypted with the master key of this id and bound to its own context."""
    found, name = _master(by), cipher()
    return [by + aead.encrypt(found, key, context, name) for key, context in pairs]


def unwrap(wrapped: bytes, context: bytes) -> bytes:
    """The data key; refuses one wrapped by another master key or for another context."""
    return aead.decrypt(_master(wrapped[:ID_BYTES]), wrapped[ID_BYTES:], context)


def cipher() -> str:
    """The cipher this installation writes with (setting CIPHER: aes-256-gcm or sm4-gcm)."""
    return str(getattr(settings, "CIPHER", "aes-256-gcm"))


def prepare(home: Path) -> None:
    """Make the key folder (0700), the master key and the ledger's signing key (0600) where missing."""
    folder = home / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (KEY_FILE, "ledger.key"):
        _create(folder / name)


def begin_rotation() -> bytes:
    """Make the next master key, or take up an interrupted rotation; returns its id."""
    _create(_folder(settings.HOME) / NEXT_FILE)
    return current()


def finish_rotation() -> None:
    """Put the next master key in the place of the old one, which is gone afterwards."""
    folder = _folder(settings.HOME)
    os.replace(folder / NEXT_FILE, folder / KEY_FILE)
    _flush_folder(folder)


def read_key(path: Path) -> bytes:
    """A 32-byte key file; refuses one that others may read."""
    try:
        mode, key = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError:
        raise KeyFileRefused(f"{path.name} is missing") from None
    if mode & 0o077 or len(key) != aead.KEY_BYTES:
        raise KeyFileRefused(
            f"{path.name} must hold {aead.KEY_BYTES} bytes and be readable by its owner only"
        )
    return key


def _master(number: bytes) -> bytes:
    found = _ring(settings.HOME).get(number)
    if found is None:
        raise KeyFileRefused(f"the master key {number.hex()} is not the one in the key folder")
    return found


def _folder(home: Path) -> Path:
    return Path(home) / "keys"


def _ring(home: Path) -> dict[bytes, bytes]:
    folder = _folder(home)
    return _load(folder, _signature(folder / KEY_FILE), _signature(folder / NEXT_FILE))


def _signature(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


@lru_cache(maxsize=4)
def _load(folder: Path, first: object, second: object) -> dict[bytes, bytes]:
    ring: dict[bytes, bytes] = {}
    for name, signature in ((KEY_FILE, first), (NEXT_FILE, second)):
        if signature is not None or name == KEY_FILE:
            key = read_key(folder / name)
            ring[sha256(b"shebao master key" + key).digest()[:ID_BYTES]] = key
    return ring


def _create(path: Path) -> None:
    if path.exists():
        return
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(os.urandom(aead.KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    os.link(beside, path)
    beside.unlink()
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
