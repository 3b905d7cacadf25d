"""The work that dies in `tests.killed`: of the worker, of the counter, of the operator; found by name."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from shebao.appointments import actions as pool
from shebao.appointments import upkeep
from shebao.items import dying, exchanging, handing_in, paying, visits
from shebao.notices import errands
from shebao.notices.channels.email import Email
from shebao.notices.channels.push import Push
from shebao.notices.channels.sms import Sms
from shebao.privacy import gate
from shebao.registry.intake import actions as intake
from shebao.registry.payables import batches

SENDS = ((Push, "send"), (Email, "send"), (Sms, "send"))


def step(order: dict[str, Any]) -> Callable[[], Any]:
    """The work that an order names. `by` and `second` are tokens of sessions."""
    people = {
        name: gate.actor_of(bytes.fromhex(order.pop(name))) for name in ("by", "second") if name in order
    }
    now = datetime.fromisoformat(order.pop("now"))
    name = order.pop("step")
    return lambda: STEPS[name](now=now, **people, **order)


def _load(*, now: datetime, by: gate.Actor, second: gate.Actor, file: str) -> None:
    source, layout, employer = intake.prepare(Path(file))
    run = intake.run_number(now=now)
    intake.approve(second, operator=by.actor_id or 0, run=run)
    intake.load(source, layout, employer, by=by, run=run, now=now, allow_demo=True)


def _deaths(*, now: datetime, by: gate.Actor, second: gate.Actor, lines: str, batch: str) -> None:
    dying.approve(batch=batch, source="civil", operator=by, approver=second)
    dying.take_in(dying.read(lines), source="civil", batch=batch, now=now)


def _deliver(*, now: datetime) -> None:
    while errands.deliver():
        pass


def _wait(*, now: datetime, by: gate.Actor, office: int, service: str, day: str) -> None:
    pool.wait(office=office, service=service, day=date.fromisoformat(day), now=now, by=by)


STEPS: dict[str, Callable[..., Any]] = {
    "collect": lambda now, by: batches.collect(month=202611, now=now, by=by),
    "approve": lambda now, by, batch: batches.approve(batch, by=by),
    "pay": lambda now: paying.run(now=now),
    "exchange": lambda now: exchanging.run(now=now),
    "deaths": _deaths,
    "load": _load,
    "deliver": _deliver,
    "book": lambda now, by, slot: pool.book(slot=slot, now=now, by=by, tell=visits.tell),
    "move": lambda now, by, booking, slot: pool.move(
        booking=booking, slot=slot, now=now, by=by, tell=visits.tell
    ),
    "cancel": lambda now, by, booking: pool.cancel(booking=booking, now=now, by=by, tell=visits.tell),
    "wait": _wait,
    "accept": lambda now, by, waiting: pool.accept(waiting=waiting, now=now, by=by, tell=visits.tell),
    "leave": lambda now, by, waiting: pool.leave(waiting=waiting, now=now, by=by, tell=visits.tell),
    "offer": lambda now: upkeep.offer(now=now, tell=visits.tell),
    "hand_in": lambda now, by, no, material, file: handing_in.hand_in(
        no, material, Path(file).read_bytes(), "a.jpg", now=now, by=by
    ),
    "retake": lambda now, by, no, page, file: handing_in.retake(
        no, page, Path(file).read_bytes(), "a.jpg", now=now, by=by
    ),
    "take_out": lambda now, by, no, page: handing_in.take_out(no, page, by=by),
}
