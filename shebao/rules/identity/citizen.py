"""公民身份号码 (GB 11643-1999): 6 division, 8 birth date, 3 sequence, 1 check character."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from shebao.rules import regions
from shebao.rules.refusals import invalid

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
EARLIEST_YEAR = 1800


@dataclass(frozen=True)
class Checked:
    """What a number says, or why it is wrong (`error` is a stable word)."""

    valid: bool
    normalised: str
    error: str = ""
    birth_date: date | None = None
    sex: str = ""
    division: str = ""
    check: str = ""
    issuer: str = ""
    warnings: tuple[str, ...] = field(default=())

    @property
    def sex_code(self) -> int:
        """GB/T 2261.1: 1 male, 2 female, 0 unknown."""
        return {"male": 1, "female": 2}.get(self.sex, 0)


def normalise(number: str) -> str:
    """NFKC, upper case, no spaces: the only form that is stored."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", number)).upper()


def check_character(first17: str) -> str:
    """The 18th character of seventeen digits."""
    if not re.fullmatch(r"[0-9]{17}", first17):
        raise invalid("number", "本体码要是 17 位数字。")
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def make(division: str, birth_date: date, sequence: int) -> str:
    """A number with its check character; an odd sequence is male, an even one female. For invented people."""
    if not re.fullmatch(r"[0-9]{6}", division) or not 0 <= sequence <= 999:
        raise invalid("number", "区划要六位，顺序码在 0 到 999 之间。")
    body = f"{division}{birth_date:%Y%m%d}{sequence:03d}"
    return body + check_character(body)


def upgrade(number: str) -> str:
    """The 18-character form of a first-generation 15-digit number, for matching old records only."""
    plain = normalise(number)
    if not re.fullmatch(r"[0-9]{15}", plain):
        raise invalid("number", "第一代号码要是 15 位数字。")
    body = f"{plain[:6]}19{plain[6:]}"
    checked = inspect(body + check_character(body))
    if not checked.valid:
        raise invalid("number", "这个 15 位号码里的日期或区划不对。")
    return checked.normalised


def inspect(number: str, *, today: date | None = None) -> Checked:
    """Check in order: length, characters, birth date (not after `today`), check character, division."""
    plain = normalise(number)
    broken = shape_error(plain, today)
    if broken:
        return Checked(False, plain, broken)
    division = plain[:6]
    if division[:2] + "0000" not in regions.names() or division[:2] in ("83",):
        return Checked(False, plain, "division")
    warnings = () if regions.is_division(division) else ("division_unknown",)
    return told(plain, warnings=warnings)


def shape_error(plain: str, today: date | None = None) -> str:
    """The first fault of an 18-character number apart from its division, or empty."""
    if len(plain) != 18:
        return "length"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", plain):
        return "charset"
    born = _birth_date(plain)
    if born is None or (today is not None and born > today):
        return "birth_date"
    return "" if check_character(plain[:17]) == plain[17] else "check_digit"


def told(plain: str, *, issuer: str = "", warnings: tuple[str, ...] = ()) -> Checked:
    """What a number without faults says."""
    return Checked(
        valid=True,
        normalised=plain,
        birth_date=_birth_date(plain),
        sex="male" if int(plain[16]) % 2 else "female",
        division=plain[:6],
        check=plain[17],
        issuer=issuer,
        warnings=warnings,
    )


def _birth_date(plain: str) -> date | None:
    try:
        born = date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        return None
    return born if born.year >= EARLIEST_YEAR else None
