"""转移往来 by files: each province has a folder in which sealed documents for it arrive (docs/transfers.md)."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from shebao.privacy import aead
from shebao.registry.transfers import documents
from shebao.registry.transfers.documents import Document, Unreadable
from shebao.rules import regions

KEY_BYTES = 32
KEY_FILE = "exchange.key"


def place() -> Path:
    """The folder shared by the agencies; without one, a folder of the demonstration."""
    return Path(settings.EXCHANGE_FOLDER) if settings.EXCHANGE_FOLDER else Path(settings.HOME) / "exchange"


def home() -> str:
    """The province of this installation."""
    return str(settings.DEPLOYMENT.get("area", {}).get("province", regions.NATION))


def key() -> bytes:
    """The key the agencies share. Between agencies it is handed over by hand; the demonstration makes its own."""
    file = Path(settings.HOME) / "keys" / KEY_FILE
    if not file.exists() and not settings.EXCHANGE_FOLDER:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(file, os.urandom(KEY_BYTES))
    found = file.read_bytes()
    if len(found) != KEY_BYTES:
        raise ValueError("the exchange key has another length")
    return found


def send(document: Document) -> None:
    """Puts a document in the folder of the other province, whole or not at all; sent again, it has the same name."""
    to = regions.province(document.receiver)
    inbox = place() / to
    inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(inbox / f"{document.key}.msg", aead.encrypt(key(), document.told(), _context(to)))


def received(province: str = "") -> Iterator[tuple[Path, Document]]:
    """What arrived, oldest first. What nobody can open or read is put aside, never opened again."""
    to = province or home()
    inbox = place() / to
    files = (
        sorted(inbox.glob("*.msg"), key=lambda file: (file.stat().st_mtime_ns, file.name))
        if inbox.is_dir()
        else []
    )
    for file in files:
        try:
            document = documents.read(aead.decrypt(key(), file.read_bytes(), _context(to)))
            if regions.province(document.receiver) != to or file.stem != document.key:
                raise Unreadable("for another place")
        except (aead.Unreadable, Unreadable):
            aside(file)
            continue
        yield file, document


def done(file: Path) -> None:
    """The document was taken in; its file goes."""
    file.unlink(missing_ok=True)


def aside(file: Path) -> None:
    """A file nobody can read."""
    bad = file.parent / "bad"
    bad.mkdir(mode=0o700, exist_ok=True)
    os.replace(file, bad / file.name)


def _context(to: str) -> bytes:
    return f"{documents.FORM}|{to}".encode()


def _write(file: Path, body: bytes) -> None:
    draft = file.with_name(f".{file.name}.part")
    with open(draft, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, file)
