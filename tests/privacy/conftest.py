"""An installation with an empty ledger and empty key store, its files in a folder of the test."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections

from shebao.privacy import keys, ledger

if not apps.ready:
    django.setup()

Write = Callable[..., list[int]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder with fresh keys; ledger, vault and person keys are empty."""
    (tmp_path / "secret").write_text("a secret of the tests, long enough to count as one")
    keys.prepare(tmp_path)
    monkeypatch.setattr(settings, "HOME", tmp_path)
    monkeypatch.setattr(settings, "SECRET_FILE", tmp_path / "secret")
    monkeypatch.setattr(ledger, "_ledger_keys", ledger._LedgerKeys())
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "truncate privacy_entry, privacy_leaf, privacy_vault, privacy_session, privacy_actor, privacy_subject"
            " cascade"
        )
        cursor.execute("update privacy_sequence set last_xid = null, last_id = 0, size = 0")
    with connections["keys"].cursor() as cursor:
        cursor.execute("truncate person_key, key_master")
    yield tmp_path
    for connection in connections.all():
        connection.close()


@pytest.fixture
def write(home: Path) -> Write:
    """Writes committed ledger entries, one transaction each, and returns their numbers."""

    def entries(count: int = 1, **fields: object) -> list[int]:
        with connections["owner"].cursor() as cursor:
            return [insert_entry(cursor, **fields) for _ in range(count)]

    return entries


def insert_entry(cursor: object, **fields: object) -> int:
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
    names = ", ".join(values)
    places = ", ".join(["%s"] * len(values))
    cursor.execute(  # type: ignore[attr-defined]
        f"insert into privacy_entry ({names}) values ({places}) returning id", list(values.values())
    )
    return int(cursor.fetchone()[0])  # type: ignore[attr-defined]
