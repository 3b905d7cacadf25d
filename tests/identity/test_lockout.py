"""Lock-out: five failures, fifteen minutes, the same for names that do not exist; one code, one use."""

import threading
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import accounts, attempts, passwords, sessions
from shebao.identity.methods import totp
from tests.conftest import Installation
from tests.identity import people

START = datetime(2026, 11, 22, 6, 4, 30, tzinfo=clock.CHINA)


def answer(now: datetime, **changes: object) -> str:
    """Code and sentence of a log-in."""
    arguments = {"login": "chunmei", "password": people.PASSWORD, "device": "设备", "now": now}
    try:
        sessions.login(**arguments | changes)  # type: ignore[arg-type]
    except Refusal as refused:
        return f"{refused.code} {refused.message} {refused.next_step}"
    return "in"


@pytest.mark.clause("JL-3.1.1.1-08")
def test_the_sixth_try_is_locked_with_its_end_and_the_table_holds_only_hashes(
    open_house: Installation,
) -> None:
    people.registered()
    for _ in range(4):
        assert answer(START, password="another-Heron-8").startswith("login_required")
    fifth = answer(START, password="another-Heron-8")
    assert fifth.startswith("rate_limited 试了 5 次都不对，先锁 15 分钟，到 6:20 自动解开。")
    assert fifth.endswith("忘了密码，用手机验证码重设")
    assert answer(START + timedelta(minutes=1)) == fifth
    assert answer(START + timedelta(minutes=14, seconds=59)) == fifth
    assert answer(START + timedelta(minutes=15)) == "in"
    ((secret,),) = people.rows(
        "select secret from identity_credential c join identity_account a on a.actor_id = c.account_id"
        " where a.login = 'chunmei'"
    )
    assert secret.startswith("$argon2id$") and people.PASSWORD not in people.everything()
    with pytest.raises(Refusal):
        passwords.check("password1")


def test_an_unknown_name_is_answered_and_locked_like_a_known_one(open_house: Installation) -> None:
    people.registered()
    known = [answer(START, password="another-Heron-8") for _ in range(7)]
    unknown = [answer(START, login="nobody", password="another-Heron-8") for _ in range(7)]
    assert known == unknown
    assert "nobody" not in people.everything()


def test_tries_are_counted_before_they_are_judged(open_house: Installation) -> None:
    people.registered()
    judged: list[str] = []

    def guess() -> None:
        judged.append(answer(START, password="another-Heron-8").split()[0])
        people.connections["login"].close()

    crowd = [threading.Thread(target=guess) for _ in range(12)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert judged.count("login_required") == 4 and judged.count("rate_limited") == 8


def test_a_try_that_was_never_judged_does_not_count(
    open_house: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.registered()
    monkeypatch.setattr(passwords, "_SLOTS", threading.BoundedSemaphore(1))
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.0)
    passwords._SLOTS.acquire()
    for _ in range(6):
        assert answer(START).startswith("unavailable")
    passwords._SLOTS.release()
    assert answer(START) == "in"


def test_old_attempts_are_forgotten_after_a_day(open_house: Installation) -> None:
    answer(START, login="nobody", password="another-Heron-8")
    answer(START + timedelta(days=2), login="somebody", password="another-Heron-8")
    assert people.rows("select count(*) from identity_attempt") == [(1,)]


def test_the_person_sees_that_somebody_tried(open_house: Installation) -> None:
    person = people.registered()
    answer(START, password="another-Heron-8")
    ((kind, role, outcome),) = people.rows(
        "select kind, actor_role, outcome from privacy_entry where subject_id = %s and process = 'identity.login'",
        person.subject_id,
    )
    assert (kind, role, outcome) == ("refuse", "visitor", "login_required")


class LogIn(RuleBasedStateMachine):
    """A clerk's log-in against a model: five failures in a row lock for fifteen minutes, a code counts once."""

    @initialize()
    def furnish(self) -> None:
        people.run("truncate identity_attempt")
        people.run("update identity_credential set last_counter = 0")
        self.now, self.failures, self.last = START, 0, START
        self.locked_until: datetime | None = None
        self.used = 0

    @rule(seconds=st.sampled_from([1, 29, 30, 61, 300, 899, 900, 1800]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.locked_until is None or self.now >= self.locked_until)
    @rule(right=st.booleans(), step=st.sampled_from([-2, -1, 0, 1, 2]))
    def try_unlocked(self, right: bool, step: int) -> None:
        if self.locked_until is not None or self.now - self.last > timedelta(minutes=15):
            self.failures, self.locked_until = 0, None
        self.last = self.now
        counter = int(self.now.timestamp()) // 30 + step
        good = right and abs(step) <= 1 and counter > self.used
        outcome = self._enter(right, step)
        if good:
            assert outcome == "in"
            self.failures, self.used = 0, counter
            return
        self.failures += 1
        if self.failures == 5:
            self.locked_until = self.now + timedelta(minutes=15)
        assert outcome == ("rate_limited" if self.locked_until else "login_required")

    @precondition(lambda self: self.locked_until is not None and self.now < self.locked_until)
    @rule(right=st.booleans())
    def try_locked(self, right: bool) -> None:
        assert self._enter(right, 0) == "rate_limited"

    @invariant()
    def never_more_than_five(self) -> None:
        assert all(count <= 5 for (count,) in people.rows("select failures from identity_attempt"))

    def _enter(self, right: bool, step: int) -> str:
        code = totp.pyotp.TOTP(SECRET).at(self.now + timedelta(seconds=30 * step))
        try:
            sessions.staff_login(
                login="clerk.wu", password="right" if right else "wrong", code=code, device="", now=self.now
            )
        except Refusal as refused:
            return refused.code
        return "in"


SECRET = totp.pyotp.random_base32()


def test_lock_and_codes_hold_for_any_order_of_tries(open_house: Installation) -> None:
    accounts.create(
        role="clerk", login="clerk.wu", password=people.PASSWORD, unit="220100", totp_secret=SECRET,
        by="installation",
    )  # fmt: skip
    people.run(
        "update identity_credential set secret = %s where kind = 'password'", passwords.hashed("right")
    )
    run_state_machine_as_test(
        LogIn,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert attempts.begin("desk", "fresh", now=START).failures == 1
