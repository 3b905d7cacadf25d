"""Visits put together for the doors: booking with its case and message, the worker's rounds, places by distance."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shebao.appointments import actions, matters, queries, upkeep
from shebao.appointments.coordinates import Place, apart_km
from shebao.appointments.models import Office
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases import queries as cases
from shebao.items import catalogue
from shebao.notices import actions as notices
from shebao.privacy import gate
from shebao.registry.persons import queries as persons
from shebao.rules import regions


@dataclass(frozen=True)
class Around:
    """A person's visits, and the city she is insured in."""

    mine: queries.Mine
    region: str


def tell(event: actions.Event) -> None:
    """Posts the message in the transaction of the event itself."""
    notices.post(
        subject=event.subject, template=event.template, params=event.params, case=event.case, alias=event.alias
    )  # fmt: skip


def own(case: str) -> Callable[[gate.Grant], None] | None:
    """The check that a case is the person's own; none where no case is bound. Refuses another person's."""

    def check(grant: gate.Grant) -> None:
        cases.row(grant, case)

    return check if case else None


def group_of(item: str) -> str:
    """The group of matters that takes an item of the catalogue. Refuses an item that is not there or needs no visit."""
    known = catalogue.ITEMS.get(item)
    if known is None:
        raise Refusal("not_found", "没有这个事项。", "看能办什么", "/items/")
    return matters.of_item(known.number)


def around(actor: gate.Actor, *, now: datetime) -> Around:
    """The person's visits and her city, under one entry."""
    found: list[str] = []
    mine = queries.mine(
        actor,
        now=now,
        also=("person.basic",),
        beside=lambda grant: found.append(persons.basics(grant).region),
    )
    return Around(mine, found[0])


def cities() -> list[tuple[str, str, int]]:
    """Cities with offices: code, name, how many."""
    counted: dict[str, int] = {}
    for office in queries.offices():
        counted[office.region] = counted.get(office.region, 0) + 1
    return [(code, regions.name(code), count) for code, count in counted.items()]


def offer_round() -> int:
    """Offers freed places, of this moment."""
    return upkeep.offer(now=clock.now(), tell=tell)


def day_round() -> int:
    """Opens places, reminds, marks what nobody came to, ends what is over; 0, so that it waits for its next turn."""
    now = clock.now()
    upkeep.open_slots(now=now)
    upkeep.remind(now=now, tell=tell)
    upkeep.mark_missed(now=now, tell=tell)
    upkeep.end_of_life(now=now)
    return 0


def distance_km(here: Place, office: Office) -> float:
    """How far an office is."""
    return apart_km(here, queries.place(office))
