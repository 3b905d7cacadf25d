"""How numbers and days read on the pages."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.web import formats

TODAY = date(2026, 11, 12)


def test_amounts_have_two_decimals_grouping_and_a_real_minus() -> None:
    assert formats.yuan(1300942) == "13,009.42"
    assert formats.yuan(-80000) == "\u2212800.00"
    assert formats.yuan_unit(1300942) == "13,009.42 元"


def test_an_unknown_amount_is_said_and_never_a_zero() -> None:
    assert formats.yuan(None) == "还没有数据"
    assert formats.yuan_unit(None) == "还没有数据"


def test_a_hidden_amount_leaves_no_digit() -> None:
    assert not any(sign.isdigit() for sign in formats.yuan_unit(1300942, hidden=True))


@pytest.mark.parametrize(
    ("months", "text"), [(207, "17 年 3 个月"), (12, "1 年"), (0, "0 个月"), (11, "11 个月")]
)
def test_spans_of_months(months: int, text: str) -> None:
    assert formats.years_months(months) == text


@given(st.integers(0, 1200))
def test_spans_say_the_same_number_of_months(months: int) -> None:
    words = formats.years_months(months).split()
    total = 0
    for number, unit in zip(words[::2], words[1::2], strict=True):
        total += int(number) * (12 if unit == "年" else 1)
    assert total == months


def test_days_drop_the_current_year_and_name_the_near_ones() -> None:
    assert formats.date_cn("2026-11-02", TODAY) == "11月2日"
    assert formats.date_cn("2025-11-02", TODAY) == "2025年11月2日"
    assert formats.near_day("2026-11-13", TODAY) == "明天"
    assert formats.near_day("2026-11-09", TODAY) == "11月9日"


def test_moments_are_shown_on_the_clock_in_china() -> None:
    late = datetime(2026, 11, 11, 16, 5, tzinfo=UTC)
    assert formats.moment_cn(late, TODAY) == "今天 0:05"
    assert formats.moment_full("2026-11-10T01:16:00+00:00") == "2026年11月10日 9:16"
    assert formats.day("2026-11-11T17:00:00+00:00") == TODAY


def test_months_and_their_ranges() -> None:
    assert formats.month_text(202610) == "2026年10月"
    assert formats.month_range(202311, 202403) == "2023年11月至2024年3月"
    assert formats.month_range(202311, 202311) == "2023年11月"
    assert formats.month_range(202311, None) == "2023年11月至今"


def test_long_numbers() -> None:
    assert formats.tail("000000197805010426") == "尾号 0426"
    assert formats.spoken("0426") == "0 4 2 6"
    assert formats.phone("13800000000") == "138 0000 0000"
    assert formats.phone("12333") == "12333"
    assert formats.groups("ZX267K4P93QM2HDW0000") == "ZX26 7K4P 93QM 2HDW 0000"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 100, "0%"), (1, 10_000, "1%"), (1, 0, ""), (455, 1000, "46%"), (-5, 100, "0%")],
)
def test_shares(part: int, whole: int, text: str) -> None:
    assert formats.share(part, whole) == text


@pytest.mark.parametrize(
    ("fen", "text"), [(1_800_000, "1.8"), (0, "0.0"), (123_456_789, "123.5"), (-900_000, "\u22120.9")]
)
def test_axis_amounts_in_ten_thousands(fen: int, text: str) -> None:
    assert formats.wan(fen) == text
