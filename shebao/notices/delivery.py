"""Delivery (投递): claims what is due, opens what it needs under an entry of its own, sends, and says what became of it."""

import hashlib
import logging
import os
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connections
from prometheus_client import Counter

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.notices import actions, sealing, wording
from shebao.notices.channels.channel import Channel, Envelope, Later, Sent, Uncertain, Undeliverable
from shebao.notices.channels.email import Email
from shebao.notices.channels.push import Push
from shebao.notices.channels.sms import Sms
from shebao.notices.models import Message
from shebao.privacy import gate, keys

PROCESS = "notice.deliver"
ALIAS = "worker"
HOLD_SECONDS = 120
LEASE_SECONDS = 60
CLAIMED = 20
ATTEMPTS = 5
SESSION_MINUTES = 12 * 60
OPENS_AT = 8
RECEIPT_HOURS = 48
FINISHED = Counter("shebao_deliveries_total", "Deliveries by channel and outcome", ["channel", "outcome"])
log = logging.getLogger("shebao.notices")


@dataclass(frozen=True)
class Claimed:
    """A row this worker holds."""

    delivery: int
    message: int
    subject: int
    template: str
    version: int
    category: str
    channel: str
    attempts: int
    key: uuid.UUID
    until: datetime


@dataclass
class Courier:
    """One worker with its channels. `now` is the clock; times of the rows are its times."""

    channels: Sequence[Channel]
    now: Callable[[], datetime] = clock.now
    name: uuid.UUID = field(default_factory=uuid.uuid4)
    _actor: gate.Actor | None = None

    def run(self) -> int:
        """One round; returns how many rows were taken up."""
        by_name = {channel.name: channel for channel in self.channels}
        repeatable = [name for name, channel in by_name.items() if channel.repeatable]
        _one("select notices.reclaim(%s, %s)", repeatable, self.now())
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(
                "select * from notices.claim(%s, %s, %s, %s, %s)",
                [self.name, list(by_name), self.now(), HOLD_SECONDS, CLAIMED],
            )
            held = [Claimed(*row) for row in cursor.fetchall()]
        for one in held:
            self._deliver(one, by_name[one.channel])
        return len(held)

    def _deliver(self, one: Claimed, channel: Channel) -> None:
        if self.now() >= one.until:
            return self._finish(one, "failed", "expired")
        if not _one("select notices.takes(%s, %s, %s)", one.subject, one.category, one.channel):
            return self._finish(one, "failed", "muted")
        if (opens := self._capped(one)) is not None:
            return self._finish(one, "later", "capped", after=opens)
        try:
            envelope, address = self._open(one, channel)
        except Undeliverable as problem:
            return self._finish(one, "failed", str(problem))
        except keys.Destroyed:
            return self._finish(one, "failed", "key_destroyed")
        except Refusal as refusal:
            return self._finish(one, "failed", f"gate_{refusal.code}")
        if not _one(
            "select notices.begin(%s, %s, %s, %s)", one.delivery, self.name, self.now(), LEASE_SECONDS
        ):
            return None
        return self._send(one, channel, envelope, address)

    def _send(self, one: Claimed, channel: Channel, envelope: Envelope, address: list[str]) -> None:
        try:
            sent: Sent = channel.send(envelope, address)
        except Undeliverable as problem:
            return self._finish(one, "failed", str(problem))
        except Uncertain as problem:
            return self._finish(one, "unknown", str(problem))
        except Later as problem:
            if one.attempts + 1 >= ATTEMPTS:
                return self._finish(one, "failed", str(problem))
            return self._finish(one, "later", str(problem), after=self.now() + pause(one))
        after = self.now() + timedelta(minutes=1) if sent.reference else None
        return self._finish(one, "sent", "", reference=sent.reference, after=after)

    def _finish(
        self, one: Claimed, outcome: str, error: str, *, reference: str = "", after: datetime | None = None
    ) -> None:
        _one("select notices.finish(%s, %s, %s, %s, %s, %s::timestamptz, %s)",
             one.delivery, self.name, outcome, error, reference, after, self.now())  # fmt: skip
        FINISHED.labels(one.channel, outcome).inc()

    def _capped(self, one: Claimed) -> datetime | None:
        """When the day's measure is full: the next morning. What must arrive has no measure."""
        if one.category in wording.ALWAYS:
            return None
        local = clock.china(self.now())
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        measure = int(settings.DEPLOYMENT.get("messages", {}).get("per_day", 6))
        if int(str(_one("select notices.sent_since(%s, %s)", one.subject, midnight))) < measure:
            return None
        return midnight + timedelta(days=1, hours=OPENS_AT)

    def _open(self, one: Claimed, channel: Channel) -> tuple[Envelope, list[str]]:
        """What is sent and where to, read under an entry that the person sees."""
        with gate.open(
            self.session(),
            PROCESS,
            items=("message.text", *(item for item in channel.items if item != "message.text")),
            subject=one.subject,
            case=f"message/{one.message}",
            alias=ALIAS,
        ) as grant:
            row = Message.objects.using(ALIAS).get(id=one.message)
            values = sealing.opened(one.subject, actions.PARAMS, row.key_class, bytes(row.params))
            envelope = enveloped(
                wording.of(one.template, one.version), values, message=one.message, key=one.key
            )
            return envelope, channel.address(grant, envelope)

    def session(self) -> gate.Actor:
        """The worker's own session; it reaches only persons with a message under way."""
        edge = clock.now() + timedelta(minutes=1)
        if self._actor is None or self._actor.expires_at is None or self._actor.expires_at < edge:
            token = os.urandom(32)
            _one("select notices.begin_work(%s, %s)", hashlib.sha256(token).digest(), SESSION_MINUTES)
            self._actor = gate.actor_of(token, alias=ALIAS)
        return self._actor


def enveloped(
    template: wording.Template, values: dict[str, str | int], *, message: int, key: uuid.UUID
) -> Envelope:
    """A message as the channels take it."""
    hidden = {name: str(values.pop(actions.HIDDEN + name, "")) for name in ("to", "link", "token")}
    token = hidden["token"]
    return Envelope(
        message=message,
        key=key,
        category=template.category,
        short=template.filled(template.short, values),
        title=template.filled(template.title, values),
        body=template.filled(template.body, values),
        link=hidden["link"],
        unsubscribe=f"{settings.BASE_URL}/unsubscribe/{token}" if token else "",
        to=hidden["to"],
    )


def pause(one: Claimed) -> timedelta:
    """How long to wait before the next attempt: half a minute, doubled each time, a little apart for each row."""
    apart = one.key.int % 1000 / 1000
    return timedelta(seconds=30 * 2**one.attempts * (1 + apart / 4))


def ask(channel: Sms, *, now: datetime) -> int:
    """Asks the gateway what became of messages it took; after two days nobody asks any more."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select delivery, key, sent_at from notices.awaiting('sms', %s, 50)", [now])
        rows = cursor.fetchall()
    for delivery, key, sent_at in rows:
        age = now - sent_at
        over = age > timedelta(hours=RECEIPT_HOURS)
        after = now + (timedelta(days=36500) if over else max(age, timedelta(minutes=1)))
        _one("select notices.receipt(%s, %s, %s, %s)", delivery, channel.arrived(str(key)), after, now)
    return len(rows)


def courier() -> Courier:
    """The worker of this installation, with the channels its settings name."""
    sms = Sms(settings.SMS_GATEWAY, settings.SMS_TOKEN)
    email = Email(settings.SMTP, settings.MAIL_FROM)
    push = Push(settings.PUSH_HOSTS, settings.HOME, settings.BASE_URL)
    return Courier((push, email, sms))


def _one(statement: str, *values: Any) -> object:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(statement, list(values))
        row = cursor.fetchone()
    return row[0] if row else None
