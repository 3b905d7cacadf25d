"""Delivery: fail-over, retries, caps, a worker that dies, and what stands in the ledger."""

import pytest

from shebao.base.refusal import Refusal
from shebao.notices.channels.channel import Later, Uncertain
from shebao.privacy import gate
from tests import people
from tests.notices.errands import Clock, Scripted, chain, owner_reach, post, worker


class Killed(BaseException):
    """kill -9, in one process."""


def raising(problem: BaseException):
    def act(*_):
        raise problem

    return act


def test_the_first_channel_that_works_ends_the_chain(shebao):
    number = post()
    push, email = Scripted("push"), Scripted("email")

    worker(push, email).run()

    assert chain(number) == [("push", "sent", "")]
    assert (len(push.sent), len(email.sent)) == (1, 0)


def test_a_failed_channel_hands_over_to_the_next_until_paper(shebao):
    number = post(template="incident")
    courier = worker(
        Scripted("push", reachable=False),
        Scripted("email", reachable=False),
        Scripted("sms", reachable=False),
    )

    while courier.run():
        pass

    assert chain(number) == [("push", "failed", "no_address"), ("email", "failed", "no_address"),
                             ("sms", "failed", "no_address"), ("letter", "queued", "")]  # fmt: skip
    assert owner_reach(number) == 1


def test_every_look_at_an_address_is_an_entry_and_ends_with_the_delivery(shebao):
    number = post()
    courier = worker(Scripted("push", items=("message.contact",)))
    courier.run()

    assert people.entries(people.CHUNMEI, "notice.deliver") == [("notice.deliver", "allowed", "system")]
    assert owner_reach(number) == 0
    with pytest.raises(Refusal), gate.open(courier.session(), "notice.deliver", items=("person.phone",),
                                           subject=people.CHUNMEI, case=f"message/{number}", alias="worker"):  # fmt: skip
        pass


def test_the_worker_reaches_nobody_without_a_message(shebao):
    courier = worker(Scripted("push"))

    with (
        pytest.raises(Refusal) as refused,
        gate.open(courier.session(), "notice.deliver", items=("person.phone",), subject=people.CHUNMEI,
                  case="message/1", alias="worker"),
    ):  # fmt: skip
        pass
    assert refused.value.code == "out_of_reach"


def test_a_short_trouble_is_tried_again_later_and_a_long_one_goes_on(shebao):
    number, now = post(), Clock()
    push, email = Scripted("push", act=raising(Later("service_503"))), Scripted("email")
    courier = worker(push, email, now=now)

    courier.run()
    assert chain(number) == [("push", "queued", "service_503")]
    assert courier.run() == 0, "not before the pause is over"
    for _ in range(10):
        now.turn(hours=1)
        courier.run()
    assert chain(number) == [("push", "failed", "service_503"), ("email", "sent", "")]


def test_killed_before_the_sending_nothing_is_lost_or_doubled(shebao):
    number, now = post(), Clock()
    first = worker(Scripted("push", items=("message.contact",)), now=now)
    first._open = raising(Killed())  # type: ignore[method-assign]
    with pytest.raises(Killed):
        first.run()

    now.turn(minutes=5)
    again = Scripted("push")
    worker(again, now=now).run()

    assert chain(number) == [("push", "sent", "")]
    assert len(again.sent) == 1


def test_killed_after_the_sending_a_channel_that_cannot_be_asked_says_unknown(shebao):
    number, now = post(), Clock()
    email = Scripted("email", after=raising(Killed()))
    courier = worker(Scripted("push", reachable=False), email, Scripted("sms"), now=now)
    with pytest.raises(Killed):
        while courier.run():
            pass
    now.turn(minutes=5)
    fresh, sms = Scripted("email"), Scripted("sms")
    courier = worker(fresh, sms, now=now)
    while courier.run():
        pass

    assert chain(number)[1:] == [("email", "unknown", "worker_lost"), ("sms", "sent", "")]
    assert (len(email.sent), len(fresh.sent)) == (1, 0), "the mail went once"


def test_what_need_not_arrive_stops_at_unknown(shebao):
    number = post(template="case.accepted")
    email = Scripted("email", act=raising(Uncertain("no_answer")))
    courier = worker(Scripted("push", reachable=False), email, Scripted("sms"))
    while courier.run():
        pass

    assert chain(number) == [("push", "failed", "no_address"), ("email", "unknown", "no_answer")]


def test_killed_after_the_sending_a_channel_that_drops_doubles_is_repeated_under_the_same_key(shebao):
    number, now = post(), Clock()
    first = Scripted("push", repeatable=True, after=raising(Killed()))
    with pytest.raises(Killed):
        worker(first, now=now).run()
    now.turn(minutes=5)
    second = Scripted("push", repeatable=True)
    courier = worker(second, now=now)
    while courier.run():
        pass

    assert chain(number) == [("push", "sent", "")]
    assert first.sent[0].key == second.sent[0].key


def test_two_workers_share_the_rows(shebao):
    for _ in range(5):
        post()
    one, other = Scripted("push"), Scripted("push")
    first, second = worker(one), worker(other)
    one.after = lambda envelope: second.run() and None
    first.run()
    second.run()

    keys = [envelope.key for envelope in one.sent + other.sent]
    assert len(keys) == len(set(keys)) == 5


def test_the_measure_of_a_day_defers_progress_and_never_what_must_arrive(shebao):
    accepted = [post(template="case.accepted") for _ in range(7)]
    decided = post()
    now, push = Clock(), Scripted("push")
    courier = worker(push, now=now)
    while courier.run():
        pass

    assert len(push.sent) == 7
    assert chain(decided) == [("push", "sent", "")]
    assert chain(accepted[-1]) == [("push", "queued", "capped")]
    now.turn(days=1)
    worker(push, now=now).run()
    assert chain(accepted[-1]) == [("push", "sent", "")]
