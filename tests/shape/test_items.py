"""Every item may be offered where it says: purpose, data, effects, limits and moments exist there. Needs no database."""

import ast
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name
from types import ModuleType

import pytest

from shebao.cases.item import ItemError, Rule, read
from shebao.items import catalogue, decisions, handling, paying
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


def test_every_folder_of_an_item_has_its_line() -> None:
    folders = {file.parent.name for file in Path(catalogue.__file__).parent.glob("*/item.toml")}
    assert folders == set(catalogue.FOLDERS), "要在 shebao/items/catalogue.py 的 FOLDERS 里写一行"


NOTICE = 'publicity = { since = "notice_since", until = "notice_until", least = "hardship_notice" }'


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('publicity = { since = "notice_since", until = "notice_until" }', "公示"),
        ('publicity = { since = "trade_found", until = "notice_until", least = "hardship_notice" }', "公示"),
        ('publicity = { since = "notice_since", until = "never", least = "hardship_notice" }', "公示"),
    ],
)
def test_a_public_notice_names_two_days_and_how_long_it_stands(line: str, words: str, tmp_path: Path) -> None:
    known = catalogue.ITEMS["hardship-retirement"]
    file = Path(catalogue.__file__).parent / "hardship_retirement" / "item.toml"
    text = file.read_text("utf-8")
    assert NOTICE in text
    wrong = tmp_path / "item.toml"
    wrong.write_text(text.replace(NOTICE, line), "utf-8")
    with pytest.raises(ItemError, match=words):
        read(wrong, Rule(known.rule.check, known.rule.decide, known.rule.effect))


def test_a_notice_that_stands_for_no_known_time_is_named() -> None:
    book = register.load("jilin", PROFILES)
    known = catalogue.ITEMS["hardship-retirement"]
    wrong = replace(known, publicity={**known.publicity, "least": "for_ever"})
    assert catalogue.faults(known, book) == []
    assert ["for_ever" in fault for fault in catalogue.faults(wrong, book)] == [True]


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
