"""个人账户计息: a year of every pension account by 月积数法, with the rate published or, until then, last year's.

A year that was closed at a published rate is never reopened. An account whose credits do not agree with the
contributions posted in the year is left out and counted, for a person to look at.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from shebao.base import month as months
from shebao.batch.copying import Layout
from shebao.batch.kind import Balance, Columns, Kind, Outcome, Parameters, Source, Target
from shebao.batch.kinds.grouping import groups, only, place_of, unique_rows
from shebao.rules.columns import Column, ratio, share, where
from shebao.rules.dated import Value
from shebao.rules.pension import account
from shebao.rules.pension import contribution as pension
from shebao.rules.refusals import RuleRefusal, invalid
from shebao.rules.resident_pension import pension as resident

FIRST_YEAR = 2016
EMPLOYEE_SCHEME, RESIDENT_SCHEME = 1, 2
MILLION = 1_000_000
WHOLE_YEAR_STAYS, WHOLE_YEAR = 78, 12

ACCOUNTS = Layout(
    {
        "subject": "int8", "scheme": "int4", "region": "int4", "exists": "int4", "opening": "int8",
        "credit": "int8", "spent": "int8", "interest": "int8",
    }
)  # fmt: skip
POSTED = Layout(
    {"subject": "int8", "scheme": "int4", "region": "int4", "month": "int4", "on": "int4", "base": "int8",
     "own": "int8"}
)  # fmt: skip
DRAWN = Layout({"subject": "int8", "months": "int4", "stays": "int4"})
ROWS = Layout(
    {
        "subject": "int8", "opening": "int8", "credit": "int8", "interest": "int8", "spent": "int8",
        "closing": "int8", "change": "int8", "rate": "int4", "provisional": "int4",
    }
)  # fmt: skip


def compute(parameters: Parameters, found: Mapping[str, Columns]) -> Outcome:
    """The year of every account that is not closed yet."""
    accounts, _ = unique_rows(found["accounts"], ("subject",), latest="scheme")
    count = len(accounts["subject"])
    credit, product = _credits(parameters, found["posted"], accounts)
    drawn = _drawn(found["drawn"], accounts)
    kept = where(accounts["exists"] == 1, accounts["credit"] == credit, True) & (count > 0)
    rates = np.full(count, -1, dtype=np.int64)
    provisional = np.zeros(count, dtype=np.int64)
    interest = np.zeros(count, dtype=np.int64)
    closing = np.zeros(count, dtype=np.int64)
    for key, places in groups({"scheme": accounts["scheme"], "region": accounts["region"]}):
        value = rate_of(parameters, key["scheme"], str(key["region"]))
        if value is None:
            continue
        rates[places] = share(MILLION, value.rate)
        provisional[places] = int(value.until <= months.first_day(parameters.period * 100 + 1))
        told = account.close_year(
            opening=accounts["opening"][places],
            credit=credit[places] - accounts["spent"][places],
            product=product[places] - drawn[places],
            rate=value.rate,
        )
        interest[places], closing[places] = told.interest, told.closing
    rows = {
        "subject": accounts["subject"],
        "opening": accounts["opening"],
        "credit": credit,
        "interest": interest,
        "spent": accounts["spent"],
        "closing": closing,
        "change": interest - accounts["interest"],
        "rate": rates,
        "provisional": provisional,
    }
    settled = only(rows, kept & (rates >= 0))
    totals = {
        "read": count,
        "credits_disagree": int((~kept).sum()),
        "without_rate": int((kept & (rates < 0)).sum()),
        "rows": len(settled["subject"]),
        "opening_fen": int(settled["opening"].sum()),
        "credit_fen": int(settled["credit"].sum()),
        "spent_fen": int(settled["spent"].sum()),
        "interest_fen": int(settled["interest"].sum()),
        "closing_fen": int(settled["closing"].sum()),
    }
    return Outcome({"years": settled}, totals)


def rate_of(parameters: Parameters, scheme: int, region: str) -> Value | None:
    """记账利率 of a scheme; None where a region's rate for residents has not been established."""
    if scheme == EMPLOYEE_SCHEME:
        return account.interest_rate(
            parameters.period, as_of=parameters.as_of, allow_demo=parameters.allow_demo, provisional=True
        )
    try:
        return resident.BOOK.at(
            "interest_rate", region, parameters.period * 100 + 1, allow_demo=parameters.allow_demo
        )
    except RuleRefusal:
        return None


def credit_of(month: int, region: str, scheme: int, base: Any, own: Any, *, allow_demo: bool) -> Any:
    """What one contribution puts into the account (fen): the account's share of the base, or all of it."""
    if scheme == RESIDENT_SCHEME:
        return own
    return share(base, pension.BOOK.at("account_rate", region, month, allow_demo=allow_demo).rate)


def _credits(parameters: Parameters, posted: Columns, accounts: Columns) -> tuple[Column, Column]:
    """Credits and 月积数 of the year by account; a contribution is posted in the month it arrives."""
    fen = np.zeros(len(posted["subject"]), dtype=np.int64)
    for key, places in groups({name: posted[name] for name in ("scheme", "region", "month")}):
        fen[places] = credit_of(
            key["month"],
            str(key["region"]),
            key["scheme"],
            posted["base"][places],
            posted["own"][places],
            allow_demo=parameters.allow_demo,
        )
    credit = np.zeros(len(accounts["subject"]), dtype=np.int64)
    product = np.zeros_like(credit)
    place, there = place_of(posted["subject"], accounts["subject"])
    np.add.at(credit, place[there], fen[there])
    np.add.at(product, place[there], (fen * (13 - posted["on"]))[there])
    return credit, product


def _drawn(drawn: Columns, accounts: Columns) -> Column:
    """月积数 of what was spent: evenly over the months in which a pension was paid, or over the year."""
    stays = np.full(len(accounts["subject"]), WHOLE_YEAR_STAYS, dtype=np.int64)
    count = np.full(len(stays), WHOLE_YEAR, dtype=np.int64)
    place, there = place_of(drawn["subject"], accounts["subject"])
    stays[place[there]], count[place[there]] = drawn["stays"][there], drawn["months"][there]
    result: Column = ratio(accounts["spent"] * stays, 1, count)
    return result


def balance(totals: Mapping[str, int]) -> list[Balance]:
    """Opening, credits and interest less spending make closing; every account is closed or counted as left."""
    made = totals["opening_fen"] + totals["credit_fen"] + totals["interest_fen"] - totals["spent_fen"]
    left = totals["credits_disagree"] + totals["without_rate"]
    return [
        Balance("期初＋记账＋利息－支取＝期末", made, totals["closing_fen"]),
        Balance("账户读入＝计息＋没有计息", totals["read"], totals["rows"] + left),
    ]


def check(parameters: Parameters) -> None:
    """Refuses a year that has not ended, and years before the rate was national."""
    if not FIRST_YEAR <= parameters.period < parameters.as_of.year:
        raise invalid("period", "计息年度要写成2025的样子，并且这一年已经结束。")


_ACCOUNTS = """
select a.subject_id, (case when exists (select 1 from registry_enrolment e
                                         where e.subject_id = a.subject_id and e.insurance in (110, 120)
                                           and e.subject_id >= {low} and e.subject_id < {high})
                           then 1 else 2 end)::int4,
       p.region::int4, (y.year is not null)::int4, coalesce(y.opening_fen, b.closing_fen, 0),
       coalesce(y.credit_fen, 0), coalesce(y.spent_fen, 0), coalesce(y.interest_fen, 0)
  from registry_account a
  join registry_person p on p.subject_id = a.subject_id and p.subject_id >= {low} and p.subject_id < {high}
  left join registry_accountyear y on y.subject_id = a.subject_id and y.kind = 'pension' and y.year = {period}
       and y.subject_id >= {low} and y.subject_id < {high}
  left join registry_accountyear b on b.subject_id = a.subject_id and b.kind = 'pension' and b.year = {period} - 1
       and b.subject_id >= {low} and b.subject_id < {high}
 where a.subject_id >= {low} and a.subject_id < {high} and a.kind = 'pension' and a.opened <= {period} * 100 + 12
   and (y.year is null or y.provisional)
"""
_POSTED = """
select c.subject_id, (case when c.insurance = 170 then 2 else 1 end)::int4, p.region::int4, c.month,
       extract(month from c.paid_on)::int4, c.base_fen, c.person_fen + c.subsidy_fen
  from registry_contribution c
  join registry_person p on p.subject_id = c.subject_id and p.subject_id >= {low} and p.subject_id < {high}
 where c.subject_id >= {low} and c.subject_id < {high} and c.insurance in (110, 120, 170) and c.state = 'paid'
   and c.paid_on >= make_date({period}, 1, 1) and c.paid_on < make_date({period} + 1, 1, 1)
"""
_DRAWN = """
select b.subject_id, count(*)::int4, sum(13 - b.month % 100)::int4
  from registry_benefit b
 where b.subject_id >= {low} and b.subject_id < {high} and b.kind in ('pension', 'resident_pension')
   and b.month between {period} * 100 + 1 and {period} * 100 + 12 and b.paid_on is not null
 group by b.subject_id
"""
_BALANCE = """
update registry_account a set balance_fen = a.balance_fen + s.change
  from {staging} s
 where a.subject_id = s.subject and a.subject_id >= {low} and a.subject_id < {high} and a.kind = 'pension' and s.change <> 0
"""
_LATER = """
update registry_accountyear y set opening_fen = y.opening_fen + s.change, closing_fen = y.closing_fen + s.change
  from {staging} s
 where y.subject_id = s.subject and y.subject_id >= {low} and y.subject_id < {high}
   and y.kind = 'pension' and y.year > {period} and s.change <> 0
"""
_YEAR = """
insert into registry_accountyear as y (subject_id, kind, year, opening_fen, credit_fen, interest_fen, spent_fen,
                                       closing_fen, rate, provisional)
select subject, 'pension', {period}, opening, credit, interest, spent, closing,
       trim(to_char(rate / 10000.0, '990.00')) || '%', provisional = 1
  from {staging}
    on conflict (subject_id, kind, year) do update set
       interest_fen = excluded.interest_fen, closing_fen = excluded.closing_fen, rate = excluded.rate,
       provisional = excluded.provisional
"""

KIND = Kind(
    code="interest",
    name="个人账户计息",
    unit="year",
    items=("person.basic", "enrolment.record", "contribution.record", "account.balance", "benefit.record"),
    writes=("account.balance",),
    sources={
        "accounts": Source(_ACCOUNTS, ACCOUNTS),
        "posted": Source(_POSTED, POSTED),
        "drawn": Source(_DRAWN, DRAWN),
    },
    targets={"years": Target(ROWS, ("subject",), (_BALANCE, _LATER, _YEAR))},
    compute=compute,
    check=check,
    balance=balance,
)
