"""Rows that can be judged without the registry: every cell, and what the cells say together."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings

from shebao.registry.intake import cells
from shebao.registry.intake.layouts import Layout
from shebao.registry.intake.reading import Row
from shebao.registry.intake.report import Problem, Report
from shebao.rules.identity import citizen

Values = dict[str, Any]
PENSIONS = frozenset({110, 120, 170})
NOT_OURS = "这里不管这个险种"


def checked(rows: Iterator[Row], layout: Layout, report: Report, today: date) -> Iterator[tuple[int, Values]]:
    """The good rows as typed values; the others are told in the report."""
    for row in rows:
        report.rows += 1
        if row.fault:
            report.refuse(Problem(row.line, "", row.fault))
            continue
        values, faults = _cells(row, layout, today)
        faults = faults or [
            Problem(row.line, column, message) for column, message in _together(layout, values)
        ]
        if faults:
            report.refuse(faults[0])
            for fault in faults[1:]:
                report.note(fault)
            continue
        yield row.line, values


def _cells(row: Row, layout: Layout, today: date) -> tuple[Values, list[Problem]]:
    values: Values = {}
    faults = []
    for field in layout.fields:
        try:
            text = cells.plain(row.cells.get(field.key))
            if text:
                values[field.key] = field.parse(text, today)
            elif field.required:
                raise cells.CellError("没有填")
            else:
                values[field.key] = None
        except cells.CellError as fault:
            faults.append(Problem(row.line, field.label, str(fault)))
    return values, faults


def _together(layout: Layout, values: Values) -> Iterator[tuple[str, str]]:
    """What cells say about each other, and about an insurance that this deployment does not offer."""
    offered = settings.DEPLOYMENT["insurances"]["offered"]
    if "insurance" in values and values["insurance"] not in offered:
        yield "险种", NOT_OURS
    if values.get("account") == "pension" and PENSIONS.isdisjoint(offered):
        yield "账户", NOT_OURS
    if layout.kind == "persons":
        checked = citizen.told(values["number"])
        if values["birth_date"] != checked.birth_date:
            yield "出生日期", "和社会保障号码里的不一样"
        if int(values["sex"]) not in (checked.sex_code, 9):
            yield "性别", "和社会保障号码里的不一样"
    if layout.kind == "enrolments" and values["until"] is not None and values["until"] <= values["since"]:
        yield "截止年月", "要晚于开始年月"
    if layout.kind == "contributions" and (values["state"] == "paid") != (values["paid_on"] is not None):
        yield "到账日期", "已到账的要写日期，没到账的不写"
    if layout.kind == "accounts":
        moved = values["opening_fen"] + values["credit_fen"] + values["interest_fen"] - values["spent_fen"]
        if moved != values["closing_fen"]:
            yield "年末余额", "年初余额加记入加利息减支出，不等于年末余额"
    if layout.kind == "claims":
        yield from _bill(values)


def _bill(values: Values) -> Iterator[tuple[str, str]]:
    if values["fund_fen"] + values["account_fen"] + values["cash_fen"] != values["total_fen"]:
        yield "总费用", "基金、账户、现金三项相加，不等于总费用"
    if (values["state"] == "settled") != (values["settled_on"] is not None):
        yield "结算日期", "已结算的要写日期，没结算的不写"
    elif values["settled_on"] is not None and values["settled_on"] < values["served_on"]:
        yield "结算日期", "早于就诊日期"
