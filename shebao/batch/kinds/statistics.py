"""参保人数: people by region, insurance, kind and state in a month. Counts only; who is counted is not kept."""

from collections.abc import Mapping

import numpy as np

from shebao.base import month as months
from shebao.batch.copying import Layout
from shebao.batch.kind import Balance, Columns, Kind, Outcome, Parameters, Source, Target
from shebao.batch.kinds.grouping import groups, unique_rows
from shebao.rules.refusals import invalid

TYPES = ("employee", "flexible", "resident", "retired")
STATES = ("active", "suspended", "retired")
SPELLS = Layout(
    {
        "subject": "int8",
        "region": "int4",
        "insurance": "int4",
        "type": "int4",
        "state": "int4",
        "since": "int4",
    }
)
ROWS = Layout({"region": "int4", "insurance": "int2", "type": "int2", "state": "int2", "people": "int8"})


def compute(parameters: Parameters, found: Mapping[str, Columns]) -> Outcome:
    """One row for each combination that occurs in the chunk."""
    spells, doubled = unique_rows(found["spells"], ("subject", "insurance"), latest="since")
    names = ("region", "insurance", "type", "state")
    counted = [(*key.values(), len(places)) for key, places in groups({name: spells[name] for name in names})]
    table = np.array(counted, dtype=np.int64).reshape(-1, len(ROWS.columns))
    rows = {name: table[:, place] for place, name in enumerate(ROWS.columns)}
    totals = {"read": len(found["spells"]["subject"]), "second_spell": doubled}
    for insurance in np.unique(rows["insurance"]).tolist():
        totals[f"{insurance}.people"] = int(rows["people"][rows["insurance"] == insurance].sum())
    return Outcome({"counts": rows}, totals)


def balance(totals: Mapping[str, int]) -> list[Balance]:
    """Every spell is counted once."""
    counted = sum(number for name, number in totals.items() if name.endswith(".people"))
    return [Balance("登记读入＝人数＋重复", totals["read"], counted + totals["second_spell"])]


def check(parameters: Parameters) -> None:
    """Refuses what is no month up to now."""
    month = parameters.period
    if not months.is_month(month) or not 200407 <= month <= months.of(parameters.as_of):
        raise invalid("period", "月份要写成202611的样子，不能晚于本月。")


def _position(column: str, names: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    return f"array_position(array[{listed}], {column})::int4"


_SPELLS = f"""
select e.subject_id, p.region::int4, e.insurance::int4, {_position("e.person_type", TYPES)},
       {_position("e.state", STATES)}, e.since
  from registry_enrolment e
  join registry_person p on p.subject_id = e.subject_id and p.subject_id >= {{low}} and p.subject_id < {{high}}
 where e.subject_id >= {{low}} and e.subject_id < {{high}} and e.since <= {{period}}
   and (e.until is null or e.until > {{period}}) and e.state = any(array['active', 'suspended', 'retired'])
   and p.died_on is null
"""
_STORE = f"""
insert into batch_headcount (run_id, position, region, insurance, person_type, state, people)
select {{run}}, {{position}}, lpad(region::text, 6, '0'), insurance,
       (array[{", ".join(f"'{name}'" for name in TYPES)}])[type],
       (array[{", ".join(f"'{name}'" for name in STATES)}])[state], people
  from {{staging}}
"""

KIND = Kind(
    code="statistics",
    name="参保人数统计",
    unit="month",
    items=("person.basic", "enrolment.record"),
    writes=(),
    sources={"spells": Source(_SPELLS, SPELLS)},
    targets={"counts": Target(ROWS, ("region", "insurance", "type", "state"), (_STORE,))},
    compute=compute,
    check=check,
    balance=balance,
)
