"""The journal of runs (批量任务日志): what was asked, which chunks are done, what they came to."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from django.db import connections, transaction

from shebao.base.refusal import Refusal
from shebao.batch.kind import Kind, Parameters
from shebao.batch.models import Chunk, Run

Result = tuple[int, int, str, dict[str, int]]


@dataclass(frozen=True)
class Plan:
    """A run as it was asked for."""

    no: str
    kind: str
    parameters: Parameters
    prepared_by: int
    chunks: int
    state: str


@dataclass(frozen=True)
class Place:
    """A chunk's subjects [low, high) and what it came to, when it is done."""

    low: int
    high: int
    done: Result | None


@cache
def law_digest() -> str:
    """SHA-256 over every rule and parameter: a run begun under one law is not finished under another."""
    digest = sha256()
    for name, content in sorted(_files(files("shebao.rules"), "")):
        digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".toml")):
            yield prefix + entry.name, entry.read_bytes()


def hashed(parameters: Mapping[str, Any]) -> str:
    """SHA-256 of the parameters as canonical JSON."""
    return sha256(json.dumps(parameters, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def begin(kind: Kind, parameters: Parameters, *, size: int, by: int, alias: str) -> str:
    """Writes a run and its chunks of `size` subject numbers each; returns its number. No chunk has run yet."""
    asked = parameters.as_json() | {"law": law_digest()}
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('batch_run'))")
        cursor.execute("select min(id), max(id) + 1 from privacy_subject")
        low, high = cursor.fetchone()
        if low is None:
            raise Refusal("precondition_unmet", "还没有参保人，没有什么可以算。", "先导入数据")
        stem = f"{kind.process}/{parameters.period}"
        number = Run.objects.using(alias).filter(kind=kind.code, period=parameters.period).count() + 1
        spans = [(start, min(start + size, high)) for start in range(low, high, size)]
        run = Run.objects.using(alias).create(
            no=f"{stem}/{number}",
            kind=kind.code,
            period=parameters.period,
            parameters=asked,
            parameters_hash=hashed(asked),
            chunks=len(spans),
            prepared_by=by,
        )
        Chunk.objects.using(alias).bulk_create(
            [
                Chunk(run=run, position=place, low=first, high=last)
                for place, (first, last) in enumerate(spans)
            ]
        )
    return run.no


def plan(no: str, *, alias: str) -> Plan:
    """A run by its number. Refuses an unknown one, changed parameters, and rules that changed since it began."""
    run = Run.objects.using(alias).filter(no=no).first()
    if run is None:
        raise Refusal("not_found", "没有这个批量任务。", "看任务编号有没有写错")
    if hashed(run.parameters) != run.parameters_hash:
        raise Refusal("conflict", "这个任务的参数被改过，不能再算。", "重新建一个任务")
    if run.state == "open" and run.parameters["law"] != law_digest():
        raise Refusal("conflict", "任务开始以后，规则换过版本。", "用原来的版本做完，或重新建一个任务")
    return Plan(
        run.no, run.kind, Parameters.from_json(run.parameters), run.prepared_by, run.chunks, run.state
    )


def open_positions(no: str, *, alias: str) -> list[int]:
    """Positions of the chunks that are still to do, in order."""
    rows = Chunk.objects.using(alias).filter(run_id=no, state="open").order_by("position")
    return list(rows.values_list("position", flat=True))


def chunk(no: str, position: int, *, alias: str) -> Place:
    """A chunk as it stands."""
    row = Chunk.objects.using(alias).get(run_id=no, position=position)
    return Place(row.low, row.high, _result(row))


def take(no: str, position: int, *, alias: str) -> Result | None:
    """Locks a chunk inside the caller's transaction; its result when somebody else was faster."""
    row = Chunk.objects.using(alias).select_for_update().get(run_id=no, position=position)
    return _result(row)


def _result(row: Chunk) -> Result | None:
    if row.state != "done":
        return None
    return row.rows_in, row.rows_out, row.checksum, row.totals or {}


def note(
    no: str,
    position: int,
    *,
    rows_in: int,
    rows_out: int,
    checksum: str,
    totals: Mapping[str, int],
    entry_id: int,
    alias: str,
) -> None:
    """Marks a chunk done, in the transaction that wrote its rows."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "update batch_chunk set state = 'done', rows_in = %s, rows_out = %s, checksum = %s, totals = %s,"
            " entry_id = %s, finished_at = clock_timestamp() where run_id = %s and position = %s and state = 'open'",
            [rows_in, rows_out, checksum, json.dumps(totals), entry_id, no, position],
        )
        if cursor.rowcount != 1:
            raise Refusal("conflict")


def total(no: str, *, alias: str) -> dict[str, int]:
    """Totals of all chunks; refuses while a chunk is open."""
    rows = list(Chunk.objects.using(alias).filter(run_id=no).order_by("position"))
    if any(row.state != "done" for row in rows):
        raise Refusal("precondition_unmet", "这个任务还没有做完。", "再运行一次，会接着做")
    totals = added(row.totals or {} for row in rows)
    return totals | {
        "rows_in": sum(row.rows_in for row in rows),
        "rows_out": sum(row.rows_out for row in rows),
    }


def finish(no: str, totals: Mapping[str, int], *, now: datetime, alias: str) -> None:
    """Closes a run with its totals; closing it again changes nothing."""
    Run.objects.using(alias).filter(no=no, state="open").update(
        state="done", totals=dict(totals), finished_at=now
    )


def added(parts: Any) -> dict[str, int]:
    """Totals of several chunks, key by key."""
    totals: dict[str, int] = {}
    for part in parts:
        for name, number in part.items():
            totals[name] = totals.get(name, 0) + number
    return dict(sorted(totals.items()))
