"""单位名单: table files of an employer's people, read all or nothing, with the number of each faulty line."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

import openpyxl

from shebao.base.refusal import Refusal
from shebao.cases.item import Finding
from shebao.privacy import gate
from shebao.registry.employers import workers
from shebao.rules.identity import citizen

MOST_LINES = 3000
MOST_OPENED = 1000
MOST_UNPACKED = 40_000_000
MOST_COLUMNS = 12
MOST_ROWS = 20_000
SHOWN = 50
ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")


class Named(Protocol):
    """A line that names one person."""

    @property
    def number(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def id_number(self) -> str: ...


Line = TypeVar("Line", bound=Named)


@dataclass(frozen=True)
class Fault:
    """Why a line cannot be taken."""

    number: int
    text: str

    def __str__(self) -> str:
        return f"第 {self.number} 行：{self.text}"


def decoded(content: bytes) -> str:
    """The text of a table file: CSV in UTF-8 or GB 18030, or XLSX. Refuses an empty file and what is neither."""
    if not content.strip():
        raise _file("这个文件是空的，请换填好的名单。")
    if content.startswith(b"PK"):
        return _sheet(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _file("老格式的表格打不开，请另存为 XLSX 或 CSV。")
    for name in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _file("文件打不开，请另存为 CSV 再传。")


def cells(text: str, head: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line with its number as a table program counts; the heading and blank lines are left out."""
    reader = csv.reader(io.StringIO(text.replace("\t", ",").replace("，", ",")))
    try:
        for row in reader:
            found = [cell.strip().lstrip("'") for cell in row]
            if any(found) and found[0] != head[0]:
                yield reader.line_num, found
    except csv.Error:
        raise _file("文件打不开，请另存为 CSV 再传。") from None


def read(
    text: str, head: Sequence[str], line: Callable[[int, list[str]], Line], *, most: int = MOST_LINES
) -> tuple[list[Line], list[Fault]]:
    """The lines of a list, and what is wrong with the others. `line` refuses the cells of one."""
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, found in cells(text, head):
        if len(faults) + len(lines) >= most:
            faults.append(Fault(number, f"一次最多 {most} 人，请分开报。"))
            break
        try:
            if len(found) != len(head):
                raise Refusal("invalid_input", f"要写{_count(len(head))}栏：{'、'.join(head)}。")
            lines.append(line(number, found))
        except Refusal as refusal:
            faults.append(Fault(number, refusal.message))
    seen: dict[str, int] = {}
    for one in lines:
        if one.id_number in seen:
            faults.append(Fault(one.number, f"和第 {seen[one.id_number]} 行是同一个人。"))
        seen.setdefault(one.id_number, one.number)
    return lines, faults


def person(name: str, id_number: str) -> str:
    """The ID number of a line as kept. Refuses no name, a number that a table program rounded, a wrong check digit."""
    if not name:
        raise Refusal("invalid_input", "没有写姓名，请补上。")
    if ROUNDED.fullmatch(id_number):
        raise Refusal("invalid_input", "号码被表格改短了，请把这一栏设成“文本”再填一遍。")
    checked = citizen.inspect(id_number)
    if not checked.valid:
        raise Refusal("invalid_input", "身份证号码不对，请照证件核对。")
    return checked.normalised


def matched(grant: gate.Grant, lines: Sequence[Named]) -> tuple[dict[int, int], list[Fault]]:
    """The worker behind each line, by its number; a fault for everybody who is not on the roster."""
    people = [(line.id_number, line.name) for line in lines[:MOST_LINES]]
    held = workers.many_on_roster(grant, people)
    found: dict[int, int] = {}
    faults: list[Fault] = []
    for line, worker in zip(lines, held, strict=False):
        if worker is None:
            faults.append(Fault(line.number, "名册上没有这个人，请核对。"))
        else:
            found[line.number] = worker
    return found, faults


def findings(faults: Sequence[Fault], rule: str, page: str) -> list[Finding]:
    """The lines to mend, in the order of the list; the first of very many."""
    ordered = sorted(faults, key=lambda fault: fault.number)
    return [Finding("line", False, str(fault), rule, "改名单", page) for fault in ordered[:SHOWN]]


def _count(number: int) -> str:
    return "零一二三四五六"[number]


def _sheet(content: bytes) -> str:
    """The first sheet of a workbook as lines of text; a line keeps its number."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise _file("表格解开后太大，没有打开。请另存为 CSV。")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        out = io.StringIO()
        writer = csv.writer(out)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size may be wrong; its rows count
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
            if number > MOST_ROWS:
                raise _file(f"表格超过 {MOST_ROWS} 行，没有打开。请删掉多余的行，或另存为 CSV。")
            written = [_cell(value) for value in row]
            while written and not written[-1]:
                written.pop()
            writer.writerow(written)
    except Refusal:
        raise
    except Exception:
        raise _file("表格打不开，请另存为 CSV 再传。") from None
    return out.getvalue()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 10**15:
            return str(int(value))
        case int() if abs(value) >= 10**15:
            return f"{value:.2e}"
        case _:
            return " ".join(str(value).split()).replace(",", "")


def _file(text: str) -> Refusal:
    return Refusal("invalid_input", text, field="file")
