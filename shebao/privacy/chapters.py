"""Data dictionary and register as files: one head each, and chapters (分册) that rooms add beside it."""

import tomllib
from pathlib import Path
from typing import Any

from shebao.privacy.clauses import PROFILES


def dictionary(profiles: Path) -> dict[str, Any]:
    """The data dictionary (数据字典): `dictionary.toml` and `dictionary/*.toml`. Raises ValueError on a name given twice."""
    whole: dict[str, Any] = {"item": {}, "table": {}}
    for file in (profiles / "dictionary.toml", *sorted((profiles / "dictionary").glob("*.toml"))):
        for part, entries in _read(file).items():
            twice = whole[part].keys() & entries.keys()
            if twice:
                raise ValueError(f"{file.name}：{part} 重复 {sorted(twice)}")
            whole[part].update(entries)
    return whole


def register(profiles: Path, profile: str) -> dict[str, Any]:
    """The register of one profile: its head, the chapters all profiles share, its own chapters.

    A chapter may add rows only; what is one of a kind stands in the head.
    """
    whole = _read(profiles / profile / "register.toml")
    shared = sorted((profiles / "register").glob("*.toml"))
    own = sorted((profiles / profile / "register").glob("*.toml"))
    for file in (*shared, *own):
        for part, rows in _read(file).items():
            if not isinstance(rows, list):
                raise ValueError(f"{file.name}：分册只能加行，不能写 {part}")
            own_words = [{key: _for(profile, key, value) for key, value in row.items()} for row in rows]
            whole[part] = [*whole.get(part, []), *own_words]
    return whole


def _for(profile: str, key: str, value: Any) -> Any:
    """A shared chapter may say one value for each profile: `{ jilin = …, ebao = …, guangxi = … }`, none left out."""
    if not isinstance(value, dict) or not value.keys() & set(PROFILES):
        return value
    if profile not in value:
        raise ValueError(f"{key} 要给每个部署写一个：{'、'.join(PROFILES)}，少了 {profile}")
    return value[profile]


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))
