"""Who issues (出具单位), under which titles and for how long: data of the profile."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from shebao.documents.content import KINDS, Kind

PENSIONS = frozenset({110, 120, 170})


@dataclass(frozen=True)
class Form:
    """One kind of certificate as this profile issues it: title, serial letters, days of validity."""

    title: str
    letters: str
    valid_days: int


@dataclass(frozen=True)
class Issuer:
    """The issuing agency of one profile, who provides the service, and where its certificates are verified."""

    prefix: str
    agency: str
    system: str
    hotline: str
    base_url: str
    runs_pensions: bool
    provider: str
    forms: dict[Kind, Form]


def read_issuer(folder: Path, base_url: str) -> Issuer:
    """The issuer of a profile's folder (`profile.toml`, `certificates.toml`); every kind must be there."""
    deployment = tomllib.loads((folder / "profile.toml").read_text("utf-8"))
    table = tomllib.loads((folder / "certificates.toml").read_text("utf-8"))
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
        agency=deployment["agencies"]["issuing"],
        system=deployment["name"],
        hotline=table["hotline"],
        base_url=base_url.rstrip("/"),
        provider=deployment["handler"]["name"],
        runs_pensions=not PENSIONS.isdisjoint(deployment["insurances"]["offered"]),
        forms=forms,
    )
