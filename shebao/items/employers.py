"""单位业务 shared by the employer's items and pages: who the worker is, what is owed, what is due."""

from dataclasses import dataclass
from datetime import date

from shebao.base import month as months
from shebao.cases import workers as named_workers
from shebao.cases.item import Finding, Reason, Verdict
from shebao.items.facts import Facts
from shebao.privacy import gate
from shebao.registry.employers import workers
from shebao.registry.models import Employer, Enrolment
from shebao.rules import collection
from shebao.rules.identity import citizen

PURPOSE = "handle.employer"
READS = ("enrolment.record", "contribution.record")
INSURANCES = (110, 210, 310, 410)
RESIDENT = (170, 390)


@dataclass(frozen=True)
class Late:
    """欠费 of one month: persons' amounts together, days late and late fee (fen)."""

    month: int
    lines: int
    principal_fen: int
    days: int
    fee_fen: int


def open_unit(facts: Facts) -> tuple[Employer, Finding]:
    """The employer of the case, and whether it is still registered."""
    unit = workers.employer(facts.grant)
    active = unit.state == "active"
    text = "单位在参保登记里。" if active else "单位已经注销，不能再办。"
    return unit, Finding("unit_closed", active, text, "社会保险经办条例第十条")


def named(facts: Facts, *, writes: tuple[str, ...] = ()) -> gate.Grant | None:
    """The worker of the answers; None when number and name match nobody, or are not written yet."""
    if not facts.case_no or not facts.said("worker_id") or not facts.said("worker_name"):
        return None
    return named_workers.named(
        facts.grant, facts.case_no, id_number=facts.said("worker_id"), name=facts.said("worker_name"),
        items=("enrolment.record",), writes=writes,
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
    found: dict[int, list[int]] = {}
    for one in workers.arrears(grant):
        found.setdefault(one.month, []).append(one.principal_fen)
    return [_late(month, amounts, today) for month, amounts in sorted(found.items())]


def _late(month: int, amounts: list[int], today: date) -> Late:
    fees = [
        collection.late_fee(principal_fen=fen, due=months.last_day(month), paid=today).value
        for fen in amounts
    ]
    return Late(
        month, len(amounts), sum(amounts), max((fee.days for fee in fees), default=0),
        sum(int(fee.fee) for fee in fees),
    )  # fmt: skip


def judged(findings: list[Finding]) -> Verdict:
    """Granted when every condition holds."""
    unmet = [finding for finding in findings if not finding.passed]
    return Verdict(not unmet, tuple(Reason(f.code, f.text, f.rule) for f in unmet))
