"""An installation whose ledger, vault and key store are empty, and entries to fill the ledger with."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from shebao.privacy import ledger
from tests.conftest import Installation

Write = Callable[..., list[int]]


@pytest.fixture
def home(shebao: Installation, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an installation without persons, entries or person keys."""
    monkeypatch.setattr(ledger, "_ledger_keys", ledger._LedgerKeys())
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate privacy_entry, privacy_leaf, privacy_actor, privacy_subject cascade")
        cursor.execute("update privacy_sequence set last_xid = null, last_id = 0, size = 0")
    with connections["keys"].cursor() as cursor:
        cursor.execute("truncate person_key, key_master")
    return shebao.home


@pytest.fixture
def write(home: Path) -> Write:
    """Writes committed ledger entries, one transaction each, and returns their numbers."""

    def entries(count: int = 1, **fields: object) -> list[int]:
        with connections["owner"].cursor() as cursor:
            return [insert_entry(cursor, **fields) for _ in range(count)]

    return entries


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
