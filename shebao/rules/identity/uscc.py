"""统一社会信用代码 (GB 32100-2015) and 组织机构代码 (GB 11714-1997): check and make."""

import re
import unicodedata
from dataclasses import dataclass

from shebao.rules import regions
from shebao.rules.refusals import invalid

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
REGISTRARS = {
    "1": "机构编制", "2": "外交", "3": "司法行政", "4": "文化", "5": "民政", "6": "旅游",
    "7": "宗教", "8": "工会", "9": "市场监管", "A": "中央军委", "N": "农业农村", "Y": "其他",
}  # fmt: skip
CATEGORIES = {
    "1": {"1": "机关", "2": "事业单位", "3": "群众团体", "9": "其他"},
    "5": {"1": "社会团体", "2": "民办非企业单位", "3": "基金会", "9": "其他"},
    "9": {"1": "企业", "2": "个体工商户", "3": "农民专业合作社", "9": "其他"},
}
LEGACY_BUSINESS = "92"


@dataclass(frozen=True)
class CheckedCode:
    """The parts of a code, or why it is wrong."""

    valid: bool
    normalised: str
    error: str = ""
    check: str = ""
    registrar: str = ""
    category: str = ""
    division: str = ""
    org_code: str = ""
    warnings: tuple[str, ...] = ()


def normalise(code: str) -> str:
    """NFKC, upper case, no spaces or hyphens."""
    return re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", code)).upper()


def check_character(first17: str) -> str:
    """The 18th character."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def org_check_character(first8: str) -> str:
    """The 9th character of an 组织机构代码."""
    total = sum(ORG_ALPHABET.index(sign) * weight for sign, weight in zip(first8, ORG_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def inspect(code: str) -> CheckedCode:
    """Check in order: length, characters, registrar, check character, organisation part."""
    plain = normalise(code)
    if len(plain) != 18:
        return CheckedCode(False, plain, "length")
    if not re.fullmatch(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}", plain):
        return CheckedCode(False, plain, "charset")
    if check_character(plain[:17]) != plain[17]:
        return CheckedCode(False, plain, "check_digit")
    if plain[0] not in REGISTRARS:
        return CheckedCode(False, plain, "registrar")
    org_fits = org_check_character(plain[8:16]) == plain[16]
    if not org_fits and plain[:2] != LEGACY_BUSINESS:
        return CheckedCode(False, plain, "org_code")
    doubts = (
        ("org_code_legacy", not org_fits),
        ("category_unknown", plain[1] not in CATEGORIES.get(plain[0], ALPHABET)),
        ("division_unknown", not regions.is_division(plain[2:8])),
    )
    return CheckedCode(
        valid=True,
        normalised=plain,
        check=plain[17],
        registrar=plain[0],
        category=plain[1],
        division=plain[2:8],
        org_code=plain[8:17],
        warnings=tuple(word for word, holds in doubts if holds),
    )


def inspect_org_code(code: str) -> CheckedCode:
    """Check an 组织机构代码 of nine characters, with or without its hyphen."""
    plain = normalise(code)
    if len(plain) != 9:
        return CheckedCode(False, plain, "length")
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", plain):
        return CheckedCode(False, plain, "charset")
    if org_check_character(plain[:8]) != plain[8]:
        return CheckedCode(False, plain, "check_digit")
    return CheckedCode(True, plain, check=plain[8], org_code=plain)


def make(division: str, body8: str, *, registrar: str = "9", category: str = "1") -> str:
    """A code with both check characters, for invented employers."""
    first = f"{registrar}{category}{division}{body8}"
    if not re.fullmatch(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{8}}", first):
        raise invalid("code", "信用代码的本体不对。")
    first += org_check_character(body8)
    return first + check_character(first)
