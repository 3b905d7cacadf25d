"""The clause rows as data: complete, joined to tests by id, and each claimed row names the control that keeps it."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from shebao.privacy import clauses, register

ROOT = Path(__file__).resolve().parents[2]
ROWS = clauses.read(ROOT / "profiles")


def claimed() -> set[str]:
    """Ids that stand in a clause mark of any test file."""
    found = set()
    for file in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "clause"
            ):
                found |= {one.value for one in node.args if isinstance(one, ast.Constant)}
    return {code for code in found if isinstance(code, str)}


def test_all_rows_are_there() -> None:
    counts = {name: sum(row.profile == name for row in ROWS.values()) for name in clauses.PROFILES}
    assert counts == {"jilin": 227, "ebao": 97, "guangxi": 125}
    assert all(row.paraphrase and row.check and row.area for row in ROWS.values())
    assert {row.priority for row in ROWS.values()} == {"must", "should", "note"}


@pytest.mark.parametrize("field", ["zh", "zh_check"])
def test_each_row_says_it_in_a_short_chinese_sentence_of_its_own(field: str) -> None:
    said = {row.id: getattr(row, field) for row in ROWS.values()}
    plain = re.compile(r"(?:[一-鿿0-9，。；：、「」]| ?Cookie ?)+。")
    assert {code: text for code, text in said.items() if not plain.fullmatch(text)} == {}
    assert {code: text for code, text in said.items() if len(text) > 60} == {}
    assert [text for text, times in Counter(said.values()).items() if times > 1] == []


def test_tests_name_rows_that_exist() -> None:
    assert claimed() <= ROWS.keys()


def test_a_claimed_row_names_its_control() -> None:
    nameless = sorted(code for code in claimed() if not ROWS[code].control)
    assert nameless == [], "set `control` of these rows in profiles/*/clauses.toml"


def test_every_control_is_a_file_of_this_project() -> None:
    absent = {
        row.id: row.control for row in ROWS.values() if row.control and not (ROOT / row.control).exists()
    }
    assert absent == {}


def test_registers_refer_to_rows_of_their_own_document() -> None:
    for name in clauses.PROFILES:
        book = register.load(name, ROOT / "profiles")
        rows = (*book.use.values(), *book.party.values(), *book.sharing.values(), *book.permission.values())
        wrong = {row.clause for row in rows if ROWS[row.clause].profile != name}
        assert wrong == set()
