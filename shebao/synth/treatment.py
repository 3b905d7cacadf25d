"""Medical accounts and claims (医保结算): visits, stays and pharmacies, settled in the order of time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from shebao.base.money import round_half_up
from shebao.rules.medical import reimbursement
from shebao.synth import balances
from shebao.synth.axis import Ints, day_of, days, position, position_of_day, year_span
from shebao.synth.balances import Ledger
from shebao.synth.careers import RESIDENT_COVER, Careers
from shebao.synth.payments import FIRST_RESIDENT_COVER, Payments, coded, part_of
from shebao.synth.people import People
from shebao.synth.world import World

CLAIMS_SINCE = 2016
PENDING_DAYS = 14
OUTPATIENT, INPATIENT, PHARMACY = range(3)
KINDS = ("outpatient", "inpatient", "pharmacy")
NO_COVER, EMPLOYEE, RETIRED, RESIDENT = range(4)
TERMS_KNOWN_FROM = 202501
# Typical bill in fen and spread (of the logarithm), by kind.
TYPICAL = np.array([26_000, 620_000, 8_500])
SPREAD = np.array([0.7, 0.6, 0.6])


@dataclass(frozen=True)
class Visit:
    """A visit the cast is known for."""

    person: int
    day: int
    kind: int
    total: int
    days: int = 0
    pending: bool = False


@dataclass
class Claims:
    """Rows of registry_claim in order of person and day."""

    person: Ints
    day: Ints
    kind: Ints
    scheme: Ints
    institution: Ints
    level: Ints
    stay: Ints
    pending: Any
    total: Ints
    eligible: Ints
    fund: Ints
    account: Ints

    def tables(self, people: People, first_id: int) -> tuple[pa.Table, pa.Table]:
        """The claims and where they happened."""
        ids = first_id + np.arange(len(self.person))
        subject = people.subject[self.person]
        settled = np.where(self.kind == INPATIENT, self.day + self.stay, self.day)
        claims = pa.table(
            {
                "id": ids,
                "subject_id": subject,
                "kind": coded(self.kind, KINDS),
                "served_on": pa.array(self.day.astype(np.int32)).cast(pa.date32()),
                "settled_on": pa.array(settled.astype(np.int32), mask=self.pending).cast(pa.date32()),
                "state": coded(self.pending.astype(np.int64), ("settled", "pending")),
                "total_fen": self.total,
                "eligible_fen": self.eligible,
                "fund_fen": self.fund,
                "account_fen": self.account,
                "cash_fen": self.total - self.fund - self.account,
            }
        )
        detail = pa.table(
            {"claim_id": ids, "subject_id": subject, "institution_id": self.institution, "days": self.stay}
        )
        return claims, detail


def treatment(
    world: World, people: People, told: Careers, paid: Payments, visits: list[Visit], ledger: Ledger
) -> Claims:
    """Claims of a chunk; medical accounts are credited, spent and closed on the way."""
    axis = world.axis
    cover = _cover(world, people, told, paid)
    claims = _draw(world, people, cover, visits)
    credits = _credits(world, people, told, paid)
    first = balances.opened(credits)
    spending = np.zeros_like(credits)
    balance = np.zeros(people.count, dtype=np.int64)
    years = axis.years
    bounds = np.searchsorted(claims.day, [days(day_of(0).replace(year=y)) for y in (*years, years[-1] + 1)])
    for at, year in enumerate(years):
        _settle(world, claims, slice(bounds[at], bounds[at + 1]), balance, credits, spending)
        rate = balances.medical_rate(year)
        told_year = balances.close(axis, year, balance, credits, spending, rate.ratio)
        balances.note_year(ledger, axis, balances.MEDICAL, year, told_year, first, [rate] * people.count)
        balance = told_year.closing
    balances.note_accounts(ledger, axis, balances.MEDICAL, balance, first)
    return _sorted(claims, np.lexsort((claims.day, claims.person)))


def _cover(world: World, people: People, told: Careers, paid: Payments) -> Ints:
    """Who is covered by what in which month."""
    cover = np.zeros((people.count, world.axis.size), dtype=np.int64)
    here = paid.months.kind != 2
    cover[paid.months.person[here], paid.months.at[here]] = EMPLOYEE
    for person, retired in told.retired.items():
        cover[person, position(retired) + 1 :] = RETIRED
    for spell in told.spells:
        if spell.kind == RESIDENT_COVER:
            since = max(spell.since, position(FIRST_RESIDENT_COVER * 100 + 1))
            cover[spell.person, since : min(spell.until, world.axis.size)] = RESIDENT
    return cover


def _credits(world: World, people: People, told: Careers, paid: Payments) -> Ints:
    rows = paid.months
    counts = (rows.state == 0) & (rows.kind != 2)
    fen = part_of(world, rows, "medical_account")
    credits = balances.matrix(
        world.axis, people.count, rows.person[counts], position_of_day(rows.paid_on[counts]), fen[counts]
    )
    for person, retired in told.retired.items():
        since = position(retired) + 1
        credits[person, since:] = world.tariff.retired_credit[int(people.city[person]), since:]
    return credits


def _draw(world: World, people: People, cover: Ints, visits: list[Visit]) -> Claims:
    """Bills in order of days, covered ones only, with institutions of the person's own city."""
    rng = np.random.Generator(
        np.random.PCG64(np.random.SeedSequence([people.first, int(people.wage.sum()), 2]))
    )
    since, until = days(day_of(0).replace(year=CLAIMS_SINCE)), days(world.axis.today)
    age = (until - people.birth) // 365
    often = (2.2 + np.maximum(age - 35, 0) * 0.13) * (until - since) / 365
    count = rng.poisson(often)
    person = np.repeat(np.arange(people.count), count)
    total = len(person)
    day = rng.integers(since, until, total)
    mix = rng.random(total)
    stays = 0.02 + 0.0016 * np.maximum(age[person] - 30, 0)
    kind = np.where(mix < stays, INPATIENT, np.where(mix < 0.55, OUTPATIENT, PHARMACY))
    covered = cover[person, position_of_day(day)] > 0
    person, day, kind = person[covered], day[covered], kind[covered]
    fen = (TYPICAL[kind] * np.exp(rng.normal(0, 1, len(kind)) * SPREAD[kind])).astype(np.int64)
    pending = (day > until - PENDING_DAYS) & (kind != PHARMACY) & (rng.random(len(kind)) < 0.5)
    stay = np.where(kind == INPATIENT, 3 + rng.poisson(5, len(kind)), 0)
    pending |= (kind == INPATIENT) & (day + stay > until)
    known = np.array([(v.person, v.day, v.kind, v.total, v.days, v.pending) for v in visits], dtype=np.int64)
    known = known.reshape(-1, 6)
    keep = cover[known[:, 0], position_of_day(known[:, 1])] > 0
    columns = [
        np.concatenate([drawn, known[keep, at]])
        for at, drawn in enumerate((person, day, kind, fen, stay, pending.astype(np.int64)))
    ]
    order = np.argsort(columns[1], kind="stable")
    return _placed(world, people, cover, rng, *(column[order] for column in columns))


def _placed(
    world: World, people: People, cover: Ints, rng: np.random.Generator,
    person: Ints, day: Ints, kind: Ints, fen: Ints, stay: Ints, pending: Ints,
) -> Claims:  # fmt: skip
    scheme = cover[person, position_of_day(day)]
    here = len(world.institutions) // len(world.divisions)
    levels = np.array([place.level for place in world.institutions[:here]])
    draw = rng.random(len(person))
    chosen = np.where(
        kind == PHARMACY,
        _among(np.flatnonzero(levels == 0), draw),
        np.where(
            (kind == OUTPATIENT) & (scheme == RESIDENT),
            _among(np.flatnonzero(levels == 1), draw),
            _among(np.flatnonzero(levels > 0), draw),
        ),
    )
    seen = np.zeros(len(person), dtype=np.int64)
    share = 820 + rng.integers(0, 181, len(person))
    return Claims(
        person=person, day=day, kind=kind, scheme=scheme,
        institution=1 + people.city[person] * here + chosen, level=levels[chosen], stay=stay,
        pending=pending == 1, total=fen, eligible=np.where(pending == 1, 0, round_half_up(fen * share, 1000)),
        fund=seen, account=seen.copy(),
    )  # fmt: skip


def _among(places: Any, draw: Any) -> Any:
    return places[(draw * len(places)).astype(np.int64)]


def _settle(world: World, claims: Claims, span: slice, opening: Ints, credits: Ints, spending: Ints) -> None:
    """Settles one year: the n-th bill of everybody at once, so that deductible, cap and balance carry on.

    The account pays what is left inside the catalogue; what is outside is paid in cash.
    """
    person = claims.person[span]
    if not len(person):
        return
    since, _ = year_span(int(day_of(int(claims.day[span][0])).year))
    order = np.argsort(person, kind="stable")
    rank = np.empty(len(person), dtype=np.int64)
    starts = np.r_[0, np.flatnonzero(np.diff(person[order])) + 1]
    rank[order] = np.arange(len(person)) - np.repeat(starts, np.diff(np.r_[starts, len(person)]))
    used = np.zeros(len(opening), dtype=np.int64)
    drawn = np.zeros((2, len(opening)), dtype=np.int64)
    for wave in range(int(rank.max()) + 1):
        at = span.start + np.flatnonzero(rank == wave)
        _fund(world, claims, at, used, drawn)
        who, month = claims.person[at], position_of_day(claims.day[at])
        there = opening[who] + _sums(credits, who, since, month) - _sums(spending, who, since, month)
        own = np.where(
            claims.pending[at] | (claims.scheme[at] == RESIDENT), 0, claims.eligible[at] - claims.fund[at]
        )
        claims.account[at] = np.minimum(own, np.maximum(there, 0))
        spending[who, month] += claims.account[at]


def _sums(table: Ints, who: Ints, since: int, until: Ints) -> Ints:
    """Sum of each person's months [since, until]."""
    cut = np.arange(since, table.shape[1])
    return (table[who, since:] * (cut <= until[:, None])).sum(axis=1)  # type: ignore[no-any-return]


def _fund(world: World, claims: Claims, at: Ints, used: Ints, drawn: Ints) -> None:
    """The fund's share by scheme, kind and level; a year's outpatient deductible and caps are carried."""
    for scheme in (EMPLOYEE, RETIRED, RESIDENT):
        for kind in (OUTPATIENT, INPATIENT):
            for level in (1, 2, 3):
                chosen = (
                    (claims.scheme[at] == scheme) & (claims.kind[at] == kind) & (claims.level[at] == level)
                )
                mine = at[chosen & ~claims.pending[at]]
                if not len(mine):
                    continue
                terms = reimbursement.demo_terms(
                    scheme="resident" if scheme == RESIDENT else "employee",
                    care="inpatient" if kind == INPATIENT else "outpatient",
                    level=level, month=TERMS_KNOWN_FROM, region=world.divisions[0],
                    retired=scheme == RETIRED, allow_demo=True,
                )  # fmt: skip
                _share(claims, mine, kind, terms, used, drawn)


def _share(
    claims: Claims, mine: Ints, kind: int, terms: reimbursement.Terms, used: Ints, drawn: Ints
) -> None:
    who = claims.person[mine]
    deductible: Any = terms.deductible
    if kind == OUTPATIENT:
        deductible = np.maximum(terms.deductible - used[who], 0)
        used[who] += np.minimum(claims.eligible[mine], deductible)
    left = reimbursement.Terms(deductible, terms.rate, terms.cap_left - drawn[kind, who], terms.bands)
    bill = reimbursement.Bill(claims.total[mine], claims.total[mine] - claims.eligible[mine])
    told = reimbursement.settle(bill, left)
    drawn[kind, who] += told.pool
    claims.fund[mine] = told.pool + told.serious_illness


def _sorted(claims: Claims, order: Ints) -> Claims:
    return Claims(**{name: values[order] for name, values in vars(claims).items()})
