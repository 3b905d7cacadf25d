"""申报名单: lines of name, ID number and monthly wage, read all or nothing, with the number of each faulty line."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from shebao.base.money import parse_yuan
from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.registry.employers import workers
from shebao.rules import bases
from shebao.rules.identity import citizen

HEAD = ("姓名", "身份证号码", "月工资")
MOST_LINES = 3000


@dataclass(frozen=True)
class Line:
    """One worker of the list."""

    number: int
    name: str
    id_number: str
    wage_fen: int


@dataclass(frozen=True)
class Fault:
    """Why a line cannot be taken."""

    number: int
    text: str

    def __str__(self) -> str:
        return f"第 {self.number} 行：{self.text}"


def decoded(content: bytes) -> str:
    """The text of a table file, UTF-8 or GB 18030. Refuses what is neither."""
    for name in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    raise Refusal("invalid_input", "文件打不开，请另存为 CSV 再传。", field="file")


def read(text: str) -> tuple[list[Line], list[Fault]]:
    """The lines of a list, and what is wrong with the others."""
    lines, faults = [], []
    for number, cells in _cells(text):
        try:
            lines.append(_line(number, cells))
        except Refusal as refusal:
            faults.append(Fault(number, refusal.message))
    seen: dict[str, int] = {}
    for line in lines:
        if line.id_number in seen:
            faults.append(Fault(line.number, f"和第 {seen[line.id_number]} 行是同一个人。"))
        seen.setdefault(line.id_number, line.number)
    if len(lines) > MOST_LINES:
        faults.append(Fault(MOST_LINES + 1, f"一次最多 {MOST_LINES} 人，请分开报。"))
    return lines, faults


def matched(grant: gate.Grant, lines: list[Line]) -> tuple[dict[int, int], list[Fault]]:
    """The worker behind each line, by its number; a fault for everybody who is not on the roster."""
    found, faults = {}, []
    for line in lines[:MOST_LINES]:
        worker = workers.on_roster(grant, id_number=line.id_number, name=line.name)
        if worker is None:
            faults.append(Fault(line.number, "名册上没有这个人，请核对。"))
        else:
            found[line.number] = worker
    return found, faults


def outside(lines: list[Line], limits: bases.Bounds) -> tuple[int, int]:
    """How many wages lie below the floor and above the ceiling; their bases are the limits."""
    below = sum(bases.determine(line.wage_fen, limits) > line.wage_fen for line in lines)
    above = sum(bases.determine(line.wage_fen, limits) < line.wage_fen for line in lines)
    return below, above


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.replace("\t", ",").replace("，", ",")))
    for row in reader:
        cells = [cell.strip().lstrip("'") for cell in row]
        if any(cells) and cells[0] != HEAD[0]:
            yield reader.line_num, cells


def _line(number: int, cells: list[str]) -> Line:
    if len(cells) != len(HEAD):
        raise Refusal("invalid_input", "要写三栏：姓名、身份证号码、月工资。")
    name, id_number, wage = cells
    checked = citizen.inspect(id_number)
    if not name:
        raise Refusal("invalid_input", "没有写姓名。")
    if not checked.valid:
        raise Refusal("invalid_input", "身份证号码不对。")
    fen = parse_yuan(wage)
    if not 0 < fen <= bases.LARGEST_WAGE_FEN:
        raise Refusal("invalid_input", "工资要大于 0 元。")
    return Line(number, name, checked.normalised, fen)
