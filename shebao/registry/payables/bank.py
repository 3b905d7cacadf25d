"""银行: a folder in which batches go out and answers come in (docs/payments.md); a bank of the demonstration answers."""

import csv
import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

OUT = ("batch", "payment", "name", "account", "amount", "purpose")
BACK = ("payment", "result", "reason", "day")
RESULTS = ("paid", "returned")
LARGEST = 32 * 1024 * 1024
UNKNOWN_ACCOUNT = "0404"


@dataclass(frozen=True)
class Line:
    """One payment as the bank takes it; `amount` in yuan with two places, without commas."""

    payment: int
    name: str
    account: str
    amount: str
    purpose: str


@dataclass(frozen=True)
class Answer:
    """What became of one payment."""

    payment: int
    paid: bool
    reason: str
    day: date


def folder() -> Path:
    """The folder shared with the bank: `out`, `in`, `done`."""
    return Path(settings.BANK_FOLDER) if settings.BANK_FOLDER else Path(settings.HOME) / "bank"


def send(batch: int, lines: Sequence[Line]) -> str:
    """Writes the file of a batch, whole or not at all; returns its digest. Written again, it has the same name."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(OUT)
    for line in lines:
        writer.writerow((batch, line.payment, line.name, line.account, line.amount, line.purpose))
    body = text.getvalue().encode()
    put(folder() / "out", f"{batch}.csv", body)
    return hashlib.sha256(body).hexdigest()


def put(place: Path, name: str, body: bytes) -> None:
    """A file that only this account reads, complete from the first moment it has its name."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place / f".{name}.part"
    with open(draft, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, place / name)


def answers() -> Iterator[tuple[Path, list[Answer]]]:
    """The answers that came in, file by file. A file that cannot be read is moved to `bad` and says so by its name."""
    place = folder() / "in"
    for file in sorted(place.glob("*.csv")) if place.is_dir() else ():
        try:
            found = read(file.read_bytes())
        except ValueError:
            away(file, "bad")
            continue
        yield file, found


def read(body: bytes) -> list[Answer]:
    """The lines of an answer. Refuses (ValueError) a wrong head, a result we do not know, a number or day that is none."""
    if len(body) > LARGEST:
        raise ValueError("too large")
    try:
        return list(_rows(body))
    except csv.Error:
        raise ValueError("not a table") from None


def _rows(body: bytes) -> Iterator[Answer]:
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    if tuple(rows.fieldnames or ()) != BACK:
        raise ValueError("wrong head")
    for row in rows:
        if row["result"] not in RESULTS or None in row or None in row.values():
            raise ValueError("wrong line")
        paid = row["result"] == "paid"
        yield Answer(int(row["payment"]), paid, row["reason"], date.fromisoformat(row["day"]))


def away(file: Path, where: str = "done") -> None:
    """Moves a file out of the way, next to the folder it came from."""
    place = file.parent.parent / where
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.replace(file, place / file.name)


def simulate(on: date) -> int:
    """The bank of the demonstration: pays all, except accounts that end in 0404; returns how many batches it took."""
    if settings.BANK_FOLDER:
        return 0
    taken = 0
    for file in sorted((folder() / "out").glob("*.csv")):
        rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(BACK)
        for row in rows:
            missing = row["account"].endswith(UNKNOWN_ACCOUNT)
            writer.writerow(
                (row["payment"], "returned" if missing else "paid", "no_account" if missing else "", on)
            )
        put(folder() / "in", file.name, text.getvalue().encode())
        away(file)
        taken += 1
    return taken
