"""The outbox under random deaths, failures and clocks: no message is lost, none is sent twice without saying so."""

from datetime import timedelta

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shebao.base import clock
from shebao.notices.channels.channel import Later, Uncertain, Undeliverable
from shebao.notices.delivery import Courier
from tests.clauses.doors import rows, run
from tests.notices.errands import Clock, Scripted, post


class Killed(BaseException):
    """kill -9, in one process."""


REPEATABLE = {"push": True, "email": False, "sms": True}
FATES = ("fine", "later", "never", "uncertain", "killed_before", "killed_between", "killed_after")
steps = st.lists(
    st.tuples(st.sampled_from(("post", "run", "run", "turn")), st.sampled_from(FATES), st.integers(1, 7200)),
    max_size=25,
)


class House:
    """Two workers over one outbox, whose channels do what the next fate says."""

    def __init__(self) -> None:
        self.now = Clock(clock.now() + timedelta(seconds=1))
        self.left: list[tuple[int, str, str]] = []
        self.fate = "fine"
        self.channels = [Fated(self, name) for name in REPEATABLE]
        self.courier = Courier(self.channels, self.now)

    def work(self, fate: str) -> None:
        self.fate = fate
        try:
            self.courier.run()
        except Killed:
            connections["worker"].close()
            self.courier = Courier(self.channels, self.now)


class Fated(Scripted):
    """A channel under a fate."""

    def __init__(self, house: House, name: str) -> None:
        super().__init__(name, REPEATABLE[name])
        self.house = house

    def address(self, grant, envelope):
        if self.house.fate == "killed_before":
            raise Killed
        return ["x"]

    def send(self, envelope, address):
        problems = {"later": Later("busy"), "never": Undeliverable("refused"), "killed_between": Killed()}
        if self.house.fate in problems:
            raise problems[self.house.fate]
        self.house.left.append((envelope.message, self.name, str(envelope.key)))
        if self.house.fate == "uncertain" and not self.repeatable:
            raise Uncertain("no_answer")
        if self.house.fate == "killed_after":
            raise Killed
        return super().send(envelope, address)


def posted_to_mail(template: str) -> int:
    """A message whose first channel cannot be asked afterwards."""
    number = post(template=template)
    run("update notices_delivery set channel = 'email', rest = '{sms,letter}' where message_id = %s", number)
    return number


def judge(house: House, posted: list[int]) -> None:
    """What must hold at any moment."""
    steps = rows(
        "select message_id, channel, state, key::text, id, parent_id from notices_delivery order by id"
    )
    told = {number: [step for step in steps if step[0] == number] for number in posted}
    for number, chain in told.items():
        assert chain, "a message has lost its delivery"
        assert len({channel for _, channel, *_ in chain}) == len(chain), "a channel stands twice"
        for _, channel, state, key, _, _ in chain:
            times = house.left.count((number, channel, key))
            if not REPEATABLE.get(channel, False):
                assert times <= 1, "sent twice"
            if state in ("sent", "delivered"):
                assert times >= 1, "said to be sent and was not"
            if times and not REPEATABLE.get(channel, False):
                assert state in ("sending", "sent", "delivered", "unknown"), (
                    "left, and is not said to have left"
                )
        ended = chain[-1][2] in ("sent", "delivered", "gave_up", "unknown")
        under_way = [state for _, _, state, *_ in chain if state in ("queued", "sending")]
        assert ended or under_way, "nobody takes care of the message any more"


@pytest.mark.parametrize("template", ["case.decided", "case.accepted"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=steps)
def test_no_message_is_lost_and_none_is_sent_twice_in_silence(standing, template, plan):
    run("delete from notices_delivery")
    run("delete from notices_message")
    posted = [posted_to_mail(template), post(template=template)]
    house = House()
    for act, fate, seconds in plan:
        if act == "post":
            posted.append(posted_to_mail(template))
        elif act == "turn":
            house.now.turn(seconds=seconds)
        else:
            house.work(fate)
        judge(house, posted)
    for _ in range(12):
        house.now.turn(days=2)
        house.work("fine")
        judge(house, posted)
    states = rows("select distinct state from notices_delivery where channel not in ('letter', 'phone')")
    assert {state for (state,) in states} <= {"sent", "failed", "gave_up", "unknown"}
