"""到龄名单: who reaches the statutory age within the twelve months from the period on.

For a woman it depends on her post whether 50 or 55 was the original age: she is listed under each that falls
into the months, and an officer decides.
"""

from collections.abc import Mapping

import numpy as np

from shebao.base import month as months
from shebao.batch.copying import Layout, joined
from shebao.batch.kind import Balance, Columns, Kind, Outcome, Parameters, Source, Target
from shebao.batch.kinds.grouping import only
from shebao.rules.columns import Column
from shebao.rules.pension import retirement
from shebao.rules.refusals import invalid

AHEAD = 12
MALE, FEMALE = 1, 2
BY_SEX = {MALE: ("male60",), FEMALE: ("female55", "female50")}

PERSONS = Layout({"subject": "int8", "sex": "int4", "birth": "int4", "paid": "int4"})
ROWS = Layout(
    {
        "subject": "int8", "category": "int2", "month": "int4", "age": "int2", "delay": "int2", "paid": "int2",
        "minimum": "int2",
    }
)  # fmt: skip


def compute(parameters: Parameters, found: Mapping[str, Columns]) -> Outcome:
    """Persons and categories whose statutory month lies in the months asked for."""
    persons = found["persons"]
    until = months.plus(parameters.period, AHEAD)
    parts = []
    for sex, categories in BY_SEX.items():
        these = only(persons, persons["sex"] == sex)
        for category in categories:
            parts.append(_reaching(these, retirement.CATEGORIES.index(category), parameters.period, until))
    rows = joined(parts, ROWS)
    short = rows["paid"] < rows["minimum"]
    totals = {"read": len(persons["subject"]), "rows": len(rows["subject"]), "years_short": int(short.sum())}
    for position, category in enumerate(retirement.CATEGORIES):
        totals[f"{category}.rows"] = int((rows["category"] == position).sum())
    return Outcome({"list": rows}, totals)


def _reaching(persons: Columns, category: int, since: int, until: int) -> dict[str, Column]:
    position = np.full(len(persons["subject"]), category, dtype=np.int64)
    told = retirement.statutory(persons["birth"], position)
    rows = {
        "subject": persons["subject"],
        "category": position,
        "month": told.month,
        "age": told.age_months,
        "delay": told.delay_months,
        "paid": persons["paid"],
        "minimum": told.minimum_months,
    }
    return only(rows, (told.month >= since) & (told.month < until))


def balance(totals: Mapping[str, int]) -> list[Balance]:
    """Every line of the list belongs to one category."""
    listed = sum(totals[f"{category}.rows"] for category in retirement.CATEGORIES)
    return [Balance("名单＝各类之和", totals["rows_out"], listed)]


def check(parameters: Parameters) -> None:
    """Refuses what is no month of the gradual delay (2025 to 2045)."""
    if not months.is_month(parameters.period) or not 202501 <= parameters.period <= 204512:
        raise invalid("period", "月份要写成202611的样子，在2025年到2045年之间。")


# Born so that 50 to 63 years later falls into the months asked for.
_PERSONS = """
select p.subject_id, p.sex::int4, (extract(year from p.birth_date) * 100 + extract(month from p.birth_date))::int4,
       (select count(distinct c.month) from registry_contribution c
         where c.subject_id = p.subject_id and c.insurance in (110, 120) and c.state = 'paid')::int4
  from registry_person p
 where p.subject_id >= {low} and p.subject_id < {high} and p.died_on is null
   and p.birth_date >= make_date({period} / 100 - 64, 1, 1) and p.birth_date < make_date({period} / 100 - 48, 1, 1)
   and exists (select 1 from registry_enrolment e
                where e.subject_id = p.subject_id and e.insurance in (110, 120) and e.state in ('active', 'suspended'))
"""
_CLEAR = """
delete from batch_reaching
 where subject_id >= {low} and subject_id < {high} and subject_id in (select subject from {staging})
"""
_STORE = """
insert into batch_reaching (subject_id, category, month, age_months, delay_months, paid_months, minimum_months,
                            listed_for)
select subject, (array['male60', 'female55', 'female50'])[category + 1], month, age, delay, paid, minimum, {period}
  from {staging}
"""

KIND = Kind(
    code="retirement",
    name="到龄名单",
    unit="month",
    items=("person.basic", "enrolment.record", "contribution.record", "benefit.record"),
    writes=("benefit.record",),
    sources={"persons": Source(_PERSONS, PERSONS)},
    targets={"list": Target(ROWS, ("subject", "category"), (_CLEAR, _STORE))},
    compute=compute,
    check=check,
    balance=balance,
)
