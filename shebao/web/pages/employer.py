"""单位经办 pages: figures of an employer in words; no amount of a single person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shebao.base import month as months
from shebao.cases.item import Item
from shebao.items import staff_list, wage_list
from shebao.items.employers import Late, Rates
from shebao.items.name_list import SHOWN as MOST_SHOWN
from shebao.registry import insurances
from shebao.registry.employers.workers import Billed
from shebao.registry.models import Employer, Enrolment
from shebao.web import formats
from shebao.web.charts.plot import Table

STATES = {"paid": "已到账", "paying": "等缴款", "arrears": "欠费"}
TONES = {"paid": "", "paying": "w", "arrears": "b"}
BY_KIND = {
    "joiners": "employee-enrolment-list",
    "leavers": "employee-leave-list",
    "bases": "base-declaration",
}
BY_FILE = {code: f"/employer/{kind}/" for kind, code in BY_KIND.items()}


@dataclass(frozen=True)
class Told:
    """What a page of a list says."""

    title: str
    file: str
    head: tuple[str, ...]
    hint: str
    by_hand: tuple[str, str, str]
    note: str


LISTS = {
    "joiners": Told(
        "用名单办参保", "增员名单", staff_list.JOINERS, "入职日期写成 2026-11-02，月工资写成 6500。",
        ("/items/employee-enrolment/", "只有一个人", "在页面上填就行"),
        "入职三十天内登记。依据社会保险法第五十八条。",
    ),
    "leavers": Told(
        "用名单停保", "减员名单", staff_list.LEAVERS, f"原因写其中一种：{'、'.join(staff_list.BY_WORD)}。",
        ("/items/employee-leave/", "只有一个人", "在页面上填就行"),
        "失业人员十五天内报。依据社会保险法第五十条。",
    ),
    "bases": Told(
        "申报职工的缴费工资", "缴费工资申报", wage_list.HEAD, "月工资写成 6500 或 6500.50。",
        ("/items/base-declaration/", "不用文件", "在页面上一行一行写"),
        "低于下限的按下限，高于上限的按上限。依据国办发〔2019〕13号。",
    ),
}  # fmt: skip


def home(
    unit: Employer, people: int, billed: Sequence[Billed], owed: Sequence[Late], offered: Sequence[Item],
    *, today: date,
) -> dict[str, Any]:  # fmt: skip
    """What the agent sees first."""
    month = billed[0].month if billed else 0
    whole = sum(one.employer_fen + one.person_fen for one in billed)
    waiting = sum(one.employer_fen + one.person_fen for one in billed if one.state == "paying")
    principal, fee = sum(one.principal_fen for one in owed), sum(one.fee_fen for one in owed)
    return {
        "people": people,
        "month": months.to_text(month) if month else "",
        "bill": formats.yuan_unit(whole),
        "waiting": formats.yuan_unit(waiting) if waiting else "",
        "due": formats.date_cn(months.last_day(month), today) if month else "",
        "owed": formats.yuan_unit(principal) if principal else "",
        "fee": formats.yuan_unit(fee),
        "owed_months": len(owed),
        "owed_line": f"{len(owed)} 个月没有缴清" if owed else "没有欠费",
        "items": [
            {"url": BY_FILE.get(one.code, f"/items/{one.code}/"), "name": one.plain, "sub": one.name}
            for one in offered
        ],
        "open": unit.state == "active",
    }


def worker(name: str, number: str, spells: Sequence[Enrolment]) -> dict[str, Any]:
    """One line of the roster."""
    since = min((spell.since for spell in spells), default=0)
    names = "、".join(short(spell.insurance) for spell in spells)
    return {"name": name, "number": number, "insurances": names, "since": formats.month_text(since)}


def roster(rows: list[dict[str, Any]], people: int, at: int, *, size: int) -> dict[str, Any]:
    """A page of the roster and the ways on."""
    return {
        "rows": rows,
        "people": people,
        "at": at,
        "pages": max(1, -(-people // size)),
        "newer": f"/employer/roster/?page={at - 1}" if at > 1 else "",
        "older": f"/employer/roster/?page={at + 1}" if at * size < people else "",
    }


def bill(
    billed: Sequence[Billed], rates: Mapping[int, Rates], waiting: Sequence[tuple[int, int]], *, month: int, today: date
) -> dict[str, Any]:  # fmt: skip
    """The bill of a month: a table that adds up, how it was reckoned, and the months around it."""
    chosen = billed[0].month if billed else month or months.of(today)
    by_unit, by_people = sum(one.employer_fen for one in billed), sum(one.person_fen for one in billed)
    states = {one.state for one in billed}
    rows = [_line(one, marked=len(states) > 1) for one in billed]
    whole = ("合计", "", formats.yuan(by_unit), formats.yuan(by_people), formats.yuan(by_unit + by_people))
    worst = next((state for state in ("arrears", "paying", "paid") if state in states), "")
    return {
        "month": months.to_text(chosen),
        "bill": Table(("险种", "人数", "单位", "个人", "合计"), (*rows, whole)) if rows else None,
        "whole": formats.yuan_unit(by_unit + by_people),
        "by_unit": formats.yuan_unit(by_unit),
        "by_people": formats.yuan_unit(by_people),
        "state": STATES.get(worst, ""),
        "tone": TONES.get(worst, ""),
        "due": formats.date_cn(months.last_day(chosen), today),
        "how": _how(billed, rates),
        "others": [
            {
                "url": f"/employer/bill/?month={one}",
                "month": months.to_text(one),
                "fen": formats.yuan_unit(fen),
            }
            for one, fen in waiting
            if one != chosen
        ],
        "earlier": f"/employer/bill/?month={months.plus(chosen, -1)}",
        "later": f"/employer/bill/?month={months.plus(chosen, 1)}" if chosen < months.of(today) else "",
    }


def _how(billed: Sequence[Billed], rates: Mapping[int, Rates]) -> list[tuple[str, str, str]]:
    """One line for each insurance: the sum of the bases and the rates. Fen."""
    bases: dict[int, int] = {}
    for one in billed:
        bases[one.insurance] = bases.get(one.insurance, 0) + one.base_fen
    return [
        (short(insurance), formats.yuan_unit(fen), _rates(rates.get(insurance)))
        for insurance, fen in bases.items()
    ]


def _rates(one: Rates | None) -> str:
    if one is None:
        return "这个月的费率还没有公布"
    return f"单位 {one.unit}，个人{f' {one.person}' if one.person != '0%' else '不缴'}"


def _line(one: Billed, *, marked: bool) -> tuple[str, ...]:
    state = f"（{STATES.get(one.state, one.state)}）" if marked else ""
    return (
        f"{short(one.insurance)}{state}",
        str(one.people),
        formats.yuan(one.employer_fen),
        formats.yuan(one.person_fen),
        formats.yuan(one.employer_fen + one.person_fen),
    )


def arrears(owed: Sequence[Late], *, today: date) -> dict[str, Any]:
    """Months owed, newest first, with late fees as of today."""
    principal, fee = sum(one.principal_fen for one in owed), sum(one.fee_fen for one in owed)
    rows = tuple(
        (
            months.to_text(one.month),
            formats.yuan(one.principal_fen),
            f"{one.days} 天",
            formats.yuan(one.fee_fen),
        )
        for one in reversed(owed)
    )
    return {
        "owed": Table(("月份", "欠缴", "逾期", "滞纳金"), rows) if rows else None,
        "months": len(owed),
        "principal": formats.yuan_unit(principal),
        "fee": formats.yuan_unit(fee),
        "whole": formats.yuan_unit(principal + fee),
        "day": formats.date_full(today),
    }


def name_list(kind: str, told: Told, faults: Sequence[str]) -> dict[str, Any]:
    """The form of a list, with the report of the one that was refused."""
    return {
        "kind": kind,
        "told": told,
        "columns": "、".join(told.head),
        "faults": list(faults),
        "count": len(faults),
        "more": len(faults) >= MOST_SHOWN,
    }


def short(insurance: int) -> str:
    """养老, 失业, 医疗, 工伤, 生育: how people in an office say it."""
    return {110: "养老", 210: "失业", 310: "医疗", 410: "工伤", 510: "生育"}.get(
        insurance, insurances.name(insurance)
    )
