"""Contributions and their collection: bands, rates by place, late fees over two rates, 补差, benefits beside them."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base.refusal import Refusal
from shebao.rules import bases, collection, monthly
from shebao.rules.contribution import Scope
from shebao.rules.injury import benefit as injury_benefit
from shebao.rules.injury import contribution as injury
from shebao.rules.medical import account as medical_account
from shebao.rules.medical import contribution as medical
from shebao.rules.medical import reimbursement, remote, resident
from shebao.rules.medical.reimbursement import Bill
from shebao.rules.pension import contribution as pension
from shebao.rules.unemployment import benefit as unemployment_benefit
from shebao.rules.unemployment import contribution as unemployment

WAGES = st.integers(0, 50_000_00)


@given(WAGES)
def test_a_base_lies_in_the_band_and_the_parts_are_within_half_a_fen(wage: int) -> None:
    found = pension.assess(declared_fen=wage, month=202508, region="220000").value
    assert found.floor <= found.base <= found.ceiling
    assert abs(found.employer * 100 - found.base * 16) <= 50
    assert found.account_credit == found.employee
    assert found.total == found.employer + found.employee


@pytest.mark.parametrize(
    ("region", "rates"),
    [("220000", (Fraction(7, 1000), Fraction(3, 1000))), ("450000", (Fraction(1, 200), Fraction(1, 200)))],
)
def test_unemployment_is_split_by_province(region: str, rates: tuple[Fraction, Fraction]) -> None:
    found = unemployment.assess(declared_fen=6000_00, month=202511, region=region).value
    assert (found.employer_rate, found.employee_rate) == rates


def test_a_month_is_the_sum_of_its_insurances() -> None:
    scope = Scope(202508, "220100")
    whole = monthly.assess(declared_fen=6000_01, scope=scope, industry_class=5).value
    each = [
        pension.assess(declared_fen=6000_01, month=202508, region="220100").value,
        unemployment.assess(declared_fen=6000_01, month=202508, region="220100").value,
        medical.assess(declared_fen=6000_01, month=202508, region="220100").value,
        injury.assess(declared_fen=6000_01, month=202508, region="220100", industry_class=5).value,
        medical.assess_maternity(declared_fen=6000_01, month=202508, region="220100").value,
    ]
    assert [(part.employer, part.employee) for part in whole.parts] == [
        (one.employer, one.employee) for one in each
    ]
    assert whole.employer == sum(one.employer for one in each)


def test_demonstration_years_reach_back_for_invented_people_only() -> None:
    for region in ("220000", "450000"):
        with pytest.raises(Refusal):
            bases.bounds(month=201901, region=region)
        for month in (200407, 201201, 201906, 201907, 202006):
            scope = Scope(month, region, allow_demo=True)
            found = monthly.assess(declared_fen=3000_00, scope=scope)
            assert found.confidence == "demo"
            assert "仅供参考" in found.notices[-1]


def test_sourced_values_are_never_replaced_by_invented_ones() -> None:
    asked = medical.assess(declared_fen=6000_00, month=202508, region="220100", allow_demo=True)
    assert asked.value.employer_rate == Fraction(77, 1000)
    assert asked.confidence != "demo"


@pytest.mark.parametrize(("industry_class", "count"), [(1, 3), (2, 5), (8, 5)])
def test_floats_by_class(industry_class: int, count: int) -> None:
    assert len(injury.floats(industry_class)) == count
    for band in injury.floats(industry_class):
        assert injury.rate(industry_class, band).rate > 0


def test_flexible_workers_pay_twenty_points_of_which_eight_are_theirs() -> None:
    found = pension.flexible(index=Fraction(6, 10), month=202507, region="220000", count=12).value
    assert (found.monthly, found.to_account_monthly, found.total) == (878_64, 351_46, 10_543_68)
    subsidy = pension.flexible_subsidy(paid_fen=2000_00, on=date(2026, 1, 1), region="220100")
    assert subsidy.value == 732_20


def test_a_late_fee_uses_the_rate_of_each_day() -> None:
    found = collection.late_fee(principal_fen=10_000_00, due=date(2011, 6, 20), paid=date(2011, 7, 10))
    assert (found.value.days, found.value.fee) == (20, 250_00)
    assert len(found.parameters) == 2


@given(st.integers(0, 10**9), st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(-10, 5000))
def test_days_at_each_rate_add_up(principal: int, due: date, late: int) -> None:
    paid = date.fromordinal(due.toordinal() + late)
    assert sum(days for _, days in collection.days_by_rate(due, paid)) == max(0, late)
    found = collection.late_fee(principal_fen=principal, due=due, paid=paid, cap_at_principal=True)
    assert 0 <= found.value.fee <= principal


def test_a_late_fee_above_the_principal_is_disputed_and_says_so() -> None:
    given = {"principal_fen": 100_00, "due": date(2012, 1, 1), "paid": date(2026, 1, 1)}
    open_ended = collection.late_fee(**given)  # type: ignore[arg-type]
    assert open_ended.value.fee > 100_00
    assert any("争议" in notice for notice in open_ended.notices)
    assert collection.late_fee(**given, cap_at_principal=True).value.fee == 100_00  # type: ignore[arg-type]


def test_a_base_published_late_becomes_a_difference_and_never_an_edit() -> None:
    def assessed(known: date) -> object:
        return pension.assess(
            declared_fen=3000_00, month=202607, region="220000", as_of=known, provisional=True
        ).value

    before, after = assessed(date(2026, 8, 1)), assessed(date(2026, 9, 1))
    found = collection.difference(before, after)  # type: ignore[arg-type]
    assert (found.base, found.employer, found.employee) == (95_70, 15_31, 7_65)
    back = collection.difference(after, before)  # type: ignore[arg-type]
    assert back.employer == -found.employer


def test_amounts_of_different_months_have_no_difference() -> None:
    first = pension.assess(declared_fen=1, month=202607, region="220000").value
    second = pension.assess(declared_fen=1, month=202608, region="220000").value
    with pytest.raises(Refusal):
        collection.difference(first, second)


def test_every_result_tells_its_working_as_json() -> None:
    told = monthly.assess(declared_fen=3000_00, scope=Scope(202508, "220100")).as_json()
    text = json.dumps(told, ensure_ascii=False)
    for words in ("吉人社联〔2025〕97号", "国办发〔2019〕13号", "四舍五入到分", "仅供参考", "吉林省"):
        assert words in text
    assert told["confidence"] == "medium"


def test_a_medical_account_gets_only_ones_own_share_since_the_reform() -> None:
    found = medical_account.active_credit(base_fen=6000_00, month=202301, region="450100")
    assert found.value == 120_00
    with pytest.raises(Refusal):
        medical_account.active_credit(base_fen=6000_00, month=202212, region="450100")
    with pytest.raises(Refusal):
        medical_account.retired_credit(month=202601, region="450100")
    assert medical_account.retired_credit(month=202601, region="450100", allow_demo=True).value > 0


@given(st.integers(0, 10**8), st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**7))
def test_payers_of_a_bill_add_up(total: int, outside: int, first: int, balance: int) -> None:
    where: dict[str, Any] = {
        "scheme": "resident",
        "care": "inpatient",
        "level": 3,
        "month": 202605,
        "region": "450100",
    }
    found = reimbursement.explain(
        Bill(total, outside, first), account_balance=balance, allow_demo=True, **where
    ).value
    assert found.pool + found.serious_illness + found.account + found.cash == total
    assert min(found.pool, found.serious_illness, found.account, found.cash) >= 0


def test_reimbursement_figures_are_demonstrations_and_injury_is_not_the_medical_funds() -> None:
    where: dict[str, Any] = {
        "scheme": "employee",
        "care": "outpatient",
        "level": 3,
        "month": 202605,
        "region": "450100",
    }
    with pytest.raises(Refusal):
        reimbursement.explain(Bill(1000_00), **where)
    with pytest.raises(Refusal):
        reimbursement.explain(Bill(1000_00), cause="work_injury", allow_demo=True, **where)
    found = reimbursement.explain(Bill(1000_00), allow_demo=True, retired=True, **where)
    assert found.value.pool == 385_00
    assert found.confidence == "demo"


@pytest.mark.parametrize(
    ("in_window", "broken", "repaired", "expected"),
    [(True, 0, 0, 0), (False, 0, 0, 3), (True, 2, 0, 5), (True, 2, 2, 3), (True, 4, 0, 7), (True, 4, 4, 6)],
)
def test_waiting_for_residents(in_window: bool, broken: int, repaired: int, expected: int) -> None:
    found = resident.waiting(in_window=in_window, broken_years=broken, repaired_years=repaired)
    assert found.value.total_months == expected


def test_a_newborn_enrolled_late_waits() -> None:
    born = date(2026, 3, 1)
    assert resident.newborn_start(born=born, enrolled=date(2026, 5, 30)) == born
    assert resident.newborn_start(born=born, enrolled=date(2026, 6, 30)) == date(2026, 9, 30)
    with pytest.raises(Refusal):
        resident.newborn_start(born=born, enrolled=date(2026, 2, 1))


def test_cover_of_a_year_was_set_by_the_notice_before() -> None:
    found = resident.funding(2025).value
    assert (found.cover_year, found.personal, found.total) == (2026, 400_00, 1100_00)


@pytest.mark.parametrize(("gap", "expected"), [(0, 0), (3, 0), (4, 6)])
def test_a_gap_in_employee_cover(gap: int, expected: int) -> None:
    assert resident.employee_gap_waiting(gap) == expected


def test_filing_for_care_elsewhere() -> None:
    assert remote.counts_as_filed("emergency_rescue")
    assert not remote.counts_as_filed("unfiled")
    assert remote.least_validity_months("temporary") == 6
    assert remote.least_validity_months("long_term") is None
    with pytest.raises(Refusal):
        remote.counts_as_filed("holiday")


@pytest.mark.parametrize(
    ("paid", "unused", "expected"),
    [(0, 0, 0), (59, 0, 12), (60, 0, 18), (120, 0, 24), (120, 12, 24), (6, 5, 5), (36, 12, 24)],
)
def test_unemployment_months_merge_up_to_two_years(paid: int, unused: int, expected: int) -> None:
    assert unemployment_benefit.longest_months(paid, unused) == expected


@pytest.mark.parametrize("reason", sorted(unemployment_benefit.INVOLUNTARY))
def test_those_who_did_not_leave_by_their_own_will_may_claim(reason: str) -> None:
    found = unemployment_benefit.eligibility(paid_months=60, reason=reason, registered=True)
    assert (found.eligible, found.max_months) == (True, 18)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"paid_months": 11, "reason": "dismissed", "registered": True}, "min_contribution"),
        ({"paid_months": 60, "reason": "resigned", "registered": True}, "voluntary"),
        ({"paid_months": 60, "reason": "dismissed", "registered": False}, "not_registered"),
        (
            {"paid_months": 60, "reason": "dismissed", "registered": True, "seeking_work": False},
            "not_seeking_work",
        ),
    ],
)
def test_a_claim_is_refused_with_its_reason(given: dict[str, object], reason: str) -> None:
    found = unemployment_benefit.eligibility(**given)  # type: ignore[arg-type]
    assert (found.eligible, found.reason, found.max_months) == (False, reason, 0)
    assert found.message.endswith("。")


def test_relatives_of_a_worker_killed_at_work_share_at_most_the_wage() -> None:
    found = injury_benefit.dependants(5000_00, [("spouse", False), ("child", True), ("parent", True)])
    assert found.each == (2000_00, 2000_00, 2000_00)
    assert found.total == 5000_00
    assert injury_benefit.funeral(7322_00) == 43_932_00
    assert injury_benefit.nursing("full", 7322_00) == 3661_00


def test_fines_are_one_to_three_times_what_is_owed() -> None:
    assert collection.fine_range(100_00) == (100_00, 300_00)


def test_loyal_residents_get_a_higher_serious_illness_limit() -> None:
    assert resident.serious_illness_bonus(continuous_years=4) == 0
    assert resident.serious_illness_bonus(continuous_years=6, zero_claim_years=1) == 3000_00


def test_the_months_in_which_guangxi_may_still_have_used_the_old_band_are_marked() -> None:
    early = pension.assess(declared_fen=6000_00, month=202509, region="450000")
    late = pension.assess(declared_fen=6000_00, month=202510, region="450000")
    assert (early.confidence, late.confidence) == ("low", "high")
    assert early.value == replace(late.value, month=202509)
