"""A backup of the data without the keys says nothing, and yesterday's backup does not undo an erasure."""

import psycopg
import pytest
from django.db import connections

from shebao.privacy import aead, gate, keys, vault
from tests.conftest import Installation

VALUES = {"person.name": "尹金雀", "person.id_number": "220104197903020426", "person.phone": "13800000000"}
Cells = list[tuple[int, str, str, bytes]]


def backup(installation: Installation) -> bytes:
    """Every row of every table of the data database, as a logical backup has it."""
    with psycopg.connect(installation.superuser()) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        copied = b""
        for (table,) in tables:
            with connection.cursor().copy(f'copy "{table}" to stdout') as out:
                copied += b"".join(bytes(part) for part in out)
    return copied


def cells() -> Cells:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select subject_id, item, key_class, ciphertext from privacy_vault order by 1, 2")
        return [(subject, item, named, bytes(sealed)) for subject, item, named, sealed in cursor.fetchall()]


def a_person() -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute("insert into privacy_subject default values returning id")
        subject = int(cursor.fetchone()[0])
    vault.write_all(grant(subject), VALUES)
    return subject


def grant(subject: int) -> gate.Grant:
    """On the owner's connection, where row policies do not stand in the way of the test."""
    return gate.Grant(gate.VISITOR, 0, subject, "data.load", (), tuple(VALUES), "owner")


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-3.1-02")
def test_a_backup_without_keys_is_unreadable_and_rotation_keeps_old_and_new_rows(
    shebao: Installation,
) -> None:
    subject = a_person()
    copied = backup(shebao)
    assert str(subject).encode() in copied
    for value in VALUES.values():
        for form in (value.encode(), value.encode().hex().encode()):
            assert form not in copied
    for owner, item, _, sealed in cells():
        with pytest.raises(aead.Unreadable):
            aead.decrypt(bytes(32), sealed[2:], f"vault|{item}|{owner}".encode())

    with connections["keys"].cursor() as cursor:
        cursor.execute("select count(*) from person_key where wrapped is not null")
        (wrapped,) = cursor.fetchone()
    assert keys.rotate() == wrapped
    newcomer = a_person()

    assert vault.read(grant(subject), VALUES) == vault.read(grant(newcomer), VALUES) == VALUES
    assert all(vault.unseal(who, item, sealed, sealed_by=named) for who, item, named, sealed in cells())


def test_yesterdays_backup_does_not_bring_an_erased_person_back(shebao: Installation) -> None:
    subject = a_person()
    yesterday = [cell for cell in cells() if cell[0] == subject]
    keys.destroy(subject, keys.CLASSES)
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from privacy_vault where subject_id = %s", [subject])
        cursor.executemany(
            "insert into privacy_vault (subject_id, item, key_class, ciphertext) values (%s, %s, %s, %s)",
            yesterday,
        )

    assert len(yesterday) == len(VALUES)
    assert vault.read(grant(subject), VALUES) == {}
    for who, item, named, sealed in yesterday:
        with pytest.raises(keys.Destroyed):
            vault.unseal(who, item, sealed, sealed_by=named)
