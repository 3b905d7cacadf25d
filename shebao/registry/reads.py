"""Calls the hot reads of queries.sql: one round trip each, answer as the database wrote it."""

import json
import uuid
from typing import Any

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import gate

ALLOWED = '{"outcome":"allowed"'
LOOSE = '{"outcome" : "allowed"'
Argument = bytes | str | int | bool | uuid.UUID | None


def text(function: str, *arguments: Argument) -> str:
    """The JSON text of a hot read. Refuses with the gate's code; the refusal is already on the ledger."""
    marks = ", ".join(["%s"] * len(arguments))
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select {function}({marks})", arguments)
        (answer,) = cursor.fetchone()
    if not answer.startswith((ALLOWED, LOOSE)):
        raise Refusal(json.loads(answer)["outcome"])
    return str(answer)


def parsed(answer: str) -> dict[str, Any]:
    """The answer as a document."""
    document: dict[str, Any] = json.loads(answer)
    return document


def opening(actor: gate.Actor, process: str, subject: int | None, case: str) -> tuple[Argument, ...]:
    """The arguments every hot read starts with."""
    gate.purpose.set(process)
    return actor.token, process, subject, case, gate.request_id.get()
