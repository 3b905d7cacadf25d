"""People of the registry as a bureau's extract leaves them, and what the owner sees in the tables."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connections

from shebao.base import clock
from shebao.identity import acceptance, accounts
from shebao.privacy import keys, policy, register, vault
from shebao.rules.identity import citizen

PASSWORD = "一只-Blue-heron-7"
PHONE = "13912345678"


@dataclass(frozen=True)
class Insured:
    """A person known to the registry."""

    subject_id: int
    name: str
    id_number: str


PEOPLE: dict[str, Insured] = {}


def insured(name: str = "何春梅", born: date = date(1979, 3, 2), sequence: int = 42) -> Insured:
    """A person with a name, a number and their blind indexes."""
    number = citizen.make("220102", born, sequence)
    with connections["owner"].cursor() as cursor:
        cursor.execute("insert into privacy_subject default values returning id")
        (subject,) = cursor.fetchone()
        for purpose, value in (("id_number", number), ("real_name", f"{number}|{name}")):
            cursor.execute(
                "insert into privacy_blind (purpose, digest, subject_id) values (%s, %s, %s)",
                [purpose, keys.blind(purpose, value), subject],
            )
        for item, value in (("person.name", name), ("person.id_number", number)):
            cursor.execute(
                "insert into privacy_vault (subject_id, item, key_class, ciphertext) values (%s, %s, %s, %s)",
                [subject, item, vault.key_class(item), vault.seal(subject, item, value)],
            )
    return Insured(subject, name, number)


def publish() -> None:
    """The profile's policy and agreement, when the installation has not published them."""
    policy.install(register=register.load(settings.PROFILE), now=clock.now())


def versions() -> dict[str, str]:
    """The parts in force, by code."""
    return {part.code: part.version for part in acceptance.parts(now=clock.now())}


def form(person: Insured, **changes: Any) -> dict[str, Any]:
    """A complete registration of a person."""
    return {
        "name": person.name,
        "id_number": person.id_number,
        "phone": PHONE,
        "login": "chunmei",
        "password": PASSWORD,
        "accepted_parts": versions(),
        "seen_marked_at": datetime(2026, 11, 22, 1, 0, tzinfo=clock.CHINA),
        "notice_version": acceptance.notice_version(),
        "now": clock.now(),
    } | changes


def registered(login: str = "chunmei", sequence: int = 42) -> accounts.Registered:
    """A person who has registered."""
    return accounts.register(**form(insured(sequence=sequence), login=login))


def has_account(person: Insured) -> bool:
    """Whether the gate knows an account of this person, or an acceptance was kept."""
    return bool(
        rows("select 1 from privacy_actor where subject_id = %s", person.subject_id)
        or rows("select 1 from privacy_acceptance where subject_id = %s", person.subject_id)
    )


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the owner of the tables reads."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, list(values))
        return list(cursor.fetchall())


def run(statement: str, *values: Any) -> None:
    """A statement of the owner."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, list(values))


def everything() -> str:
    """Every text, number and byte string of every table, as one text."""
    parts = []
    for (table,) in rows("select table_name from information_schema.tables where table_schema = 'public'"):
        parts += [str(row[0]) for row in rows(f'select to_jsonb(t)::text from "{table}" t')]
    return "\n".join(parts)
