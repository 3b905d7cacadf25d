"""Guardianship: proved by data on file or a clerk, ended by birthday, revocation or refusal; the ward sees it all."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import sampled_from

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import accounts, acting, ages, guardians, limits, reviews, wards
from shebao.identity.deciding import EFFECTS
from shebao.privacy import gate
from shebao.registry.enrolments import queries as enrolments
from tests import people
from tests.conftest import Installation
from tests.identity import people as folk
from tests.identity.people import Insured, insured, rows, run
from tests.identity.post import Posted
from tests.identity.test_codes import refused

MOTHER, CHILD = people.WANQING, people.XIAOMAN
TEN_YEARS_AGO = date(2016, 5, 4)


def young(years: int = 10, sequence: int = 61) -> Insured:
    return insured("何小雨", ages.birthday(clock.today_in_china(clock.now()), -years), sequence)


def ask(by: gate.Actor, ward: Insured, **changes: object) -> guardians.Bond:
    given = {
        "name": ward.name,
        "id_number": ward.id_number,
        "relation": "女儿",
        "agreed": True,
        "now": clock.now(),
    }
    return guardians.ask(by, **(given | changes))  # type: ignore[arg-type]


def kin(ward: Insured, parent: int) -> None:
    run("insert into identity_kin (child_id, parent_id) values (%s, %s)", ward.subject_id, parent)


def opens(by: gate.Actor, subject: int) -> bool:
    try:
        enrolments.enrolments(by, subject=subject)
    except Refusal as no:
        assert no.code == "out_of_reach"
        return False
    return True


def decide(no: str, approve: bool, role: str = "clerk") -> Posted:
    post = Posted()
    reviews.decide(no, approve=approve, reason="核对了户口簿", effects=EFFECTS, post=post, by=people.staff(role),
                   now=clock.now())  # fmt: skip
    return post


def test_data_on_file_opens_at_once_until_the_profiles_birthday(shebao: Installation) -> None:
    ward, mother = young(), people.citizen()
    kin(ward, people.CHUNMEI)
    bond = ask(mother, ward)
    assert (bond.state, opens(mother, ward.subject_id)) == ("active", True)
    (until,) = rows("select until from privacy_reach where id = %s", bond.reach_id)[0]
    birthday = ages.birthday(clock.today_in_china(clock.now()), 15 - 10)
    assert bond.until == birthday
    assert (
        clock.china(until + timedelta(minutes=2)).date()
        >= birthday
        > clock.china(until - timedelta(minutes=2)).date()
    )
    assert ("identity.guardian", "allowed", "citizen") in people.entries(ward.subject_id)


@pytest.mark.parametrize(("approve", "state"), [(True, "active"), (False, "refused")])
def test_without_data_a_clerk_decides_and_the_guardian_is_told(
    shebao: Installation, approve: bool, state: str
) -> None:
    ward, asking = young(), people.citizen()
    assert ask(asking, ward).state == "requested"
    assert not opens(asking, ward.subject_id)
    (waiting,) = reviews.waiting(people.staff())
    post = decide(waiting.no, approve)
    assert guardians.mine(asking)[0][0].state == state
    assert opens(asking, ward.subject_id) is approve
    assert [(to, name) for to, name, _, _ in post.sent] == [(people.CHUNMEI, "account.reviewed")]
    assert reviews.waiting(people.staff()) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agreed": False}, "consent_required"),
        ({"relation": "邻居"}, "invalid_input"),
        ({"name": "何小雪"}, "precondition_unmet"),
        ({"id_number": "22010219790302"}, "invalid_input"),
    ],
)
def test_what_is_not_agreed_or_not_right_is_refused(
    shebao: Installation, changes: dict[str, object], code: str
) -> None:
    ward = young()
    refused(code, ask, people.citizen(), ward, **changes)
    assert guardians.mine(people.citizen())[0] == []
    assert rows("select 1 from identity_review") == []


def test_the_grown_up_oneself_and_twice_are_refused(shebao: Installation) -> None:
    grown = young(years=15, sequence=62)
    refused("precondition_unmet", ask, people.citizen(), grown)
    ward = young()
    kin(ward, people.CHUNMEI)
    ask(people.citizen(), ward)
    refused("conflict", ask, people.citizen(), ward)
    refused("login_required", ask, gate.VISITOR, ward)


def test_a_clerk_does_not_decide_before_taking_nor_another_time(shebao: Installation) -> None:
    ask(people.citizen(), young())
    (waiting,) = reviews.waiting(people.staff())
    refused("invalid_input", reviews.decide, waiting.no, approve=True, reason="行", effects=EFFECTS, post=Posted(),
            by=people.staff(), now=clock.now())  # fmt: skip
    refused("purpose_not_allowed", reviews.waiting, people.citizen())
    refused("purpose_not_allowed", reviews.waiting, people.staff("auditor"))
    decide(waiting.no, True)
    with pytest.raises(Refusal):
        decide(waiting.no, False)


def test_revoking_ends_the_reach_at_the_next_statement_for_either_side(shebao: Installation) -> None:
    for by in (MOTHER, CHILD):
        mother = people.citizen(MOTHER)
        bond = guardians.mine(mother)[0][0]
        run("update identity_guardianship set state = 'active' where id = %s", bond.id)
        refused(
            "not_found", guardians.revoke, people.citizen(people.CHUNMEI), bond_id=bond.id, now=clock.now()
        )
        guardians.revoke(people.citizen(by), bond_id=bond.id, now=clock.now())
        assert not opens(mother, CHILD)
        refused("not_found", guardians.revoke, mother, bond_id=bond.id, now=clock.now())
        run("update privacy_actor set active = true where subject_id = %s", CHILD)
        run("update privacy_reach set revoked_at = null where subject_id = %s and rule = 'guardian'", CHILD)


def test_on_the_birthday_the_bond_is_handed_over(shebao: Installation) -> None:
    mother, child = people.citizen(MOTHER), people.citizen(CHILD)
    birthday = guardians.mine(mother)[0][0].until
    eve = datetime.combine(birthday, datetime.min.time(), tzinfo=clock.CHINA) - timedelta(minutes=1)
    assert guardians.hand_over(now=eve) == 0
    assert opens(mother, CHILD)
    assert guardians.hand_over(now=eve + timedelta(minutes=2)) == 1
    assert guardians.hand_over(now=eve + timedelta(minutes=2)) == 0
    assert not opens(mother, CHILD)
    assert guardians.mine(child)[1][0].state == "ended"
    assert gate.actor_of(child.token).active


@pytest.mark.parametrize(
    ("profile", "years", "guarded"), [("jilin", 14, True), ("jilin", 15, False), ("ebao", 13, True), ("ebao", 14, False),
                                      ("guangxi", 17, True), ("guangxi", 18, False)]
)  # fmt: skip
def test_each_profile_has_its_age(profile: str, years: int, guarded: bool, settings_patch: object) -> None:
    import tomllib

    from django.conf import settings

    text = (settings.PROFILES / profile / "profile.toml").read_text("utf-8")
    settings_patch("DEPLOYMENT", tomllib.loads(text))  # type: ignore[operator]
    today = date(2026, 11, 22)
    born = ages.birthday(today, -years)
    assert ages.is_guarded(born, today) is guarded
    assert ages.guarded_until(date(2012, 2, 29)) == date(2012 + limits.current().guardian_below, 3, 1) or (
        (2012 + limits.current().guardian_below) % 4 == 0
    )


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-6-02")
@pytest.mark.clause("GX-1.1-19")
def test_at_seventeen_a_plain_tick_is_not_enough_and_a_guardians_signed_consent_is(
    open_house: Installation,
) -> None:
    ward = young(years=17, sequence=63)
    refused("guardian_consent_required", accounts.register, **folk.form(ward))
    guardian = people.citizen(people.CHUNMEI)
    kin(ward, people.CHUNMEI)
    bond = ask(guardian, ward)
    (note, version) = rows(
        "select consent_note, consent_version from identity_guardianship where id = %s", bond.id
    )[0]
    assert version in note
    assert "监护人同意" in note
    accounts.register(**folk.form(ward))
    child = people.citizen(ward.subject_id)
    assert opens(child, ward.subject_id)
    guardians.revoke(guardian, bond_id=bond.id, now=clock.now())
    refused("login_required", enrolments.enrolments, child)
    assert rows(
        "select active, inactive_reason from privacy_actor where subject_id = %s", ward.subject_id
    ) == [(False, wards.NO_GUARDIAN)]
    ask(guardian, ward)
    assert opens(people.citizen(ward.subject_id), ward.subject_id)
    grown = insured("何大雨", ages.birthday(clock.today_in_china(clock.now()), -18), 64)
    accounts.register(**folk.form(grown, login="dayu", phone=""))


@pytest.mark.clause("JL-3.5-01")
def test_a_child_without_guardian_waits_with_age_and_contact_only_and_is_gone_after_seven_days(
    open_house: Installation,
) -> None:
    ward, now = young(years=13), clock.now()
    before = {table for (table,) in rows("select relname from pg_stat_user_tables")}
    counts = {table: rows(f'select count(*) from "{table}"')[0][0] for table in before}
    refused("guardian_consent_required", accounts.register, **folk.form(ward))
    ends = accounts.wait_for_guardian(name=ward.name, id_number=ward.id_number, contact=folk.PHONE, now=now)
    assert ends == now + timedelta(days=7)
    grown = {table for table in before if rows(f'select count(*) from "{table}"')[0][0] > counts[table]}
    assert grown == {"identity_ward", "privacy_entry"}
    assert rows("select subject_id, years from identity_ward") == [(ward.subject_id, 13)]
    assert folk.PHONE not in str(rows("select contact from identity_ward"))
    assert not folk.has_account(ward)
    assert wards.forget(now=ends - timedelta(seconds=1)) == 0
    assert wards.forget(now=ends) == 1
    assert rows("select 1 from identity_ward") == []


def test_who_needs_no_guardian_does_not_wait_for_one(open_house: Installation) -> None:
    grown = young(years=15, sequence=65)
    refused("conflict", accounts.wait_for_guardian, name=grown.name, id_number=grown.id_number, contact=folk.PHONE,
            now=clock.now())  # fmt: skip
    refused("invalid_input", accounts.wait_for_guardian, name=grown.name, id_number=grown.id_number, contact="",
            now=clock.now())  # fmt: skip


class Families(RuleBasedStateMachine):
    """Random guardians, clerks, revocations and birthdays: the gate opens exactly while one live bond says so."""

    @initialize()
    def begin(self) -> None:
        run("delete from identity_review")
        run("delete from identity_guardianship where subject_id = %s", Families.ward.subject_id)
        run("update privacy_reach set revoked_at = now() where subject_id = %s", Families.ward.subject_id)
        self.live: dict[int, str] = {}

    @rule(who=sampled_from([people.CHUNMEI, people.YUANSHAN]))
    def apply(self, who: int) -> None:
        try:
            bond = ask(Families.sessions[who], Families.ward)
        except Refusal as no:
            assert no.code == "conflict"
            assert self.live.get(who) in ("requested", "active")
        else:
            assert self.live.get(who) not in ("requested", "active")
            self.live[who] = bond.state

    @rule(approve=sampled_from([True, False]))
    def clerk(self, approve: bool) -> None:
        for waiting in reviews.waiting(Families.clerk)[:1]:
            (guardian,) = rows(
                "select a.subject_id from identity_guardianship g join privacy_actor a on a.id = g.guardian_id"
                " where g.id = %s", waiting.target,
            )[0]  # fmt: skip
            (was,) = rows("select state from identity_guardianship where id = %s", waiting.target)[0]
            reviews.decide(waiting.no, approve=approve, reason="核对材料", effects=EFFECTS, post=Posted(),
                           by=Families.clerk, now=clock.now())  # fmt: skip
            if was == "requested":
                self.live[guardian] = "active" if approve else "refused"

    @rule(who=sampled_from([people.CHUNMEI, people.YUANSHAN]))
    def take_back(self, who: int) -> None:
        for bond in guardians.mine(Families.sessions[who])[0][:1]:
            try:
                guardians.revoke(Families.sessions[who], bond_id=bond.id, now=clock.now())
            except Refusal as no:
                assert no.code == "not_found"
                assert bond.state not in ("requested", "active")
            else:
                self.live[who] = "revoked"

    @invariant()
    def the_gate_agrees(self) -> None:
        for who, session in Families.sessions.items():
            assert opens(session, Families.ward.subject_id) is (self.live.get(who) == "active")
            choices = {one.subject_id for one in acting.choices(session)}
            assert (Families.ward.subject_id in choices) is (self.live.get(who) == "active")


def test_the_gate_follows_the_family(shebao: Installation) -> None:
    run("update privacy_process set rate_count = 0")
    Families.ward, Families.clerk = young(), people.staff()  # type: ignore[attr-defined]
    kin(Families.ward, people.CHUNMEI)  # type: ignore[attr-defined]
    Families.sessions = {who: people.citizen(who) for who in (people.CHUNMEI, people.YUANSHAN)}  # type: ignore[attr-defined]
    run_state_machine_as_test(
        Families, settings=hypothesis_settings(max_examples=10, stateful_step_count=15, deadline=None)
    )
