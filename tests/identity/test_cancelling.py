"""Cancellation: one confirmation, effective at the next statement; keys gone, statutory records kept, receipt signed."""

import pytest

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import accounts, acting, cancelling, confirming, contacts, guardians, sessions, signing
from shebao.privacy import consent, gate, keys, notes, register, vault
from shebao.registry.enrolments import queries as enrolments
from tests import people
from tests.conftest import Installation
from tests.identity import people as folk
from tests.identity.people import everything, rows, run
from tests.identity.post import Posted
from tests.identity.test_codes import HERE, PHONE, refused, verified


def login_again(login: str) -> None:
    sessions.login(login=login, password=folk.PASSWORD, device="手机", now=clock.now())


@pytest.fixture
def person(open_house: Installation) -> accounts.Registered:
    return folk.registered()


def test_the_next_call_and_a_new_log_in_are_refused_and_the_keys_are_gone(
    person: accounts.Registered,
) -> None:
    here, elsewhere = people.citizen(person.subject_id), people.citizen(person.subject_id)
    run("delete from privacy_vault where subject_id = %s and item = 'person.phone'", person.subject_id)
    post = Posted()
    change = contacts.start(
        here, item="person.phone", value=PHONE, lost=False, source=HERE, now=clock.now(), post=post
    )
    contacts.finish(here, change, code_new=post.code(PHONE), now=clock.now())
    told: list[int] = []
    cancelling.cancel(here, now=clock.now(), also=told.append)
    assert told == [person.subject_id]
    for session in (here, elsewhere):
        assert gate.actor_of(session.token).is_visitor
        refused("login_required", enrolments.enrolments, session)
    refused("login_required", login_again, "chunmei")
    for key_class in cancelling.GONE_KEYS:
        with pytest.raises(keys.Destroyed):
            keys.data_key(person.subject_id, key_class)
    assert keys.data_key(person.subject_id, "statutory")
    assert rows("select item from privacy_vault where subject_id = %s order by 1", person.subject_id) == [
        ("person.id_number",), ("person.name",)
    ]  # fmt: skip
    assert (
        rows("select 1 from privacy_blind where purpose = 'phone' and subject_id = %s", person.subject_id)
        == []
    )
    assert rows("select 1 from identity_account where actor_id = %s", person.actor_id) == []
    assert '"login": "chunmei"' not in everything()


def test_statutory_records_stay_as_they_were(shebao: Installation) -> None:
    tables = (
        "registry_person",
        "registry_enrolment",
        "registry_contribution",
        "registry_account",
        "registry_claim",
    )

    def kept() -> list[object]:
        return [rows(f"select count(*) from {t} where subject_id = %s", people.CHUNMEI) for t in tables]

    before = kept()
    cancelling.cancel(people.citizen(), now=clock.now())
    assert kept() == before
    assert before[0] == [(1,)]


def test_a_yes_is_taken_back_and_bonds_end(shebao: Installation) -> None:
    mother = people.citizen(people.WANQING)
    notice = consent.notice(register.current(), "service.improve")
    consent.give(mother, "service.improve", method="tick", notice_hash=notice.hash, now=clock.now())
    cancelling.cancel(mother, now=clock.now())
    assert rows(
        "select state from privacy_consentevent where subject_id = %s order by id desc limit 1",
        people.WANQING,
    ) == [("withdrawn",)]
    assert guardians.mine(people.citizen(people.XIAOMAN))[1][0].state == "ended"
    assert rows("select 1 from privacy_reach where rule = 'guardian' and revoked_at is null") == []


def test_the_receipt_is_verified_without_an_account_and_holds_nothing_of_the_person(
    person: accounts.Registered,
) -> None:
    done = cancelling.cancel(people.citizen(person.subject_id), now=clock.now())
    lines = cancelling.receipt(f" {done.code[:10].lower()}-{done.code[10:]} ")
    assert lines[0] == cancelling.HEADING
    assert any(line.startswith("已删除：手机号") for line in lines)
    assert any(line.startswith("依法保留：") and "社会保险" in line for line in lines)
    text = "\n".join(lines)
    for value in ("何春梅", folk.PHONE, "chunmei", str(done.code)):
        assert value not in text
    parsed = notes.parse(done.note)
    parsed.verify([notes.Verifier.parse(signing.verifier_key())])
    refused("not_found", cancelling.receipt, "A" * 20)
    run("update identity_receipt set note = replace(note, '已删除：手机号', '已删除：姓名')")
    refused("not_found", cancelling.receipt, done.code)


def test_yesterdays_backup_opens_nothing(person: accounts.Registered) -> None:
    sealed = vault.seal(person.subject_id, "person.email", "he@example.cn")
    assert vault.unseal(person.subject_id, "person.email", sealed) == "he@example.cn"
    cancelling.cancel(people.citizen(person.subject_id), now=clock.now())
    with pytest.raises(keys.Destroyed):
        vault.unseal(person.subject_id, "person.email", sealed)


def test_she_may_come_back_and_finds_nothing_of_the_old_account(person: accounts.Registered) -> None:
    (number, name) = ("", "何春梅")
    with gate.open(people.citizen(person.subject_id), "privacy.export", items=("person.id_number",)) as grant:
        number = vault.read(grant, ("person.id_number",))["person.id_number"]
    cancelling.cancel(people.citizen(person.subject_id), now=clock.now())
    again = accounts.register(**folk.form(folk.Insured(person.subject_id, name, number), login="chunmei2"))
    assert again.subject_id == person.subject_id
    assert again.actor_id != person.actor_id
    fresh = people.citizen(person.subject_id)
    assert contacts.history(fresh) == []
    assert keys.data_key(person.subject_id, "account")
    login_again("chunmei2")


def test_nobody_cancels_the_account_of_the_person_she_stands_in_for(shebao: Installation) -> None:
    mother = people.citizen(people.WANQING)
    acting.choose(mother, reach_id=acting.choices(mother)[0].reach_id)
    refused("out_of_reach", cancelling.cancel, gate.actor_of(mother.token), now=clock.now())
    refused("login_required", cancelling.cancel, gate.VISITOR, now=clock.now())
    refused("login_required", cancelling.cancel, people.staff(), now=clock.now())


def test_what_fails_beside_leaves_the_account_whole(person: accounts.Registered) -> None:
    def broken(_: int) -> None:
        raise Refusal("unavailable")

    session = people.citizen(person.subject_id)
    refused("unavailable", cancelling.cancel, session, now=clock.now(), also=broken)
    assert not gate.actor_of(session.token).is_visitor
    assert keys.data_key(person.subject_id, "account")
    login_again("chunmei")


def test_the_confirmation_preference_holds_here_too(shebao: Installation) -> None:
    confirming.choose(people.citizen(), on=True)
    refused("step_up_required", cancelling.cancel, people.citizen(), now=clock.now())


def test_effects_come_from_the_register(shebao: Installation) -> None:
    told = cancelling.effects(register.current())
    assert {"手机号", "密码", "电子邮箱"} <= set(told.goes)
    assert all(law and until for _, law, until in told.stays)
    assert any("缴费记录" in data for data, _, _ in told.stays)
    verified()
