"""Who issues (出具单位), under which titles and for how long: data of the profile, `certificates.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from shebao.documents.content import KINDS, Kind


@dataclass(frozen=True)
class Form:
    """One kind of certificate as this profile issues it: title, serial letters, days of validity."""

    title: str
    letters: str
    valid_days: int


@dataclass(frozen=True)
class Issuer:
    """The issuing agency of one profile and the address where its certificates are verified."""

    prefix: str
    agency: str
    system: str
    hotline: str
    base_url: str
    forms: dict[Kind, Form]


def read_issuer(file: Path, base_url: str) -> Issuer:
    """The issuer described in a profile's `certificates.toml`; every kind must be there."""
    table = tomllib.loads(file.read_text("utf-8"))
    forms = {
        kind: Form(
            title=str(table[kind]["title"]),
            letters=str(table[kind]["letters"]),
            valid_days=int(table[kind]["valid_days"]),
        )
        for kind in KINDS
    }
    return Issuer(
        prefix=table["prefix"],
        agency=table["agency"],
        system=table["system"],
        hotline=table["hotline"],
        base_url=base_url.rstrip("/"),
        forms=forms,
    )
