"""The vault (保险箱): single sensitive values, each sealed with a key of its person, visible item by item."""

from collections.abc import Iterable, Mapping

from django.db import connections

from shebao.privacy import aead, keys, master, register
from shebao.privacy.gate import Grant

_VERSION_BYTES = 2


def key_class(item: str) -> str:
    """The key class of an item, as the register says."""
    return register.current().items[item].key_class


def seal(subject_id: int, item: str, value: str) -> bytes:
    """A value, sealed for one person and one item; refuses when the person's key was destroyed."""
    return seal_with(keys.data_key(subject_id, key_class(item)), subject_id, item, value)


def seal_with(key: keys.DataKey, subject_id: int, item: str, value: str) -> bytes:
    """The same with a key already at hand (bulk loading)."""
    head = key.version.to_bytes(_VERSION_BYTES)
    return head + aead.encrypt(key.key, value.encode(), _context(subject_id, item), master.cipher())


def unseal(subject_id: int, item: str, sealed: bytes, *, sealed_by: str = "") -> str:
    """The value; refuses bytes altered, cut, or sealed for another person or item, and destroyed keys."""
    named = sealed_by or key_class(item)
    key = keys.key_of_version(subject_id, named, version_of(sealed))
    return _open(key, subject_id, item, sealed)


def version_of(sealed: bytes) -> int:
    """The version of the person's key that sealed a value."""
    return int.from_bytes(sealed[:_VERSION_BYTES])


def read(grant: Grant, items: Iterable[str]) -> dict[str, str]:
    """The values this grant opens, by item; what is absent, not granted or destroyed is left out."""
    with connections[grant.alias].cursor() as cursor:
        cursor.execute(
            "select item, key_class, ciphertext from privacy_vault where subject_id = %s and item = any(%s)",
            [grant.subject_id, list(items)],
        )
        rows = {item: (sealed_by, bytes(sealed)) for item, sealed_by, sealed in cursor.fetchall()}
    if not rows:
        return {}
    living = keys.live_versions(grant.subject_id, {sealed_by for sealed_by, _ in rows.values()})
    return {
        item: _open(living[sealed_by, version_of(sealed)], grant.subject_id, item, sealed)
        for item, (sealed_by, sealed) in rows.items()
        if (sealed_by, version_of(sealed)) in living
    }


def write(grant: Grant, item: str, value: str) -> None:
    """Keep a value under this grant, in place of an older one; refuses an item the grant may not write."""
    write_all(grant, {item: value})


def write_all(grant: Grant, values: Mapping[str, str]) -> None:
    """Keep several values of the grant's person in one round trip."""
    undeclared = [item for item in values if item not in grant.writes]
    if undeclared:
        raise ValueError(f"the grant does not write {undeclared[0]}")
    classes = {item: key_class(item) for item in values}
    held = keys.data_keys_many([grant.subject_id], sorted(set(classes.values())))
    sealed = []
    for item, value in values.items():
        key = held.get((grant.subject_id, classes[item]))
        if key is None:
            raise keys.Destroyed(classes[item])
        sealed.append(seal_with(key, grant.subject_id, item, value))
    with connections[grant.alias].cursor() as cursor:
        cursor.execute(
            "insert into privacy_vault (subject_id, item, key_class, ciphertext)"
            " select %s, * from unnest(%s::text[], %s::text[], %s::bytea[])"
            " on conflict (subject_id, item) do update set key_class = excluded.key_class,"
            " ciphertext = excluded.ciphertext, written_at = now()",
            [grant.subject_id, list(values), [classes[item] for item in values], sealed],
        )


def _open(key: bytes, subject_id: int, item: str, sealed: bytes) -> str:
    return aead.decrypt(key, sealed[_VERSION_BYTES:], _context(subject_id, item)).decode()


def _context(subject_id: int, item: str) -> bytes:
    return f"vault|{item}|{subject_id}".encode()
