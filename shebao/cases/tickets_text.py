"""What is typed freely into a ticket: numbers of documents, cards and phones are masked before anything is kept."""

import re
import unicodedata

RUN = re.compile(r"(?<![0-9A-Za-z.])\+?[0-9](?:[ \-\u2010-\u2015\u00a0·/]{0,2}[0-9]){7,}[Xx]?(?![0-9A-Za-z])")
LEAST_DIGITS = 9
MOST = 2000


def conceal(text: str) -> str:
    """The text with every run of nine digits or more as its last four; amounts, days and case numbers stay."""
    plain = "".join(_digit(sign) for sign in text.strip())
    return RUN.sub(_masked, plain)


def _masked(found: re.Match[str]) -> str:
    signs = re.sub(r"[^0-9Xx]", "", found.group())
    return found.group() if len(signs) < LEAST_DIGITS else f"（号码，尾号 {signs[-4:]}）"


def _digit(sign: str) -> str:
    """A digit or letter X of another width or script as the plain one."""
    if sign.isdecimal() and not sign.isascii():
        return str(unicodedata.decimal(sign))
    return {"Ｘ": "X", "ｘ": "x", "－": "-", "　": " "}.get(sign, sign)
