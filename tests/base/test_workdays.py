"""Working days: 调休, receipt not counted, pauses, regional holidays, and honesty beyond the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base import workdays
from shebao.base.refusal import Refusal
from shebao.base.workdays import Calendar

DAYS = st.dates(date(2023, 1, 1), date(2026, 10, 31))


@pytest.mark.parametrize(("year", "count"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_its_known_number_of_working_days(year: int, count: int) -> None:
    assert workdays.days_of(year) == count


@given(DAYS, st.integers(1, 40))
def test_a_deadline_is_a_working_day_with_that_many_working_days_before_it(received: date, days: int) -> None:
    found = workdays.add_working_days(received, days)
    assert workdays.is_working_day(found.day)
    assert workdays.working_days_between(received, found.day) == days


@given(DAYS, st.integers(1, 20), st.integers(1, 20))
def test_working_days_add_up_along_the_calendar(received: date, first: int, second: int) -> None:
    halfway = workdays.add_working_days(received, first).day
    assert (
        workdays.add_working_days(halfway, second).day
        == workdays.add_working_days(received, first + second).day
    )


def test_the_clock_stops_while_the_applicant_supplements() -> None:
    pause = (date(2026, 1, 6), date(2026, 1, 10))
    assert workdays.add_working_days(date(2026, 1, 5), 10).day == date(2026, 1, 19)
    assert workdays.add_working_days(date(2026, 1, 5), 10, pauses=[pause]).day == date(2026, 1, 23)


def test_a_calendar_period_ending_on_a_holiday_runs_on() -> None:
    found = workdays.add_calendar_days(date(2026, 9, 2), 30)
    assert (found.raw, found.day) == (date(2026, 10, 2), date(2026, 10, 8))


def test_a_month_period_ends_on_the_same_number_or_the_end_of_the_month() -> None:
    assert workdays.add_months(date(2026, 1, 31), 1).raw == date(2026, 2, 28)
    assert workdays.add_months(date(2026, 3, 15), 12).raw == date(2027, 3, 15)


def test_beyond_the_published_calendar_an_answer_is_provisional() -> None:
    assert not workdays.add_working_days(date(2026, 12, 1), 5).provisional
    assert workdays.add_working_days(date(2026, 12, 28), 10).provisional
    assert workdays.workday(date(2027, 10, 1)) == workdays.Workday(date(2027, 10, 1), False, True)
    assert workdays.workday(date(2027, 3, 1)) == workdays.Workday(date(2027, 3, 1), True, True)


def test_a_region_may_rest_on_days_the_nation_works() -> None:
    holiday = date(2024, 4, 11)
    region = Calendar(holidays=frozenset({holiday}), season=((3, 21), (4, 30)))
    assert workdays.is_working_day(holiday)
    assert not workdays.is_working_day(holiday, region)
    assert workdays.workday(holiday, region).provisional
    assert workdays.add_working_days(date(2024, 4, 10), 1, region).day == date(2024, 4, 12)


def test_a_region_may_work_on_a_day_the_nation_rests() -> None:
    saturday = date(2017, 4, 8)
    region = Calendar(working=frozenset({saturday}))
    assert not workdays.is_working_day(saturday)
    assert workdays.is_working_day(saturday, region)


def test_a_pause_also_stops_calendar_days() -> None:
    pause = (date(2026, 3, 12), date(2026, 3, 15))
    plain = workdays.add_calendar_days(date(2026, 3, 10), 10).raw
    assert workdays.add_calendar_days(date(2026, 3, 10), 10, pauses=[pause]).raw == plain + timedelta(days=3)


@pytest.mark.parametrize("days", [-1, 100_000])
def test_impossible_periods_are_refused(days: int) -> None:
    with pytest.raises(Refusal):
        workdays.add_working_days(date(2026, 1, 5), days)
