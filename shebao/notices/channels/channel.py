"""What every channel answers, and with what it is asked."""

import uuid
from dataclasses import dataclass
from typing import Protocol

from shebao.privacy.gate import Grant

SECONDS = 10.0


class Undeliverable(Exception):
    """This channel will never reach the person; the next one takes over. Holds a code, never a value."""


class Later(Exception):
    """Not now; the same again after a while."""


class Uncertain(Exception):
    """It may have been sent. Nobody sends it again on this channel."""


@dataclass(frozen=True, repr=False)
class Envelope:
    """One message on its way. `key` is the same for every attempt; `title` and `body` may hold personal values."""

    message: int
    key: uuid.UUID
    category: str
    short: str
    title: str
    body: str
    link: str = ""
    unsubscribe: str = ""
    to: str = ""


@dataclass(frozen=True)
class Sent:
    """It left. `reference` says that the channel can be asked later whether it arrived."""

    reference: str = ""


class Channel(Protocol):
    """One way out of the house."""

    @property
    def name(self) -> str: ...

    @property
    def items(self) -> tuple[str, ...]:
        """Data items the worker must open to address the message."""

    @property
    def repeatable(self) -> bool:
        """Whether the receiver drops a second sending under the same key."""

    def address(self, grant: Grant, envelope: Envelope) -> list[str]:
        """Where to; raises Undeliverable."""

    def send(self, envelope: Envelope, address: list[str]) -> Sent:
        """Sends once; raises Undeliverable, Later or Uncertain."""
