"""Money: what is written can be read back, and each rounding rounds as its name says."""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base import money
from shebao.base.refusal import Refusal

NUMERATORS = st.integers(-(10**12), 10**12)
DENOMINATORS = st.integers(1, 10**6)


def decimal_rounded(numerator: int, denominator: int, mode: str) -> int:
    """What the decimal module makes of an exact quotient of up to 60 digits."""
    whole, rest = divmod(numerator, denominator)
    tail = Decimal(0) if rest == 0 else Decimal("0.5") if 2 * rest == denominator else Decimal(0)
    if tail == 0 and rest:
        tail = Decimal("0.25") if 2 * rest < denominator else Decimal("0.75")
    return int((Decimal(whole) + tail).quantize(Decimal(1), rounding=mode))


@given(NUMERATORS, DENOMINATORS)
def test_half_up_rounds_like_the_decimal_module(numerator: int, denominator: int) -> None:
    assert money.round_half_up(numerator, denominator) == decimal_rounded(
        numerator, denominator, ROUND_HALF_UP
    )


@given(NUMERATORS, DENOMINATORS)
def test_truncate_cuts_towards_zero(numerator: int, denominator: int) -> None:
    assert money.truncate(numerator, denominator) == decimal_rounded(numerator, denominator, ROUND_DOWN)


@given(NUMERATORS, DENOMINATORS)
def test_round_up_goes_to_the_next_fen(numerator: int, denominator: int) -> None:
    assert money.round_up(numerator, denominator) == decimal_rounded(numerator, denominator, ROUND_CEILING)


@given(st.integers(0, 10**12), DENOMINATORS)
def test_fen_to_jiao_cuts_to_fen_before_it_goes_up(numerator: int, denominator: int) -> None:
    result = money.fen_to_jiao_up(numerator, denominator)
    assert result % 10 == 0
    assert 0 <= result - numerator // denominator < 10


@pytest.mark.parametrize(
    ("fen", "expected"), [(49820, 49820), (49821, 49830), (49829, 49830), (0, 0), (1, 10)]
)
def test_a_pension_with_any_fen_goes_up_to_the_next_jiao(fen: int, expected: int) -> None:
    assert money.fen_to_jiao_up(fen, 1) == expected


def test_a_half_fen_goes_away_from_zero_on_both_sides() -> None:
    assert money.round_half_up(4143_00 * 5, 1000) == 20_72
    assert money.round_half_up(-4143_00 * 5, 1000) == -20_72


@pytest.mark.parametrize(("name", "fen"), [("yuan_half_up", 1235_00), ("yuan_up", 1235_00)])
def test_bases_may_be_rounded_to_whole_yuan(name: str, fen: int) -> None:
    assert money.rounding(name)(1234_50, 1) == fen


def test_jiao_half_up() -> None:
    assert money.jiao_half_up(1234_45, 1) == 1234_50


@pytest.mark.parametrize("name", sorted(money.ROUNDINGS))
@given(values=st.lists(st.integers(0, 10**12), min_size=1, max_size=20), denominator=st.integers(1, 10**4))
def test_every_rounding_treats_a_column_like_its_numbers(
    name: str, values: list[int], denominator: int
) -> None:
    rounding = money.rounding(name)
    column = rounding(np.array(values, dtype=np.int64), denominator)
    assert column.tolist() == [rounding(value, denominator) for value in values]


@given(st.integers(-(10**15), 10**15))
def test_what_is_written_is_read_back(fen: int) -> None:
    assert money.parse_yuan(money.yuan(fen)) == fen
    assert money.parse_yuan(money.plain_yuan(fen)) == fen


def test_yuan_groups_thousands_and_uses_a_true_minus() -> None:
    assert money.yuan(1300942) == "13,009.42"
    assert money.yuan(-5) == "\u22120.05"
    assert money.plain_yuan(-123450) == "-1234.50"


@pytest.mark.parametrize("text", ["", "1.234", "1,23", "abc", "1e5", "--1", "1.", "¥"])
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        money.parse_yuan(text)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("16%", Fraction(4, 25)),
        ("0.5‰", Fraction(1, 2000)),
        ("０．７％", Fraction(7, 1000)),
        ("0.0005", Fraction(1, 2000)),
        ("1/12", Fraction(1, 12)),
    ],
)
def test_rates_are_exact(text: str, rate: Fraction) -> None:
    assert money.exact(text) == rate


@pytest.mark.parametrize("text", ["", "half", "1/0", "5%%"])
def test_what_is_not_a_rate_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        money.exact(text)


def test_an_unknown_rounding_is_refused() -> None:
    with pytest.raises(Refusal):
        money.rounding("bankers")


@given(st.integers(0, 10**10), st.integers(0, 100))
def test_ratio_is_the_named_rounding_of_the_exact_share(amount: int, percent: int) -> None:
    assert money.ratio(amount, percent, 100) == money.round_half_up(amount * percent, 100)
