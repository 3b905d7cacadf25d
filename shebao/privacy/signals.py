"""Signals (设备信号): the one intake for what a device or page may send. What the register does not list stays out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connections
from prometheus_client import Counter

from shebao.base.refusal import Refusal
from shebao.privacy import gate, readings, register, vault
from shebao.privacy.book import Register
from shebao.privacy.declared import Signal, days
from shebao.privacy.judge import KEPT_FORMS, SIGNAL_ITEM
from shebao.privacy.readings import Place, Reading

REFUSED = Counter("shebao_signals_refused_total", "Signals refused, by code", ["code"])
DROPPED = Counter("shebao_signals_dropped_total", "Readings dropped, by reason", ["reason"])
PHONE = "person.phone"
MOST = 20


@dataclass(frozen=True)
class Kept:
    """What became of one signal."""

    code: str
    form: str
    kept: bool
    until: datetime | None
    verdict: str


@dataclass(frozen=True, repr=False)
class Answer:
    """The answer to one call: the ledger entry, what was kept, what this answer alone may use."""

    entry: int
    signals: tuple[Kept, ...]
    dropped: int
    hints: tuple[str, ...]
    place: Place | None
    region: str
    cache_key: bytes


@dataclass(frozen=True)
class Stored:
    """One kept reading, as its person sees it."""

    code: str
    name: str
    purpose: str
    value: str
    at: datetime
    ends_at: datetime


def receive(sent: Mapping[str, object], *, purpose: str, now: datetime, by: gate.Actor) -> Answer:
    """Takes readings for one purpose, all or none.

    Refuses an undeclared name or purpose, a signal of another purpose, a permission not given, an odd shape.
    """
    try:
        return _receive(sent, purpose, now, by)
    except Refusal as refusal:
        REFUSED.labels(refusal.code).inc()
        raise


def _receive(sent: Mapping[str, object], purpose: str, now: datetime, by: gate.Actor) -> Answer:
    if by.subject_id is None:
        raise Refusal("login_required" if by.is_visitor else "purpose_not_allowed")
    book = register.current()
    wanted = _declared(book, sent, purpose, by)
    grants = sorted({signal.grant for signal in wanted if signal.grant})
    outcome = _one(
        "select privacy.may_signal(%s, %s, %s, %s)", by.token, purpose, grants, gate.request_id.get()
    )
    if outcome != "allowed":
        raise Refusal(str(outcome))
    found = {signal.code: readings.read(signal, sent[signal.code], by.subject_id) for signal in wanted}
    process = book.process[purpose]
    with gate.open(by, purpose, items=process.items, writes=process.writes) as grant:
        stored = _keep(book, wanted, found, grant, now)
        for reading in found.values():
            if reading.number:
                vault.write(grant, PHONE, reading.number)
    return _answer(book, wanted, found, stored, grant.entry_id, now)


def _declared(book: Register, sent: Mapping[str, object], purpose: str, by: gate.Actor) -> list[Signal]:
    if purpose not in book.process or not 1 <= len(sent) <= MOST or sent.keys() - book.signal.keys():
        raise Refusal("field_not_declared", field="purpose" if purpose not in book.process else "signals")
    wanted = [book.signal[code] for code in sent]
    for signal in wanted:
        if signal.purpose != purpose or signal.form in ("never", "count"):
            _misused(by, purpose)
            raise Refusal("purpose_not_allowed", field=signal.code)
    return wanted


def _keep(
    book: Register, wanted: list[Signal], found: Mapping[str, Reading], grant: gate.Grant, now: datetime
) -> dict[str, bool]:
    """Row code -> whether it was kept; a reading that comes sooner than the register allows is dropped."""
    lines = [
        (code, value, signal.every, now + timedelta(days=_days(book, signal)))
        for signal in wanted
        if signal.form in KEPT_FORMS
        for code, value in found[signal.code].rows.items()
    ]
    if not lines:
        return {}
    codes, values, every, ends = (list(column) for column in zip(*lines, strict=True))
    with connections[grant.alias].cursor() as cursor:
        cursor.execute(
            "select privacy.keep_signals(%s, %s, %s, %s, %s, %s)",
            [grant.actor.token, grant.process, codes, values, every, ends],
        )
        (kept,) = cursor.fetchone()
    return {str(code): code in kept for code in codes}


def _answer(
    book: Register, wanted: list[Signal], found: Mapping[str, Reading], stored: Mapping[str, bool],
    entry: int, now: datetime,
) -> Answer:  # fmt: skip
    early = sum(not kept for kept in stored.values())
    unlisted = sum(reading.dropped for reading in found.values())
    DROPPED.labels("frequency_exceeded").inc(early)
    DROPPED.labels("not_listed").inc(unlisted)
    told = []
    for signal in wanted:
        reading = found[signal.code]
        kept = any(stored.get(code) for code in reading.rows) or bool(reading.number)
        until = now + timedelta(days=_days(book, signal)) if kept and signal.retention else None
        told.append(Kept(signal.code, signal.form, kept, until, reading.verdict))
    return Answer(
        entry=entry,
        signals=tuple(told),
        dropped=early + unlisted,
        hints=tuple(reading.hint for reading in found.values() if reading.hint),
        place=next((reading.place for reading in found.values() if reading.place), None),
        region=next((reading.region for reading in found.values() if reading.region), ""),
        cache_key=next((reading.cache_key for reading in found.values() if reading.cache_key), b""),
    )


def stored(actor: gate.Actor, *, purpose: str, codes: tuple[str, ...] = ()) -> list[Stored]:
    """What is kept of the person's devices, for a purpose the signals were declared for; refuses any other."""
    book = register.current()
    own = {code for code, signal in book.signal.items() if signal.purpose == purpose}
    if not own or set(codes) - own:
        if purpose in book.process:
            _misused(actor, purpose)
        REFUSED.labels("purpose_not_allowed").inc()
        raise Refusal("purpose_not_allowed")
    with (
        gate.open(actor, purpose, items=(SIGNAL_ITEM,)) as grant,
        connections[grant.alias].cursor() as cursor,
    ):
        cursor.execute("select process, code, value, at, ends_at from privacy.signals_kept()")
        rows = [row for row in cursor.fetchall() if row[0] == purpose]
    named = [(book.signal[code.split(".")[0]], code, *rest) for _, code, *rest in rows]
    return [
        Stored(code, signal.name, purpose, value, at, ends)
        for signal, code, value, at, ends in named
        if not codes or signal.code in codes
    ]


def compatibility() -> list[tuple[str, int]]:
    """机型统计: persons by model; models of fewer persons than the profile's smallest group count as 其他."""
    least = int(settings.DEPLOYMENT["statistics"]["minimum_group"])
    with connections["worker"].cursor() as cursor:
        cursor.execute("select model, persons from privacy.device_models(%s)", [least])
        return [(str(model), int(persons)) for model, persons in cursor.fetchall()]


def _misused(actor: gate.Actor, purpose: str) -> None:
    if actor.token is not None:
        _one("select privacy.refuse_signal(%s, %s, %s)", actor.token, purpose, gate.request_id.get())


def _days(book: Register, signal: Signal) -> int:
    return days(book.retention[signal.retention].period) or 0


def _one(statement: str, *values: Any) -> object:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row[0] if row else None
