"""单位经办 pages: figures of an employer in words; no amount of a single person."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from shebao.base import month as months
from shebao.cases.item import Item
from shebao.items.employers import Late
from shebao.registry import insurances
from shebao.registry.employers.workers import Billed
from shebao.registry.models import Employer, Enrolment
from shebao.web import formats
from shebao.web.charts.plot import Table

STATES = {"paid": "已到账", "paying": "等缴款", "arrears": "欠费"}
TONES = {"paid": "", "paying": "w", "arrears": "b"}
FAULTS = 50
BY_FILE = {"base-declaration": "/employer/bases/"}


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
        "newer": f"/employer/roster/?page={at - 1}" if at > 1 else "",
        "older": f"/employer/roster/?page={at + 1}" if at * size < people else "",
    }


def bill(billed: Sequence[Billed], *, month: int, today: date) -> dict[str, Any]:
    """The bill of a month: a table that adds up, and the months around it."""
    chosen = billed[0].month if billed else month or months.of(today)
    by_unit, by_people = sum(one.employer_fen for one in billed), sum(one.person_fen for one in billed)
    rows = [
        (insurances.name(one.insurance), STATES.get(one.state, one.state), str(one.people),
         formats.yuan(one.employer_fen), formats.yuan(one.person_fen),
         formats.yuan(one.employer_fen + one.person_fen))
        for one in billed
    ]  # fmt: skip
    whole = (
        "合计",
        "",
        "",
        formats.yuan(by_unit),
        formats.yuan(by_people),
        formats.yuan(by_unit + by_people),
    )
    states = {one.state for one in billed}
    worst = next((state for state in ("arrears", "paying", "paid") if state in states), "")
    return {
        "month": months.to_text(chosen),
        "bill": Table(("险种", "状态", "人数", "单位", "个人", "合计"), (*rows, whole)) if rows else None,
        "whole": formats.yuan_unit(by_unit + by_people),
        "by_unit": formats.yuan_unit(by_unit),
        "by_people": formats.yuan_unit(by_people),
        "state": STATES.get(worst, ""),
        "tone": TONES.get(worst, ""),
        "due": formats.date_full(months.last_day(chosen)),
        "earlier": f"/employer/bill/?month={months.plus(chosen, -1)}",
        "later": f"/employer/bill/?month={months.plus(chosen, 1)}" if chosen < months.of(today) else "",
    }


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


def bases(faults: Sequence[str]) -> dict[str, Any]:
    """The form of a list, with the report of the one that was refused."""
    return {"faults": faults[:FAULTS], "count": len(faults), "more": max(0, len(faults) - FAULTS)}


def short(insurance: int) -> str:
    """养老, 失业, 医疗, 工伤, 生育: how people in an office say it."""
    return {110: "养老", 210: "失业", 310: "医疗", 410: "工伤", 510: "生育"}.get(
        insurance, insurances.name(insurance)
    )
