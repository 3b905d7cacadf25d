"""What the tests of clause rows share: a browser with a session, the API, and the tables as their owner sees them."""

from typing import Any

from django.db import connections
from django.test import Client

from shebao.base import clock
from shebao.privacy import consent, gate, register, vault
from tests import people
from tests.identity.browser import Browser


def browser_of(actor: gate.Actor) -> Browser:
    """A browser without script in which somebody is logged in."""
    assert actor.token is not None
    browser = Browser()
    browser.client.cookies["sb_session"] = actor.token.hex()
    return browser


def citizen(subject: int = people.CHUNMEI) -> Browser:
    """The browser of a person of the cast."""
    return browser_of(people.citizen(subject))


def api(actor: gate.Actor, path: str, **fields: Any) -> Any:
    """A call of the API with the bearer's token."""
    assert actor.token is not None
    return Client().get(f"/api/v1{path}", fields, headers={"Authorization": f"Bearer {actor.token.hex()}"})


def rows(query: str, *values: object) -> list[tuple[Any, ...]]:
    """What the owner of the tables reads."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, list(values))
        return list(cursor.fetchall())


def run(statement: str, *values: object) -> None:
    """A statement of the owner."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, list(values))


def agree(actor: gate.Actor, *processes: str) -> None:
    """The person's yes to some purposes."""
    book = register.current()
    for code in processes:
        shown = consent.notice(book, code).hash
        consent.give(actor, code, method="page", notice_hash=shown, now=clock.now())


def value(subject: int, item: str) -> str:
    """A value of the vault, as only the installation itself can read it."""
    ((sealed,),) = rows(
        "select ciphertext from privacy_vault where subject_id = %s and item = %s", subject, item
    )
    return vault.unseal(subject, item, bytes(sealed))
