"""Person keys (一人一类一钥): random, wrapped by the master key, kept in the keys database, destroyed for good."""

import hmac
import os
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from shebao.privacy import aead, master
from shebao.privacy.master import prepare as prepare

CLASSES = ("account", "optional", "statutory", "ledger", "minor")
BLIND_PURPOSES = ("id_number", "real_name", "card", "phone")
_CHUNK = 10_000


class Destroyed(LookupError):
    """The person's key of this class was destroyed; what it sealed stays unreadable for ever."""


@dataclass(frozen=True)
class DataKey:
    """One person's key of one class, unwrapped, with its version."""

    version: int
    key: bytes


@dataclass(frozen=True)
class Status:
    """What the keys database holds, counted; never a key."""

    master: str
    since: datetime | None
    live: dict[str, int]
    destroyed: dict[str, int]
    wrapped_by_other_master: int


def data_key(subject_id: int, key_class: str) -> DataKey:
    """The person's key of a class, made when missing; refuses a destroyed one."""
    found = data_keys_many([subject_id], [key_class]).get((subject_id, key_class))
    if found is None:
        raise Destroyed(key_class)
    return found


def data_keys_many(
    subject_ids: Iterable[int], key_classes: Sequence[str], *, fresh: bool = False
) -> dict[tuple[int, str], DataKey]:
    """Keys of many persons, made when missing; destroyed ones are left out.

    `fresh` says that none of these persons has a key yet (bulk loading by COPY); a wrong `fresh` is refused.
    """
    subjects = sorted(set(subject_ids))
    keys: dict[tuple[int, str], DataKey] = {}
    for at in range(0, len(subjects), _CHUNK):
        keys |= _chunk_of_keys(subjects[at : at + _CHUNK], key_classes, fresh)
    return keys


def key_of_version(subject_id: int, key_class: str, version: int) -> bytes:
    """The key that sealed an older value; refuses a destroyed or unknown one."""
    return keys_of_versions(subject_id, [(key_class, version)])[key_class, version]


def keys_of_versions(subject_id: int, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
    """Several of one person's keys in one round trip; refuses when one is destroyed or unknown."""
    found = live_versions(subject_id, [name for name, _ in wanted])
    missing = [name for name, version in wanted if (name, version) not in found]
    if missing:
        raise Destroyed(missing[0])
    return found


def live_versions(subject_id: int, key_classes: Iterable[str]) -> dict[tuple[str, int], bytes]:
    """Every key of these classes that still lives, by class and version."""
    with connections["keys"].cursor() as cursor:
        cursor.execute(
            "select key_class, version, wrapped from person_key"
            " where subject_id = %s and key_class = any(%s) and wrapped is not null",
            [subject_id, list(set(key_classes))],
        )
        rows = cursor.fetchall()
    return {
        (key_class, version): master.unwrap(bytes(wrapped), _context(subject_id, key_class, version))
        for key_class, version, wrapped in rows
    }


def destroy(subject_id: int, key_classes: Sequence[str]) -> int:
    """Destroy all versions of these classes; returns how many keys were destroyed. There is no way back."""
    _known(key_classes)
    with transaction.atomic(using="keys"), connections["keys"].cursor() as cursor:
        _make_missing(cursor, [subject_id], key_classes)
        cursor.execute(
            "update person_key set wrapped = null, destroyed_at = now()"
            " where subject_id = %s and key_class = any(%s) and wrapped is not null",
            [subject_id, list(key_classes)],
        )
        return int(cursor.rowcount)


def renew(subject_id: int, key_classes: Sequence[str]) -> None:
    """New keys after destruction, for a person who comes back; nothing sealed before becomes readable."""
    _known(key_classes)
    with transaction.atomic(using="keys"), connections["keys"].cursor() as cursor:
        newest = _newest(cursor, [subject_id], key_classes)
        again = {name: version + 1 for (_, name), (version, wrapped) in newest.items() if wrapped is None}
        first = {name: 1 for name in key_classes if (subject_id, name) not in newest}
        rows = [(subject_id, name, version) for name, version in (again | first).items()]
        _insert(cursor, rows, fresh=False)


def rotate() -> int:
    """Re-wrap every key with a new master key, then drop the old one; takes up an interrupted rotation."""
    number = master.begin_rotation()
    with transaction.atomic(using="keys"), connections["keys"].cursor() as cursor:
        cursor.execute(
            "insert into key_master (current) values (%s)"
            " on conflict (only_row) do update set current = excluded.current, since = now()",
            [number],
        )
    total, place = 0, (-1, "", 0)
    while True:
        count, end = _rewrap_from(place, number)
        total += count
        if end is None:
            break
        place = end
    master.finish_rotation()
    return total


def status() -> Status:
    """Counts by class, and whether a rotation was left unfinished."""
    with connections["keys"].cursor() as cursor:
        cursor.execute("select current, since from key_master")
        row = cursor.fetchone()
        cursor.execute(
            "select key_class, count(wrapped), count(destroyed_at) from person_key group by key_class order by 1"
        )
        counts = cursor.fetchall()
        cursor.execute(
            "select count(*) from person_key where substring(wrapped from 1 for 4) <> %s", [master.current()]
        )
        (other,) = cursor.fetchone()
    return Status(
        master=bytes(row[0]).hex() if row else "",
        since=row[1] if row else None,
        live={name: live for name, live, _ in counts},
        destroyed={name: gone for name, _, gone in counts},
        wrapped_by_other_master=other,
    )


def blind(purpose: str, value: str) -> bytes:
    """Keyed digest (32 bytes) for equality search, bound to one purpose; full-width forms count as equal."""
    return hmac.digest(_blind_key(settings.SECRET_FILE, purpose), _plain(value).encode(), "sha256")


def blind_many(purpose: str, values: Iterable[str]) -> list[bytes]:
    """Keyed digests of many values, in order."""
    key = _blind_key(settings.SECRET_FILE, purpose)
    return [hmac.digest(key, _plain(value).encode(), "sha256") for value in values]


@lru_cache(maxsize=32)
def installation_key(file: Path, purpose: str) -> bytes:
    """A key of this installation for one purpose, derived from the secret file."""
    secret = file.read_bytes().strip()
    if len(secret) < 32:
        raise master.KeyFileRefused("the secret file is too short")
    return aead.derive(secret, purpose)


def _blind_key(file: Path, purpose: str) -> bytes:
    if purpose not in BLIND_PURPOSES:
        raise ValueError(f"no blind index is declared for {purpose}")
    return installation_key(file, f"blind|{purpose}")


def _plain(value: str) -> str:
    if value.isascii():
        return value.strip().upper()
    return unicodedata.normalize("NFKC", value).strip().upper()


def _known(key_classes: Sequence[str]) -> None:
    for name in key_classes:
        if name not in CLASSES:
            raise ValueError(f"no such key class: {name}")


def _context(subject_id: int, key_class: str, version: int) -> bytes:
    return f"person_key|{key_class}|{subject_id}|{version}".encode()


def _chunk_of_keys(
    subjects: Sequence[int], key_classes: Sequence[str], fresh: bool
) -> dict[tuple[int, str], DataKey]:
    _known(key_classes)
    if fresh:
        with transaction.atomic(using="keys"), connections["keys"].cursor() as cursor:
            return _insert(cursor, [(who, name, 1) for who in subjects for name in key_classes], fresh=True)
    with connections["keys"].cursor() as cursor:
        newest = _newest(cursor, subjects, key_classes)
    if len(newest) < len(subjects) * len(key_classes):
        with transaction.atomic(using="keys"), connections["keys"].cursor() as cursor:
            _make_missing(cursor, subjects, key_classes)
            newest = _newest(cursor, subjects, key_classes)
    return {
        who: DataKey(version, master.unwrap(bytes(wrapped), _context(*who, version)))
        for who, (version, wrapped) in newest.items()
        if wrapped is not None
    }


def _newest(
    cursor: CursorWrapper, subjects: Sequence[int], key_classes: Sequence[str]
) -> dict[tuple[int, str], tuple[int, bytes | None]]:
    cursor.execute(
        "select distinct on (subject_id, key_class) subject_id, key_class, version, wrapped from person_key"
        " where subject_id = any(%s) and key_class = any(%s) order by subject_id, key_class, version desc",
        [list(subjects), list(key_classes)],
    )
    return {(subject, name): (version, wrapped) for subject, name, version, wrapped in cursor.fetchall()}


def _make_missing(cursor: CursorWrapper, subjects: Sequence[int], key_classes: Sequence[str]) -> None:
    had = _newest(cursor, subjects, key_classes)
    rows = [(who, name, 1) for who in subjects for name in key_classes if (who, name) not in had]
    _insert(cursor, rows, fresh=False)


def _insert(
    cursor: CursorWrapper, rows: Sequence[tuple[int, str, int]], *, fresh: bool
) -> dict[tuple[int, str], DataKey]:
    if not rows:
        return {}
    number = _hold_master(cursor)
    noise = os.urandom(aead.KEY_BYTES * len(rows))
    made = {
        (who, name): DataKey(version, noise[at * aead.KEY_BYTES : (at + 1) * aead.KEY_BYTES])
        for at, (who, name, version) in enumerate(rows)
    }
    pairs = ((made[who, name].key, _context(who, name, version)) for who, name, version in rows)
    wrapped = master.wrap(pairs, by=number)
    if fresh:
        with cursor.copy(
            "copy person_key (subject_id, key_class, version, wrapped) from stdin (format binary)"
        ) as out:
            out.set_types(["int8", "text", "int2", "bytea"])
            for (who, name, version), secret in zip(rows, wrapped, strict=True):
                out.write_row((who, name, version, secret))
        return made
    cursor.execute(
        "insert into person_key (subject_id, key_class, version, wrapped)"
        " select * from unnest(%s::bigint[], %s::text[], %s::smallint[], %s::bytea[]) on conflict do nothing",
        [[r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows], wrapped],
    )
    return made


def _hold_master(cursor: CursorWrapper) -> bytes:
    """The master key in force, held until commit so that a rotation cannot miss a new key."""
    cursor.execute("insert into key_master (current) values (%s) on conflict do nothing", [master.current()])
    cursor.execute("select current from key_master for share")
    (number,) = cursor.fetchone()
    return bytes(number)


def _rewrap_from(place: tuple[int, str, int], number: bytes) -> tuple[int, tuple[int, str, int] | None]:
    """Re-wrap the next chunk after a place; returns how many changed and where the chunk ended."""
    with transaction.atomic(using="keys"), connections["keys"].cursor() as cursor:
        cursor.execute(
            "select subject_id, key_class, version, wrapped from person_key"
            " where (subject_id, key_class, version) > (%s, %s, %s)"
            " order by subject_id, key_class, version limit %s for update",
            [*place, _CHUNK],
        )
        rows = cursor.fetchall()
        if not rows:
            return 0, None
        old = [row for row in rows if row[3] is not None and bytes(row[3])[: master.ID_BYTES] != number]
        contexts = [_context(subject, name, version) for subject, name, version, _ in old]
        opened = [master.unwrap(bytes(row[3]), context) for row, context in zip(old, contexts, strict=True)]
        fresh = master.wrap(zip(opened, contexts, strict=True), by=number)
        cursor.execute(
            "update person_key k set wrapped = n.wrapped"
            " from unnest(%s::bigint[], %s::text[], %s::smallint[], %s::bytea[])"
            " n(subject_id, key_class, version, wrapped)"
            " where (k.subject_id, k.key_class, k.version) = (n.subject_id, n.key_class, n.version)",
            [[r[0] for r in old], [r[1] for r in old], [r[2] for r in old], fresh],
        )
        return len(old), rows[-1][:3]
