"""Opening hours with holidays, and coordinates there and back."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.appointments import coordinates, hours
from shebao.base import clock

HALL = [[day, 510, 690] for day in range(5)] + [[day, 810, 1020] for day in range(5)]
SATURDAYS = [*HALL, [5, 540, 720]]


def moment(day: date, minute: int) -> datetime:
    return hours.at(day, minute)


@pytest.mark.parametrize(
    ("day", "spans", "why"),
    [
        (date(2026, 11, 20), [(510, 690), (810, 1020)], "a Friday"),
        (date(2026, 11, 21), [(540, 720)], "a Saturday with hours of its own"),
        (date(2026, 11, 22), [], "a Sunday"),
        (date(2026, 10, 1), [], "a holiday on a Thursday"),
        (date(2026, 10, 3), [], "a Saturday inside a holiday"),
        (date(2026, 10, 10), [(510, 690), (810, 1020)], "a Saturday worked for a holiday"),
    ],
)
def test_hours_follow_the_calendar(day, spans, why):
    assert hours.spans_on(SATURDAYS, day) == spans, why


def test_a_closed_day_is_closed_and_the_next_opening_is_named():
    friday = date(2026, 11, 20)
    assert hours.is_open(HALL, moment(friday, 600))
    assert not hours.is_open(HALL, moment(friday, 600), {friday})
    assert not hours.is_open(HALL, moment(friday, 750)) and not hours.is_open(HALL, moment(friday, 1020))
    assert hours.next_opening(HALL, moment(friday, 750)) == moment(friday, 810)
    assert hours.next_opening(HALL, moment(friday, 1020)) == moment(date(2026, 11, 23), 510)
    assert hours.next_opening([], moment(friday, 600)) is None


def test_words_of_the_hours():
    assert hours.words([[day, 510, 1020] for day in range(5)]) == "工作日 8:30—17:00"
    assert hours.words(SATURDAYS) == "工作日 8:30—11:30、13:30—17:00；周六 9:00—12:00"
    assert hours.words([[1, 540, 600]]) == "周二 9:00—10:00"
    assert hours.words([]) == ""


@given(st.integers(0, 2000).map(lambda ahead: date(2024, 1, 1) + timedelta(days=ahead)), st.integers(10, 120))
def test_every_place_lies_within_the_opening(day, minutes):
    spans = hours.spans_on(SATURDAYS, day)
    for starts in hours.starts(SATURDAYS, day, minutes):
        there = clock.china(starts)
        minute = there.hour * 60 + there.minute
        assert there.date() == day
        assert any(opens <= minute and minute + minutes <= closes for opens, closes in spans)


IN_CHINA = st.tuples(st.floats(73.5, 134.8), st.floats(18.2, 53.5))
ANYWHERE = st.tuples(st.floats(-179, 179), st.floats(-80, 80))


@given(IN_CHINA)
def test_there_and_back_is_within_a_tenth_of_a_metre(place):
    assert coordinates.apart_km(coordinates.from_gcj(coordinates.to_gcj(place)), place) < 0.0001
    assert coordinates.apart_km(coordinates.from_bd(coordinates.to_bd(place)), place) < 0.0001


@given(IN_CHINA)
def test_the_shifts_are_as_large_as_they_are_known_to_be(place):
    gcj = coordinates.to_gcj(place)
    assert 0 < coordinates.apart_km(place, gcj) < 1.5
    assert 0.5 < coordinates.apart_km(gcj, coordinates.to_bd(gcj)) < 1.6


@given(ANYWHERE)
def test_outside_china_nothing_is_shifted(place):
    if not coordinates.covers(place):
        assert coordinates.to_gcj(place) == place == coordinates.from_gcj(place)


def test_known_places():
    """Published pairs of the square in Beijing: WGS-84, GCJ-02, BD-09."""
    gcj = coordinates.to_gcj((116.391305, 39.907333))
    assert gcj == pytest.approx((116.397548, 39.908736), abs=2e-5)
    assert coordinates.to_bd((116.404, 39.915)) == pytest.approx((116.41036949, 39.92133699), abs=1e-6)


@given(IN_CHINA)
def test_rounded_is_coarser_than_half_a_kilometre(place):
    coarse = coordinates.rounded(place)
    assert all(f"{part:.2f}" == f"{round(part, 2):.2f}" for part in coarse)
    assert coordinates.apart_km(place, coarse) < 0.8


@given(ANYWHERE, ANYWHERE)
def test_distance_is_the_same_both_ways_and_never_negative(one, other):
    assert coordinates.apart_km(one, other) == pytest.approx(coordinates.apart_km(other, one))
    assert coordinates.apart_km(one, other) >= 0 and coordinates.apart_km(one, one) == 0
