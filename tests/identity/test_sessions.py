"""Sessions: a new token at every log-in, ended by their owner, never longer than the profile says."""

import os
import uuid
from datetime import timedelta

import pytest

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import accounts, devices, sessions
from shebao.identity.methods import totp
from shebao.identity.models import Credential
from shebao.privacy import gate
from tests.conftest import Installation
from tests.identity import people


def enter(login: str = "chunmei", **changes: object) -> sessions.Started:
    arguments = {
        "login": login,
        "password": people.PASSWORD,
        "device": "安卓手机，Chrome",
        "now": clock.now(),
    }
    return sessions.login(**arguments | changes)  # type: ignore[arg-type]


def opens(token: bytes) -> str:
    """The outcome of asking who looked with this token."""
    with people.connections["default"].cursor() as cursor:
        cursor.execute(
            "select outcome from privacy.open(%s, 'privacy.who_looked', null, '{ledger.entry}')", [token]
        )
        return str(cursor.fetchone()[0])


@pytest.mark.clause("JL-4.0-03")
def test_a_right_pair_starts_a_session_and_a_wrong_one_does_not(open_house: Installation) -> None:
    people.registered()
    started = enter()
    assert opens(started.token) == "allowed"
    for wrong in ({"password": "another-Heron-8"}, {"login": "nobody.here"}):
        with pytest.raises(Refusal) as refused:
            enter(**wrong)
        assert refused.value.code == "login_required"
        assert "账号或密码" in refused.value.message
    people.run("update privacy_session set expires_at = now()")
    assert opens(started.token) == "login_required"


def test_the_token_is_random_and_only_its_digest_is_kept(open_house: Installation) -> None:
    people.registered()
    one, other = enter(), enter()
    assert len(one.token) == 32 and one.token != other.token
    everything = people.everything()
    assert one.token.hex() not in everything and one.token.hex() not in repr(one)


def test_a_planted_token_never_becomes_a_session(open_house: Installation) -> None:
    people.registered()
    planted = os.urandom(32)
    assert enter(old_token=planted).token != planted
    assert opens(planted) == "login_required"
    mine = enter()
    assert enter(old_token=mine.token).token != mine.token
    assert opens(mine.token) == "login_required"


def test_logging_out_ends_the_session_at_once(open_house: Installation) -> None:
    people.registered()
    one, other = enter(), enter()
    sessions.logout(one.token)
    sessions.logout(one.token)
    sessions.logout(None)
    assert opens(one.token) == "login_required" and opens(other.token) == "allowed"


def test_devices_are_listed_and_ended_by_their_owner_only(open_house: Installation) -> None:
    people.registered()
    accounts.register(**people.form(people.insured(name="万敏", sequence=44), login="wanmin"))
    mine, phone, hers = enter(), enter(device="鸿蒙手机"), enter("wanmin")
    listed = sessions.sessions(mine.token)
    assert [(one.device, one.is_this) for one in listed] == [("鸿蒙手机", False), ("安卓手机，Chrome", True)]
    ((foreign, *_),) = people.rows("select s.id from privacy_session s where s.actor_id = %s", hers.actor_id)
    for wrong in (foreign, uuid.uuid4()):
        with pytest.raises(Refusal):
            sessions.end(mine.token, wrong)
    sessions.end(mine.token, listed[0].session_id)
    assert opens(phone.token) == "login_required" and opens(hers.token) == "allowed"
    enter()
    enter()
    assert sessions.end_others(mine.token) == 2 and opens(mine.token) == "allowed"
    with pytest.raises(Refusal) as refused:
        sessions.end_others(phone.token)
    assert refused.value.code == "login_required"


def test_a_new_password_ends_the_other_sessions_and_is_dated(open_house: Installation) -> None:
    people.registered()
    mine, other = enter(), enter()
    before = sessions.password_changed_at(mine.token)
    with pytest.raises(Refusal) as refused:
        sessions.change_password(mine.token, old="another-Heron-8", new="Green-heron-9", now=clock.now())
    assert refused.value.code == "invalid_input" and opens(other.token) == "allowed"
    for weak in ("12345678", people.PASSWORD, "chunmei-1234"):
        with pytest.raises(Refusal) as refused:
            sessions.change_password(mine.token, old=people.PASSWORD, new=weak, now=clock.now())
        assert refused.value.code == "invalid_input"
    assert (
        sessions.change_password(mine.token, old=people.PASSWORD, new="Green-heron-9", now=clock.now()) == 1
    )
    assert opens(mine.token) == "allowed" and opens(other.token) == "login_required"
    assert sessions.password_changed_at(mine.token) > before
    enter(password="Green-heron-9")
    with pytest.raises(Refusal):
        enter()


def test_an_old_hash_is_renewed_at_log_in(open_house: Installation) -> None:
    weak = accounts.passwords.PasswordHasher(time_cost=2, memory_cost=128).hash(people.PASSWORD)
    people.registered()
    mine = Credential.objects.using("login").filter(account__login="chunmei")
    mine.update(secret=weak)
    enter()
    (secret,) = mine.values_list("secret", flat=True)
    assert secret != weak and not accounts.passwords.is_old(secret)
    enter()


def test_freezing_ends_everything_at_the_next_statement(open_house: Installation) -> None:
    people.registered()
    mine, other = enter(), enter()
    sessions.freeze(mine.token)
    assert opens(mine.token) == "login_required" and opens(other.token) == "login_required"
    with pytest.raises(Refusal) as refused:
        enter()
    assert refused.value.code == "account_suspended"
    with pytest.raises(Refusal) as refused:
        enter(password="another-Heron-8")
    assert refused.value.code == "login_required"
    with pytest.raises(Refusal):
        sessions.freeze(mine.token)
    assert people.rows("select inactive_reason from privacy_actor where not active") == [("frozen_by_owner",)]


def test_a_suspended_account_is_refused_even_with_a_running_session(open_house: Installation) -> None:
    people.registered()
    mine = enter()
    people.run("update privacy_actor set active = false")
    assert opens(mine.token) == "account_suspended"


def test_confirming_again_raises_the_level_with_a_new_token(open_house: Installation) -> None:
    people.registered()
    mine = enter()
    with pytest.raises(Refusal):
        sessions.step_up(mine.token, password="another-Heron-8", now=clock.now())
    assert gate.actor_of(mine.token).level == 1
    higher = sessions.step_up(mine.token, password=people.PASSWORD, now=clock.now())
    assert gate.actor_of(mine.token).is_visitor and gate.actor_of(higher.token).level == 2
    with pytest.raises(Refusal):
        sessions.step_up(mine.token, password=people.PASSWORD, now=clock.now())


def test_use_keeps_a_session_alive_but_not_beyond_its_longest_life(open_house: Installation) -> None:
    people.registered()
    mine = enter()
    people.run("update privacy_session set expires_at = now() + interval '1 minute'")
    sessions.keep_alive(mine.token)
    left = gate.actor_of(mine.token).expires_at - clock.now()  # type: ignore[operator]
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    sessions._kept.clear()
    people.run("update privacy_session set started_at = now() - interval '11 hours 50 minutes'")
    sessions.keep_alive(mine.token)
    left = gate.actor_of(mine.token).expires_at - clock.now()  # type: ignore[operator]
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    sessions._kept.clear()
    people.run("update privacy_session set expires_at = now()")
    sessions.keep_alive(mine.token)
    assert gate.actor_of(mine.token).is_visitor
    sessions._kept.clear()
    sessions.keep_alive(None)
    sessions.keep_alive(os.urandom(32))


def staff(secret: str) -> int:
    return accounts.create(
        role="clerk", login="clerk.wu", password=people.PASSWORD, unit="220100", staff_no="2207",
        totp_secret=secret, by="installation",
    )  # fmt: skip


def desk(code: str, **changes: object) -> sessions.Started:
    arguments = {"login": "clerk.wu", "password": people.PASSWORD, "device": "电脑", "now": clock.now()}
    return sessions.staff_login(code=code, **arguments | changes)  # type: ignore[arg-type]


def test_staff_need_the_code_and_a_code_counts_once(open_house: Installation) -> None:
    secret, now = totp.fresh(), clock.now()
    staff(secret)
    code = totp.pyotp.TOTP(secret).at(now)
    other = f"{(int(code) + 1) % 1_000_000:06d}"
    for wrong in ({"code": ""}, {"code": other}, {"code": code, "password": "another-Heron-8"}):
        with pytest.raises(Refusal) as refused:
            desk(now=now, **wrong)  # type: ignore[arg-type]
        assert "账号、密码或动态码" in refused.value.message
    started = desk(code, now=now)
    assert (started.role, started.level) == ("clerk", 2)
    with pytest.raises(Refusal):
        desk(code, now=now)
    later = now + timedelta(seconds=30)
    assert desk(f" {totp.pyotp.TOTP(secret).at(later)} ", now=later).level == 2


def test_staff_and_citizens_have_separate_doors(open_house: Installation) -> None:
    secret, now = totp.fresh(), clock.now()
    staff(secret)
    people.registered()
    with pytest.raises(Refusal) as refused:
        enter("clerk.wu")
    assert refused.value.code == "login_required"
    with pytest.raises(Refusal):
        desk(totp.pyotp.TOTP(secret).at(now), login="chunmei", now=now)
    assert secret not in people.everything()


def test_a_staff_session_lasts_eight_hours_at_most(open_house: Installation) -> None:
    secret, now = totp.fresh(), clock.now()
    staff(secret)
    started = desk(totp.pyotp.TOTP(secret).at(now), now=now)
    people.run("update privacy_session set started_at = now() - interval '7 hours 55 minutes'")
    sessions.keep_alive(started.token)
    left = gate.actor_of(started.token).expires_at - clock.now()  # type: ignore[operator]
    assert left <= timedelta(minutes=5)


def test_only_a_supervisor_with_a_case_of_the_person_reopens(open_house: Installation) -> None:
    person = people.registered()
    mine = enter()
    sessions.freeze(mine.token)
    staff(totp.fresh())
    boss = accounts.create(
        role="supervisor", login="boss.li", password=people.PASSWORD, unit="220100", by="installation"
    )

    def reopen(actor: int, case: str) -> bool:
        token = os.urandom(32)
        with people.connections["login"].cursor() as cursor:
            cursor.execute(
                "select privacy.start_session(%s, %s, 2, 'test', '', 60)", [actor, sessions._digest(token)]
            )
            cursor.execute(
                "select identity.set_active(%s, %s, true, '本人到窗口', %s, null)",
                [token, person.subject_id, case],
            )
            return bool(cursor.fetchone()[0])

    assert not reopen(boss, "BJ-1")
    ((clerk,),) = people.rows("select actor_id from identity_account where login = 'clerk.wu'")
    for actor in (boss, clerk):
        people.run(
            "select privacy.grant_reach(%s, %s, 'case', 'BJ-1', %s, 60)", actor, person.subject_id, actor
        )
    assert not reopen(clerk, "BJ-1") and not reopen(boss, "BJ-2")
    assert reopen(boss, "BJ-1")
    enter()


@pytest.mark.parametrize(
    "line, says",
    [
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/126 Mobile Safari/537 MicroMessenger/8",
            "安卓手机，微信",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17) Version/17 Mobile Safari/604", "苹果手机，Safari"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126 Safari/537 Edg/126", "Windows 电脑，Edge"),
        ("", "设备"),
    ],
)
def test_a_device_is_a_kind_in_words(line: str, says: str) -> None:
    assert devices.describe(line) == says
