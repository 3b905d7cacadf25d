"""Staged rows into the registry, set by set, inside the transaction that holds the grant."""

from collections.abc import Callable
from typing import Any

DECLARED = (
    "insert into registry_contribution (subject_id, insurance, month, seq, kind, state, base_fen, employer_fen,"
    " person_fen, subsidy_fen, employer_id)"
    " select subject_id, insurance, month, 0, case when month < %s then 'backpay' else 'normal' end, 'paying',"
    " base_fen, employer_fen, person_fen, 0, %s from intake where outcome = 'new'"
)
DECLARED_AGAIN = (
    "update registry_contribution c set base_fen = i.base_fen, employer_fen = i.employer_fen,"
    " person_fen = i.person_fen, state = 'paying', paid_on = null from intake i, intake_old o"
    " where i.outcome = 'changed' and not o.paid and o.seq = 0 and (o.subject_id, o.insurance, o.month) ="
    " (i.subject_id, i.insurance, i.month) and (c.subject_id, c.insurance, c.month, c.seq) ="
    " (i.subject_id, i.insurance, i.month, 0)"
)
DIFFERENCE = (
    "insert into registry_contribution (subject_id, insurance, month, seq, kind, state, base_fen, employer_fen,"
    " person_fen, subsidy_fen, employer_id)"
    " select i.subject_id, i.insurance, i.month, o.seq + 1, 'backpay', 'paying', i.base_fen - o.base_fen,"
    " i.employer_fen - o.employer_fen, i.person_fen - o.person_fen, 0, %s from intake i join intake_old o"
    " using (subject_id, insurance, month) where i.outcome = 'changed' and (o.paid or o.seq > 0)"
)


def declaration(cursor: Any, employer_id: int, last_month: int) -> None:
    """New months; months not yet paid are replaced; paid ones get a difference item (补差)."""
    cursor.execute(DECLARED, [last_month, employer_id])
    cursor.execute(DIFFERENCE, [employer_id])
    cursor.execute(DECLARED_AGAIN)


def persons(cursor: Any, employer_id: int, last_month: int) -> None:
    """Known persons get their place of cover; new ones were numbered before."""
    cursor.execute(
        "insert into privacy_subject (id) select subject_id from intake where outcome = 'new' order by line"
    )
    cursor.execute(
        "insert into registry_person (subject_id, sex, birth_date, region)"
        " select subject_id, sex, birth_date, region from intake where outcome = 'new'"
    )
    for purpose, column in (("id_number", "number"), ("real_name", "name"), ("card", "card_number")):
        cursor.execute(
            f"insert into privacy_blind (purpose, digest, subject_id) select %s, {column}, subject_id"
            f" from intake where outcome = 'new' and {column} is not null",
            [purpose],
        )
    cursor.execute(
        "update registry_person p set region = i.region from intake i"
        " where i.outcome = 'changed' and p.subject_id = i.subject_id"
    )


def employers(cursor: Any, employer_id: int, last_month: int) -> None:
    """New employers, and what changed of known ones."""
    cursor.execute(
        "insert into registry_employer (uscc, name, region, industry, injury_class, state, registered_on)"
        " select uscc, employer_name, region, coalesce(industry, ''), injury_class, state, registered_on"
        " from intake where outcome in ('new', 'changed') on conflict (uscc) do update set name = excluded.name,"
        " region = excluded.region, industry = excluded.industry, injury_class = excluded.injury_class,"
        " state = excluded.state, registered_on = excluded.registered_on"
    )


def businesses(cursor: Any, employer_id: int, last_month: int) -> None:
    """The shared registration of businesses, with the legal representative where she is on file."""
    cursor.execute(
        "insert into registry_business (uscc, name, region, industry, injury_class, state, registered_on, legal_id)"
        " select uscc, business_name, region, coalesce(industry, ''), injury_class, state, registered_on, subject_id"
        " from intake where outcome in ('new', 'changed') on conflict (uscc) do update set name = excluded.name,"
        " region = excluded.region, industry = excluded.industry, injury_class = excluded.injury_class,"
        " state = excluded.state, registered_on = excluded.registered_on, legal_id = excluded.legal_id"
    )


def institutions(cursor: Any, employer_id: int, last_month: int) -> None:
    """New institutions, and what a line says about known ones; an empty cell changes nothing."""
    cursor.execute(
        "update registry_institution p set kind = i.place_kind, level = i.level,"
        " district = coalesce(i.district, p.district), address = coalesce(i.place_address, p.address),"
        " hours = coalesce(i.hours, p.hours), longitude_e6 = coalesce(i.longitude_e6, p.longitude_e6),"
        " latitude_e6 = coalesce(i.latitude_e6, p.latitude_e6) from intake i"
        " where i.outcome = 'changed' and (p.name, p.region) = (i.institution_name, i.region)"
    )
    cursor.execute(
        "insert into registry_institution (name, kind, level, region, district, address, hours, longitude_e6,"
        " latitude_e6) select institution_name, place_kind, level, region, coalesce(district, ''),"
        " coalesce(place_address, ''), coalesce(hours, ''), longitude_e6, latitude_e6 from intake where outcome = 'new' order by line"
    )


def enrolments(cursor: Any, employer_id: int, last_month: int) -> None:
    """Spells."""
    cursor.execute(
        "insert into registry_enrolment (subject_id, insurance, person_type, state, employer_id, since, until,"
        " reason) select subject_id, insurance, person_type, state, employer_id, since, until,"
        " coalesce(reason, '') from intake where outcome = 'new'"
    )
    cursor.execute(
        "update registry_enrolment e set person_type = i.person_type, state = i.state,"
        " employer_id = i.employer_id, until = i.until, reason = coalesce(i.reason, '') from intake i"
        " where i.outcome = 'changed' and (e.subject_id, e.insurance, e.since) ="
        " (i.subject_id, i.insurance, i.since)"
    )


def contributions(cursor: Any, employer_id: int, last_month: int) -> None:
    """Months as the bureau has them."""
    cursor.execute(
        "insert into registry_contribution (subject_id, insurance, month, seq, kind, state, base_fen,"
        " employer_fen, person_fen, subsidy_fen, employer_id, paid_on) select subject_id, insurance, month, 0,"
        " pay_kind, state, base_fen, employer_fen, person_fen, coalesce(subsidy_fen, 0), employer_id, paid_on"
        " from intake where outcome in ('new', 'changed')"
        " on conflict (subject_id, insurance, month, seq) do update set kind = excluded.kind,"
        " state = excluded.state, base_fen = excluded.base_fen, employer_fen = excluded.employer_fen,"
        " person_fen = excluded.person_fen, subsidy_fen = excluded.subsidy_fen,"
        " employer_id = excluded.employer_id, paid_on = excluded.paid_on"
    )


def accounts(cursor: Any, employer_id: int, last_month: int) -> None:
    """Account years; the balance is the closing of the latest."""
    cursor.execute(
        "insert into registry_accountyear (subject_id, kind, year, opening_fen, credit_fen, interest_fen,"
        " spent_fen, closing_fen, rate, provisional) select subject_id, account, year, opening_fen, credit_fen,"
        " interest_fen, spent_fen, closing_fen, rate, provisional from intake"
        " where outcome in ('new', 'changed') on conflict (subject_id, kind, year) do update set"
        " opening_fen = excluded.opening_fen, credit_fen = excluded.credit_fen,"
        " interest_fen = excluded.interest_fen, spent_fen = excluded.spent_fen,"
        " closing_fen = excluded.closing_fen, rate = excluded.rate, provisional = excluded.provisional"
    )
    cursor.execute(
        "insert into registry_account (subject_id, kind, opened, balance_fen, balance_on)"
        " select distinct on (y.subject_id, y.kind) y.subject_id, y.kind, i.opened, y.closing_fen,"
        " least(make_date(y.year, 12, 31), (now() at time zone 'Asia/Shanghai')::date) from registry_accountyear y join"
        " (select subject_id, account, min(opened) as opened from intake where outcome in ('new', 'changed')"
        " group by 1, 2) i on (i.subject_id, i.account) = (y.subject_id, y.kind)"
        " order by y.subject_id, y.kind, y.year desc"
        " on conflict (subject_id, kind) do update set balance_fen = excluded.balance_fen,"
        " balance_on = excluded.balance_on"
    )


def claims(cursor: Any, employer_id: int, last_month: int) -> None:
    """Settlements with where they happened; a pending one may become settled."""
    cursor.execute(
        "with added as (insert into registry_claim (subject_id, kind, served_on, settled_on, state, total_fen,"
        " eligible_fen, fund_fen, account_fen, cash_fen) select subject_id, claim_kind, served_on, settled_on,"
        " state, total_fen, eligible_fen, fund_fen, account_fen, cash_fen from intake where outcome = 'new'"
        " order by line returning id, subject_id, kind, served_on, total_fen),"
        " numbered as (select a.*, row_number() over (partition by subject_id, kind, served_on, total_fen"
        " order by id) as turn from added a),"
        " staged as (select i.*, row_number() over (partition by subject_id, claim_kind, served_on, total_fen"
        " order by line) as turn from intake i where outcome = 'new')"
        " insert into registry_claimdetail (claim_id, subject_id, institution_id, days)"
        " select n.id, n.subject_id, s.institution_id, coalesce(s.days, 0) from numbered n join staged s on"
        " (s.subject_id, s.claim_kind, s.served_on, s.total_fen, s.turn) ="
        " (n.subject_id, n.kind, n.served_on, n.total_fen, n.turn)"
    )
    cursor.execute(
        "update registry_claim c set settled_on = i.settled_on, state = i.state, eligible_fen = i.eligible_fen,"
        " fund_fen = i.fund_fen, account_fen = i.account_fen, cash_fen = i.cash_fen from intake i,"
        " registry_claimdetail d where i.outcome = 'changed' and d.claim_id = c.id"
        " and d.institution_id = i.institution_id and (c.subject_id, c.kind, c.served_on, c.total_fen) ="
        " (i.subject_id, i.claim_kind, i.served_on, i.total_fen)"
    )


APPLY: dict[str, Callable[[Any, int, int], None]] = {
    "declaration": declaration,
    "persons": persons,
    "employers": employers,
    "businesses": businesses,
    "institutions": institutions,
    "enrolments": enrolments,
    "contributions": contributions,
    "accounts": accounts,
    "claims": claims,
}
