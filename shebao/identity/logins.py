"""Log-in names (登录名): what they may look like. They are stored in the clear, so they may not tell who it is."""

import re
import unicodedata

from shebao.base.refusal import Refusal

LEAST, MOST = 4, 32
_SHAPE = re.compile(r"[a-z][a-z0-9_.-]*")
_LONG_NUMBER = re.compile(r"[0-9]{7,}")


def normalise(login: str) -> str:
    """NFKC, lower case, no spaces: the only form that is stored and compared."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", login)).lower()[: 4 * MOST]


def check(login: str) -> str:
    """The stored form; refuses one that is too short, oddly spelt or holds a long number such as a phone."""
    name = normalise(login)
    if not LEAST <= len(name) <= MOST:
        raise Refusal("invalid_input", f"登录名要 {LEAST} 到 {MOST} 位。", "换一个登录名", field="login")
    if not _SHAPE.fullmatch(name):
        raise Refusal(
            "invalid_input", "登录名要用字母开头，后面可以有数字、点和横线。", "换一个登录名", field="login"
        )
    if _LONG_NUMBER.search(name):
        raise Refusal("invalid_input", "登录名里不要有手机号、证件号。", "换一个登录名", field="login")
    return name
