"""Identity numbers: what is made is valid, what is altered is noticed, every document has its form."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shebao.base.refusal import Refusal
from shebao.rules import regions
from shebao.rules.identity import citizen, documents, masking, uscc

DIVISIONS = st.sampled_from(["220101", "450101", "222401", "450301", "110105"])
BIRTHS = st.dates(date(1900, 1, 1), date(2026, 10, 31))
SEQUENCES = st.integers(0, 999)
BODIES = st.text(uscc.ALPHABET, min_size=8, max_size=8)


@given(DIVISIONS, BIRTHS, SEQUENCES)
def test_a_made_number_says_what_it_was_made_of(division: str, born: date, sequence: int) -> None:
    checked = documents.inspect(citizen.make(division, born, sequence))
    assert checked.valid
    assert (checked.division, checked.birth_date) == (division, born)
    assert checked.sex == ("male" if sequence % 2 else "female")
    assert checked.sex_code == (1 if sequence % 2 else 2)
    assert checked.warnings == ()


@given(DIVISIONS, BIRTHS, SEQUENCES, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_altered_character_is_always_noticed(
    division: str, born: date, sequence: int, place: int, sign: str
) -> None:
    number = citizen.make(division, born, sequence)
    assume(number[place] != sign)
    altered = number[:place] + sign + number[place + 1 :]
    assert not documents.inspect(altered).valid


@given(DIVISIONS, st.dates(date(1900, 1, 1), date(1999, 12, 31)), SEQUENCES)
def test_a_first_generation_number_is_upgraded_to_the_same_person(
    division: str, born: date, sequence: int
) -> None:
    whole = citizen.make(division, born, sequence)
    assert citizen.upgrade(whole[:6] + whole[8:17]) == whole


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("", "length"),
        ("110105194912310", "length"),
        ("11010519491231002", "length"),
        ("1101051949123100200", "length"),
        ("1101051949123100ZX", "charset"),
        ("X1010519491231002X", "charset"),
        ("110105194913310027", "birth_date"),
        ("110105194912320021", "birth_date"),
        ("110105000112310021", "birth_date"),
        ("110105194912310021", "check_digit"),
    ],
)
def test_the_first_fault_in_order_is_told(number: str, error: str) -> None:
    assert documents.inspect(number).error == error


def test_a_birth_after_today_is_a_fault_only_when_today_is_known() -> None:
    number = citizen.make("220101", date(2030, 1, 1), 1)
    assert documents.inspect(number).valid
    assert documents.inspect(number, today=date(2026, 11, 21)).error == "birth_date"


@pytest.mark.parametrize(
    "text", ["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002X "]
)
def test_the_same_number_written_otherwise_is_stored_one_way(text: str) -> None:
    assert documents.inspect(text).normalised == "11010519491231002X"


def test_an_old_or_unknown_division_is_a_doubt_and_not_a_fault() -> None:
    assert documents.inspect("440524188001010014").valid
    unknown = documents.inspect(citizen.make("229999", date(1980, 1, 1), 1))
    assert unknown.valid
    assert unknown.warnings == ("division_unknown",)
    assert regions.is_division("220102")


@pytest.mark.parametrize("prefix", ["00", "16", "83", "90", "99"])
def test_a_province_that_never_was_is_a_fault(prefix: str) -> None:
    number = citizen.make(f"{prefix}0101", date(1990, 1, 1), 1)
    assert documents.inspect(number).error == "division"


@pytest.mark.parametrize(
    ("doc_type", "good", "bad"),
    [
        ("02", "军字第1234号", "军" * 21),
        ("03", "武字第1234号", ""),
        ("04", "H12345678", "M12345678"),
        ("04", "h1234567890", "H1234567"),
        ("05", "M12345678", "H12345678"),
        ("06", "12345678", "1234567"),
        ("06", "1234567890(B)", "12345678(B)"),
        ("07", "ABC123456789012", "ABC12345678901"),
        ("08", "E1234", "E123"),
        ("16", "EA1234567", "1234567"),
        ("16", "G12345678", "GAB1234567"),
        ("90", "A12345678", "A1234567"),
        ("99", "任意", ""),
    ],
)
def test_each_document_has_its_form(doc_type: str, good: str, bad: str) -> None:
    assert documents.inspect(good, doc_type).valid
    assert documents.inspect(bad, doc_type).error in {"format", "length"}


@pytest.mark.parametrize(("division", "issuer"), [("810000", "香港"), ("820000", "澳门"), ("830000", "台湾")])
def test_a_residence_permit_names_its_origin(division: str, issuer: str) -> None:
    number = citizen.make(division, date(1992, 1, 30), 2)
    assert documents.inspect(number, "17").issuer == issuer
    assert documents.inspect(citizen.make("220101", date(1992, 1, 30), 2), "17").error == "division"


def test_a_new_permanent_residence_number_begins_with_nine() -> None:
    assert documents.inspect("911124198108030024", "07").valid
    assert documents.inspect(citizen.make("220101", date(1981, 8, 3), 2), "07").error == "format"


def test_an_unknown_kind_of_document_is_refused() -> None:
    with pytest.raises(Refusal):
        documents.inspect("1", "55")


def test_a_foreign_passport_gets_its_social_security_number_from_the_agency() -> None:
    assert documents.social_security_number("11010519491231002x") == "11010519491231002X"
    with pytest.raises(Refusal) as refusal:
        documents.social_security_number("E12345678", "08")
    assert refusal.value.code == "precondition_unmet"


@given(st.text(min_size=0, max_size=30), st.integers(0, 10), st.integers(0, 10))
def test_a_mask_keeps_the_length_and_hides_something(text: str, head: int, tail: int) -> None:
    masked = masking.mask(text, keep_head=head, keep_tail=tail)
    assert len(masked) == len(text)
    assert not text or "*" in masked


def test_names_phones_and_accounts_are_hidden() -> None:
    assert masking.mask_name("张三") == "张*"
    assert masking.mask_name("欧阳娜娜") == "欧**娜"
    assert masking.mask_name("阿依古丽·买买提") == "阿******提"
    assert masking.mask_phone("00000001234") == "000****1234"
    assert masking.mask_account("6200000000001234") == "************1234"


@given(DIVISIONS, BODIES, st.sampled_from("159"), st.sampled_from("1239"))
def test_a_made_credit_code_is_valid_and_any_change_is_noticed(
    division: str, body: str, registrar: str, category: str
) -> None:
    code = uscc.make(division, body, registrar=registrar, category=category)
    checked = uscc.inspect(code)
    assert checked.valid
    assert (checked.registrar, checked.category, checked.division) == (registrar, category, division)
    assert uscc.inspect_org_code(checked.org_code).valid
    for place in range(18):
        other = uscc.ALPHABET[(uscc.ALPHABET.index(code[place]) + 1) % 31]
        assert not uscc.inspect(code[:place] + other + code[place + 1 :]).valid


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("91350100M000100Y4", "length"),
        ("9135010OM000100Y43", "charset"),
        ("91350100I000100Y43", "charset"),
        ("91350100M000100Y44", "check_digit"),
    ],
)
def test_a_wrong_credit_code_says_why(code: str, error: str) -> None:
    assert uscc.inspect(code).error == error


def test_a_wrong_organisation_part_is_a_fault_except_in_old_one_person_businesses() -> None:
    def with_wrong_part(first: str) -> str:
        body = f"{first}220101MA0000010"
        assert uscc.org_check_character("MA000001") != "0"
        return body + uscc.check_character(body)

    assert uscc.inspect(with_wrong_part("91")).error == "org_code"
    assert uscc.inspect(with_wrong_part("92")).warnings == ("org_code_legacy",)


def test_an_organisation_code_may_be_written_with_its_hyphen() -> None:
    assert uscc.inspect_org_code("71526726-x").normalised == "71526726X"
    assert uscc.inspect_org_code("71526726-1").error == "check_digit"
