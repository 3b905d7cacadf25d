"""The invented province: reproducible, valid, exact, and equal to the rules."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pyotp
import pytest
from django.conf import settings
from django.db import connections

from shebao.base import month as months
from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.identity import acceptance, sessions
from shebao.identity.methods import card_simulator
from shebao.privacy import gate, keys, vault
from shebao.rules.identity import citizen, uscc
from shebao.rules.injury import contribution as injury
from shebao.rules.medical import contribution as medical
from shebao.rules.pension import account as pension_account
from shebao.rules.pension import contribution as pension
from shebao.rules.pension import retirement
from shebao.rules.unemployment import contribution as unemployment
from shebao.synth import cast, demonstration, enrolments, payments, pensions, province, treatment
from shebao.synth.balances import Ledger
from shebao.synth.careers import careers
from shebao.synth.people import crowd, draw
from shebao.synth.world import world

TODAY = date(2026, 11, 22)
DEMO = {"allow_demo": True, "provisional": True}


def rows(sql: str, *values: object) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, list(values))
        return list(cursor.fetchall())


def chunk(seed: int, people: int = 40, profile: str = "jilin") -> tuple[Any, ...]:
    place = world(people=people, profile=profile, today=TODAY)
    crew = draw(place, crowd(place, seed), 0, people)
    fixed, visits = cast.join(place, crew)
    told = careers(place, crew, fixed)
    paid = payments.payments(place, crew, told, set(cast.jobs(place)))
    ledger = Ledger()
    drawn = pensions.pensions(place, crew, told, paid, ledger)
    claims = treatment.treatment(place, crew, told, paid, visits, ledger).tables(crew, 1)
    spells = list(enrolments.enrolments(place, crew, told, 1))
    return crew.names, crew.numbers, paid.table(crew), claims, ledger, drawn.benefits, spells


@pytest.mark.parametrize("profile", ["jilin", "guangxi", "ebao"])
def test_the_same_seed_gives_the_same_people_and_another_seed_others(profile: str) -> None:
    assert chunk(7, profile=profile) == chunk(7, profile=profile)
    assert chunk(7, profile=profile)[1] != chunk(8, profile=profile)[1]


def test_later_chunks_do_not_depend_on_earlier_ones() -> None:
    place = world(people=5000, profile="jilin", today=TODAY)
    deal = crowd(place, 3)
    draw(place, deal, 0, 1000)
    assert draw(place, deal, 3000, 20).numbers == draw(place, deal, 3000, 20).numbers


def test_id_numbers_are_valid_and_no_two_people_share_one() -> None:
    place = world(people=30_000, profile="jilin", today=TODAY)
    deal = crowd(place, 11)
    numbers = [
        number for first in range(0, 30_000, 1000) for number in draw(place, deal, first, 1000).numbers
    ]
    assert len(set(numbers)) == 30_000
    for number in Random(1).sample(numbers, 500):
        checked = citizen.inspect(number, today=TODAY)
        assert checked.valid and not checked.warnings and number[4:6] == "01"


def test_employers_have_valid_codes() -> None:
    place = world(people=60_000, profile="guangxi", today=TODAY)
    for number in range(1, place.employers + 1, 37):
        assert uscc.inspect(place.employer_code(number)).valid
    names = {place.employer_name(number) for number in range(1, place.employers + 1)}
    assert len(names) == place.employers


@pytest.fixture(scope="module")
def told(standing: Any) -> Iterator[None]:
    yield


@pytest.mark.usefixtures("told")
class TestBuilt:
    """What stands in the database after `build(people=60)`."""

    def test_everybody_is_there_with_a_sealed_name_and_no_clear_text(self) -> None:
        assert rows("select count(*) from registry_person") == [(60,)]
        (sealed,) = rows(
            "select ciphertext from privacy_vault where subject_id = 1 and item = 'person.name'"
        )[0]
        assert vault.unseal(1, "person.name", bytes(sealed)) == "何春梅"
        assert rows("select count(distinct item) from privacy_vault where subject_id = 60") == [(6,)]

    def test_blind_indexes_lead_to_the_person(self) -> None:
        (sealed,) = rows(
            "select ciphertext from privacy_vault where subject_id = 2 and item = 'person.id_number'"
        )[0]
        number = vault.unseal(2, "person.id_number", bytes(sealed))
        for purpose, value in (("id_number", number), ("real_name", f"{number}|周远山")):
            assert rows(
                "select subject_id from privacy_blind where purpose = %s and digest = %s",
                purpose,
                keys.blind(purpose, value),
            ) == [(2,)]

    def test_phone_numbers_can_belong_to_nobody(self) -> None:
        (sealed,) = rows(
            "select ciphertext from privacy_vault where subject_id = 9 and item = 'person.phone'"
        )[0]
        phone = vault.unseal(9, "person.phone", bytes(sealed))
        assert len(phone) == 11 and phone.startswith("100")

    def test_every_contribution_equals_the_rules(self) -> None:
        found = rows(
            "select c.insurance, c.month, p.region, c.base_fen, c.employer_fen, c.person_fen, e.injury_class"
            " from registry_contribution c join registry_person p using (subject_id)"
            " join registry_employer e on e.id = c.employer_id order by c.subject_id, c.insurance, c.month"
        )
        for insurance, month, region, base, employer, person, kind in Random(5).sample(found, 300):
            where = {"declared_fen": base, "month": month, "region": region} | DEMO
            value = {
                110: lambda w=where: pension.assess(**w),
                210: lambda w=where: unemployment.assess(**w),
                310: lambda w=where: medical.assess(**w),
                510: lambda w=where: medical.assess_maternity(**w),
                410: lambda w=where, k=kind, m=month: injury.assess(
                    **w, industry_class=k if m >= injury.CURRENT else min(k, 3)
                ),
            }[insurance]().value
            assert (value.base, value.employer, value.employee) == (base, employer, person), (
                insurance,
                month,
            )

    def test_account_years_add_up_and_follow_each_other(self) -> None:
        years = rows(
            "select subject_id, kind, year, opening_fen, credit_fen, interest_fen, spent_fen, closing_fen"
            " from registry_accountyear order by 1, 2, 3"
        )
        assert years
        before: dict[tuple[int, str], tuple[int, int]] = {}
        for subject, kind, year, opening, credit, interest, spent, closing in years:
            assert opening + credit + interest - spent == closing >= 0
            last_year, last = before.get((subject, kind), (year - 1, 0))
            assert (last_year, last) == (year - 1, opening)
            before[subject, kind] = (year, closing)
        balances = rows("select subject_id, kind, balance_fen from registry_account")
        assert {(s, k): b for s, k, b in balances} == {key: closing for key, (_, closing) in before.items()}

    def test_the_pension_account_of_a_worker_follows_the_month_product(self) -> None:
        credits: dict[int, list[int]] = {}
        for base, month, paid_on in rows(
            "select base_fen, month, paid_on from registry_contribution"
            " where subject_id = 2 and insurance = 110 and state = 'paid'"
        ):
            told = pension.assess(declared_fen=base, month=month, region="220100", **DEMO).value
            credits.setdefault(paid_on.year, [0] * 12)[paid_on.month - 1] += told.account_credit
        opening = 0
        for year, kept_opening, interest, closing in rows(
            "select year, opening_fen, interest_fen, closing_fen from registry_accountyear"
            " where subject_id = 2 and kind = 'pension' and not (provisional and rate = '未公布') order by year"
        ):
            year_told = pension_account.yearly(
                opening=opening, credits=credits.get(year, [0] * 12), year=year, allow_demo=True
            ).value
            assert (kept_opening, interest, closing) == (opening, year_told.interest, year_told.closing)
            opening = year_told.closing

    def test_every_bill_is_paid_by_somebody_and_the_medical_account_tells_its_part(self) -> None:
        assert rows(
            "select count(*) from registry_claim where total_fen <> fund_fen + account_fen + cash_fen"
            " or least(fund_fen, account_fen, cash_fen) < 0 or (state = 'pending') <> (settled_on is null)"
        ) == [(0,)]
        assert rows("select count(*) from registry_claim c left join registry_claimdetail d on d.claim_id = c.id"
                    " where d.claim_id is null") == [(0,)]  # fmt: skip
        differing = rows(
            "with spent as (select subject_id, extract(year from served_on)::int as year, sum(account_fen) as fen"
            " from registry_claim group by 1, 2)"
            " select y.subject_id, y.year from registry_accountyear y left join spent s using (subject_id, year)"
            " where y.kind = 'medical' and y.spent_fen <> coalesce(s.fen, 0)"
        )
        assert differing == []

    def test_the_gap_of_the_cast_is_five_months(self) -> None:
        paid = [
            m
            for (m,) in rows(
                "select month from registry_contribution where subject_id = 1 and insurance = 110"
            )
        ]
        missing = [m for m in months.between(200903, max(paid)) if m not in paid]
        assert missing == [202311, 202312, 202401, 202402, 202403]

    def test_last_months_are_on_their_way(self) -> None:
        current, state = rows(
            "select month, state from registry_contribution where subject_id = 1 and insurance = 110"
            " order by month desc limit 1"
        )[0]
        assert state == "paying"
        assert months.plus(current, -1) in [
            m
            for (m,) in rows(
                "select month from registry_contribution where subject_id = 1 and state = 'paid'"
            )
        ]

    def test_kinds_of_contribution_and_states_of_enrolment_all_occur(self) -> None:
        kinds = {kind for (kind,) in rows("select distinct kind from registry_contribution")}
        assert kinds == {"normal", "backpay", "transfer", "resident_year"}
        states = {state for (state,) in rows("select distinct state from registry_enrolment")}
        assert {"active", "terminated", "retired"} <= states

    def test_pensioner_draws_a_pension_from_the_month_after_retirement(self) -> None:
        paid = rows("select month, amount_fen from registry_benefit where subject_id = 4 order by month")
        assert paid[0][0] == 202205 and all(fen > 0 for _, fen in paid)
        assert [m for m, _ in paid] == months.between(202205, months.plus(paid[-1][0], 1))

    def test_somebody_looked_and_somebody_was_refused(self) -> None:
        seen = dict(rows("select actor_role, count(*) from privacy_entry where subject_id = 1 group by 1"))
        assert {"system", "clerk", "partner"} <= seen.keys()
        assert rows("select actor_role from privacy_entry where subject_id = 1"
                    " and outcome = 'recipient_not_authorised'") == [("partner",)]  # fmt: skip
        ordered = [at for (at,) in rows("select at from privacy_entry where subject_id = 1 order by id")]
        assert ordered == sorted(ordered)

    def test_building_again_is_refused_and_changes_nothing(self) -> None:
        before = rows("select count(*), sum(base_fen) from registry_contribution")
        with pytest.raises(Refusal) as refused:
            province.build(people=60)
        assert refused.value.code == "conflict"
        assert rows("select count(*), sum(base_fen) from registry_contribution") == before

    def test_indexes_and_keys_are_in_place_again(self) -> None:
        kinds = rows(
            "select contype, count(*) from pg_constraint where conrelid = any(%s::regclass[]) group by 1",
            ["registry_contribution", "registry_claim", "registry_claimdetail", "privacy_vault"],
        )
        assert dict(kinds)["p"] == 4 and dict(kinds)["f"] >= 6
        assert rows("select count(*) from pg_index where indrelid = 'registry_claim'::regclass")[0][0] >= 2

    def test_somebody_can_retire_somebody_can_choose_and_somebody_is_out_of_work(self) -> None:
        for today in (TODAY, date(2027, 1, 3), date(2031, 7, 30)):
            now = months.of(today)
            one = {part.code: part for part in cast.parts(today)}
            due = retirement.statutory(months.of(one["retiring"].born), "male60").month
            assert months.plus(now, -4) <= due < now
            due = retirement.statutory(months.of(one["early"].born), "female55")
            assert due.original_month <= now < due.month
        left = rows(
            "select distinct until from registry_enrolment where subject_id = 10 and until is not null"
        )
        assert left == [(months.plus(months.of(today_in_china(datetime.now(UTC))), -2),)]

    def test_demo_accounts_are_listed_for_their_owner_only(self) -> None:
        assert (settings.HOME / "demo.json").stat().st_mode & 0o777 == 0o600
        lines = demonstration.logins()
        roles = {line["role"] for line in lines}
        assert roles >= {
            "citizen", "pensioner", "guardian", "minor", "employer_agent", "clerk", "supervisor",
            "privacy_officer", "security_officer", "auditor", "operator", "partner",
        }  # fmt: skip
        assert sum(line["role"] == "citizen" for line in lines) >= 3
        assert len({line["password"] for line in lines}) == len(lines)
        assert all(len(line["password"]) >= 12 for line in lines)
        json.dumps(lines)

    def test_production_tells_no_demo_account(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings, "PRODUCTION", True)
        for door in (demonstration.logins, demonstration.people):
            with pytest.raises(Refusal):
                door()
        with pytest.raises(Refusal):
            province.build(people=60)

    def test_the_cast_and_the_staff_can_log_in_at_once(self) -> None:
        now = datetime.now(UTC)
        lines = {line["login"]: line for line in demonstration.logins()}
        for login in ("demo-gap", "demo-minor", "employer"):
            started = sessions.login(login=login, password=lines[login]["password"], device="测试", now=now)
            assert gate.actor_of(started.token).active
        assert acceptance.missing(started.token, now=now) == [] or started.role == "employer_agent"
        for login in ("clerk", "operator"):
            code = pyotp.TOTP(lines[login]["totp_secret"]).at(now)
            started = sessions.staff_login(
                login=login, password=lines[login]["password"], code=code, device="测试", now=now
            )
            assert gate.actor_of(started.token).level == 2


@pytest.mark.profile("ebao")
def test_cards_are_linked_but_one_and_known_to_the_source(shebao: Any) -> None:
    lines = {line["login"]: line for line in demonstration.logins() if line.get("subject")}
    linked = {s for (s,) in rows("select subject_id from privacy_reach where rule = 'linked'")}
    assert {line["subject"] for line in lines.values()} - linked == {lines["demo-flexible"]["subject"]}
    cards = card_simulator.known_cards(settings.HOME)
    for line in lines.values():
        assert cards[line["card_number"]]["password"] == line["card_password"]
        assert cards[line["card_number"]]["name"] == line["name"]
