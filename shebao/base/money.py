"""Money as integer fen (分). Ratios are exact; each rounding has a name, because the law names it.

The roundings take one int or an int64 column alike: they use only `//`, `abs` and comparison.
"""

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from shebao.base.refusal import Refusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Amount = TypeVar("Amount", int, NDArray[np.int64])
else:
    Amount = TypeVar("Amount")

Rounding = Callable[[Any, int], Any]
MINUS = "\u2212"
_YUAN = re.compile(r"[-+]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]{1,2})?")


def round_half_up(numerator: Amount, denominator: int) -> Amount:
    """四舍五入到分; an exact half moves away from zero."""
    return (numerator + denominator // 2 - (numerator < 0) * (denominator % 2 == 0)) // denominator


def truncate(numerator: Amount, denominator: int) -> Amount:
    """舍去分以下; towards zero."""
    return (numerator + (numerator < 0) * (denominator - 1)) // denominator


def round_up(numerator: Amount, denominator: int) -> Amount:
    """分以下进一; towards plus infinity."""
    return -(-numerator // denominator)


def fen_to_jiao_up(numerator: Amount, denominator: int) -> Amount:
    """先舍去分以下，再见分进角; not for negative amounts."""
    return -(-(numerator // denominator) // 10) * 10


def jiao_half_up(numerator: Amount, denominator: int) -> Amount:
    """四舍五入到角."""
    return round_half_up(numerator, denominator * 10) * 10


def yuan_half_up(numerator: Amount, denominator: int) -> Amount:
    """四舍五入到元."""
    return round_half_up(numerator, denominator * 100) * 100


def yuan_up(numerator: Amount, denominator: int) -> Amount:
    """见角进元: any remainder goes up to the next yuan."""
    return round_up(numerator, denominator * 100) * 100


ROUNDINGS: dict[str, tuple[Rounding, str]] = {
    "round_half_up": (round_half_up, "四舍五入到分"),
    "truncate": (truncate, "分以下舍去"),
    "round_up": (round_up, "分以下进一"),
    "fen_to_jiao_up": (fen_to_jiao_up, "舍去分以下，见分进角"),
    "jiao_half_up": (jiao_half_up, "四舍五入到角"),
    "yuan_half_up": (yuan_half_up, "四舍五入到元"),
    "yuan_up": (yuan_up, "见角进元"),
}


def rounding(name: str) -> Rounding:
    """A rounding by its name; an unknown name is refused."""
    if name not in ROUNDINGS:
        raise Refusal("invalid_input", "没有这种取整方式。", field="rounding")
    return ROUNDINGS[name][0]


def ratio(amount: Amount, numerator: int, denominator: int, rounding: Rounding = round_half_up) -> Amount:
    """amount x numerator / denominator, rounded by name. For columns use `rules.columns.ratio` (bounds)."""
    result: Amount = rounding(amount * numerator, denominator)
    return result


def exact(text: str) -> Fraction:
    """An exact rate from "16%", "0.5‰", "0.0005" or "1/12"; anything else is refused."""
    plain = unicodedata.normalize("NFKC", text).strip()
    scale = 1
    if plain.endswith("%"):
        plain, scale = plain[:-1], 100
    elif plain.endswith("‰"):
        plain, scale = plain[:-1], 1000
    try:
        return Fraction(plain) / scale
    except (ValueError, ZeroDivisionError):
        raise Refusal("invalid_input", "比例写得不对，请检查。") from None


def parse_yuan(text: str) -> int:
    """Fen from a yuan text of at most two decimals ("13,009.42"); anything else is refused."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(MINUS, "-").removeprefix("¥")
    if not _YUAN.fullmatch(plain):
        raise Refusal("invalid_input", "金额写得不对，最多两位小数。", field="amount")
    return int(Fraction(plain.replace(",", "")) * 100)


def plain_yuan(fen: int) -> str:
    """Yuan with two decimals and no grouping, for files and checks: -1234.50."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def yuan(fen: int) -> str:
    """Yuan for people: 13,009.42, with U+2212 before a negative amount."""
    sign = MINUS if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
