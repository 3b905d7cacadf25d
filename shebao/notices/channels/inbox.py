"""消息中心: the person's own messages, unread with a duty first, and how each of them travelled."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from django.db import connections
from django.db.models import Q

from shebao.base.refusal import Refusal
from shebao.notices import actions, sealing, wording
from shebao.notices.models import Delivery, Message
from shebao.privacy import gate, keys

PROCESS, EMPLOYER, TEXT = "inbox.read", "inbox.employer", "message.text"
PAGE = 20
# These only confirm an address; they are of no use afterwards.
NOT_LISTED = ("account.code", "account.email_link")
UNREADABLE = "这条消息已经读不出来了"


@dataclass(frozen=True)
class Trip:
    """One step of a message on its way."""

    channel: str
    state: str
    error: str
    at: datetime


@dataclass(frozen=True, repr=False)
class Received:
    """One message as the person reads it."""

    number: int
    template: str
    category: str
    title: str
    body: str
    link: str
    case_no: str
    duty: bool
    created_at: datetime
    read_at: datetime | None
    unsubscribe: str = ""
    trips: tuple[Trip, ...] = ()


@dataclass(frozen=True)
class Listing:
    """A page of the inbox, and whether there is more."""

    messages: Sequence[Received]
    more: bool


def listing(by: gate.Actor, *, before: int | None = None) -> Listing:
    """Newest first; on the first page what is unread and asks something of the person stands on top."""
    with _opened(by, items=(TEXT,)) as grant:
        rows = (
            Message.objects.using(grant.alias)
            .filter(subject_id=grant.subject_id)
            .exclude(template__in=NOT_LISTED)
        )
        waiting = Q(duty=True, read_at__isnull=True)
        first = [] if before else list(rows.filter(waiting).order_by("-id")[:PAGE])
        rest = rows.filter(id__lt=before) if before else rows
        if first or before:
            rest = rest.exclude(waiting)
        found = list(rest.order_by("-id")[: PAGE + 1])
        shown = first + found[:PAGE]
        return Listing(_received_many(grant.subject_id, shown), len(found) > PAGE)


def one(by: gate.Actor, number: int) -> Received:
    """One message with its way; opening it marks it as read. Refuses another's."""
    with _opened(by, items=(TEXT,), writes=(TEXT,)) as grant:
        row = Message.objects.using(grant.alias).filter(id=number).exclude(template__in=NOT_LISTED).first()
        if row is None:
            raise Refusal("not_found", "没有这条消息，或者不是给您的。", "看自己的消息", "/inbox/")
        _mark(number)
        steps = Delivery.objects.using(grant.alias).filter(message_id=number).order_by("id")
        trips = tuple(Trip(step.channel, step.state, step.error, step.changed_at) for step in steps)
        return _received_many(grant.subject_id, [row], trips)[0]


def mark_all_read(by: gate.Actor) -> int:
    """Marks everything as read; returns how many were not."""
    with _opened(by, items=(TEXT,), writes=(TEXT,)) as grant:
        rows = Message.objects.using(grant.alias).filter(read_at__isnull=True, subject_id=grant.subject_id)
        numbers = list(rows.values_list("id", flat=True)[:1000])
        for number in numbers:
            _mark(number)
        return len(numbers)


def _opened(
    by: gate.Actor, *, items: tuple[str, ...], writes: tuple[str, ...] = ()
) -> AbstractContextManager[gate.Grant]:
    """The person's own messages; an agent's are those of the unit she speaks for."""
    if by.role == "employer_agent" and by.acting is not None:
        return gate.open(by, EMPLOYER, items=items, writes=writes, subject=by.acting.subject_id)
    return gate.open(by, PROCESS, items=items, writes=writes)


def unread(token: bytes | None) -> int:
    """The number on the tab, at most 100."""
    if token is None:
        return 0
    with connections["default"].cursor() as cursor:
        cursor.execute("select notices.unread(%s)", [token])
        return int(cursor.fetchone()[0])


def _mark(number: int) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("select notices.mark_read(%s)", [number])


def _received_many(subject: int, rows: list[Message], trips: tuple[Trip, ...] = ()) -> list[Received]:
    living = keys.live_versions(subject, {row.key_class for row in rows}) if rows else {}
    found = []
    for row in rows:
        template = wording.of(row.template, row.version)
        try:
            values = sealing.opened_with(living, subject, actions.PARAMS, row.key_class, bytes(row.params))
        except keys.Destroyed:
            values = {}
        found.append(_received(row, template, values, trips))
    return found


def _received(
    row: Message, template: wording.Template, values: dict[str, str | int], trips: tuple[Trip, ...]
) -> Received:
    token = str(values.pop(actions.HIDDEN + "token", ""))
    readable = set(template.params) <= values.keys()
    return Received(
        number=row.id,
        template=row.template,
        category=row.category,
        title=template.filled(template.title, values) if readable else UNREADABLE,
        body=template.filled(template.body, values).strip() if readable else "",
        link=template.filled(template.link, values) if readable else "",
        case_no=row.case_no,
        duty=row.duty,
        created_at=row.created_at,
        read_at=row.read_at,
        unsubscribe=token,
        trips=trips,
    )
