"""Files of every kind and temper: what is read, what is refused, and where."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shebao.base.refusal import Refusal
from shebao.registry.intake import cells, checking, reading
from shebao.registry.intake.layouts import DECLARATION, LAYOUTS
from shebao.registry.intake.report import Report

TODAY = date(2026, 11, 22)
HEADER = ["社会保障号码", "姓名", "险种", "费款所属期", "缴费基数"]
GOOD = ["11010519491231002X", "何春梅", "110", "2026-10", "6500.00"]


def judged(path: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """The good rows and the sentences about the others."""
    source = reading.look(path)
    report = Report("declaration", "单位月申报", source.digest)
    rows = list(checking.checked(reading.rows(source, DECLARATION), DECLARATION, report, TODAY))
    return [values | {"line": line} for line, values in rows], [str(problem) for problem in report.problems]


def write_csv(path: Path, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_csv_is_read_in_every_encoding_offices_use(tmp_path: Path, encoding: str) -> None:
    good, problems = judged(write_csv(tmp_path / "a.csv", [HEADER, GOOD], encoding))
    assert problems == []
    assert good == [
        {
            "number": GOOD[0], "name": "何春梅", "insurance": 110, "month": 202610, "declared": 650000, "line": 2,
        }
    ]  # fmt: skip


def test_xlsx_and_parquet_give_the_same_as_csv(tmp_path: Path) -> None:
    typed = [GOOD[0], GOOD[1], 110, date(2026, 10, 1), 6500.0]
    table = pa.table({name: [value] for name, value in zip(HEADER, GOOD, strict=True)})
    parquet.write_table(table, tmp_path / "a.parquet")
    told = [
        judged(write_csv(tmp_path / "a.csv", [HEADER, GOOD])),
        judged(write_xlsx(tmp_path / "a.xlsx", [HEADER, typed])),
        judged(tmp_path / "a.parquet"),
    ]
    assert told[0] == told[1] == told[2] and told[0][1] == []


def test_column_names_of_the_national_interfaces_are_known(tmp_path: Path) -> None:
    names = ["AAC002", "AAC003", "AAE140", "AAE003", "AAE180"]
    assert len(judged(write_csv(tmp_path / "a.csv", [names, GOOD]))[0]) == 1


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        (0, "110105194912310021", "第 2 行「社会保障号码」：社会保障号码的校验位不对"),
        (0, "1101051949123100", "第 2 行「社会保障号码」：社会保障号码应该是 18 位"),
        (0, "11010520491231002X", "第 2 行「社会保障号码」：社会保障号码里的出生日期不对"),
        (0, "", "第 2 行「社会保障号码」：没有填"),
        (1, "何2", "第 2 行「姓名」：姓名应该是 2 到 50 个字，不含数字"),
        (1, "=HYPERLINK(1)", "第 2 行「姓名」：单元格里是公式，请换成数值"),
        (2, "999", "第 2 行「险种」：没有这个险种"),
        (3, "2026-12", "第 2 行「费款所属期」：年月晚于本月"),
        (3, "202613", "第 2 行「费款所属期」：年月写得不对，例如 2026-10"),
        (4, "-1", "第 2 行「缴费基数」：金额不能是负数"),
        (4, "1.005", "第 2 行「缴费基数」：金额写得不对，最多两位小数"),
        (4, "9" * 19, "第 2 行「缴费基数」：金额太大"),
        (4, "9" * 150, "第 2 行「缴费基数」：金额太大"),
        (4, "10000000.01", "第 2 行「缴费基数」：缴费基数太大，最多 1000 万元"),
        (4, "1e9", "第 2 行「缴费基数」：金额写得不对，最多两位小数"),
        (4, "NaN", "第 2 行「缴费基数」：金额写得不对，最多两位小数"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_column(
    tmp_path: Path, column: int, value: str, sentence: str
) -> None:
    row = [*GOOD]
    row[column] = value
    good, problems = judged(write_csv(tmp_path / "a.csv", [HEADER, row]))
    assert (good, problems) == ([], [sentence])


def test_ragged_and_empty_rows_keep_their_line_numbers(tmp_path: Path) -> None:
    rows = [HEADER, GOOD, [], GOOD[:4], ["", "", "", "", ""], [*GOOD, "多"], ["x\ny", *GOOD[1:]], GOOD]
    good, problems = judged(write_csv(tmp_path / "a.csv", rows))
    assert [row["line"] for row in good] == [2, 9]
    assert problems[:2] == ["第 4 行：这一行有 4 格，表头有 5 格", "第 6 行：这一行有 6 格，表头有 5 格"]
    assert problems[2].startswith("第 7 行「社会保障号码」")


def test_numbers_that_a_spreadsheet_has_rounded_are_refused(tmp_path: Path) -> None:
    row = [110105194912310020, *GOOD[1:]]
    _, problems = judged(write_xlsx(tmp_path / "a.xlsx", [HEADER, row]))
    assert problems == ["第 2 行「社会保障号码」：长号码变成了数字，末几位可能已经丢了，请把这一列设为文本"]


def test_formulas_in_xlsx_are_not_calculated(tmp_path: Path) -> None:
    _, problems = judged(write_xlsx(tmp_path / "a.xlsx", [HEADER, [*GOOD[:4], "=6000+500"]]))
    assert problems == ["第 2 行「缴费基数」：单元格里是公式，请换成数值"]


def _nul(path: Path) -> None:
    path.write_bytes(",".join(HEADER).encode() + b"\n\0\0")


def _utf16(path: Path) -> None:
    path.write_bytes(",".join(HEADER).encode("utf-16"))


def _not_a_zip(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 not really")


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (64 << 20))


def _crowd(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for part in range(2_100):
            archive.writestr(f"p{part}", b"")


def _no_sheet(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello", b"1")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _blank(path: Path) -> None:
    path.write_bytes(b"\n\n\n")


def _quote(path: Path) -> None:
    path.write_text(",".join(HEADER) + '\n"' + "长" * 200_000, encoding="utf-8")


def _wide(path: Path) -> None:
    path.write_text(",".join(["a"] * 5_000), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("nul.csv", _nul), ("utf16.csv", _utf16), ("broken.xlsx", _not_a_zip), ("bomb.xlsx", _bomb),
        ("crowd.xlsx", _crowd), ("sheetless.xlsx", _no_sheet), ("empty.csv", _empty), ("blank.csv", _blank),
        ("quote.csv", _quote), ("wide.csv", _wide), ("broken.parquet", _not_a_zip), ("a.doc", _blank),
    ],
)  # fmt: skip
def test_hostile_files_are_refused_whole(tmp_path: Path, name: str, make: Callable[[Path], None]) -> None:
    make(tmp_path / name)
    with pytest.raises(Refusal) as refused:
        judged(tmp_path / name)
    assert refused.value.message.endswith("。")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ([*HEADER, "手机号"], "field_not_declared"),
        (HEADER[:4], "invalid_input"),
        ([*HEADER[:4], "姓名"], "invalid_input"),
    ],
)
def test_undeclared_missing_and_repeated_columns_are_refused(
    tmp_path: Path, header: list[str], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        judged(write_csv(tmp_path / "a.csv", [header, GOOD]))
    assert refused.value.code == code


def test_the_kind_of_a_file_shows_in_its_header(tmp_path: Path) -> None:
    for layout in LAYOUTS.values():
        source = reading.look(write_csv(tmp_path / "a.csv", [[field.label for field in layout.fields]]))
        assert reading.kind_of(source) is layout


anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
cell = st.one_of(anything, st.sampled_from([*GOOD, "=1+1", "@x", "9" * 400, "\u202e", "０", "1/0", "１１０"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(
    rows=st.lists(st.lists(cell, max_size=8), max_size=12),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
def test_any_csv_is_either_refused_or_told_line_by_line(
    tmp_path: Path, rows: list[list[str]], encoding: str
) -> None:
    path = write_csv(tmp_path / "any.csv", [HEADER, *rows], encoding)
    try:
        good, problems = judged(path)
    except Refusal:
        return
    for row in good:
        assert len(row["number"]) == 18 and 0 <= row["declared"] <= 10**9 and row["month"] <= 202611
    assert all(problem.startswith("第 ") for problem in problems)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(data=st.binary(max_size=600), suffix=st.sampled_from([".csv", ".xlsx", ".parquet"]))
def test_any_bytes_never_break_the_reader(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(data)
    with pytest.raises(Refusal):
        judged(path)


@given(st.one_of(st.floats(), st.integers(), st.booleans(), st.none(), st.dates(), st.decimals(), anything))
def test_any_cell_is_text_or_a_plain_reason(value: object) -> None:
    try:
        assert isinstance(cells.plain(value), str)
    except cells.CellError as fault:
        assert str(fault)


@given(
    text=anything, key=st.sampled_from([(k, f.key) for k, layout in LAYOUTS.items() for f in layout.fields])
)
def test_any_text_in_any_column_is_a_value_or_a_plain_reason(text: str, key: tuple[str, str]) -> None:
    field = next(field for field in LAYOUTS[key[0]].fields if field.key == key[1])
    try:
        field.parse(text, TODAY)
    except cells.CellError as fault:
        assert str(fault)
