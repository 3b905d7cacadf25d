"""单位业务 shared by the employer's items and pages: who the worker is, what is owed, what is due."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from shebao.base import month as months
from shebao.base.refusal import Refusal
from shebao.cases import workers as named_workers
from shebao.cases.item import Finding, Reason, Verdict
from shebao.items.facts import Facts
from shebao.privacy import gate
from shebao.registry.employers import workers
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.models import Employer, Enrolment
from shebao.rules import collection, monthly
from shebao.rules.contribution import Scope
from shebao.rules.dated import percent
from shebao.rules.identity import citizen

PURPOSE = "handle.employer"
READS = ("enrolment.record", "contribution.record")
INSURANCES = (110, 210, 310, 410, 510)
PENSIONS = (110, 120)
RESIDENT = (170, 390)
LEAST_AGE = 16


@dataclass(frozen=True)
class Late:
    """欠费 of one month: persons' amounts together, days late and late fee (fen)."""

    month: int
    lines: int
    principal_fen: int
    days: int
    fee_fen: int


def insurances() -> tuple[int, ...]:
    """The insurances of a job that this deployment runs."""
    return tuple(one for one in INSURANCES if one in settings.DEPLOYMENT["insurances"]["offered"])


def lists_jobless() -> bool:
    """Whether leavers are put on the list of the unemployed here (失业人员名单)."""
    return 210 in insurances()


def free(spells: list[Enrolment], unit: int) -> list[Finding]:
    """Whether a joiner draws no pension and is enrolled neither here nor elsewhere."""
    retired = any(s.state == "retired" and s.until is None for s in spells)
    jobs = [
        s
        for s in running(spells)
        if s.insurance in insurances() + PENSIONS and s.reason != enrolments.COVERED
    ]
    here = any(s.employer_id == unit for s in jobs)
    elsewhere = any(s.employer_id != unit for s in jobs)
    rule = "社会保险法第五十八条"
    return [
        Finding("draws_pension", not retired, "这个人已经在领养老金，不用再参保。" if retired else "没有在领养老金。",
                "社会保险法第十六条"),
        Finding("enrolled_here", not here, "这个人已经在本单位参保，不用再登记。" if here else "还没有在本单位参保。", rule),
        Finding("enrolled_elsewhere", not elsewhere,
                "还在别的单位参保，请那边先办减员。" if elsewhere else "没有在别的单位参保。",
                "社会保险法第五十七条"),
    ]  # fmt: skip


def resident(spells: list[Enrolment]) -> list[Enrolment]:
    """Cover as a resident, or paid by the unemployment fund, that ends with a job."""
    return [
        spell
        for spell in running(spells)
        if spell.insurance in RESIDENT or spell.reason == enrolments.COVERED
    ]


def open_unit(facts: Facts) -> tuple[Employer, Finding]:
    """The employer of the case, and whether it is still registered."""
    unit = workers.employer(facts.grant)
    active = unit.state == "active"
    text = "单位在参保登记里。" if active else "单位的社保登记已经注销，不能再办。"
    return unit, Finding("unit_closed", active, text, "社会保险经办条例第十条")


def named(
    facts: Facts, *, items: tuple[str, ...] = ("enrolment.record",), writes: tuple[str, ...] = ()
) -> gate.Grant | None:
    """The worker of the answers; None when number and name match nobody, or are not written yet."""
    if not facts.case_no or not facts.said("worker_id") or not facts.said("worker_name"):
        return None
    return named_workers.named(
        facts.grant, facts.case_no, id_number=facts.said("worker_id"), name=facts.said("worker_name"),
        items=items, writes=writes,
    )  # fmt: skip


def of_roster(facts: Facts, *, writes: tuple[str, ...] = ()) -> gate.Grant | None:
    """The worker of the answers when she is on the roster; None for everybody else."""
    if not facts.said("worker_id") or not facts.said("worker_name"):
        return None
    found = workers.on_roster(facts.grant, id_number=facts.said("worker_id"), name=facts.said("worker_name"))
    if found is None:
        return None
    return workers.opened(facts.grant, found, items=("enrolment.record",), writes=writes, case=facts.case_no)


def running(spells: list[Enrolment]) -> list[Enrolment]:
    """Those in force."""
    return [spell for spell in spells if spell.state == "active" and spell.until is None]


def age(id_number: str, on: date) -> int:
    """Full years by the number (周岁); -1 for a number that is none."""
    born = citizen.inspect(id_number).birth_date
    return -1 if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def late(grant: gate.Grant, *, today: date) -> list[Late]:
    """What the employer owes, month by month, with late fees to today; due on the last day of the month."""
    found: dict[int, Counter[int]] = {}
    ours = insurances()
    for one in workers.arrears(grant):
        if one.insurance not in ours:
            continue
        found.setdefault(one.month, Counter())[one.principal_fen] += 1
    return [_late(month, amounts, today) for month, amounts in sorted(found.items())]


def _late(month: int, amounts: Counter[int], today: date) -> Late:
    """Each person's fee is rounded by itself; equal amounts are reckoned once."""
    due = months.last_day(month)
    fees = {fen: collection.late_fee(principal_fen=fen, due=due, paid=today).value.fee for fen in amounts}
    return Late(
        month, amounts.total(), sum(fen * count for fen, count in amounts.items()),
        collection.late_days(due, today), sum(int(fees[fen]) * count for fen, count in amounts.items()),
    )  # fmt: skip


def billed(grant: gate.Grant, *, month: int = 0) -> list[workers.Billed]:
    """The bill of a month (0: the newest) in the insurances that this deployment runs; no other agency's."""
    ours = insurances()
    return [one for one in workers.bill(grant, month=month) if one.insurance in ours]


def waiting(grant: gate.Grant) -> list[tuple[int, int]]:
    """Months that wait for payment and their amounts (fen), oldest first."""
    found: Counter[int] = Counter()
    for one in workers.waiting(grant):
        if one.insurance in insurances():
            found[one.month] += one.principal_fen
    return sorted(found.items())


@dataclass(frozen=True)
class Rates:
    """费率 of one insurance in a month, in words."""

    unit: str
    person: str


def rates(unit: Employer, billed: Sequence[workers.Billed]) -> dict[int, Rates]:
    """The rates behind a bill; an insurance whose rates are not published for the month is left out."""
    found = {}
    for month, insurance in {(one.month, one.insurance) for one in billed}:
        scope = Scope(month, unit.region, allow_demo=True)
        try:
            pair = monthly.rates(str(insurance), scope, industry_class=unit.injury_class)
        except Refusal:
            continue
        found[insurance] = Rates(*(percent(one.rate) for one in pair))
    return found


def judged(findings: list[Finding]) -> Verdict:
    """Granted when every condition holds."""
    unmet = [finding for finding in findings if not finding.passed]
    return Verdict(not unmet, tuple(Reason(f.code, f.text, f.rule) for f in unmet))
