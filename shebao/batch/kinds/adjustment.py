"""养老金调整: the monthly increase of everybody who drew a pension in December, from January on.

The list is the decision; payment follows it. A province's detail must be established; until then only invented
people can be adjusted (`allow_demo`).
"""

from collections.abc import Mapping

import numpy as np

from shebao.batch.copying import Layout
from shebao.batch.kind import Balance, Columns, Kind, Outcome, Parameters, Source, Target
from shebao.batch.kinds.grouping import groups
from shebao.rules.pension import adjustment
from shebao.rules.refusals import invalid

PENSIONERS = Layout(
    {"subject": "int8", "region": "int4", "birth_year": "int4", "paid": "int4", "pension": "int8"}
)
ROWS = Layout({"subject": "int8", "before": "int8", "increase": "int8", "after": "int8"})


def compute(parameters: Parameters, found: Mapping[str, Columns]) -> Outcome:
    """The increase of every pensioner without one for this year."""
    people = found["pensioners"]
    increase = np.zeros(len(people["subject"]), dtype=np.int64)
    for key, places in groups({"region": people["region"]}):
        increase[places] = adjustment.increase(
            pension_fen=people["pension"][places],
            paid_years=people["paid"][places] // 12,
            age_years=parameters.period - 1 - people["birth_year"][places],
            year=parameters.period,
            region=str(key["region"]),
            allow_demo=parameters.allow_demo,
        ).value
    rows = {
        "subject": people["subject"],
        "before": people["pension"],
        "increase": increase,
        "after": people["pension"] + increase,
    }
    totals = {
        "read": len(increase),
        "rows": len(increase),
        "before_fen": int(rows["before"].sum()),
        "increase_fen": int(increase.sum()),
        "after_fen": int(rows["after"].sum()),
    }
    return Outcome({"list": rows}, totals)


def balance(totals: Mapping[str, int]) -> list[Balance]:
    """Before and increase make after, for everybody read."""
    return [
        Balance("调整前＋增加＝调整后", totals["before_fen"] + totals["increase_fen"], totals["after_fen"]),
        Balance("读入＝写入", totals["read"], totals["rows_out"]),
    ]


def check(parameters: Parameters) -> None:
    """Refuses years outside what could be decided now."""
    if not 2024 <= parameters.period <= parameters.as_of.year:
        raise invalid("period", "调整年度要写成2026的样子，不能是以后的年度。")


_PENSIONERS = """
select b.subject_id, p.region::int4, extract(year from p.birth_date)::int4,
       (select count(distinct c.month) from registry_contribution c
         where c.subject_id = b.subject_id and c.insurance in (110, 120) and c.state = 'paid')::int4, b.amount_fen
  from registry_benefit b
  join registry_person p on p.subject_id = b.subject_id and p.subject_id >= {low} and p.subject_id < {high}
 where b.subject_id >= {low} and b.subject_id < {high} and b.kind = 'pension'
   and b.month = ({period} - 1) * 100 + 12 and p.died_on is null
   and not exists (select 1 from batch_adjustment x where x.subject_id = b.subject_id and x.year = {period})
"""
_STORE = """
insert into batch_adjustment (subject_id, year, before_fen, increase_fen, after_fen, since)
select subject, {period}, before, increase, after, {period} * 100 + 1 from {staging}
"""

KIND = Kind(
    code="adjustment",
    name="养老金调整",
    unit="year",
    items=("person.basic", "contribution.record", "benefit.record"),
    writes=("benefit.record",),
    sources={"pensioners": Source(_PENSIONERS, PENSIONERS)},
    targets={"list": Target(ROWS, ("subject",), (_STORE,))},
    compute=compute,
    check=check,
    balance=balance,
)
