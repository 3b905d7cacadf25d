"""What was collected (收集清单): every value we hold of a person's own doing, told apart by how it came to us."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from shebao.privacy import gate, masks, register, searches, vault
from shebao.privacy.models import ConsentEvent, Permission, Search, Topic

PROCESS = "privacy.export"
GIVEN, OBSERVED = "given", "observed"
TAGS = {"person": GIVEN, "device": OBSERVED}
VAULT_ITEMS = ("person.phone", "person.address", "person.email", "person.bank_account")
ITEMS = (*VAULT_ITEMS, "consent.record", "device.signal", "search.record", "login.session")


@dataclass(frozen=True)
class Line:
    """One value with its one tag: given by the person, or observed while services were used."""

    item: str
    label: str
    name: str
    value: str
    tag: str
    at: datetime | None


@dataclass(frozen=True)
class Report:
    """Observed values stand apart from given ones."""

    entry: int
    given: tuple[Line, ...]
    observed: tuple[Line, ...]


def report(actor: gate.Actor) -> Report:
    """The person's own report; how each item came is what the data dictionary says of its source."""
    book = register.current()
    with gate.open(actor, PROCESS, items=ITEMS) as grant:
        found = [*_vault(grant), *_choices(grant), *_devices(grant), *_searches(grant)]
    lines = [
        Line(item, book.items[item].label_zh, name, value, TAGS[book.items[item].source], at)
        for item, name, value, at in found
    ]
    return Report(
        grant.entry_id,
        tuple(line for line in lines if line.tag == GIVEN),
        tuple(line for line in lines if line.tag == OBSERVED),
    )


Found = tuple[str, str, str, datetime | None]


def _vault(grant: gate.Grant) -> Iterator[Found]:
    """Contact values the person left; those that the agency holds are in her record, not here."""
    for item, value in vault.read(grant, VAULT_ITEMS).items():
        yield item, "", masks.mask(item, value), None


def _choices(grant: gate.Grant) -> Iterator[Found]:
    for row in Permission.objects.using(grant.alias).filter(subject_id=grant.subject_id):
        yield "consent.record", row.code, "给出" if row.granted else "收回", row.at
    for event in ConsentEvent.objects.using(grant.alias).filter(subject_id=grant.subject_id):
        yield "consent.record", event.process, event.state, event.at


def _devices(grant: gate.Grant) -> Iterator[Found]:
    with connections[grant.alias].cursor() as cursor:
        cursor.execute("select code, value, at from privacy.signals_kept()")
        for code, value, at in cursor.fetchall():
            yield "device.signal", code, value, at
        cursor.execute("select device, method, started_at from privacy.sessions_of(%s)", [grant.actor.token])
        for device, method, started_at in cursor.fetchall():
            yield "login.session", method, device, started_at


def _searches(grant: gate.Grant) -> Iterator[Found]:
    for row in Search.objects.using(grant.alias).filter(subject_id=grant.subject_id):
        yield "search.record", row.page, searches.words_of(row), row.at
    for topic in Topic.objects.using(grant.alias).filter(subject_id=grant.subject_id):
        yield "search.record", "topic", topic.topic, None
