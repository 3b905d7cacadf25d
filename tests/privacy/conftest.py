"""An installation whose ledger, vault and key store are empty, and entries to fill the ledger with."""

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from shebao.privacy import keys, ledger
from tests.conftest import Installation

Write = Callable[..., list[int]]


@pytest.fixture
def home(standing: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an installation without persons, entries or person keys; the database is the module's."""
    (tmp_path / "secret").write_text("a secret of the tests, long enough to count as one")
    keys.prepare(tmp_path)
    monkeypatch.setattr(settings, "HOME", tmp_path)
    monkeypatch.setattr(settings, "SECRET_FILE", tmp_path / "secret")
    monkeypatch.setattr(ledger, "_ledger_keys", ledger._LedgerKeys())
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate privacy_entry, privacy_leaf, privacy_actor, privacy_subject cascade")
        cursor.execute("update privacy_sequence set last_xid = null, last_id = 0, size = 0")
    with connections["keys"].cursor() as cursor:
        cursor.execute("truncate person_key, key_master")
    return tmp_path


@pytest.fixture
def write(home: Path) -> Write:
    """Writes committed ledger entries, one transaction each, and returns their numbers."""

    def entries(count: int = 1, **fields: object) -> list[int]:
        with connections["owner"].cursor() as cursor:
            written = [insert_entry(cursor, **fields) for _ in range(count)]
        settle()
        return written

    return entries


def settle() -> None:
    """Waits until every committed entry may be sequenced: transactions of the server's other databases count too."""
    with connections["owner"].cursor() as cursor:
        for _ in range(600):
            cursor.execute(
                "select (select count(*) from privacy_entry) - (select count(*) from privacy_leaf)"
                " - (select count(*) from privacy.next_entries(1000000))"
            )
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)
    raise AssertionError("another transaction holds the entries back")


def insert_entry(cursor: Any, **fields: object) -> int:
    """One entry through a cursor, in whatever transaction it has."""
    values = {
        "kind": "read",
        "process": "enquiry.contribution",
        "register_version": "2026-11",
        "basis": "13-1-3",
        "actor_id": 7,
        "actor_role": "clerk",
        "actor_unit": "220100",
        "subject_id": 1,
        "items": ["contribution.record"],
        "writes": [],
        "case_no": "",
        "reason": "",
        "on_behalf": None,
        "outcome": "allowed",
        "request": uuid.uuid4(),
    } | fields
    names, places = ", ".join(values), ", ".join(["%s"] * len(values))
    cursor.execute(
        f"insert into privacy_entry ({names}) values ({places}) returning id", list(values.values())
    )
    return int(cursor.fetchone()[0])
