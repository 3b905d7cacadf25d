"""People with a session, and certificates issued to them the way a door does it."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.db import connections

from shebao.base import clock
from shebao.documents.content import Content
from shebao.documents.issue import issue
from shebao.documents.models import Certificate
from shebao.documents.queries import certificate_file
from shebao.privacy import gate
from tests.documents import pdf, samples

READS = ("certificate.record",)


@dataclass(frozen=True)
class Person:
    """A citizen and her session."""

    subject_id: int
    actor: gate.Actor


@dataclass(frozen=True)
class Paper:
    """A certificate as the holder has it in hand."""

    row: Certificate
    pdf: bytes
    name: str
    code: str


def citizen() -> Person:
    """A new person with an account and a running session."""
    token = os.urandom(32)
    with connections["owner"].cursor() as cursor:
        cursor.execute("insert into privacy_subject default values returning id")
        (subject,) = cursor.fetchone()
        cursor.execute("select privacy.make_actor('citizen', %s, '', '')", [subject])
        (actor,) = cursor.fetchone()
        cursor.execute(
            "select privacy.start_session(%s, %s, 2, 'test', '', 60)", [actor, sha256(token).digest()]
        )
    return Person(subject, gate.actor_of(token))


def paper(
    person: Person,
    folder: Path,
    content: Content | None = None,
    *,
    masked: bool = True,
    now: datetime | None = None,
) -> Paper:
    """One issued certificate, its code read from the page."""
    moment = now or clock.now()
    with gate.open(person.actor, "certificate.issue", items=READS, writes=READS) as grant:
        row = issue(grant, content or samples.enrolment(), masked=masked, now=moment, by=person.actor)
    with gate.open(person.actor, "certificate.issue", items=READS) as grant:
        file = certificate_file(grant, row.id)
    found = re.search(r"(?:[A-Z0-9]{4}-){4}[A-Z0-9]{4}", pdf.text(file.content, folder))
    assert found
    return Paper(row, file.content, file.name, found[0])


def entries(person: Person) -> list[dict[str, object]]:
    """The ledger's verification entries about a person, oldest first."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select kind, actor_id, actor_role, actor_unit, items, reason, outcome from privacy_entry"
            " where subject_id = %s and process = 'certificate.verify' order by id",
            [person.subject_id],
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


Issue = Callable[..., Paper]
