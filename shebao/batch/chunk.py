"""One chunk of a run, whole or not at all: grant, columns in, rule, columns out and journal in one transaction.

Both engines call `work`, with a run number and a position; everything else stands in the journal.
"""

import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from shebao.batch import catalogue, copying, journal
from shebao.batch.journal import Plan
from shebao.batch.kind import Done, Kind, Outcome, Target
from shebao.privacy import gate

ALIAS = "worker"
SETTINGS = "set local work_mem = '128MB'; set local temp_buffers = '64MB'; set local jit = off; set local enable_memoize = off"


def work(token: bytes, no: str, position: int, *, dry: bool = False) -> Done:
    """Does one chunk, or finds it done. `dry`: reads and computes under a grant that may not write."""
    began = time.perf_counter()
    plan = journal.plan(no, alias=ALIAS)
    kind = catalogue.KINDS[plan.kind]
    place = journal.chunk(no, position, alias=ALIAS)
    if place.done is not None and not dry:
        return Done(position, *place.done, fresh=False)
    with gate.open_span(
        gate.Actor(token),
        kind.process,
        low=place.low,
        high=place.high,
        items=kind.items,
        writes=() if dry else kind.writes,
        case=no,
    ) as grant:
        connection = _connection()
        connection.execute(SETTINGS)
        if not dry and (earlier := journal.take(no, position, alias=ALIAS)) is not None:
            return Done(position, *earlier, fresh=False)
        values = {
            "run": no, "position": position, "low": place.low, "high": place.high,
            "period": plan.parameters.period, "as_of": plan.parameters.as_of, "since": plan.parameters.since,
        }  # fmt: skip
        result = _compute(connection, kind, plan, values, store=not dry)
        done = Done(position, *result, seconds=time.perf_counter() - began)
        if not dry:
            journal.note(
                no,
                position,
                rows_in=done.rows_in,
                rows_out=done.rows_out,
                checksum=done.checksum,
                totals=done.totals,
                entry_id=grant.entry_id,
                alias=ALIAS,
            )
    return done


def _connection() -> psycopg.Connection[Any]:
    wrapper = connections[ALIAS]
    wrapper.ensure_connection()
    connection: psycopg.Connection[Any] = wrapper.connection
    return connection


def _compute(
    connection: psycopg.Connection[Any], kind: Kind, plan: Plan, values: Mapping[str, object], *, store: bool
) -> tuple[int, int, str, dict[str, int]]:
    found = {
        name: copying.read(connection, source.query, values, source.layout)
        for name, source in kind.sources.items()
    }
    outcome: Outcome = kind.compute(plan.parameters, found)
    rows_in = sum(len(next(iter(columns.values()))) for columns in found.values())
    digest, rows_out = sha256(), 0
    for name, target in kind.targets.items():
        rows = copying.stream(copying.ordered(outcome.rows[name], target.key), target.layout)
        digest.update(name.encode() + rows.tobytes())
        rows_out += len(rows)
        if store and len(rows):
            _store(connection, name, target, rows, values)
    return rows_in, rows_out, digest.hexdigest(), dict(outcome.totals)


def _store(
    connection: psycopg.Connection[Any], name: str, target: Target, rows: Any, values: Mapping[str, object]
) -> None:
    """Stages the rows and puts them in place; every statement must touch exactly the rows that were streamed."""
    staging = f"staged_{name}"
    literals = {key: sql.Literal(value) for key, value in values.items()}
    with connection.cursor() as cursor:
        cursor.execute(target.layout.table(staging).encode())
        copying.write(cursor, staging, rows)
        for statement in target.store:
            cursor.execute(sql.SQL(statement).format(staging=sql.Identifier(staging), **literals))
        if cursor.rowcount != len(rows):
            raise copying.Broken(f"{len(rows)} rows were streamed, {cursor.rowcount} put in place")
