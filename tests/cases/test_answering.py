"""Answers are read as people write them and kept in one form; what cannot be read says how to write it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base.money import plain_yuan
from shebao.base.refusal import Refusal
from shebao.cases import answering
from shebao.cases.item import QUESTION_KINDS, Question

TODAY = date(2026, 11, 23)


def question(kind: str, **more: object) -> Question:
    choices = {"a": "甲", "b": "乙"} if kind in ("choice", "insurance") else {}
    return Question("q", "问题", kind, choices=choices, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        ("date", "2026年10月2日", "2026-10-02"),
        ("date", "20261022", "2026-10-22"),
        ("date", "２０２６.10.22", "2026-10-22"),
        ("month", "2026年9月", "202609"),
        ("month", "2026-09", "202609"),
        ("money", "8,642.5 元", "8642.50"),
        ("money", "０", "0.00"),
        ("phone", "138 0000 0000", "13800000000"),
        ("bank_account", "6222 0200 0000 0000 000", "6222020000000000000"),
        ("long_text", "少了一个月，单位说缴了。", "少了一个月，单位说缴了。"),
        ("yes_no", "yes", "yes"),
    ],
)
def test_one_form_is_kept(kind: str, written: str, kept: str) -> None:
    assert answering.read(question(kind), written, today=TODAY) == kept


@given(st.sampled_from(QUESTION_KINDS), st.text(max_size=40))
def test_whatever_is_typed_is_kept_or_refused_with_its_field(kind: str, written: str) -> None:
    try:
        kept = answering.read(question(kind), written, today=TODAY)
    except Refusal as refusal:
        assert refusal.code == "invalid_input" and refusal.field == "q" and refusal.message.endswith("。")
    else:
        assert answering.read(question(kind), kept, today=TODAY) == kept


@given(st.integers(0, 10**11))
def test_money_comes_back_to_the_fen(fen: int) -> None:
    assert answering.read(question("money"), plain_yuan(fen), today=TODAY) == plain_yuan(fen)
