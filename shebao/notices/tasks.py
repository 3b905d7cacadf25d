"""Work for people (信函和电话): taken from the outbox under the clerk's own session, and reported back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.notices import actions, sealing, wording
from shebao.notices.models import Message
from shebao.privacy import gate


@dataclass(frozen=True)
class Task:
    """A letter or call that somebody holds. `reach` says whether the person may still be opened for it."""

    delivery: int
    message: int
    subject: int
    template: str
    version: int
    key_class: str
    reach: bool
    taken_at: datetime


@dataclass(frozen=True)
class Step:
    """One step of the way of a message."""

    channel: str
    state: str
    error: str
    attempts: int
    at: datetime


def waiting(by: gate.Actor) -> dict[str, tuple[int, int]]:
    """How many letters and calls wait, and how many this person holds."""
    return {row[0]: (row[1], row[2]) for row in _all("select * from notices.waiting(%s)", by.token)}


def take(channel: str, most: int, by: gate.Actor) -> int:
    """Takes waiting tasks; refuses whose role has none of them."""
    ((count,),) = _all("select notices.take(%s, %s, %s)", by.token, channel, most)
    if count is None:
        raise Refusal("purpose_not_allowed", "您的岗位不办这件事。", "回经办端", "/desk/")
    return int(count)


def held(channel: str, by: gate.Actor) -> list[Task]:
    """What this person holds, oldest first."""
    return [Task(*row) for row in _all("select * from notices.held(%s, %s)", by.token, channel)]


def report_back(delivery: int, *, outcome: str, error: str, by: gate.Actor) -> bool:
    """What came of it; false when it is not hers."""
    ((done,),) = _all("select notices.report_back(%s, %s, %s, %s)", by.token, delivery, outcome, error)
    return bool(done)


def text(grant: gate.Grant, task: Task) -> tuple[str, str]:
    """Title and body of the message, under an open grant."""
    row = Message.objects.using(grant.alias).get(id=task.message)
    values = sealing.opened(task.subject, actions.PARAMS, row.key_class, bytes(row.params))
    template = wording.of(row.template, row.version)
    return template.filled(template.title, values), template.filled(template.body, values)


def chain(message: int, by: gate.Actor) -> list[Step]:
    """送达报告: the way of one message, nothing of its person."""
    return [Step(*row) for row in _all("select * from notices.chain(%s, %s)", by.token, message)]


def _all(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())
