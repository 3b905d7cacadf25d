"""New persons of a file: a number each, keys, and their values sealed into the vault."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from shebao.privacy import keys, vault
from shebao.registry.intake.checking import Values

BATCH = 2_000
ITEMS = {
    "number": "person.id_number",
    "name": "person.name",
    "phone": "person.phone",
    "address": "person.address",
    "bank_account": "person.bank_account",
    "card_number": "person.card_number",
}


def number(cursor: Any) -> None:
    """Gives each new person a key in the order of lines."""
    cursor.execute(
        "update intake i set subject_id = n.id from (select line,"
        " nextval(pg_get_serial_sequence('privacy_subject', 'id')) as id from"
        " (select line from intake where outcome = 'new' order by line) o) n where n.line = i.line"
    )


def seal(cursor: Any, rows: Iterator[tuple[int, Values]]) -> None:
    """Reads the file once more and seals the values of the new persons, in batches."""
    cursor.execute(
        "create temporary table intake_vault (subject_id bigint, item text, key_class text, ciphertext bytea)"
        " on commit drop"
    )
    while batch := list(islice(rows, BATCH)):
        cursor.execute(
            "select line, subject_id from intake where outcome = 'new' and line between %s and %s",
            [batch[0][0], batch[-1][0]],
        )
        fresh: dict[int, int] = dict(cursor.fetchall())
        told = [(fresh[line], values) for line, values in batch if line in fresh]
        if told:
            _copy(cursor, told)
    cursor.execute(
        "insert into privacy_vault (subject_id, item, key_class, ciphertext)"
        " select subject_id, item, key_class, ciphertext from intake_vault"
    )


def _copy(cursor: Any, told: list[tuple[int, Values]]) -> None:
    classes = {item: vault.key_class(item) for item in ITEMS.values()}
    held = keys.data_keys_many([subject for subject, _ in told], sorted(set(classes.values())))
    with cursor.copy("copy intake_vault (subject_id, item, key_class, ciphertext) from stdin") as copy:
        for subject, values in told:
            for field, item in ITEMS.items():
                if values.get(field):
                    sealed = vault.seal_with(held[subject, classes[item]], subject, item, values[field])
                    copy.write_row((subject, item, classes[item], sealed))
