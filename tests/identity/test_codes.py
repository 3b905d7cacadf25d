"""One-time codes: right once, five tries, five minutes, capped for each number and each address."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import integers, sampled_from

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import codes, contacts, sessions
from shebao.identity.methods import sms
from tests import people
from tests.conftest import Installation
from tests.identity.people import everything, rows, run
from tests.identity.post import Posted

PHONE = "13912340001"
HERE = "10.0.0.7"


def send(post: Posted, now: object = None, place: str = PHONE, source: str = HERE) -> uuid.UUID:
    return codes.send(
        use="login", place=place, item="person.phone", subject_id=people.CHUNMEI, actor_id=None, source=source,
        now=now or clock.now(), post=post,  # type: ignore[arg-type]
    )  # fmt: skip


def refused(code: str, work: object, /, *args: object, **values: object) -> Refusal:
    with pytest.raises(Refusal) as no:
        work(*args, **values)  # type: ignore[operator]
    assert no.value.code == code, no.value.message
    return no.value


def verified(subject: int = people.CHUNMEI, phone: str = PHONE, post: Posted | None = None) -> None:
    """Gives a person a phone that she confirmed."""
    post = post or Posted()
    by, now = people.citizen(subject), clock.now()
    run("delete from privacy_vault where subject_id = %s and item = 'person.phone'", subject)
    change = contacts.start(by, item="person.phone", value=phone, lost=False, source=HERE, now=now, post=post)
    assert contacts.finish(by, change, code_new=post.code(phone), now=now) == "done"
    run("delete from identity_code")


def test_a_code_works_once_and_only_for_its_use_and_number(shebao: Installation) -> None:
    post, now = Posted(), clock.now()
    number = send(post, now)
    code = post.code(PHONE)
    refused("invalid_input", codes.check, number=number, use="reset", place=PHONE, code=code, now=now)
    refused("invalid_input", codes.check, number=number, use="login", place="13912340002", code=code, now=now)
    refused("invalid_input", codes.check, number=uuid.uuid4(), use="login", place=PHONE, code=code, now=now)
    assert codes.check(number=number, use="login", place=PHONE, code=f" {code} ", now=now).use == "login"
    refused("invalid_input", codes.check, number=number, use="login", place=PHONE, code=code, now=now)


def test_a_code_is_dead_after_five_minutes_or_five_tries(shebao: Installation) -> None:
    post, now = Posted(), clock.now()
    number = send(post, now)
    late = now + timedelta(minutes=5, seconds=1)
    refused(
        "invalid_input", codes.check, number=number, use="login", place=PHONE, code=post.code(PHONE), now=late
    )
    number = send(post, now + timedelta(minutes=2))
    wrong = "000000" if post.code(PHONE) != "000000" else "000001"
    for _ in range(codes.TRIES):
        refused("invalid_input", codes.check, number=number, use="login", place=PHONE, code=wrong, now=now)
    refused(
        "invalid_input", codes.check, number=number, use="login", place=PHONE, code=post.code(PHONE), now=now
    )


def test_the_caps_hold_for_a_number_and_for_an_address(shebao: Installation) -> None:
    post, now = Posted(), clock.now()
    send(post, now)
    refused("rate_limited", send, post, now + timedelta(seconds=59))
    for at in range(1, 5):
        send(post, now + timedelta(minutes=at + 1))
    refused("rate_limited", send, post, now + timedelta(minutes=50))
    for at in range(15):
        send(post, now + timedelta(seconds=at), f"1391235{at:04d}")
    refused("rate_limited", send, post, now + timedelta(minutes=1), "13912359999")
    send(post, now + timedelta(minutes=1), "13912359999", "10.0.0.8")


def test_no_code_stands_anywhere_in_the_database(shebao: Installation) -> None:
    post = Posted()
    send(post)
    text = everything()
    assert f'"{post.code(PHONE)}"' not in text
    assert PHONE not in text


def test_log_in_by_sms_needs_a_confirmed_phone_and_never_tells_which_are_known(shebao: Installation) -> None:
    post, now = Posted(), clock.now()
    verified(post=post)
    post.sent.clear()
    for unknown in ("13912349999",):
        number = sms.start(phone=unknown, source=HERE, now=now, post=post)
        assert post.sent == []
        refused("invalid_input", sms.finish, number=number, phone=unknown, code="123456", now=now)
    number = sms.start(phone=PHONE, source=HERE, now=now, post=post)
    proved = sms.finish(number=number, phone=PHONE, code=post.code(PHONE), now=now)
    started = sessions.start(proved, device="手机", old_token=None)
    assert started.actor_id == people.citizen(people.CHUNMEI).actor_id
    assert people.entries(people.CHUNMEI, "identity.code")


def test_a_frozen_account_gets_no_code(shebao: Installation) -> None:
    post, now = Posted(), clock.now()
    verified(post=post)
    post.sent.clear()
    run("update privacy_actor set active = false where subject_id = %s", people.CHUNMEI)
    sms.start(phone=PHONE, source=HERE, now=now, post=post)
    assert post.sent == []


def test_where_the_profile_does_not_name_it_it_is_closed(
    shebao: Installation, settings_patch: object
) -> None:
    from django.conf import settings

    closed = settings.DEPLOYMENT | {"login": settings.DEPLOYMENT["login"] | {"methods": ["password"]}}
    settings_patch("DEPLOYMENT", closed)  # type: ignore[operator]
    refused("purpose_not_allowed", sms.start, phone=PHONE, source=HERE, now=clock.now(), post=Posted())


class Guessing(RuleBasedStateMachine):
    """However one tries, waits and asks again: a code opens at most once, never after its end or five wrong tries."""

    @initialize()
    def begin(self) -> None:
        run("delete from identity_code")
        self.now, self.post = clock.now(), Posted()
        self.live: dict[uuid.UUID, tuple[str, int, object]] = {}
        self.opened: list[uuid.UUID] = []

    @rule(seconds=integers(1, 400))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def ask(self) -> None:
        try:
            number = send(self.post, self.now)
        except Refusal as no:
            assert no.code == "rate_limited"
            return
        self.live[number] = (self.post.code(PHONE), 0, self.now)

    @rule(right=sampled_from([True, False, False]))
    def guess(self, right: bool) -> None:
        if not self.live:
            return
        number = list(self.live)[-1]
        code, tries, made = self.live[number]
        given = code if right else f"{(int(code) + 1) % 10**6:06d}"
        alive = tries < codes.TRIES and self.now < made + codes.LIFE and number not in self.opened  # type: ignore[operator]
        self.live[number] = (code, tries + 1, made)
        try:
            codes.check(number=number, use="login", place=PHONE, code=given, now=self.now)
        except Refusal:
            assert not (right and alive)
        else:
            assert right and alive
            self.opened.append(number)

    @invariant()
    def once(self) -> None:
        assert len(self.opened) == len(set(self.opened))


def test_random_guessers_open_nothing_twice(shebao: Installation) -> None:
    run_state_machine_as_test(
        Guessing, settings=hypothesis_settings(max_examples=12, stateful_step_count=25, deadline=None)
    )
    assert rows(
        "select count(*) from identity_code where used_at is not null and tries > %s", codes.TRIES
    ) == [(0,)]
