"""What the tests of the messages share: posting as other rooms do, a channel that does as it is told, the rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shebao.base import clock
from shebao.notices import actions
from shebao.notices.channels.channel import Envelope, Sent, Undeliverable
from shebao.notices.delivery import Courier
from shebao.privacy import gate
from tests import people
from tests.clauses.doors import rows

DECIDED = {"item": "退休申请", "case": "YB26-1103-0482", "result": "通过"}
INCIDENT = {
    "what": "一处登录接口被试探",
    "affected": "登录名",
    "measures": "已关上",
    "advice": "换密码",
    "contact": "留言",
}
ACCEPTED = {"item": "退休申请", "case": "YB26-1103-0482", "due": "12月17日"}


def post(
    subject: int = people.CHUNMEI, template: str = "case.decided", params: dict[str, Any] | None = None
) -> int:
    """A message posted the way other rooms do it: under an entry about the person."""
    known = {"case.decided": DECIDED, "incident": INCIDENT, "case.accepted": ACCEPTED}
    with gate.open(people.citizen(subject), "inbox.read", items=("message.text",)):
        return actions.post(subject=subject, template=template, params=params or known[template])


@dataclass
class Scripted:
    """A channel whose answers are given: it notes every message that left."""

    name: str
    repeatable: bool = False
    reachable: bool = True
    items: tuple[str, ...] = ()
    sent: list[Envelope] = field(default_factory=list)
    act: Callable[[Envelope], None] = lambda envelope: None
    after: Callable[[Envelope], None] = lambda envelope: None

    def address(self, grant: gate.Grant, envelope: Envelope) -> list[str]:
        if not self.reachable:
            raise Undeliverable("no_address")
        return ["x"]

    def send(self, envelope: Envelope, address: list[str]) -> Sent:
        self.act(envelope)
        self.sent.append(envelope)
        self.after(envelope)
        return Sent()


@dataclass
class Clock:
    """A clock the test turns."""

    at: datetime = field(default_factory=clock.now)

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


def worker(*channels: Any, now: Clock | None = None) -> Courier:
    """A worker with these channels."""
    return Courier(channels, now or Clock())


def chain(message: int) -> list[tuple[Any, ...]]:
    """The steps of a message in order: channel, state, error."""
    return rows(
        "select channel, state, error from notices_delivery where message_id = %s order by id", message
    )


def owner_reach(message: int) -> int:
    """How many may still reach the person for this message."""
    ((count,),) = rows(
        "select count(*) from privacy_reach where case_no = %s and revoked_at is null and until > now()",
        f"message/{message}",
    )
    return int(count)
