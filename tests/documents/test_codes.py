import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base.refusal import Refusal
from shebao.documents import codes

CODES = st.text(codes.ALPHABET, min_size=codes.LENGTH, max_size=codes.LENGTH)
NOISE = st.sampled_from(["", " ", "-", "\u3000", "－", "—", "\t", "\n", "–", "·"])


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def test_the_alphabet_has_no_look_alikes_and_a_code_more_than_80_bits() -> None:
    assert not set(codes.ALPHABET) & set("0O1ILU2Z5S8B")
    assert len(set(codes.ALPHABET)) == len(codes.ALPHABET)
    assert len(codes.ALPHABET) ** codes.LENGTH > 2**80


def test_fresh_codes_differ_and_read_back_from_their_printed_form() -> None:
    made = {codes.new_code() for _ in range(500)}
    assert len(made) == 500
    assert all(codes.read_code(codes.grouped(code)) == code for code in made)
    assert all(len(codes.grouped(code)) == 24 for code in made)


@given(CODES, st.data())
def test_case_spaces_dashes_and_full_width_do_not_matter(code: str, data: st.DataObject) -> None:
    typed = "".join(data.draw(NOISE) + c for c in code) + data.draw(NOISE)
    for variant in (typed, typed.lower(), full_width(typed), full_width(typed.lower())):
        assert codes.read_code(variant) == code


@given(st.text(max_size=60))
def test_any_text_is_read_as_a_code_or_refused_plainly(text: str) -> None:
    try:
        code = codes.read_code(text)
    except Refusal as refusal:
        assert (refusal.code, refusal.field) == ("invalid_input", "code")
    else:
        assert len(code) == codes.LENGTH
        assert set(code) <= set(codes.ALPHABET)


@given(CODES, st.integers(0, 19), st.sampled_from("0O1ILUI2Z5S8B！中"))
def test_a_character_no_code_has_is_named(code: str, at: int, strange: str) -> None:
    with pytest.raises(Refusal, match="invalid_input") as refused:
        codes.read_code(code[:at] + strange + code[at + 1 :])
    assert "核验码里不会有" in refused.value.message


@given(CODES, st.integers(0, 19))
def test_a_code_too_short_is_counted(code: str, length: int) -> None:
    with pytest.raises(Refusal) as refused:
        codes.read_code(code[:length])
    assert f"您填了 {length} 位" in refused.value.message


@given(st.from_regex(r"[0-9]{3}[0-9Xx]", fullmatch=True))
def test_the_last_four_are_read_in_any_width_and_case(last4: str) -> None:
    assert codes.read_last4(f" {full_width(last4)}\n") == last4.upper()


@pytest.mark.parametrize("text", ["", "426", "04266", "X426", "04X6", "42六6", "04²6"[:3] + "甲"])
def test_other_last_fours_are_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        codes.read_last4(text)
    assert refused.value.field == "last4"


@given(
    CODES,
    st.from_regex(r"[0-9]{4}", fullmatch=True),
    st.from_regex(r"[0-9]{4}", fullmatch=True),
)
def test_digests_and_keys_depend_on_code_and_last_four_and_on_their_use(code: str, a: str, b: str) -> None:
    assert (codes.check_digest(code, a) == codes.check_digest(code, b)) == (a == b)
    assert (codes.facts_key(code, a) == codes.facts_key(code, b)) == (a == b)
    assert (
        len(
            {
                codes.check_digest(code, a),
                codes.facts_key(code, a),
                codes.code_digest(code),
            }
        )
        == 3
    )
