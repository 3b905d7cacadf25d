"""Registration: a match with the registry, each part accepted by itself, and nothing kept of a refusal."""

from datetime import date, timedelta
from typing import Any

import pytest

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import accounts, sessions
from shebao.privacy import gate, vault
from tests.conftest import Installation
from tests.identity import people


def refused(code: str, **changes: Any) -> Refusal:
    """The refusal of a registration that differs from a good one."""
    with pytest.raises(Refusal) as caught:
        accounts.register(**changes)
    assert caught.value.code == code
    return caught.value


def newest() -> int:
    """The last ledger entry there is."""
    ((number,),) = people.rows("select coalesce(max(id), 0) from privacy_entry")
    return int(number)


def entries(after: int = 0) -> list[tuple[Any, ...]]:
    return people.rows(
        "select kind, process, outcome, subject_id, reason from privacy_entry"
        " where id > %s and process like 'identity.%%' order by id",
        after,
    )


def test_a_registered_person_can_log_in_and_the_ledger_tells_the_steps(open_house: Installation) -> None:
    person = people.insured()
    done = accounts.register(**people.form(person))
    assert done.subject_id == person.subject_id and done.accepted == people.versions()
    told = [(kind, reason) for kind, _, outcome, who, reason in entries() if who == person.subject_id]
    parts = [("accept", f"{part} {version}") for part, version in people.versions().items()]
    assert told == [("account", ""), *parts, ("account", people.acceptance.notice_version())]
    seen = people.rows(
        "select part, version, seen_marked_at from privacy_acceptance where subject_id = %s",
        person.subject_id,
    )
    assert {row[:2] for row in seen} == set(people.versions().items())
    assert all(row[2] == people.form(person)["seen_marked_at"] for row in seen)
    started = sessions.login(login="ChunMei", password=people.PASSWORD, device="设备", now=clock.now())
    actor = gate.actor_of(started.token)
    assert (actor.role, actor.subject_id, actor.level) == ("citizen", person.subject_id, 1)


def test_the_phone_is_only_in_the_vault(open_house: Installation) -> None:
    person = people.insured()
    accounts.register(**people.form(person, phone="+86 139-1234-5678"))
    ((sealed,),) = people.rows(
        "select ciphertext from privacy_vault where subject_id = %s and item = 'person.phone'",
        person.subject_id,
    )
    assert vault.unseal(person.subject_id, "person.phone", bytes(sealed)) == people.PHONE
    assert people.PHONE not in people.everything() and person.id_number not in people.everything()
    assert person.name not in people.everything()


def test_a_phone_is_not_needed(open_house: Installation) -> None:
    person = people.insured()
    accounts.register(**people.form(person, phone=""))
    assert not people.rows(
        "select 1 from privacy_vault where subject_id = %s and item = 'person.phone'", person.subject_id
    )


@pytest.mark.clause("JL-0-01")
@pytest.mark.parametrize("ticked, lacking", [("agreement", "policy"), ("policy", "agreement")])
def test_one_part_alone_is_refused_by_name_with_one_entry(
    open_house: Installation, ticked: str, lacking: str
) -> None:
    person = people.insured()
    version, before = people.versions()[ticked], newest()
    said = refused("consent_required", **people.form(person, accepted_parts={ticked: version}))
    assert said.field == lacking
    assert {"policy": "个人信息保护政策", "agreement": "用户服务协议"}[lacking] in said.message
    ((kind, process, outcome, who, reason),) = entries(before)
    assert newest() == before + 1
    assert (kind, process, outcome, who) == ("refuse", "identity.register", "consent_required", None)
    assert f"yes: {ticked} {version}; no: {lacking}" in reason
    assert not people.has_account(person)


def test_a_version_that_is_not_in_force_is_no_acceptance(open_house: Installation) -> None:
    person = people.insured()
    said = refused(
        "consent_required", **people.form(person, accepted_parts=people.versions() | {"policy": "1999.1"})
    )
    assert said.field == "policy"


@pytest.mark.parametrize(
    "field",
    [
        pytest.param("occupation", marks=pytest.mark.clause("JL-3.1.1.1-09")),
        pytest.param("income", marks=[pytest.mark.clause("GX-1.1-26"), pytest.mark.profile("guangxi")]),
        pytest.param("employer", marks=[pytest.mark.clause("EB-1.1-06"), pytest.mark.profile("ebao")]),
    ],
)
def test_an_undeclared_field_is_refused_and_kept_nowhere(
    open_house: Installation, field: str, capfd: pytest.CaptureFixture[str]
) -> None:
    person = people.insured()
    said = refused("field_not_declared", **people.form(person, **{field: "canary-7741"}))
    assert said.status == 422 and said.field == field
    assert not people.has_account(person)
    output = capfd.readouterr()
    assert "canary-7741" not in people.everything() + output.out + output.err


@pytest.mark.clause("JL-3.1.1.1-05")
def test_a_name_that_does_not_match_is_not_kept(open_house: Installation) -> None:
    person = people.insured()
    said = refused("precondition_unmet", **people.form(person, name="何秋霜"))
    assert "12333" in said.next_step and "不用交证件照片" in said.next_step
    assert not people.has_account(person)
    everything = people.everything()
    assert (
        "何秋霜" not in everything and person.id_number not in everything and people.PHONE not in everything
    )
    assert entries()[-1][:4] == ("refuse", "identity.register", "not_found", None)


@pytest.mark.clause("JL-4.0-02")
def test_the_role_comes_with_the_match_and_not_before(open_house: Installation) -> None:
    person = people.insured()
    with pytest.raises(Refusal):
        sessions.login(login="chunmei", password=people.PASSWORD, device="", now=clock.now())
    refused("precondition_unmet", **people.form(person, name="何秋霜"))
    with pytest.raises(Refusal):
        sessions.login(login="chunmei", password=people.PASSWORD, device="", now=clock.now())
    accounts.register(**people.form(person))
    started = sessions.login(login="chunmei", password=people.PASSWORD, device="", now=clock.now())
    assert gate.actor_of(None).role == "visitor" and gate.actor_of(started.token).role == "citizen"
    assert people.rows(
        "select 1 from privacy_entry where kind = 'account' and outcome = 'allowed' and subject_id = %s",
        person.subject_id,
    )


def test_marked_clauses_come_before_acceptance(open_house: Installation) -> None:
    person = people.insured()
    said = refused("precondition_unmet", **people.form(person, seen_marked_at=None))
    assert said.field == "seen_marked_at" and not people.has_account(person)


def test_names_cannot_be_guessed_for_a_number(open_house: Installation) -> None:
    person, now = people.insured(), clock.now()
    for name in ("何一", "何二", "何三", "何四"):
        refused("precondition_unmet", **people.form(person, name=name, now=now))
    locked = refused("rate_limited", **people.form(person, name="何五", now=now))
    assert (locked.next_step, locked.next_url) == ("要帮忙，联系我们", "/contact/")
    refused("rate_limited", **people.form(person, now=now))
    accounts.register(**people.form(person, now=now + timedelta(minutes=16)))


@pytest.mark.clause("JL-3.1.1.1-06")
@pytest.mark.parametrize(
    "number, why",
    [
        ("220102197903020427", "写错"),
        ("22010219790302042", "18 位"),
        ("22010219791302042X", "出生日期"),
        ("2201021979O302042X", "只有数字"),
    ],
)
def test_a_wrong_number_is_refused_and_a_number_without_its_notice_too(
    open_house: Installation, number: str, why: str
) -> None:
    person = people.insured()
    said = refused("invalid_input", **people.form(person, id_number=number))
    assert said.field == "id_number" and why in said.message and number not in said.message
    for notice in ("", "1999.1"):
        assert refused("consent_required", **people.form(person, notice_version=notice)).field == "notice"
    assert not people.has_account(person)


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"name": "何"}, "name"),
        ({"name": "何3"}, "name"),
        ({"phone": "12345"}, "phone"),
        ({"phone": "23912345678"}, "phone"),
        ({"login": "abc"}, "login"),
        ({"login": "7up-fan"}, "login"),
        ({"login": "mei13912345678"}, "login"),
        ({"login": "何春梅"}, "login"),
        ({"password": "12345678"}, "password"),
        ({"password": "x13912345678"}, "password"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(
    open_house: Installation, changes: dict[str, str], field: str
) -> None:
    said = refused("invalid_input", **people.form(people.insured(), **changes))
    assert said.field == field


def test_one_person_has_one_account_and_sees_the_second_try(open_house: Installation) -> None:
    person = people.insured()
    accounts.register(**people.form(person))
    said = refused("conflict", **people.form(person, login="another"))
    assert said.next_url == "/login"
    assert entries()[-1][:4] == ("refuse", "identity.register", "conflict", person.subject_id)
    assert people.rows("select count(*) from privacy_actor where subject_id = %s", person.subject_id) == [
        (1,)
    ]


def test_a_taken_login_leaves_nothing_behind(open_house: Installation) -> None:
    accounts.register(**people.form(people.insured()))
    other = people.insured(name="万敏", sequence=44)
    assert refused("conflict", **people.form(other, login="CHUNMEI")).field == "login"
    assert not people.has_account(other)
    accounts.register(**people.form(other, login="wanmin"))


@pytest.mark.parametrize("years, allowed", [(14, False), (15, True)])
def test_the_young_need_a_guardian(open_house: Installation, years: int, allowed: bool) -> None:
    today = clock.today_in_china(clock.now())
    person = people.insured(name="何小满", born=date(today.year - years, today.month, 1))
    if allowed:
        accounts.register(**people.form(person))
    else:
        said = refused("guardian_consent_required", **people.form(person))
        assert "15 周岁" in said.message and not people.has_account(person)


@pytest.mark.profile("guangxi")
def test_guangxi_asks_one_part_and_a_guardian_below_eighteen(open_house: Installation) -> None:
    assert set(people.versions()) == {"policy"}
    today = clock.today_in_china(clock.now())
    person = people.insured(born=date(today.year - 17, today.month, 1))
    refused("guardian_consent_required", **people.form(person))


def test_the_application_cannot_make_an_account_or_accept_for_someone(open_house: Installation) -> None:
    person = people.insured()
    for statement in (
        "select identity.make_account('supervisor', null, '220100', '', null, null)",
        "select identity.accept(1, 1, 'policy', '1', null, null)",
        f"select identity.register({person.subject_id}, '{{}}', '{{}}', null, 'statutory', null, '', null)",
        "select privacy.make_actor('supervisor', null, '220100', '')",
        "select * from identity.find_login('chunmei')",
        "select * from identity_account",
        "select * from identity_credential",
        "select * from identity_attempt",
    ):
        with (
            pytest.raises(Exception, match="permission denied"),
            people.connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement)


def test_an_installation_makes_staff_with_a_unit_and_citizens_with_a_person(open_house: Installation) -> None:
    make = {"login": "clerk.wu", "password": people.PASSWORD, "by": "installation"}
    accounts.create(role="clerk", unit="220100", staff_no="2207", **make)
    for wrong in (
        {"role": "clerk", "unit": ""},
        {"role": "citizen"},
        {"role": "root", "unit": "220100"},
        {"role": "clerk", "unit": "220100", "subject_id": people.insured().subject_id},
    ):
        with pytest.raises(Refusal):
            accounts.create(**make | wrong | {"login": "somebody"})  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        accounts.create(
            role="clerk", unit="220100", accepted={"policy": "1999.1"}, **make | {"login": "other"}
        )
    assert not people.rows("select 1 from identity_account where login in ('somebody', 'other')")
