"""月度核定: what each enrolment owes for a month, 补差 of earlier months, 滞纳金 of months in arrears.

The declared wage counts; without one the base of the last month. An employer that did not declare owes 110 %
of its last month. Nobody's base is guessed: without any, the row is left out and counted.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from shebao.base import month as months
from shebao.batch.copying import EPOCH_DAYS, Layout, joined
from shebao.batch.kind import Balance, Columns, Kind, Outcome, Parameters, Source, Target
from shebao.batch.kinds import assessment_sql as statements
from shebao.batch.kinds.grouping import groups, only, unique_rows
from shebao.batch.kinds.latefee import late_fees
from shebao.batch.kinds.tariff import EMPLOYEE, MONTHLY, Group, Known, amounts
from shebao.rules import collection
from shebao.rules.columns import Column, where
from shebao.rules.refusals import invalid

FIRST_MONTH = 202001  # 生育保险 is part of 职工医保 since then
NORMAL, ASSESSED, DIFFERENCE = 1, 2, 3

ENROLLED = Layout(
    {
        "subject": "int8", "insurance": "int4", "since": "int4", "type": "int4", "employer": "int4",
        "region": "int4", "class": "int4", "declared": "int8", "last_base": "int8", "last_employer": "int8",
        "last_person": "int8", "missed": "int4",
    }
)  # fmt: skip
EARLIER = Layout(
    {
        "subject": "int8", "insurance": "int4", "month": "int4", "type": "int4", "employer": "int4",
        "region": "int4", "class": "int4", "declared": "int8", "first_base": "int8", "base": "int8",
        "employer_fen": "int8", "person_fen": "int8", "seq": "int4", "assessed": "int4",
    }
)  # fmt: skip
ARREARS = Layout(
    {"subject": "int8", "insurance": "int4", "month": "int4", "employer": "int4", "principal": "int8"}
)
ROWS = Layout(
    {
        "subject": "int8", "insurance": "int2", "month": "int4", "seq": "int2", "kind": "int2", "base": "int8",
        "employer_fen": "int8", "person_fen": "int8", "employer": "int4",
    }
)  # fmt: skip
FEES = Layout(
    {
        "subject": "int8", "insurance": "int2", "month": "int4", "until": "date", "employer": "int4",
        "due": "date", "principal": "int8", "days": "int4", "fee": "int8",
    }
)  # fmt: skip


def compute(parameters: Parameters, found: Mapping[str, Columns]) -> Outcome:
    """Rows of the month, differences of earlier months, late fees; and what was left out and why."""
    known = Known(parameters.as_of, parameters.allow_demo)
    rows, totals = _month(parameters, found["enrolled"], known)
    differences = _differences(found["earlier"], known)
    fees = late_fees(found["arrears"], parameters.as_of)
    written = joined([rows, differences], ROWS)
    fees_out = {name: fees[name] for name in FEES.columns if name not in ("until", "due")} | {
        "until": fees["until"] - EPOCH_DAYS,
        "due": fees["due"] - EPOCH_DAYS,
    }
    for insurance in np.unique(rows["insurance"]).tolist():
        chosen = rows["insurance"] == insurance
        totals |= _sums(str(insurance), only(rows, chosen))
    totals |= _sums("difference", differences)
    totals |= {"late_fee.rows": len(fees["fee"]), "late_fee.fee_fen": int(fees["fee"].sum())}
    return Outcome({"contributions": written, "late_fees": fees_out}, totals)


def _sums(name: str, rows: Columns) -> dict[str, int]:
    return {
        f"{name}.rows": len(rows["subject"]),
        f"{name}.employer_fen": int(rows["employer_fen"].sum()),
        f"{name}.person_fen": int(rows["person_fen"].sum()),
    }


def _month(parameters: Parameters, found: Columns, known: Known) -> tuple[Columns, dict[str, int]]:
    spells, doubled = unique_rows(found, ("subject", "insurance"), latest="since")
    wage = where(spells["declared"] >= 0, spells["declared"], spells["last_base"])
    late = (spells["missed"] == 1) & (spells["type"] == EMPLOYEE) & (spells["last_base"] >= 0)
    known_base = wage >= 0
    kept = only(spells, known_base | late)
    wage, late = wage[known_base | late], late[known_base | late]
    by_rule = assessed(kept, wage, np.full(len(wage), parameters.period), known)
    rows = {
        "subject": kept["subject"],
        "insurance": kept["insurance"],
        "month": np.full(len(wage), parameters.period),
        "seq": np.zeros(len(wage), dtype=np.int64),
        "kind": where(late, ASSESSED, NORMAL),
        "base": where(late, kept["last_base"], by_rule[0]),
        "employer_fen": where(late, collection.undeclared(kept["last_employer"]), by_rule[1]),
        "person_fen": where(late, collection.undeclared(kept["last_person"]), by_rule[2]),
        "employer": kept["employer"],
    }
    totals = {
        "read": len(found["subject"]),
        "second_spell": doubled,
        "without_base": len(spells["subject"]) - len(wage),
        "undeclared": int(late.sum()),
    }
    return rows, totals


def assessed(rows: Columns, wage: Column, month: Column, known: Known) -> tuple[Column, Column, Column]:
    """Base, 单位 and 个人 of every row: one call of the rule for each group of equal month, place and kind."""
    result = (np.zeros_like(wage), np.zeros_like(wage), np.zeros_like(wage))
    keys = {"month": month, **{name: rows[name] for name in ("region", "insurance", "type")}}
    keys["class"] = where(rows["insurance"] == 410, rows["class"], 0)
    for key, places in groups(keys):
        group = Group(key["month"], str(key["region"]), key["insurance"], key["type"], key["class"])
        told = amounts(group, wage[places], known)
        for column, value in zip(result, (told.base, told.employer, told.person), strict=True):
            column[places] = value
    return result


def _differences(found: Columns, known: Known) -> Columns:
    """补差: what the parameters known now ask beyond all rows of that month; nothing is changed in place."""
    rows, _ = unique_rows(found, ("subject", "insurance", "month"), latest="type")
    settled = (rows["assessed"] == 0) | (rows["declared"] >= 0)
    rows = only(rows, settled & (rows["first_base"] >= 0))
    wage = where(rows["declared"] >= 0, rows["declared"], rows["first_base"])
    base, employer, person = assessed(rows, wage, rows["month"], known)
    more: dict[str, Any] = {
        "subject": rows["subject"],
        "insurance": rows["insurance"],
        "month": rows["month"],
        "seq": rows["seq"] + 1,
        "kind": np.full(len(wage), DIFFERENCE),
        "base": base - rows["base"],
        "employer_fen": employer - rows["employer_fen"],
        "person_fen": person - rows["person_fen"],
        "employer": rows["employer"],
    }
    return only(more, (more["employer_fen"] != 0) | (more["person_fen"] != 0))


def balance(totals: Mapping[str, int]) -> list[Balance]:
    """Everybody read is assessed or counted as left out; every row counted is a row put in place."""
    assessed_rows = sum(
        number for name, number in totals.items() if name[:1].isdigit() and name.endswith(".rows")
    )
    left_out = totals["without_base"] + totals["second_spell"]
    placed = assessed_rows + totals["difference.rows"] + totals["late_fee.rows"]
    return [
        Balance("参保读入＝核定＋没有基数＋重复", totals["read"], assessed_rows + left_out),
        Balance("写入＝核定＋补差＋滞纳金", totals["rows_out"], placed),
    ]


def check(parameters: Parameters) -> None:
    """Refuses what is no month, months before 2020, months to come, and a reach back of more than two years."""
    month = parameters.period
    if not months.is_month(month) or not FIRST_MONTH <= month <= months.of(parameters.as_of):
        raise invalid("period", "核定月份要写成202611的样子，不早于2020年，也不晚于本月。")
    since = parameters.since
    if since and not (months.is_month(since) and FIRST_MONTH <= since < month):
        raise invalid("since", "补差要从更早的月份算起。")
    if since and months.months_until(since, month) > 24:
        raise invalid("since", "补差最多往前两年。")


KIND = Kind(
    code="assessment",
    name="月度核定",
    unit="month",
    items=("person.basic", "enrolment.record", "contribution.record", "contribution.unit"),
    writes=("contribution.record", "contribution.unit"),
    sources={
        "enrolled": Source(statements.ENROLLED.replace("@monthly", ", ".join(map(str, MONTHLY))), ENROLLED),
        "earlier": Source(statements.EARLIER.replace("@monthly", ", ".join(map(str, MONTHLY))), EARLIER),
        "arrears": Source(statements.ARREARS, ARREARS),
    },
    targets={
        "contributions": Target(ROWS, ("subject", "insurance", "month", "seq"), (statements.STORE,)),
        "late_fees": Target(FEES, ("subject", "insurance", "month"), (statements.STORE_FEES,)),
    },
    compute=compute,
    check=check,
    balance=balance,
)
