"""Retention: the day a record ends, and holds that keep it without opening it."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base.refusal import Refusal
from shebao.privacy import register, retention
from shebao.privacy.declared import Retention
from shebao.privacy.retention import Hold

PROFILES = Path(__file__).resolve().parents[2] / "profiles"
TODAY = date(2026, 11, 22)


def rule(period: str) -> Retention:
    return Retention("keep.x", "办结", period, "delete", ("case.record",), (), "留着。")


@pytest.mark.parametrize(
    ("period", "started", "ends"),
    [
        ("P3Y", date(2024, 2, 29), date(2027, 2, 28)),
        ("P180D", date(2026, 1, 1), date(2026, 6, 30)),
        ("P1M", date(2026, 1, 31), date(2026, 2, 28)),
        ("P1Y6M", date(2026, 8, 31), date(2028, 2, 29)),
        ("P0D", date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_the_day_on_which_a_record_ends(period: str, started: date, ends: date) -> None:
    assert retention.ends_on(rule(period), started) == ends


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 40), st.integers(0, 11))
def test_longer_periods_never_end_earlier(started: date, years: int, months: int) -> None:
    short, long = rule(f"P{years}Y"), rule(f"P{years}Y{months}M")
    assert started <= retention.ends_on(short, started) <= retention.ends_on(long, started)


def test_a_hold_needs_scope_basis_approver_and_a_future_end() -> None:
    good = {
        "scope": ("case.record",),
        "basis": "行政复议法",
        "approver": "负责人",
        "ends_on": date(2027, 1, 1),
    }
    Hold.place(**good, today=TODAY)  # type: ignore[arg-type]
    for field, value in (
        ("scope", ()),
        ("basis", ""),
        ("approver", ""),
        ("ends_on", None),
        ("ends_on", TODAY),
    ):
        with pytest.raises(Refusal) as refused:
            Hold.place(**(good | {field: value}), today=TODAY)  # type: ignore[arg-type]
        assert refused.value.field == field


def test_held_records_are_not_due() -> None:
    hold = Hold.place(
        scope=("case.record",), basis="行政复议法", approver="负责人", ends_on=date(2027, 1, 1), today=TODAY
    )
    ended = date(2020, 1, 1)
    assert retention.due(rule("P3Y"), ended, TODAY)
    assert not retention.due(rule("P3Y"), ended, TODAY, (hold,))
    assert retention.due(rule("P3Y"), ended, date(2027, 1, 2), (hold,))


@pytest.mark.parametrize("name", ["jilin", "ebao", "guangxi"])
def test_every_item_that_is_stored_has_one_end(name: str) -> None:
    book = register.load(name, PROFILES)
    items = [one.item for one in retention.lifespans(book)]
    assert len(items) == len(set(items))
    assert set(book.items) - set(items) == {"vault.cell"}
