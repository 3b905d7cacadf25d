"""Every item may be offered where it says: purpose, data, effects, limits and moments exist there. Needs no database."""

from pathlib import Path

import pytest

from shebao.items import catalogue
from shebao.privacy import clauses, register

PROFILES = Path(__file__).parents[2] / "profiles"


@pytest.mark.parametrize("profile", clauses.PROFILES)
def test_every_item_fits_the_register_of_its_deployments(profile: str) -> None:
    book = register.load(profile, PROFILES)
    offered = [item for item in catalogue.ITEMS.values() if profile in item.profiles]
    assert [fault for item in offered for fault in catalogue.faults(item, book)] == []


def test_no_item_names_a_deployment_that_does_not_exist() -> None:
    strange = {
        item.code for item in catalogue.ITEMS.values() if not set(item.profiles) <= set(clauses.PROFILES)
    }
    assert strange == set(), f"可以写：{clauses.PROFILES}"
