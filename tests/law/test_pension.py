"""Pensions: sheets to the fen, provisional bases, years, index, account years, survivors, estimates."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base.refusal import Refusal
from shebao.rules.pension import account, adjustment, amount, base, estimate, retirement, survivors
from shebao.rules.pension import index as pension_index
from shebao.rules.pension.amount import Facts
from shebao.rules.pension.estimate import Assumptions, Person
from shebao.rules.resident_pension import contribution as resident_contribution
from shebao.rules.resident_pension import pension as resident

FACTS = st.builds(
    Facts,
    index_e6=st.integers(400_000, 3_000_000),
    years_e2=st.integers(1500, 4500),
    deemed_years_e2=st.integers(0, 1500),
    account_fen=st.integers(0, 2_000_000_00),
)
PERSON = Person(
    birth=197906,
    category="male60",
    region="220100",
    now=202611,
    paid_months=207,
    deemed_months=0,
    index_e6=700_000,
    account_fen=90_000_00,
    base_fen=6_500_00,
)


def test_a_changchun_sheet_comes_out_to_the_fen() -> None:
    found = amount.explain(
        region="220100", month=202602, facts=Facts(620_000, 4167, 1100, account_fen=96_750_01)
    )
    pension = found.value
    assert (pension.basic, pension.extra, pension.account_pension) == (2608_11, 292_14, 696_04)
    assert (pension.transitional, pension.total) == (699_11, 4295_40)
    assert found.confidence in {"high", "medium"}


def test_a_nanning_sheet_is_cut_to_fen_and_goes_up_to_jiao() -> None:
    facts = Facts(760_300, 2967, 100, account_fen=97_150_21, annuity_tenths=1950)
    pension = amount.explain(region="450100", month=202405, facts=facts).value
    assert (pension.basic, pension.account_pension, pension.transitional) == (1788_10, 498_20, 72_90)
    assert (pension.extra, pension.extra_parts) == (0, ())


@pytest.mark.parametrize(("region", "month"), [("220100", 202602), ("450100", 202505)])
@given(facts=FACTS)
def test_the_parts_add_up_and_more_years_never_pay_less(region: str, month: int, facts: Facts) -> None:
    terms = amount.terms_of(region=region, month=month)
    found = amount.compute(terms, facts)
    assert found.total == found.basic + found.extra + found.transitional + found.account_pension
    longer = Facts(facts.index_e6, facts.years_e2 + 100, facts.deemed_years_e2, account_fen=facts.account_fen)
    assert amount.compute(terms, longer).total >= found.total


def test_the_extra_part_needs_more_than_twenty_paid_years() -> None:
    terms = amount.terms_of(region="220500", month=202508)
    at_twenty = amount.compute(terms, Facts(1_000_000, 2800, 800))
    beyond = amount.compute(terms, Facts(1_000_000, 2808, 800))
    assert at_twenty.extra == 0
    assert beyond.extra > 0
    assert beyond.transitional * 12 > at_twenty.transitional * 13


def test_a_city_with_its_own_base_never_borrows_the_provinces() -> None:
    assert base.city(region="220100", month=202601).fen == 7978_25
    assert base.city(region="220200", month=202601).fen == 7322_08
    with pytest.raises(Refusal):
        base.city(region="220100", month=202607)
    carried = base.city(region="220100", month=202607, provisional=True)
    assert (carried.fen, carried.confidence) == (7978_25, "low")


def test_a_base_not_yet_published_is_refused_unless_provisional() -> None:
    with pytest.raises(Refusal):
        base.province(region="450000", month=202605)
    assert base.province(region="450000", month=202605, provisional=True).fen == 6983_00


def test_the_contribution_average_is_not_the_pension_base() -> None:
    assert base.province(region="450000", month=202511).fen == 6983_00
    assert base.province(region="220000", month=202508).fen == 7322_08


@pytest.mark.parametrize(
    ("region", "paid", "expected"),
    [("220000", 533, 4442), ("220000", 508, 4233), ("450000", 356, 2967), ("450000", 508, 4234)],
)
def test_months_become_years_as_the_region_rounds(region: str, paid: int, expected: int) -> None:
    assert amount.years_e2(paid, region=region, month=202508) == expected


def test_the_average_index_has_four_decimals() -> None:
    first, second = pension_index.month_index(4393_20, 7322_00), pension_index.month_index(7322_00, 7322_00)
    assert pension_index.average_index(first + second, 2) == 800_000
    with pytest.raises(Refusal):
        pension_index.average_index(0, 0)


def test_a_year_of_an_account_adds_up_and_says_its_rate() -> None:
    found = account.yearly(opening=120_000_00, credits=[1000_00] * 12, year=2023)
    assert found.value.closing == 137_022_05
    assert "3.97%" in json.dumps(found.as_json(), ensure_ascii=False)
    late = account.yearly(opening=0, credits=[0] * 11 + [1000_00], year=2025).value
    assert late.month_product == 1000_00


def test_a_year_without_a_rate_is_provisional_or_refused() -> None:
    assert account.yearly(opening=1, credits=[0] * 12, year=2026).confidence == "low"
    with pytest.raises(Refusal):
        account.yearly(opening=1, credits=[0] * 12, year=2026, provisional=False)
    with pytest.raises(Refusal):
        account.yearly(opening=1, credits=[0] * 12, year=2010)
    assert account.yearly(opening=1, credits=[0] * 12, year=2010, allow_demo=True).confidence == "demo"


@pytest.mark.parametrize(
    ("years", "drawn", "expected"),
    [(3, 0, 9), (15, 2, 9), (20, 3, 11), (30, 0, 24), (30, 15, 9), (30, 30, 9)],
)
def test_a_retirees_survivors_never_get_less_than_nine_months(years: int, drawn: int, expected: int) -> None:
    assert survivors.pension_months(years, retired=True, years_drawn=drawn) == expected


@pytest.mark.parametrize(
    ("years", "expected"), [(0, 3), (4, 3), (9, 6), (14, 9), (15, 9), (16, 10), (31, 24)]
)
def test_survivors_months_of_those_still_working(years: int, expected: int) -> None:
    assert survivors.pension_months(years) == expected


def test_the_provincial_detail_of_an_adjustment_is_only_a_demonstration() -> None:
    given = {"pension_fen": 3000_00, "paid_years": 30, "age_years": 72, "year": 2025, "region": "220000"}
    with pytest.raises(Refusal):
        adjustment.increase(**given)  # type: ignore[arg-type]
    found = adjustment.increase(**given, allow_demo=True)  # type: ignore[arg-type]
    assert found.value == 25_00 + 30_00 + 18_00 + 20_00
    assert "演示" in found.notices[-1]
    assert adjustment.total_rate(2025).rate == Fraction(2, 100)


def test_an_estimate_answers_three_options_and_says_what_it_assumes() -> None:
    months = [estimate.estimate(PERSON, option=option).value.month for option in estimate.OPTIONS]
    assert months == [203906, 204206, 204506]
    totals = [each.value.pension.total for each in estimate.scenarios(PERSON)]
    assert totals == sorted(totals)
    assert "估计" in estimate.estimate(PERSON).notices[-1]


def test_an_estimate_without_growth_or_time_is_the_formula_itself() -> None:
    now = Person(196508, "male60", "220100", 202510, 500, 132, 620_000, 96_750_01, 5000_00)
    flat = Assumptions(Fraction(0), Fraction(0))
    found = estimate.estimate(now, assumptions=flat).value
    assert found.month == 202510
    assert found.account_fen == 96_750_01
    terms = amount.terms_of(region="220100", month=202510)
    facts = Facts(620_000, amount.years_e2(632, region="220100", month=202510), 1100, account_fen=96_750_01)
    assert found.pension == amount.compute(terms, facts)


def test_a_resident_pension_ignores_the_delay_and_pays_for_long_years() -> None:
    on = date(2026, 1, 1)
    assert resident.entitled(age_years=60, paid_years=15, on=on)
    assert not resident.entitled(age_years=59, paid_years=30, on=on)
    found = resident.monthly(balance=13_900_00, years=20, on=on, region="220100").value
    assert (found.base_pension, found.supplement, found.account_pension) == (154_00, 25_00, 100_00)
    assert resident.monthly(balance=0, years=20, on=on, region="350100").value.total == 163_00
    assert resident.funeral_grant(on=on, region="220100").value == 616_00


def test_resident_grades_are_those_of_the_law_and_the_province() -> None:
    on = date(2025, 6, 1)
    assert resident_contribution.yearly(grade_fen=100_00, on=on, region="450000").value.subsidy == 30_00
    assert resident_contribution.yearly(grade_fen=500_00, on=on, region="450000").value.subsidy == 60_00
    top = resident_contribution.yearly(grade_fen=5000_00, on=on, region="220000").value
    assert (top.subsidy, top.to_account) == (230_00, 5230_00)
    later = resident_contribution.yearly(grade_fen=5000_00, on=date(2025, 12, 31), region="220000").value
    assert later.subsidy == 170_00
    with pytest.raises(Refusal):
        resident_contribution.yearly(grade_fen=150_00, on=on, region="220000")


def test_work_before_the_account_was_opened_is_deemed() -> None:
    assert amount.deemed_months(198007, region="220100") == 180
    assert amount.deemed_months(199607, region="450100") == 0
    assert amount.deemed_months(200001, region="450100") == 0
    with pytest.raises(Refusal):
        amount.deemed_months(198007, region="110000")


def test_a_pension_settled_anew_pays_the_difference_for_the_months_paid() -> None:
    before = amount.explain(region="450100", month=202605, facts=Facts(800_000, 3000), provisional=True)
    terms = amount.terms_of(
        region="450100",
        month=202605,
        province_base=replace(base.province(region="450100", month=202512), value=7100_00),
        city_base=replace(base.city(region="450100", month=202512), value=7100_00),
    )
    after = amount.compute(terms, Facts(800_000, 3000))
    assert amount.resettled(before.value, after, 3) == 3 * (after.total - before.value.total) > 0
    assert retirement.first_payment_month(202512) == 202601
