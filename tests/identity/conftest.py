"""An installation whose policy is published; Argon2id at its lowest cost, its real cost is in test_passwords."""

import pytest
from argon2 import PasswordHasher

from shebao.identity import passwords, sessions
from tests.conftest import Installation
from tests.identity import people


@pytest.fixture
def open_house(shebao: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Ready for registration."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()
    sessions._kept.clear()
    people.publish()
    return shebao
