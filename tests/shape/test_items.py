"""Every item may be offered where it says: purpose, data, effects, limits and moments exist there. Needs no database."""

import ast
from pathlib import Path
from pkgutil import resolve_name
from types import ModuleType

import pytest

from shebao.items import catalogue, paying
from shebao.privacy import clauses, register

ROOT = Path(__file__).parents[2]
PROFILES, ITEMS = ROOT / "profiles", ROOT / "shebao" / "items"


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


def test_every_payment_has_a_name_that_people_know() -> None:
    kinds = {kind for folder in ITEMS.rglob("*.py") for kind in _ordered(folder)}
    assert {"pension", "injury_lump", "injury_death"} <= kinds
    assert {kind for kind in kinds if paying.name(kind) == paying.name("")} == set()


def _ordered(file: Path) -> set[str]:
    """The kinds of money that a module orders, as far as they are names or words of its source."""
    tree = ast.parse(file.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)
             and ast.unparse(node.func) == "payables.order"]  # fmt: skip
    if not calls:
        return set()
    module = resolve_name(".".join(file.relative_to(ROOT).with_suffix("").parts))
    words = [ast.unparse(word.value) for call in calls for word in call.keywords if word.arg == "kind"]
    found = [_value(module, word) for word in words]
    return {one for one in found if one}


def _value(module: ModuleType, word: str) -> str:
    """A literal, a constant of the module, or one of a module it imports; empty for a variable."""
    if word[0] in "'\"":
        return word[1:-1]
    found: object = module
    for part in word.split("."):
        found = getattr(found, part, "")
    return found if isinstance(found, str) else ""
