"""One int or an int64 column: the words in which rules are written, so that no rule has an `if` on data."""

from fractions import Fraction
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from shebao.base.money import Rounding, round_half_up

Column = NDArray[np.int64]
Number = TypeVar("Number", int, NDArray[np.int64])
Flag = bool | NDArray[np.bool_]
LARGEST = 2**63 - 1


def is_column(value: object) -> bool:
    """Whether a value is a column rather than one number."""
    return isinstance(value, np.ndarray)


def where(condition: Any, chosen: Any, otherwise: Any) -> Any:
    """chosen where the condition holds, else otherwise."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, chosen, otherwise)
    return chosen if condition else otherwise


def least(first: Any, second: Any) -> Any:
    """The smaller of two."""
    if isinstance(first, np.ndarray) or isinstance(second, np.ndarray):
        return np.minimum(first, second)
    return min(first, second)


def most(first: Any, second: Any) -> Any:
    """The larger of two."""
    if isinstance(first, np.ndarray) or isinstance(second, np.ndarray):
        return np.maximum(first, second)
    return max(first, second)


def within(value: Any, low: Any, high: Any) -> Any:
    """value, but at least low and at most high."""
    return least(most(value, low), high)


def product(first: Any, second: Any) -> Any:
    """first x second; a column product that could leave int64 raises OverflowError instead of wrapping."""
    both = is_column(first) or is_column(second)
    if both and largest(first) * largest(second) > LARGEST:
        raise OverflowError("column product exceeds int64")
    return first * second


def largest(value: Any) -> int:
    """The largest magnitude in a value; 0 for an empty column."""
    if isinstance(value, np.ndarray):
        return max(int(value.max(initial=0)), -int(value.min(initial=0)))
    return abs(int(value))


def ratio(amount: Number, numerator: int, denominator: Any, rounding: Rounding = round_half_up) -> Number:
    """amount x numerator / denominator rounded by name; overflow of a column is refused, never silent."""
    column = any(isinstance(value, np.ndarray) for value in (amount, denominator))
    if column and largest(amount) * abs(numerator) + largest(denominator) > LARGEST:
        raise OverflowError("column ratio exceeds int64")
    return cast(Number, rounding(amount * numerator, denominator))


def shares(amount: Any, rates: tuple[Fraction, ...]) -> tuple[Any, ...]:
    """amount x each rate, rounded half up to fen: `share` for many rates, with the bounds checked once."""
    if not isinstance(amount, np.ndarray) or int(amount.min(initial=0)) < 0:
        return tuple(share(amount, rate) for rate in rates)
    top = max((rate.numerator for rate in rates), default=0)
    if int(amount.max(initial=0)) * top + max((rate.denominator for rate in rates), default=0) > LARGEST:
        raise OverflowError("column ratio exceeds int64")
    return tuple(_positive_share(amount, rate) for rate in rates)


def _positive_share(amount: Column, rate: Fraction) -> Column:
    """`share` of a column without negative amounts, in two passes over one new column."""
    if not rate:
        return np.zeros_like(amount)
    result: Column = amount * rate.numerator
    result += rate.denominator // 2
    result //= rate.denominator
    return result


def share(amount: Number, rate: Fraction, rounding: Rounding = round_half_up) -> Number:
    """amount x rate, rounded by name."""
    return ratio(amount, rate.numerator, rate.denominator, rounding)


def look_up(table: tuple[int, ...], position: Any) -> Any:
    """table[position] for one position or a column of positions; outside the table raises IndexError."""
    if isinstance(position, np.ndarray):
        if position.size and (int(position.min()) < 0 or int(position.max()) >= len(table)):
            raise IndexError("position outside the table")
        return np.asarray(table, dtype=np.int64)[position]
    if not 0 <= position < len(table):
        raise IndexError("position outside the table")
    return table[position]


def all_within(value: Any, low: int, high: int) -> bool:
    """Whether one number, or every number of a column, lies in [low, high]."""
    if isinstance(value, np.ndarray):
        return value.size == 0 or (int(value.min()) >= low and int(value.max()) <= high)
    return bool(low <= value <= high)
