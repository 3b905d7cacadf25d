"""The vault: sealed per person and item; the grant decides what opens."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connections, transaction

from shebao.privacy import aead, gate, keys, vault

NUMBER, NAME = "220104197903020426", "何晓梅"


def test_a_value_opens_for_its_person_and_item_only(home: Path) -> None:
    sealed = vault.seal(1, "person.id_number", NUMBER)

    assert vault.unseal(1, "person.id_number", sealed) == NUMBER
    keys.data_key(2, "statutory")
    for subject, item in ((2, "person.id_number"), (1, "person.name"), (1, "person.phone")):
        with pytest.raises(aead.Unreadable):
            vault.unseal(subject, item, sealed)


def test_sealed_bytes_do_not_show_the_value(home: Path) -> None:
    first, second = (vault.seal(1, "person.id_number", NUMBER) for _ in range(2))

    assert first != second
    assert NUMBER.encode() not in first


def test_altered_and_cut_values_are_refused(home: Path) -> None:
    sealed = vault.seal(1, "person.name", NAME)

    for at in range(len(sealed)):
        bent = sealed[:at] + bytes([sealed[at] ^ 0x80]) + sealed[at + 1 :]
        with pytest.raises((aead.Unreadable, keys.Destroyed)):
            vault.unseal(1, "person.name", bent)
        with pytest.raises((aead.Unreadable, keys.Destroyed)):
            vault.unseal(1, "person.name", sealed[:at])


def test_another_key_of_the_same_person_does_not_open_it(home: Path) -> None:
    sealed = vault.seal(1, "person.name", NAME)
    keys.data_key(1, "account")

    with pytest.raises(aead.Unreadable):
        vault.unseal(1, "person.name", sealed, sealed_by="account")


def test_a_destroyed_key_leaves_the_value_unreadable(home: Path) -> None:
    sealed = vault.seal(1, "person.email", "he@example.cn")

    keys.destroy(1, ["optional"])

    with pytest.raises(keys.Destroyed):
        vault.unseal(1, "person.email", sealed)
    with pytest.raises(keys.Destroyed):
        vault.seal(1, "person.email", "he@example.cn")


def test_sm4_values_open_beside_aes_values(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = vault.seal(1, "person.name", NAME)
    monkeypatch.setattr(settings, "CIPHER", "sm4-gcm", raising=False)
    second = vault.seal(1, "person.name", NAME)

    assert first[2:4] != second[2:4]
    assert vault.unseal(1, "person.name", first) == vault.unseal(1, "person.name", second) == NAME


def owner_grant(subject: int, *writes: str) -> gate.Grant:
    """A grant on the owner's connection, where row policies do not stand in the way of the test."""
    return gate.Grant(gate.VISITOR, 0, subject, "data.load", (), writes, "owner")


@pytest.fixture
def person(home: Path) -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute("insert into privacy_subject default values returning id")
        return int(cursor.fetchone()[0])


def test_what_was_written_is_read_and_replaced(person: int) -> None:
    grant = owner_grant(person, "person.name", "person.id_number")
    vault.write_all(grant, {"person.name": "何小梅", "person.id_number": NUMBER})
    vault.write(grant, "person.name", NAME)

    assert vault.read(grant, ["person.name", "person.id_number", "person.phone"]) == {
        "person.name": NAME,
        "person.id_number": NUMBER,
    }


def test_an_item_outside_the_grant_is_not_written(person: int) -> None:
    with pytest.raises(ValueError):
        vault.write(owner_grant(person, "person.name"), "person.phone", "13800000000")


def test_values_of_destroyed_keys_are_left_out(person: int) -> None:
    grant = owner_grant(person, "person.name", "person.email")
    vault.write_all(grant, {"person.name": NAME, "person.email": "he@example.cn"})

    keys.destroy(person, ["optional"])

    assert vault.read(grant, ["person.name", "person.email"]) == {"person.name": NAME}


def test_without_a_ledger_entry_the_web_role_sees_and_writes_nothing(person: int) -> None:
    vault.write(owner_grant(person, "person.name"), "person.name", NAME)
    forged = gate.Grant(
        gate.VISITOR, 0, person, "enquiry.home", ("person.name",), ("person.name",), "default"
    )

    assert vault.read(forged, ["person.name"]) == {}
    with pytest.raises(DatabaseError), transaction.atomic():
        vault.write(forged, "person.name", "何晓")
