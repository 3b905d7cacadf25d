"""个人权益记录单: marks the statement of a year as ready for everybody with contributions in it (社会保险法第七十四条).

The sheet itself is drawn up when the person asks for it, by the item 开证明: nothing is printed ahead.
"""

from collections.abc import Mapping

from shebao.batch.copying import Layout
from shebao.batch.kind import Balance, Columns, Kind, Outcome, Parameters, Source, Target
from shebao.rules.refusals import invalid

PERSONS = Layout({"subject": "int8", "paid": "int4", "person": "int8", "employer": "int8"})
ROWS = Layout({"subject": "int8", "paid": "int2", "person": "int8", "employer": "int8"})


def compute(parameters: Parameters, found: Mapping[str, Columns]) -> Outcome:
    """A row for everybody who has none for this year."""
    persons = found["persons"]
    totals = {
        "read": len(persons["subject"]),
        "rows": len(persons["subject"]),
        "person_fen": int(persons["person"].sum()),
        "employer_fen": int(persons["employer"].sum()),
    }
    return Outcome({"statements": persons}, totals)


def balance(totals: Mapping[str, int]) -> list[Balance]:
    """One statement for everybody read."""
    return [Balance("读入＝写入", totals["read"], totals["rows_out"])]


def check(parameters: Parameters) -> None:
    """Refuses a year that has not ended."""
    if not 2004 <= parameters.period < parameters.as_of.year:
        raise invalid("period", "年度要写成2025的样子，并且这一年已经结束。")


_PERSONS = """
select c.subject_id, count(distinct c.month) filter (where c.insurance in (110, 120, 170))::int4,
       sum(c.person_fen)::int8, sum(c.employer_fen + c.subsidy_fen)::int8
  from registry_contribution c
 where c.subject_id >= {low} and c.subject_id < {high} and c.month between {period} * 100 + 1 and {period} * 100 + 12
   and c.state = 'paid'
   and not exists (select 1 from batch_statement x where x.subject_id = c.subject_id and x.year = {period})
 group by c.subject_id
"""
_STORE = """
insert into batch_statement (subject_id, year, paid_months, person_fen, employer_fen, ready_on)
select subject, {period}, paid, person, employer, {as_of} from {staging}
"""

KIND = Kind(
    code="statements",
    name="个人权益记录单",
    unit="year",
    items=("enrolment.record", "contribution.record", "certificate.record"),
    writes=("certificate.record",),
    sources={"persons": Source(_PERSONS, PERSONS)},
    targets={"statements": Target(ROWS, ("subject",), (_STORE,))},
    compute=compute,
    check=check,
    balance=balance,
)
