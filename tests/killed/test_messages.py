"""The worker dies at everything that lasts, on every channel: a message leaves once, or the record says what is unsure."""

from collections import Counter

import pytest
from django.conf import settings

from shebao.base import clock
from tests import people
from tests.clauses.doors import rows, run
from tests.conftest import Installation
from tests.killing import Mortal
from tests.notices.conftest import World, world
from tests.notices.errands import chain, post

__all__ = ["world"]
DELIVER = {"step": "deliver", "now": clock.now().isoformat()}
NEVER = 10_000
OPEN = "select channel from notices_delivery where message_id = %s and state in ('queued', 'sending')"
DELIVERIES = "select channel, state, key::text from notices_delivery order by id"


def test_every_channel_dies_and_nothing_goes_twice(
    shebao: Installation, world: World, request: pytest.FixtureRequest
) -> None:
    me = people.citizen()
    world.confirmed_mail(me)
    browser = world.browser(me)
    run("delete from notices_delivery")
    world.sms.taken.clear()
    mortal = Mortal(
        "tests.killed.worker", shebao.home, SHEBAO_SMTP=settings.SMTP, SHEBAO_SMS_GATEWAY=settings.SMS_GATEWAY,
        SHEBAO_PUSH_HOSTS="127.0.0.1",
    )  # fmt: skip
    request.addfinalizer(mortal.end)

    def sound() -> None:
        mails = Counter(one["Message-ID"] for one in world.mail.mail)
        assert all(count == 1 for count in mails.values()), "a mail went twice"
        assert len({one["key"] for one in world.sms.taken}) == len(world.sms.taken)
        left = {"email": set(mails), "sms": {one["key"] for one in world.sms.taken}}
        for channel, state, key in rows(DELIVERIES):
            gone = channel not in left or any(key in one for one in left[channel])
            assert gone or state != "sent", (channel, "said to be sent and was not")
        # Time goes by: holds and leases of the dead worker end.
        run("update notices_delivery set next_at = now() where state = 'queued'")
        run("update notices_delivery set lease_until = now() where state = 'sending'")

    def chains() -> list[tuple[int, list[tuple[str, str]]]]:
        """A message for each moment of death; what became of it when a worker has lived again."""
        found, at, alive = [], 0, False
        while not alive:
            at += 1
            number = post()
            run("update notices_delivery set next_at = now() where message_id = %s", number)
            alive = mortal.lived(DELIVER, at)
            sound()
            while set(rows(OPEN, number)) - {("letter",)}:
                assert mortal.lived(DELIVER, NEVER)
                sound()
            found.append((number, [step[:2] for step in chain(number)]))
        return found

    pushed = chains()
    assert {steps[0] for _, steps in pushed} == {("push", "sent")} and len(pushed) > 5
    tags = [browser.opens(body)["tag"] for _, _, body in world.push.got]
    assert set(tags) == {f"m{number}" for number, _ in pushed}, "a push that comes twice has the same tag"
    run("delete from notices_push")
    mailed = [steps[1:] for _, steps in chains()]
    sure = mailed.count([("email", "sent")])
    unsure = mailed.count([("email", "unknown"), ("sms", "sent")])
    assert sure + unsure == len(mailed) and unsure == 2, "said to be unsure, and what must arrive went on"
    assert len(world.mail.mail) == sure + 1, "of the two that are unsure one had left"
    run("delete from privacy_vault where item = 'person.email'")
    texted = chains()
    assert {steps[-1] for _, steps in texted} == {("sms", "sent")} and len(texted) > 5
    assert len(world.sms.taken) == len(texted) + unsure
