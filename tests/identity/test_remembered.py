"""Remember-me and one-tap log-in: a revocable token, never a password; and a forgotten password."""

from datetime import timedelta

import pytest

from shebao.base import clock
from shebao.identity import remembered, resets, sessions
from shebao.privacy import gate
from tests import people
from tests.conftest import Installation
from tests.identity import people as folk
from tests.identity.people import everything, rows, run
from tests.identity.post import Posted
from tests.identity.test_codes import HERE, PHONE, refused, verified
from tests.identity.test_contacts import name_and_number

NEW = "三只-Green-cranes-8"


@pytest.mark.clause("JL-3.1.1.2-29")
def test_the_token_logs_in_until_it_is_revoked_and_no_password_is_kept(open_house: Installation) -> None:
    who = folk.registered()
    by = people.citizen(who.subject_id)
    token = remembered.remember(by, device="安卓手机", now=clock.now())
    assert folk.PASSWORD not in everything()
    assert token.hex() not in everything()
    assert rows("select octet_length(digest) from identity_remembered") == [(32,)]
    proved, second = remembered.enter(token, now=clock.now())
    started = sessions.start(proved, device="安卓手机", old_token=None)
    assert gate.actor_of(started.token).subject_id == who.subject_id
    refused("login_required", remembered.enter, token, now=clock.now())
    (device,) = remembered.mine(by, now=clock.now())
    remembered.note_session(second, gate.actor_of(started.token).session_id)
    refused("not_found", remembered.forget, people.citizen(people.YUANSHAN), device_id=device.id)
    remembered.forget(by, device_id=device.id)
    refused("login_required", remembered.enter, second, now=clock.now())
    assert gate.actor_of(started.token).is_visitor
    assert remembered.mine(by, now=clock.now()) == []


@pytest.mark.profile("ebao")
@pytest.mark.clause("EB-1.2.1-05")
def test_unlinking_a_device_ends_its_session_and_the_link_and_no_other_role_reads_the_table(
    shebao: Installation,
) -> None:
    from django.db import ProgrammingError, connections

    by = people.citizen()
    token = remembered.remember(by, device="苹果手机", now=clock.now())
    proved, fresh = remembered.enter(token, now=clock.now() + timedelta(days=1))
    started = sessions.start(proved, device="苹果手机", old_token=None)
    remembered.note_session(fresh, gate.actor_of(started.token).session_id)
    (device,) = remembered.mine(by, now=clock.now())
    assert device.used_at - device.made_at == timedelta(days=1) or device.used_at > device.made_at
    for alias in ("default", "worker"):
        with pytest.raises(ProgrammingError), connections[alias].cursor() as cursor:
            cursor.execute("select * from identity_remembered")
    remembered.forget(by, device_id=device.id)
    assert gate.actor_of(started.token).is_visitor
    assert rows("select 1 from identity_remembered") == []


def test_a_token_ends_with_its_time_and_with_freezing_and_password_change(open_house: Installation) -> None:
    who = folk.registered()
    token = remembered.remember(people.citizen(who.subject_id), device="手机", now=clock.now())
    refused("login_required", remembered.enter, token, now=clock.now() + remembered.LIFE)
    by = sessions.login(login="chunmei", password=folk.PASSWORD, device="手机", now=clock.now())
    sessions.change_password(by.token, old=folk.PASSWORD, new=NEW, now=clock.now())
    refused("login_required", remembered.enter, token, now=clock.now())
    token = remembered.remember(people.citizen(who.subject_id), device="手机", now=clock.now())
    sessions.freeze(by.token)
    refused("login_required", remembered.enter, token, now=clock.now())


def test_at_most_ten_devices_are_remembered(shebao: Installation) -> None:
    by = people.citizen()
    for at in range(12):
        remembered.remember(by, device=f"手机 {at}", now=clock.now() + timedelta(seconds=at))
    assert len(remembered.mine(by, now=clock.now())) == remembered.MOST
    refused("login_required", remembered.remember, people.staff(), device="电脑", now=clock.now())


def test_the_reset_works_once_for_the_right_person_and_her_phone_only(shebao: Installation) -> None:
    post = Posted()
    verified(post=post)
    name, number = name_and_number(people.CHUNMEI)
    before, session = rows("select secret from identity_credential order by id"), people.citizen()
    form = {"name": name, "id_number": number, "phone": PHONE, "source": HERE, "post": post}
    post.sent.clear()
    for at, change in enumerate(
        ({"name": "周远山"}, {"id_number": "220102197903020425"}, {"phone": "13912340009"}), 1
    ):
        run("delete from identity_code")
        code = resets.start(**(form | change), now=clock.now() + timedelta(minutes=2 * at))  # type: ignore[arg-type]
        assert post.sent == []
        refused("invalid_input", resets.finish, number=code, phone=PHONE, code="123456", new=NEW, now=clock.now(),
                post=post)  # fmt: skip
    run("delete from identity_code")
    code = resets.start(**form, now=clock.now())  # type: ignore[arg-type]
    refused("invalid_input", resets.finish, number=code, phone=PHONE, code=post.code(PHONE), new="12345678",
            now=clock.now(), post=post)  # fmt: skip
    login = resets.finish(
        number=code, phone=PHONE, code=post.code(PHONE), new=NEW, now=clock.now(), post=post
    )
    assert rows("select secret from identity_credential order by id") != before
    assert gate.actor_of(session.token).is_visitor
    assert post.templates()[-1] == "account.changed"
    sessions.login(login=login, password=NEW, device="手机", now=clock.now())
    refused("invalid_input", resets.finish, number=code, phone=PHONE, code=post.code(PHONE), new=NEW,
            now=clock.now(), post=post)  # fmt: skip
