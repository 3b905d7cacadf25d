"""Code lists by name: sex, ethnic group, insurance (two systems use 410 differently), states, medical kinds."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from shebao.rules.refusals import invalid


@dataclass(frozen=True)
class CodeList:
    """One list: its Chinese name, the standard it comes from, how sure it is, and its codes."""

    name: str
    source: str
    mark: str
    codes: dict[str, str]


@cache
def lists() -> dict[str, CodeList]:
    """Every list of `codes.toml`."""
    text = files("shebao.rules").joinpath("codes.toml").read_text(encoding="utf-8")
    return {key: CodeList(**entry) for key, entry in tomllib.loads(text).items()}


def name(list_key: str, code: str | int) -> str:
    """The Chinese name of a code; unknown lists and codes are refused."""
    known = lists().get(list_key)
    if known is None or str(code) not in known.codes:
        raise invalid(list_key, "没有这个代码。")
    return known.codes[str(code)]
