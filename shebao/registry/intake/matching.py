"""Each staged row against the registry: already there, new, changed, or refused."""

from collections.abc import Callable
from typing import Any

from shebao.base import month as months
from shebao.registry.intake import staging
from shebao.registry.intake.staging import judge, refuse


def declaration(cursor: Any, employer_id: int) -> None:
    """A declared month: enrolled there, not paid by another, not lowered once it has been paid."""
    cursor.execute(
        "create temporary table intake_old on commit drop as"
        " select c.subject_id, c.insurance, c.month, sum(c.base_fen)::bigint as base_fen,"
        " sum(c.employer_fen)::bigint as employer_fen, sum(c.person_fen)::bigint as person_fen,"
        " bool_and(c.state = 'paid') as paid, bool_and(c.employer_id is not distinct from %s) as ours,"
        " max(c.seq) as seq from registry_contribution c where (c.subject_id, c.insurance, c.month) in"
        " (select subject_id, insurance, month from intake where outcome = '') group by 1, 2, 3",
        [employer_id],
    )
    cursor.execute(
        "update intake i set outcome = 'refused', why = '这个月没有在这个单位参加这项保险' where outcome = ''"
        " and not exists (select 1 from registry_enrolment e where e.subject_id = i.subject_id"
        " and e.insurance = i.insurance and e.employer_id = %s and e.since <= i.month"
        " and (e.until is null or i.month < e.until))",
        [employer_id],
    )
    old = "(select {} from intake_old o where (o.subject_id, o.insurance, o.month) = (i.subject_id, i.insurance, i.month))"
    judge(cursor, f"{old.format('true')} is null", "new")
    refuse(cursor, f"not {old.format('o.ours')}", "这个月已有另一单位的缴费")
    same = "(o.base_fen, o.employer_fen, o.person_fen) = (i.base_fen, i.employer_fen, i.person_fen)"
    judge(cursor, old.format(same), "matched")
    refuse(cursor, old.format("o.paid and o.base_fen > i.base_fen"), "这个月已经到账，调低请到窗口办理")
    judge(cursor, "true", "changed")


def persons(cursor: Any, employer_id: int) -> None:
    """A person: new, or known with the same or another place of cover."""
    refuse(
        cursor,
        "card_number is not null and exists (select 1 from privacy_blind b where b.purpose = 'card'"
        " and b.digest = i.card_number and b.subject_id is distinct from i.subject_id)",
        "社会保障卡号已经登记在别人名下",
    )
    staging.refuse_repeated(cursor, "card_number", "社会保障卡号和第 ", "card_number is not null")
    judge(cursor, "subject_id is null", "new")
    judge(
        cursor,
        "exists (select 1 from registry_person p where p.subject_id = i.subject_id and p.region = i.region)",
        "matched",
    )
    judge(cursor, "true", "changed")


def employers(cursor: Any, employer_id: int) -> None:
    """An employer by its code."""
    judge(cursor, "not exists (select 1 from registry_employer e where e.uscc = i.uscc)", "new")
    judge(
        cursor,
        "exists (select 1 from registry_employer e where e.uscc = i.uscc"
        " and (e.name, e.region, e.industry, e.injury_class, e.state, e.registered_on) ="
        " (i.employer_name, i.region, coalesce(i.industry, ''), i.injury_class, i.state, i.registered_on))",
        "matched",
    )
    judge(cursor, "true", "changed")


def businesses(cursor: Any, employer_id: int) -> None:
    """A business by its code; a legal representative who is not on file stays open until she is."""
    cursor.execute(
        "update intake i set subject_id = b.subject_id from privacy_blind b"
        " where b.purpose = 'id_number' and b.digest = i.legal_number"
    )
    judge(cursor, "not exists (select 1 from registry_business b where b.uscc = i.uscc)", "new")
    judge(
        cursor,
        "exists (select 1 from registry_business b where b.uscc = i.uscc and b.legal_id is not distinct from"
        " i.subject_id and (b.name, b.region, b.industry, b.injury_class, b.state, b.registered_on) ="
        " (i.business_name, i.region, coalesce(i.industry, ''), i.injury_class, i.state, i.registered_on))",
        "matched",
    )
    judge(cursor, "true", "changed")


def institutions(cursor: Any, employer_id: int) -> None:
    """An institution by name and place."""
    key = "exists (select 1 from registry_institution p where (p.name, p.region) = (i.institution_name, i.region)"
    judge(cursor, f"not {key})", "new")
    told = "(p.kind, p.level, p.district, p.address, p.hours, p.longitude_e6, p.latitude_e6)"
    given = (
        "(i.place_kind, i.level, coalesce(i.district, p.district), coalesce(i.place_address, p.address),"
        " coalesce(i.hours, p.hours), coalesce(i.longitude_e6, p.longitude_e6),"
        " coalesce(i.latitude_e6, p.latitude_e6))"
    )
    judge(cursor, f"{key} and {told} is not distinct from {given})", "matched")
    judge(cursor, "true", "changed")


def enrolments(cursor: Any, employer_id: int) -> None:
    """A spell by person, insurance and first month; two spells of one insurance may not overlap."""
    found = (
        "exists (select 1 from registry_enrolment e where e.subject_id = i.subject_id"
        " and e.insurance = i.insurance and e.since {}"
    )
    refuse(
        cursor,
        found.format(
            "<> i.since and e.since < coalesce(i.until, 999912) and i.since < coalesce(e.until, 999912))"
        ),
        "和已有的参保时间重叠",
    )
    judge(cursor, "not " + found.format("= i.since)"), "new")
    judge(
        cursor,
        found.format(
            "= i.since and (e.person_type, e.state, e.reason) = (i.person_type, i.state, coalesce(i.reason, ''))"
            " and e.employer_id is not distinct from i.employer_id and e.until is not distinct from i.until)"
        ),
        "matched",
    )
    judge(cursor, "true", "changed")


def contributions(cursor: Any, employer_id: int) -> None:
    """A month by person and insurance."""
    key = (
        "exists (select 1 from registry_contribution c where c.subject_id = i.subject_id"
        " and c.insurance = i.insurance and c.month = i.month and c.seq = 0"
    )
    judge(cursor, f"not {key})", "new")
    judge(
        cursor,
        f"{key} and (c.kind, c.state, c.base_fen, c.employer_fen, c.person_fen, c.subsidy_fen) ="
        " (i.pay_kind, i.state, i.base_fen, i.employer_fen, i.person_fen, coalesce(i.subsidy_fen, 0))"
        " and c.employer_id is not distinct from i.employer_id and c.paid_on is not distinct from i.paid_on)",
        "matched",
    )
    judge(cursor, "true", "changed")


def accounts(cursor: Any, employer_id: int) -> None:
    """An account year; years of one account must follow each other without a gap in the balance."""
    key = (
        "exists (select 1 from registry_accountyear y where y.subject_id = i.subject_id and y.kind = i.account"
        " and y.year = i.year"
    )
    refuse(
        cursor,
        "exists (select 1 from intake o where o.subject_id = i.subject_id and o.account = i.account"
        " and o.year = i.year - 1 and o.closing_fen <> i.opening_fen) or (not exists (select 1 from intake o"
        " where o.subject_id = i.subject_id and o.account = i.account and o.year = i.year - 1) and exists"
        " (select 1 from registry_accountyear y where y.subject_id = i.subject_id and y.kind = i.account"
        " and y.year = i.year - 1 and y.closing_fen <> i.opening_fen))",
        "年初余额和上一年的年末余额不一样",
    )
    judge(cursor, f"not {key})", "new")
    judge(
        cursor,
        f"{key} and (y.opening_fen, y.credit_fen, y.interest_fen, y.spent_fen, y.closing_fen, y.rate,"
        " y.provisional) = (i.opening_fen, i.credit_fen, i.interest_fen, i.spent_fen, i.closing_fen, i.rate,"
        " i.provisional))",
        "matched",
    )
    judge(cursor, "true", "changed")


def claims(cursor: Any, employer_id: int) -> None:
    """A settlement by person, kind, day, total and institution."""
    key = (
        "exists (select 1 from registry_claim c join registry_claimdetail d on d.claim_id = c.id"
        " where c.subject_id = i.subject_id and c.kind = i.claim_kind and c.served_on = i.served_on"
        " and c.total_fen = i.total_fen and d.institution_id = i.institution_id"
    )
    judge(cursor, f"not {key})", "new")
    judge(
        cursor,
        f"{key} and (c.state, c.eligible_fen, c.fund_fen, c.account_fen, c.cash_fen, d.days) ="
        " (i.state, i.eligible_fen, i.fund_fen, i.account_fen, i.cash_fen, coalesce(i.days, 0))"
        " and c.settled_on is not distinct from i.settled_on)",
        "matched",
    )
    judge(cursor, "true", "changed")


def last_month(current: int) -> int:
    """The month before the current one: declared later than that, it is a back-payment."""
    return months.plus(current, -1)


MATCH: dict[str, Callable[[Any, int], None]] = {
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
