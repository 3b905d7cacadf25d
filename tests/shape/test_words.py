"""docs/words.md and the data agree: every item, purpose and table has one Chinese word, found both ways."""

import re
from pathlib import Path

from shebao.privacy import clauses, register

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "words.md").read_text("utf-8")
BOOKS = [register.load(name, ROOT / "profiles") for name in clauses.PROFILES]


def declared() -> set[str]:
    items = {code for book in BOOKS for code in book.items}
    processes = {code for book in BOOKS for code in book.process}
    return items | processes | set(BOOKS[0].tables)


def test_every_declared_name_stands_in_both_lists() -> None:
    forward, backward = PAGE.split("## code → 中文")
    known = set(re.findall(r"`([a-z_]+\.[a-z_]+|[a-z]+_[a-z]+)`", backward))
    assert declared() - known == set()
    assert known - declared() == set()
    assert [code for code in sorted(declared()) if f"`{code}`" not in forward] == []


def test_an_item_has_its_chinese_word_beside_it() -> None:
    for item in BOOKS[0].items.values():
        assert f"| {item.label_zh} | `{item.code}` |" in PAGE
        assert f"| `{item.code}` | {item.label_zh} |" in PAGE
