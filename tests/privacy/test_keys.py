"""Person keys: made once, wrapped, rotated, and gone for good when destroyed."""

import os
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connections
from psycopg.errors import UniqueViolation

from shebao.privacy import aead, keys, master


def wrapped_rows() -> list[tuple[int, str, int, bytes | None]]:
    with connections["keys"].cursor() as cursor:
        cursor.execute("select subject_id, key_class, version, wrapped from person_key order by 1, 2, 3")
        return [(a, b, c, d and bytes(d)) for a, b, c, d in cursor.fetchall()]


def test_a_person_keeps_one_key_of_each_class(home: Path) -> None:
    first = keys.data_key(1, "statutory")

    assert keys.data_key(1, "statutory") == first
    assert len(first.key) == 32
    assert len({first.key, keys.data_key(1, "ledger").key, keys.data_key(2, "statutory").key}) == 3


def test_the_database_never_holds_a_key_in_clear(home: Path) -> None:
    key = keys.data_key(1, "statutory").key

    assert all(key not in (wrapped or b"") for *_, wrapped in wrapped_rows())


def test_many_keys_come_in_one_go_and_are_the_same_afterwards(home: Path) -> None:
    made = keys.data_keys_many(range(1, 301), ["statutory", "ledger"], fresh=True)
    again = keys.data_keys_many(range(1, 311), ["statutory", "ledger"])

    assert len(made) == 600
    assert len(again) == 620
    assert again | made == again


def test_persons_said_to_be_fresh_must_be(home: Path) -> None:
    keys.data_key(5, "statutory")

    with pytest.raises(UniqueViolation):
        keys.data_keys_many([4, 5, 6], ["statutory"], fresh=True)
    assert len(wrapped_rows()) == 1


def test_a_destroyed_key_is_gone_and_stays_gone(home: Path) -> None:
    before = keys.data_key(1, "account")
    kept = keys.data_key(1, "statutory")

    assert keys.destroy(1, ["account", "optional"]) == 2

    for key_class in ("account", "optional"):
        with pytest.raises(keys.Destroyed):
            keys.data_key(1, key_class)
    with pytest.raises(keys.Destroyed):
        keys.key_of_version(1, "account", before.version)
    assert keys.data_key(1, "statutory") == kept
    assert [wrapped for _, key_class, _, wrapped in wrapped_rows() if key_class != "statutory"] == [
        None,
        None,
    ]
    assert keys.destroy(1, ["account", "optional"]) == 0


def test_a_person_who_comes_back_gets_another_key(home: Path) -> None:
    before = keys.data_key(1, "account")
    keys.destroy(1, ["account"])

    keys.renew(1, ["account"])

    after = keys.data_key(1, "account")
    assert after.version == before.version + 1
    assert after.key != before.key
    with pytest.raises(keys.Destroyed):
        keys.key_of_version(1, "account", before.version)


def test_renewing_a_living_key_changes_nothing(home: Path) -> None:
    before = keys.data_key(1, "account")

    keys.renew(1, ["account"])

    assert keys.data_key(1, "account") == before


def test_rotation_changes_the_wrapping_and_no_key(home: Path) -> None:
    made = keys.data_keys_many(range(1, 51), ["statutory"])
    keys.destroy(50, ["statutory"])
    old_rows, old_file = wrapped_rows(), (home / "keys" / "master.key").read_bytes()

    assert keys.rotate() == 49

    del made[50, "statutory"]
    assert keys.data_keys_many(range(1, 51), ["statutory"]) == made
    assert (home / "keys" / "master.key").read_bytes() != old_file
    assert not (home / "keys" / "master.next").exists()
    assert all(new[3] != old[3] for new, old in zip(wrapped_rows(), old_rows, strict=True) if old[3])
    assert keys.status().wrapped_by_other_master == 0


def test_an_interrupted_rotation_harms_nothing_and_can_be_finished(home: Path) -> None:
    made = keys.data_keys_many(range(1, 31), ["statutory"])
    number = master.begin_rotation()
    assert keys.data_keys_many(range(1, 32), ["statutory"]) | made == keys.data_keys_many(
        range(1, 32), ["statutory"]
    )
    with connections["keys"].cursor() as cursor:
        cursor.execute("update key_master set current = %s", [number])
    late = keys.data_key(99, "statutory")
    assert keys.status().wrapped_by_other_master == 31

    assert keys.rotate() == 31

    assert keys.data_key(99, "statutory") == late
    assert keys.data_keys_many(range(1, 31), ["statutory"]) == made


def test_a_replaced_master_key_is_noticed_before_anything_is_written(home: Path) -> None:
    keys.data_key(1, "statutory")
    file = home / "keys" / "master.key"
    file.unlink()
    keys.prepare(home)

    with pytest.raises(master.KeyFileRefused):
        keys.data_key(2, "statutory")
    with pytest.raises(master.KeyFileRefused):
        keys.data_key(1, "statutory")
    assert len(wrapped_rows()) == 1


def test_a_wrapped_key_moved_to_another_person_or_class_does_not_open(home: Path) -> None:
    keys.data_keys_many([1, 2], ["statutory", "account"])

    for change in ("subject_id = 2 and key_class = 'statutory'", "subject_id = 1 and key_class = 'account'"):
        with connections["keys"].cursor() as cursor:
            cursor.execute(
                "update person_key set wrapped = (select wrapped from person_key where subject_id = 1"
                f" and key_class = 'statutory') where {change}"
            )
    for subject, key_class in ((2, "statutory"), (1, "account")):
        with pytest.raises(aead.Unreadable):
            keys.data_key(subject, key_class)


def test_key_files_belong_to_their_owner_alone(home: Path) -> None:
    for name in ("master.key", "ledger.key"):
        file = home / "keys" / name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert len(file.read_bytes()) == 32
    assert stat.S_IMODE((home / "keys").stat().st_mode) == 0o700

    os.chmod(home / "keys" / "ledger.key", 0o640)
    with pytest.raises(master.KeyFileRefused):
        master.read_key(home / "keys" / "ledger.key")


def test_preparing_again_keeps_the_keys(home: Path) -> None:
    before = (home / "keys" / "master.key").read_bytes()

    keys.prepare(home)

    assert (home / "keys" / "master.key").read_bytes() == before


def test_sm4_wraps_as_well(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = keys.data_key(1, "statutory")
    monkeypatch.setattr(settings, "CIPHER", "sm4-gcm", raising=False)
    second = keys.data_key(2, "statutory")
    monkeypatch.delattr(settings, "CIPHER")

    assert keys.data_keys_many([1, 2], ["statutory"]) == {(1, "statutory"): first, (2, "statutory"): second}


def test_status_counts_and_names_no_key(home: Path) -> None:
    keys.data_keys_many([1, 2, 3], ["statutory", "account"])
    keys.destroy(3, ["account"])

    status = keys.status()

    assert status.live == {"account": 2, "statutory": 3}
    assert status.destroyed == {"account": 1, "statutory": 0}
    assert status.master == master.current().hex()


def test_blind_digests_find_the_same_value_for_the_same_purpose_only(home: Path) -> None:
    digest = keys.blind("id_number", "22010419790302042x")

    assert len(digest) == 32
    assert keys.blind("id_number", " 22010419790302042X ") == digest
    assert keys.blind("id_number", "２２０１０４１９７９０３０２０４２Ｘ") == digest
    assert keys.blind("card", "22010419790302042X") != digest
    assert keys.blind_many("id_number", ["22010419790302042X"]) == [digest]
    with pytest.raises(ValueError):
        keys.blind("address", "测试路 1 号")


def test_blind_digests_of_another_installation_differ(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = keys.blind("card", "A12345678")
    (tmp_path / "other").write_text("another secret of the tests, just as long as the first")
    monkeypatch.setattr(settings, "SECRET_FILE", tmp_path / "other")

    assert keys.blind("card", "A12345678") != digest


def test_unknown_classes_are_refused(home: Path) -> None:
    for act in (keys.destroy, keys.renew):
        with pytest.raises(ValueError):
            act(1, ["other"])
    with pytest.raises(ValueError):
        keys.data_key(1, "other")


def test_a_key_row_says_either_wrapped_or_destroyed(home: Path) -> None:
    keys.data_key(1, "statutory")

    with pytest.raises(DatabaseError), connections["keys"].cursor() as cursor:
        cursor.execute("update person_key set wrapped = null")
