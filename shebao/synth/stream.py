"""Rows into PostgreSQL by COPY as the owner; indexes and foreign keys are made again when all rows are in."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
from django.db import connections

FILLED = (
    "privacy_vault", "privacy_blind", "registry_person", "registry_enrolment", "registry_contribution",
    "registry_account", "registry_accountyear", "registry_claim", "registry_claimdetail", "registry_benefit",
)  # fmt: skip
NUMBERED = (
    "privacy_subject", "registry_employer", "registry_institution", "registry_enrolment", "registry_claim",
    "appointments_office", "appointments_window",
)  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """A constraint or index that was taken away, and how to make it again."""

    table: str
    name: str
    make: str
    rank: int


def columns(cursor: Any, table: str, data: pa.Table) -> None:
    """COPY of a table's columns."""
    sink = pa.BufferOutputStream()
    arrow_csv.write_csv(data, sink, arrow_csv.WriteOptions(include_header=False, batch_size=65536))
    names = ", ".join(data.column_names)
    with cursor.copy(f"copy {table} ({names}) from stdin (format csv)") as copy:
        copy.write(memoryview(sink.getvalue()))


def rows(cursor: Any, table: str, names: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    """COPY of Python rows."""
    with cursor.copy(f"copy {table} ({', '.join(names)}) from stdin") as copy:
        for row in values:
            copy.write_row(row)


@contextmanager
def bare(cursor: Any) -> Iterator[None]:
    """Takes indexes and keys off the filled tables for the block; makes them again after it."""
    taken = _taken(cursor)
    for one in sorted(taken, key=lambda t: -t.rank):
        if one.rank == 1:
            cursor.execute(f"drop index {one.name}")
        else:
            cursor.execute(f"alter table {one.table} drop constraint {one.name}")
    yield
    for one in sorted(taken, key=lambda t: t.rank):
        cursor.execute(one.make)
    cursor.execute("set constraints all immediate")


def _taken(cursor: Any) -> list[Taken]:
    cursor.execute(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype from pg_constraint"
        " where conrelid = any(%s::regclass[]) and contype in ('p', 'u', 'f')",
        [list(FILLED)],
    )
    found = [
        Taken(table, name, f"alter table {table} add constraint {name} {make}", 2 if kind == "f" else 0)
        for table, name, make, kind in cursor.fetchall()
    ]
    cursor.execute(
        "select i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)"
        " from pg_index i where i.indrelid = any(%s::regclass[])"
        " and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)",
        [list(FILLED)],
    )
    return found + [Taken(table, name, make, 1) for table, name, make in cursor.fetchall()]


def number_on(cursor: Any) -> None:
    """Sequences continue after the rows that were copied."""
    for table in NUMBERED:
        cursor.execute(
            f"select setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 1), max(id) is not null)"
            f" from {table}"
        )


def tidy() -> None:
    """Statistics, and the visibility map that lets the hot read stay in its index."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"vacuum (analyze) {', '.join(FILLED)}")
        cursor.execute("analyze")
