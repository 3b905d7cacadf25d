"""Every item may be offered where it says: purpose, data, effects, limits and moments exist there. Needs no database."""

from pathlib import Path

import pytest

from shebao.items import catalogue, decisions, handling
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


@pytest.mark.parametrize("profile", clauses.PROFILES)
def test_an_applicants_purpose_writes_only_what_an_item_done_at_once_writes(profile: str) -> None:
    """What an office decides is written by `desk.decide` alone: nobody's own session can write it."""
    book = register.load(profile, PROFILES)
    needed: dict[str, set[str]] = {}
    for item in catalogue.ITEMS.values():
        writes = needed.setdefault(item.purpose, set(handling.CASE_ITEMS))
        if item.instant:
            writes |= {*item.effects, *(decisions.WRITES if decisions.wanted(item) else ())}
    wide = {
        code: sorted(set(book.process[code].writes) - writes)
        for code, writes in needed.items()
        if code in book.process and set(book.process[code].writes) - writes
    }
    assert wide == {}
