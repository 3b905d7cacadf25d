"""From registry answers to what a certificate says. Runs inside the grant that issues it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from shebao.base.refusal import Refusal
from shebao.documents import content
from shebao.privacy import vault
from shebao.privacy.gate import Grant
from shebao.registry import insurances
from shebao.registry.accounts import queries as accounts
from shebao.registry.benefits import queries as benefits
from shebao.registry.claims import queries as claims
from shebao.registry.contributions import queries as contributions
from shebao.registry.employers import queries as employers
from shebao.registry.enrolments import queries as enrolments
from shebao.registry.models import AccountYear, Benefit, Claim, Contribution, Enrolment
from shebao.registry.persons import queries as persons

PAID = "paid"
CLAIM_KINDS = {"outpatient": "门诊", "inpatient": "住院", "pharmacy": "药店购药"}
BENEFITS = {"pension": "基本养老金", "unemployment": "失业保险金"}


@dataclass(frozen=True)
class Wish:
    """What was asked for: months [since, until] or a year, with or without the month list."""

    since: int
    until: int
    months: bool = False


def compose(grant: Grant, kind: content.Kind, wish: Wish, today: date) -> content.Content:
    """The content of a certificate. Refuses precondition_unmet when there is nothing to certify."""
    return _COMPOSERS[kind](grant, wish, today)


def _holder(grant: Grant, spells: Iterable[Enrolment]) -> content.Holder:
    values = vault.read(grant, ("person.name", "person.id_number"))
    unit = next((s.employer.name for s in spells if s.employer and s.until is None), "")
    return content.Holder(
        name=values["person.name"],
        id_number=values["person.id_number"],
        sex=persons.basics(grant).sex,
        employer=unit,
    )


def _enrolment(grant: Grant, wish: Wish, today: date) -> content.Content:
    spells = enrolments.spells(grant)
    if not spells:
        raise Refusal(
            "precondition_unmet", "没有查到您的参保登记，开不出参保证明。", "看参保信息", "/me/enrolment"
        )
    rows = contributions.paid_rows(grant)
    lines = tuple(
        _line(code, list(group), [r for r in rows if r.insurance == code], wish)
        for code, group in groupby(spells, key=lambda s: s.insurance)
    )
    within = [row for row in rows if wish.since <= row.month <= wish.until] if wish.months else []
    paid, units = _paid(within)
    return content.Enrolment(
        holder=_holder(grant, spells),
        since=wish.since,
        until=wish.until,
        as_of=today,
        lines=lines,
        paid=paid,
        employers=units,
    )


def _line(code: int, spells: list[Enrolment], rows: list[Contribution], wish: Wish) -> content.EnrolmentLine:
    months = sorted({row.month for row in rows if row.state == PAID})
    state: content.State = spells[0].state  # type: ignore[assignment]
    return content.EnrolmentLine(
        insurance=insurances.name(code),
        state=state,
        since=min(spell.since for spell in spells),
        months_total=len(months),
        months_in_period=sum(wish.since <= month <= wish.until for month in months),
        last_paid=months[-1] if months else None,
    )


def _contribution(grant: Grant, wish: Wish, today: date) -> content.Content:
    rows = contributions.paid_rows(grant, since=wish.since, until=wish.until)
    if not rows:
        raise Refusal(
            "precondition_unmet", "这段时间没有缴费记录，开不出缴费证明。", "换一段时间", "/certificates/"
        )
    paid, units = _paid(rows)
    return content.Contribution(
        holder=_holder(grant, enrolments.spells(grant)),
        since=wish.since,
        until=wish.until,
        as_of=today,
        paid=paid,
        employers=units,
    )


def _paid(rows: list[Contribution]) -> tuple[tuple[content.PaidInsurance, ...], tuple[str, ...]]:
    known = employers.names({row.employer_id for row in rows if row.employer_id})
    order = {identity: place for place, identity in enumerate(sorted(known))}
    paid = tuple(
        content.PaidInsurance(
            insurance=insurances.name(code), months=tuple(_month(row, order) for row in group)
        )
        for code, group in groupby(rows, key=lambda row: row.insurance)
    )
    return paid, tuple(known[identity] for identity in order)


def _month(row: Contribution, order: dict[int, int]) -> content.MonthLine:
    state: content.Arrival = row.state  # type: ignore[assignment]
    return content.MonthLine(
        month=row.month,
        base_fen=row.base_fen,
        employer_fen=row.employer_fen,
        person_fen=row.person_fen,
        state=state,
        employer=order.get(row.employer_id) if row.employer_id else None,
        backpay=row.kind == "backpay",
    )


def _statement(grant: Grant, wish: Wish, today: date) -> content.Content:
    year = wish.since // 100
    rows = [row for row in contributions.paid_rows(grant, until=year * 100 + 12) if row.state == PAID]
    books = accounts.year_of(grant, year)
    received = benefits.received_in(grant, year)
    spent = claims.settled_in(grant, year) if "claim.record" in grant.items else []
    this_year = [row for row in rows if row.month // 100 == year]
    if not (this_year or books or received):
        raise Refusal(
            "precondition_unmet", f"{year}年没有记录，开不出权益记录单。", "换一年", "/certificates/"
        )
    return content.Statement(
        holder=_holder(grant, enrolments.spells(grant)),
        year=year,
        as_of=today,
        payments=tuple(
            _year_payment(code, list(group), rows)
            for code, group in groupby(this_year, key=lambda row: row.insurance)
        ),
        pension=_book(books.get("pension")),
        medical=_book(books.get("medical")),
        pool=_pool(spent),
        benefits=_received(received),
    )


def _year_payment(code: int, group: list[Contribution], rows: list[Contribution]) -> content.YearPayment:
    return content.YearPayment(
        insurance=insurances.name(code),
        months=len({row.month for row in group}),
        base_fen=sum(row.base_fen for row in group),
        employer_fen=sum(row.employer_fen for row in group),
        person_fen=sum(row.person_fen for row in group),
        subsidy_fen=sum(row.subsidy_fen for row in group),
        months_to_year_end=len({row.month for row in rows if row.insurance == code}),
    )


def _book(row: AccountYear | None) -> content.AccountYear | None:
    if row is None:
        return None
    return content.AccountYear(
        opening_fen=row.opening_fen,
        credit_fen=row.credit_fen,
        interest_fen=row.interest_fen,
        spent_fen=row.spent_fen,
        closing_fen=row.closing_fen,
        rate=row.rate,
        provisional=row.provisional,
    )


def _pool(spent: list[Claim]) -> tuple[content.PoolPayment, ...]:
    ordered = sorted(spent, key=lambda claim: claim.kind)
    return tuple(
        content.PoolPayment(
            kind=CLAIM_KINDS.get(kind, kind),
            count=len(group),
            total_fen=sum(claim.total_fen for claim in group),
            fund_fen=sum(claim.fund_fen for claim in group),
            account_fen=sum(claim.account_fen for claim in group),
            cash_fen=sum(claim.cash_fen for claim in group),
        )
        for kind, group in (
            (kind, list(rows)) for kind, rows in groupby(ordered, key=lambda claim: claim.kind)
        )
    )


def _received(rows: list[Benefit]) -> tuple[content.BenefitLine, ...]:
    return tuple(
        content.BenefitLine(
            benefit=BENEFITS.get(kind, kind),
            months=len(group),
            amount_fen=sum(row.amount_fen for row in group),
        )
        for kind, group in ((kind, list(found)) for kind, found in groupby(rows, key=lambda row: row.kind))
    )


_COMPOSERS: dict[content.Kind, Callable[[Grant, Wish, date], content.Content]] = {
    "enrolment": _enrolment,
    "contribution": _contribution,
    "statement": _statement,
}
