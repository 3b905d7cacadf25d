"""承诺做到了没有: read in Chinese, looked through by word, the English entry folded away."""

import re

import pytest
from django.conf import settings
from django.test import Client

from shebao.privacy import clauses
from shebao.web.pages import board

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # static files are not collected in tests
ROWS = clauses.read(settings.PROFILES)
NOTHING_RAN = clauses.report(ROWS, {})


def listed(**asked: str) -> list[str]:
    """Ids on the first page of the board, from the page as served."""
    text = Client().get("/conformance/", asked).content.decode()
    return re.findall(r"</span>·([A-Z]{2}-[0-9.]+-[0-9]+)</span>", text)


def test_a_line_is_the_promise_in_chinese_and_english_stands_only_in_the_fold() -> None:
    row = ROWS["GX-3.3-02"]
    text = Client().get("/conformance/", {"q": row.id}).content.decode()
    open_part, fold = text.split("英文登记", 1)
    assert f"<b>{row.zh.removesuffix('。')}</b>" in open_part
    assert row.zh_check in open_part
    assert row.paraphrase not in open_part
    assert re.search(rf'<div lang="en"><p>{re.escape(row.paraphrase)}</p>', fold)


def test_a_number_finds_its_row_whatever_its_result() -> None:
    assert listed(q="jl-3.8-01") == ["JL-3.8-01"]


def test_a_chinese_word_finds_every_promise_that_holds_it() -> None:
    shown = board.page(ROWS, NOTHING_RAN, ran=None, words="监护人 同意", show="jilin")
    wanted = [
        row.id
        for row in ROWS.values()
        if row.profile == "jilin" and all(word in row.zh + row.zh_check for word in ("监护人", "同意"))
    ]
    assert len(wanted) > 1
    assert [line["id"] for line in shown["rows"]] == wanted


def test_a_word_that_stands_nowhere_says_so() -> None:
    assert listed(q="火星") == []
    assert "没有找到" in Client().get("/conformance/", {"q": "火星"}).content.decode()


def test_the_next_page_keeps_the_word() -> None:
    first = board.page(ROWS, NOTHING_RAN, ran=None, words="您", show="guangxi")
    assert first["older"].endswith("&page=2")
    assert "q=%E6%82%A8" in first["older"]
    client = Client()
    text = client.get(first["older"]).content.decode()
    ids = set(re.findall(r"</span>·([A-Z]{2}-[0-9.]+-[0-9]+)</span>", text))
    assert ids
    assert not ids & {line["id"] for line in first["rows"]}
    assert all(
        ROWS[code].profile == "guangxi" and "您" in ROWS[code].zh + ROWS[code].zh_check for code in ids
    )
