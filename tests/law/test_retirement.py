"""Retirement: the whole table of the 2024 decision, its borders, flexible options and minimum years."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base import month as months
from shebao.base.refusal import Refusal
from shebao.rules.pension import annuity, flexible, retirement

RULES = {"male60": (60, 196501, 4, 36), "female55": (55, 197001, 4, 36), "female50": (50, 197501, 2, 60)}
BIRTHS = st.builds(lambda year, month: year * 100 + month, st.integers(1940, 2009), st.integers(1, 12))


@pytest.mark.parametrize("category", RULES)
def test_the_groups_cover_every_birth_month_once_and_agree_with_the_rule(category: str) -> None:
    age, first, step, longest = RULES[category]
    rows = retirement.groups(category)
    assert len(rows) == longest
    assert rows[0]["birth_from"] == first
    for row, following in pairwise(rows):
        assert months.plus(row["birth_to"], 1) == following["birth_from"]
    for row in rows:
        for birth in months.between(row["birth_from"], months.plus(row["birth_to"], 1)):
            found = retirement.statutory(birth, category)
            assert found.delay_months == row["delay_months"]
            assert found.age_months == row["age_months"] == age * 12 + row["delay_months"]
            assert row["retire_from"] <= found.month <= row["retire_to"]
        assert months.months_until(row["birth_from"], row["birth_to"]) == step - 1


@pytest.mark.parametrize("category", RULES)
def test_the_month_before_the_first_group_is_not_affected(category: str) -> None:
    _, first, _, longest = RULES[category]
    before = retirement.statutory(months.plus(first, -1), category)
    assert (before.affected, before.delay_months, before.month) == (False, 0, 202412)
    assert retirement.statutory(first, category).month == 202502
    assert retirement.statutory(205912, category).delay_months == longest


@pytest.mark.parametrize("category", RULES)
@given(birth=BIRTHS)
def test_nobody_younger_retires_earlier(category: str, birth: int) -> None:
    assert (
        retirement.statutory(birth, category).month
        <= retirement.statutory(months.plus(birth, 1), category).month
    )


@pytest.mark.parametrize(
    ("year", "expected"),
    [(1998, 180), (2029, 180), (2030, 186), (2034, 210), (2038, 234), (2039, 240), (2060, 240)],
)
def test_minimum_months_rise_by_six_a_year(year: int, expected: int) -> None:
    assert retirement.minimum_months(year) == expected


@pytest.mark.parametrize("category", RULES)
@given(birth=BIRTHS)
def test_options_stay_within_three_years_and_never_before_the_original_age(category: str, birth: int) -> None:
    found = retirement.statutory(birth, category)
    first, last = flexible.earliest(found), flexible.latest(found)
    assert found.original_month <= first <= found.month <= last
    assert months.months_until(first, found.month) <= 36
    assert months.months_until(found.month, last) == 36


def test_an_early_month_is_allowed_at_its_borders_only() -> None:
    def ask(requested: int, paid: int = 300) -> flexible.FlexibleAnswer:
        return flexible.check(birth=198411, category="female50", requested=requested, paid_months=paid)

    assert ask(203611).allowed
    assert ask(203611).kind == "early"
    assert ask(203610).reason == "over_max_early"
    assert ask(203410).reason == "before_original_age"
    assert ask(204211).allowed
    assert ask(204212).reason == "over_max_delay"


def test_early_retirement_needs_the_years_of_the_chosen_year_and_delay_those_of_the_statutory_one() -> None:
    early = flexible.check(birth=197506, category="male60", requested=203506, paid_months=216)
    assert (early.allowed, early.required_months) == (True, 216)
    late = flexible.check(birth=197009, category="male60", requested=203301, paid_months=192)
    statutory = retirement.statutory(197009, "male60").month
    assert late.required_months == retirement.minimum_months(months.year_of(statutory))


def test_those_who_reached_their_age_before_2025_have_no_options() -> None:
    answer = flexible.check(birth=196412, category="male60", requested=202512, paid_months=300)
    assert (answer.allowed, answer.reason) == (False, "not_applicable")


def test_special_work_is_not_delayed() -> None:
    assert retirement.hardship_month(197503, male=True) == 203003
    assert retirement.hardship_month(198503, male=False) == 203003


@given(age=st.integers(40 * 12, 70 * 12))
def test_annuity_months_by_month_lie_between_the_whole_years(age: int) -> None:
    tenths = annuity.tenths(age, "month_interpolated")
    assert annuity.tenths(min(age + 12, 70 * 12)) <= tenths <= annuity.tenths(age)


@pytest.mark.parametrize("age", [40 * 12 - 1, 71 * 12, 0])
def test_ages_outside_the_table_are_refused(age: int) -> None:
    with pytest.raises(Refusal):
        annuity.tenths(age)


def test_an_explanation_names_the_decision_and_every_step() -> None:
    told = retirement.explain(197609, "male60").as_json()
    assert [step["name"] for step in told["steps"]][-2:] == ["法定退休年月", "最低缴费年限"]  # type: ignore[attr-defined]
    assert any("渐进式延迟" in law for law in told["laws"])  # type: ignore[attr-defined]
