import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from shebao.documents import codes
from shebao.documents.content import Content, masked
from shebao.documents.render import file_name, render
from tests.documents import pdf, samples

CODE = "GVJ7HK4CEDEK39FQVNMV"
SERIAL = "JL-CB-20261122-0000482"
ALL = [samples.enrolment(), samples.contribution(), samples.statement()]


def made(content: Content, profile: str = "jilin") -> bytes:
    return render(
        content,
        samples.issuer(profile),
        serial=SERIAL,
        code=CODE,
        issued_at=samples.NOW,
        valid_until=date(2027, 2, 20),
    )


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("profile", samples.PROFILES)
@pytest.mark.parametrize("content", ALL, ids=lambda content: content.kind)
def test_every_profile_prints_the_common_frame(content: Content, profile: str, tmp_path: Path) -> None:
    issuer = samples.issuer(profile)
    text = pdf.text(made(content, profile), tmp_path)
    for words in (
        issuer.forms[content.kind].title,
        issuer.agency,
        SERIAL,
        codes.grouped(CODE),
        "https://shebao.example.cn/verify/",
        "2026年11月22日 9:05",
        "2027年2月20日",
        "内容打印自系统，可扫码或在网站核验。",
        "测试用章",
        "（无法律效力）",
        "请只交给需要的人",
        "不得用于商业目的",
        issuer.hotline,
    ):
        assert words in text, words


def test_text_has_no_odd_spaces_between_chinese_and_digits(tmp_path: Path) -> None:
    text = pdf.text(made(samples.contribution()), tmp_path)
    assert "2024年1月至2026年10月" in text
    assert not re.search(r"[\u2000-\u200b\u202f\u00a0]", text)
    assert not re.search(r"\d 年|\d 月|月 \d", text)


def test_amounts_have_two_decimals_and_stand_in_one_column(tmp_path: Path) -> None:
    text = pdf.text(made(samples.contribution()), tmp_path)
    rows = [line for line in text.splitlines() if re.match(r"\s*20\d\d年\d+月 .*6,500\.00", line)]
    assert len(rows) == 2 * 34
    assert all(re.search(r"6,500\.00 +(1,040\.00 +520\.00|45\.50 +32\.50) ", row) for row in rows)
    assert any("已到账（补缴）" in row for row in rows)
    assert "34,320.00" in text
    assert "17,160.00" in text


def test_a_month_on_its_way_is_listed_but_not_added(tmp_path: Path) -> None:
    text = pdf.text(made(samples.contribution()), tmp_path)
    assert text.count("缴款中") == 2
    assert text.count("到账 33 个月") == 2


def test_pages_are_numbered_and_headings_repeat(tmp_path: Path) -> None:
    pages = pdf.text(made(samples.contribution()), tmp_path).split("\f")[:-1]
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert f"第 {number} 页，共 3 页" in page
        assert SERIAL in page
        assert "内容指纹" in page
        assert "缴费基数（元）" in page
    assert "失业保险" in pages[2]


def test_a_whole_working_life_still_typesets(tmp_path: Path) -> None:
    pages = pdf.text(made(samples.contribution(since=199601)), tmp_path).split("\f")[:-1]
    assert f"第 {len(pages)} 页，共 {len(pages)} 页" in pages[-1]
    assert "测试用章" in pages[-1]


def test_all_fonts_are_embedded_subsets(tmp_path: Path) -> None:
    for content in ALL:
        fonts = pdf.fonts(made(content), tmp_path)
        assert fonts
        for font in fonts:
            assert re.match(r"[A-Z]{6}\+Noto(Serif|Sans)SC", font[0])
            assert font[-5:-2] == ["yes", "yes", "yes"]


@pytest.mark.parametrize("content", ALL, ids=lambda content: content.kind)
def test_metadata_and_file_name_carry_nothing_of_the_person(content: Content, tmp_path: Path) -> None:
    about = pdf.info(made(content), tmp_path) + file_name(content.kind, samples.NOW)
    assert samples.issuer().forms[content.kind].title in about
    for personal in (
        samples.NAME,
        samples.NUMBER,
        samples.NUMBER[-4:],
        samples.HOLDER.employer,
        CODE,
        SERIAL,
    ):
        assert personal not in about
    assert re.fullmatch(r"[一-鿿]+-20261122\.pdf", file_name(content.kind, samples.NOW))


@pytest.mark.parametrize("content", ALL, ids=lambda content: content.kind)
def test_the_masked_variant_shows_neither_name_nor_number(content: Content, tmp_path: Path) -> None:
    whole, hidden = made(content), made(masked(content))
    assert samples.NUMBER in flat(pdf.text(whole, tmp_path))
    text = flat(pdf.text(hidden, tmp_path))
    assert samples.NAME not in text
    assert samples.NUMBER[:-4] not in text
    assert samples.NUMBER[:6] not in text
    assert "何*梅" in text
    assert "尾号0426" in text
    assert samples.NAME.encode() not in hidden
    assert samples.NUMBER.encode() not in hidden


def test_the_statement_has_its_sections_in_order(tmp_path: Path) -> None:
    text = flat(pdf.text(made(samples.statement()), tmp_path))
    places = [
        text.index(words)
        for words in (
            "A缴费情况",
            "B养老保险",
            "C医疗保险",
            "C就医",
            "D领取待遇",
            "E说明",
        )
    ]
    assert places == sorted(places)
    assert "81,234.566,240.001,218.5288,693.08" in text
    assert "16年5个月" in text


def test_an_agency_without_pensions_prints_no_pension_account(tmp_path: Path) -> None:
    text = flat(pdf.text(made(samples.statement(), "guangxi"), tmp_path))
    assert "养老保险个人账户" not in text
    assert text.index("B医疗保险个人账户") < text.index("C领取待遇") < text.index("D说明")


def test_a_missing_account_is_said_not_shown_as_zero(tmp_path: Path) -> None:
    text = pdf.text(made(replace(samples.statement(), pension=None, benefits=())), tmp_path)
    assert "没有这个账户。" in text
    assert "这一年没有领取待遇。" in text


def test_a_changed_figure_changes_the_fingerprint(tmp_path: Path) -> None:
    def fingerprint(content: Content) -> str:
        found = re.search(r"内容指纹 ?([0-9a-f ]{19})", pdf.text(made(content), tmp_path))
        assert found
        return found[1]

    content = samples.enrolment()
    other = replace(content, lines=(replace(content.lines[0], months_total=208), *content.lines[1:]))
    assert fingerprint(content) == fingerprint(content) != fingerprint(other)


def test_a_decision_is_read_row_by_row(tmp_path: Path) -> None:
    """A column as wide as its words: no word of it stands upright, letter under letter."""
    text = pdf.text(made(samples.decision()), tmp_path)
    for row in (
        r"办件编号 +BJ261122-000005",
        r"核定金额 +4,440\.00 元",
        r"统筹支付 +4,440\.00 元 +（目录内－起付线）",
        r"申请行政复议 +2027年1月21日",
        r"决定日期 +2026年11月22日",
    ):
        assert re.search(row, text), row
    assert "查询期间" not in text and "有效期" not in text
