"""Rows out of CSV, XLSX and Parquet, one at a time, with their line numbers. Hostile files are refused whole."""

import codecs
import csv
import hashlib
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as parquet

from shebao.base.refusal import Refusal
from shebao.registry.intake.layouts import LAYOUTS, Layout

BLOCK = 1 << 20
WIDEST = 64
LONGEST_CELL = 131_072
MOST_UNPACKED = 1 << 30
MOST_RATIO = 150
MOST_PARTS = 2_000
BATCH = 10_000


@dataclass(frozen=True)
class Row:
    """One line: cells by field key, still as the file has them; `fault` when the line has no right shape."""

    line: int
    cells: dict[str, Any]
    fault: str = ""


@dataclass(frozen=True)
class Source:
    """A file that was looked through once: its format, encoding, size and digest."""

    path: Path
    format: str
    encoding: str
    size: int
    digest: str


def refused(message: str) -> Refusal:
    """A file that cannot be read at all."""
    return Refusal("invalid_input", message)


def look(path: Path) -> Source:
    """Looks the whole file through once: digest, encoding, no NUL bytes, no exploding archive."""
    if not path.is_file():
        raise refused("没有这个文件。")
    kind = {".csv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".parquet": "parquet"}.get(path.suffix.lower())
    if kind is None:
        raise refused("只收 CSV、XLSX 和 Parquet 文件。")
    digest, encoding, size = _through(path, text=kind == "csv")
    if size == 0:
        raise refused("文件是空的。")
    if kind == "xlsx":
        _check_archive(path)
    return Source(path, kind, encoding, size, digest)


def _through(path: Path, *, text: bool) -> tuple[str, str, int]:
    digest, size = hashlib.sha256(), 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
            if text and b"\0" in block:
                raise refused("文件里有空字节，不是普通文本。请另存为 CSV（UTF-8）。")
            if text and is_utf8:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    is_utf8 = False
    if is_utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    return digest.hexdigest(), "utf-8-sig" if is_utf8 else "gb18030", size


def _check_archive(path: Path) -> None:
    """Refuses archives that unpack to far more than they are."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise refused("不是完好的 XLSX 文件。") from None
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    crowded = len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED
    if crowded or (unpacked > BLOCK and unpacked > MOST_RATIO * packed):
        raise refused("XLSX 解压后大得不正常，没有打开。")
    if any(part.flag_bits & 1 for part in parts):
        raise refused("XLSX 有密码，请去掉密码。")


def rows(source: Source, layout: Layout) -> Iterator[Row]:
    """The rows of a file under its header. Refuses unknown, missing and repeated columns."""
    lines = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}[source.format](source)
    line, header = next(lines, (0, []))
    if not line:
        raise refused("文件里没有表头。")
    keys = columns(header, layout)
    for line, values in lines:
        if all(value is None or value == "" for value in values):
            continue
        if len(values) != len(keys):
            yield Row(line, {}, f"这一行有 {len(values)} 格，表头有 {len(keys)} 格")
            continue
        yield Row(line, dict(zip(keys, values, strict=True)))


def kind_of(source: Source) -> Layout:
    """The layout whose columns are those of the header; refuses when none or several fit."""
    lines = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}[source.format](source)
    _, header = next(lines, (0, []))
    fitting = [layout for layout in LAYOUTS.values() if _fits(header, layout)]
    if len(fitting) != 1:
        raise refused("看不出是哪一种文件，请用 --kind 说明，并核对表头。")
    return fitting[0]


def _fits(header: list[Any], layout: Layout) -> bool:
    try:
        columns(header, layout)
    except Refusal:
        return False
    return True


def columns(header: list[Any], layout: Layout) -> list[str]:
    """Field keys in the order of the header."""
    named = {_title(name): field.key for field in layout.fields for name in field.names}
    titles = [_title(value) for value in header]
    unknown = [title or "（空）" for title in titles if title not in named]
    if unknown:
        raise Refusal("field_not_declared", f"{layout.label}文件里不收这些列：{'、'.join(unknown[:5])}。")
    keys = [named[title] for title in titles]
    if len(set(keys)) != len(keys):
        raise refused("表头里有重复的列。")
    missing = [field.label for field in layout.fields if field.required and field.key not in keys]
    if missing:
        raise refused(f"表头里缺少这些列：{'、'.join(missing)}。")
    return keys


def _title(value: Any) -> str:
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).strip()
    return text.lower() if text.isascii() else text


def _csv(source: Source) -> Iterator[tuple[int, list[Any]]]:
    csv.field_size_limit(LONGEST_CELL)
    with source.path.open(encoding=source.encoding, errors="replace", newline="") as file:
        reader = csv.reader(file)
        start = 1
        while True:
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error:
                raise refused(f"第 {start} 行读不下去，请检查引号和格子的长度。") from None
            if len(values) > WIDEST:
                raise refused(f"第 {start} 行有 {len(values)} 格，太多了。")
            if values:
                yield start, list(values)
            start = reader.line_num + 1


def _xlsx(source: Source) -> Iterator[tuple[int, list[Any]]]:
    try:
        book = openpyxl.load_workbook(source.path, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        width = 0
        for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=WIDEST), 1):
            told = list(values)
            while told and told[-1] is None:
                told.pop()
            if not told:
                continue
            width = width or len(told)
            yield number, told + [None] * (width - len(told))
    except Refusal:
        raise
    except Exception as problem:
        raise refused("XLSX 文件读不下去，请另存一次再试。") from problem


def _parquet(source: Source) -> Iterator[tuple[int, list[Any]]]:
    try:
        file = parquet.ParquetFile(source.path)
        names = file.schema_arrow.names
        if len(names) > WIDEST:
            raise refused("列太多了。")
        yield 1, list(names)
        line = 2
        for batch in file.iter_batches(BATCH):
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield line, list(values)
                line += 1
    except (pa.ArrowException, OSError, ValueError) as problem:
        raise refused("Parquet 文件读不下去。") from problem
