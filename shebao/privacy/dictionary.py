"""The data dictionary (数据字典) in memory: what each item is, which key class seals it, how it is masked."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings


def item(code: str) -> dict[str, Any]:
    """What the dictionary says of an item; refuses a code that it does not have."""
    found = _items(settings.PROFILES / "dictionary.toml").get(code)
    if found is None:
        raise ValueError(f"the data dictionary has no item {code}")
    return found


@lru_cache(maxsize=2)
def _items(file: Path) -> dict[str, dict[str, Any]]:
    return dict(tomllib.loads(file.read_text("utf-8"))["item"])
