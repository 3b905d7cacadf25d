"""Masking of searches, the finder's tolerance, and the two switches."""

import re
import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.items import finder
from shebao.privacy import expiry, searches
from tests import people
from tests.fakes import device

NUMBERS = st.from_regex(r"[0-9]{11,19}", fullmatch=True)
BETWEEN = st.sampled_from(["", " ", "-", "–", "\u200b", ".", "　", " - "])
WORDS = st.text(alphabet="缴费参保证明查一下 abc", max_size=12)


@pytest.mark.parametrize(
    "secret",
    [
        "220102197903020426",
        "22010219790302042X",
        "２２０１０２１９７９０３０２０４２６",
        "138 1234 5678",
        "138-1234-5678",
        "6222 0200 1234 5678 901",
        "K12345678",
        "0431-88690000",
        "一三八一二三四五六七八",
        "chunmei@example.com",
        "٢٢٠١٠٢١٩٧٩٠٣٠٢٠٤٢٦",
        "1\u200b3\u200b8\u200b1\u200b2\u200b3\u200b4\u200b5\u200b6\u200b7\u200b8",
    ],
)
def test_numbers_are_masked_in_every_spelling(secret):
    masked = searches.redact(f"查 {secret} 的缴费")
    assert searches.MASK in masked and masked.startswith("查") and masked.endswith("的缴费")
    assert not re.search(r"\d{4}", masked)


@pytest.mark.parametrize(
    "plain", ["2026年缴费", "202610 缴费", "12393", "三十年工龄", "参保证明", "110 养老"]
)
def test_ordinary_words_stay(plain):
    assert searches.redact(plain) == plain


@given(WORDS, NUMBERS, BETWEEN, WORDS)
def test_no_long_number_survives(before, number, between, after):
    masked = searches.redact(before + between.join(number) + after)
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", masked))
    assert number not in digits and len(digits) < 7


@given(st.text(max_size=300))
def test_any_words_are_short_and_masking_twice_changes_nothing_more(words):
    once = searches.redact(words)
    assert len(once) <= searches.LONGEST
    assert not re.search(r"[0-9]{7}", searches.redact(once))


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("缴费记录", "enquiry.contribution"),
        ("jiaofei", "enquiry.contribution"),
        ("JFJL", "enquiry.contribution"),
        ("缴废记录", "enquiry.contribution"),
        ("yibao", "enquiry.spending"),
        ("谁看过", "privacy.who_looked"),
        ("我想打印参保证明", "certificate.issue"),
        ("ｄａｔｉｎｇ", "office.list"),
    ],
)
def test_the_finder_understands_pinyin_and_a_slip(standing, asked, first):
    assert finder.find(asked)[0].code == first


def test_the_finder_knows_offices_and_clauses_and_gives_nothing_for_nonsense(standing):
    assert {page.kind for page in finder.find("长春")} >= {"office"}
    assert "clause" in {page.kind for page in finder.find("敏感信息")}
    assert finder.find("zzzzqqqq") == []
    codes = [page.code for page in finder.menu()]
    assert len(codes) == len(set(codes)) and "identity.card_link" not in codes


def test_history_ends_by_its_date_and_is_sealed_for_one_person(shebao):
    actor, other = people.citizen(), people.citizen(people.YUANSHAN)
    for one in (actor, other):
        notice = next(s.notice.hash for s in searches.consent.standings(one) if s.process == searches.HISTORY)
        searches.switch(searches.HISTORY, on=True, notice_hash=notice, now=clock.now(), by=one)
    searches.keep("参保 13812345678", now=clock.now(), by=actor)
    assert [past.words for past in searches.history(actor)] == [f"参保 {searches.MASK}"]
    assert searches.history(other) == []
    assert "参保" not in device.tables("privacy_search")
    expiry.end_of_life(now=clock.now() + timedelta(days=89))
    assert len(searches.history(actor)) == 1
    expiry.end_of_life(now=clock.now() + timedelta(days=91))
    assert searches.history(actor) == []


def test_without_the_switch_nothing_is_kept_and_no_entry_is_written(shebao):
    actor = people.citizen()
    before = device.rows("select count(*) from privacy_entry")
    assert searches.switches(actor) == searches.NEUTRAL
    assert device.rows("select count(*) from privacy_entry") == before
    with pytest.raises(Refusal, match="consent_required"):
        searches.keep("参保", now=clock.now(), by=actor)
    with pytest.raises(Refusal, match="purpose_not_allowed"):
        searches.switch("notice.marketing", on=True, notice_hash="", now=clock.now(), by=actor)
