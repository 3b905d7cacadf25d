"""Months: counting along the calendar, forwards, backwards and by the column."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base import month as months
from shebao.base.refusal import Refusal

MONTHS = st.builds(lambda year, number: year * 100 + number, st.integers(1900, 2100), st.integers(1, 12))


@given(MONTHS, st.integers(-600, 600))
def test_going_there_and_back_ends_where_it_began(month: int, count: int) -> None:
    there = months.plus(month, count)
    assert months.is_month(there)
    assert months.plus(there, -count) == month
    assert months.months_until(month, there) == count


@given(st.lists(MONTHS, min_size=1, max_size=30), st.integers(-600, 600))
def test_a_column_of_months_moves_like_each_month(values: list[int], count: int) -> None:
    column = np.array(values, dtype=np.int64)
    assert months.plus(column, count).tolist() == [months.plus(value, count) for value in values]
    assert months.year_of(column).tolist() == [months.year_of(value) for value in values]
    assert months.month_of(column).tolist() == [months.month_of(value) for value in values]


def test_a_period_is_half_open() -> None:
    assert months.between(202511, 202602) == [202511, 202512, 202601]
    assert months.between(202602, 202602) == []


@given(MONTHS)
def test_a_month_is_read_back_from_both_texts(month: int) -> None:
    assert months.parse(months.to_iso(month)) == month
    assert months.parse(months.to_text(month)) == month


@pytest.mark.parametrize("text", ["2026-10", "202610", "2026年10月", "2026/10", "2026-10-31", " 2026.10 "])
def test_usual_ways_to_write_a_month_are_read(text: str) -> None:
    assert months.parse(text) == 202610


@pytest.mark.parametrize("text", ["", "2026-13", "2026-00", "26-10", "next month"])
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        months.parse(text)


def test_days_at_the_edges_of_a_month() -> None:
    assert months.first_day(202402) == date(2024, 2, 1)
    assert months.last_day(202402) == date(2024, 2, 29)
    assert months.last_day(202512) == date(2025, 12, 31)
    assert months.of(date(2026, 10, 31)) == 202610


@pytest.mark.parametrize("value", [202600, 202613, 26, 0, 1_000_001])
def test_numbers_that_are_not_months_are_known(value: int) -> None:
    assert not months.is_month(value)
