"""单位补缴: months of one worker without any record, assessed month by month, with late fees to the day."""

from dataclasses import dataclass

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import employers
from shebao.items.facts import Facts
from shebao.privacy import gate
from shebao.registry.contributions import actions as contributions
from shebao.registry.contributions import queries as paid
from shebao.registry.employers import workers
from shebao.rules import collection, monthly
from shebao.rules.contribution import Scope

INSURANCES = ("110", "210")
RULE = "社会保险法第六十三条"
READS = ("contribution.record",)


@dataclass(frozen=True)
class Due:
    """One month of one insurance; fen."""

    month: int
    insurance: int
    base_fen: int
    employer_fen: int
    person_fen: int


def check(facts: Facts) -> list[Finding]:
    """Registered; the months lie behind us; the worker is known and has no record for them."""
    _, registered = employers.open_unit(facts)
    found = [registered]
    since, until = facts.said_month("since"), facts.said_month("until")
    if not since or not until:
        return found
    right = since <= until < facts.month
    text = (
        f"补 {len(months.between(since, months.plus(until, 1)))} 个月。"
        if right
        else "只能补这个月以前的月份，开始的月份要写在前面。"
    )
    found.append(Finding("order", right, text, RULE))
    if not facts.said("wage"):
        return found
    worker = _worker(facts)
    words = "姓名和身份证号对上了。" if worker else "姓名和身份证号没有和登记对上，请核对。"
    found.append(Finding("not_matched", worker is not None, words, "社会保险经办条例第九条"))
    if worker is not None:
        held = {row.month for row in paid.paid_rows(worker, since=since, until=until)
                if str(row.insurance) in INSURANCES}  # fmt: skip
        text = f"{months.to_text(min(held))}已经有缴费记录，请改月份。" if held else "那几个月没有缴费记录。"
        found.append(Finding("already_there", not held, text, RULE))
    return found


def decide(facts: Facts) -> Verdict:
    """The sum of all months and their late fees, with the lines of the calculation."""
    verdict = employers.judged(check(facts))
    if not verdict.granted:
        return verdict
    principal = fee = 0
    for due in _dues(facts):
        owed = due.employer_fen + due.person_fen
        late = collection.late_fee(principal_fen=owed, due=months.last_day(due.month), paid=facts.today)
        principal, fee = principal + owed, fee + int(late.value.fee)
    figures = (
        ("补缴", f"{yuan(principal)} 元", RULE),
        ("滞纳金", f"{yuan(fee)} 元", "社会保险法第八十六条"),
    )
    return Verdict(True, (), principal + fee, figures, provisional=True)


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Rows that wait for payment, and what is to be paid."""
    unit, worker, dues = workers.employer(facts.grant), _worker(facts, writes=READS), _dues(facts)
    assert worker is not None
    for due in dues:
        contributions.back_pay(
            worker, insurance=due.insurance, month=due.month, base_fen=due.base_fen,
            employer_fen=due.employer_fen, person_fen=due.person_fen, employer=unit.id,
        )  # fmt: skip
    return Effect(f"要缴 {yuan(verdict.amount_fen)} 元，含滞纳金。", ("滞纳金由单位出，算到决定那天。",))


def _worker(facts: Facts, *, writes: tuple[str, ...] = ()) -> gate.Grant | None:
    if not facts.deciding:
        return employers.named(facts, items=READS, writes=writes)
    if facts.other_id is None:
        return None
    return workers.beside(facts.grant, facts.other_id, items=READS, writes=writes, case=facts.case_no)


def _dues(facts: Facts) -> list[Due]:
    unit, found = workers.employer(facts.grant), []
    for month in months.between(facts.said_month("since"), months.plus(facts.said_month("until"), 1)):
        told = monthly.assess(
            declared_fen=facts.said_fen("wage"), scope=Scope(month, unit.region, allow_demo=True),
            insurances=INSURANCES,
        ).value  # fmt: skip
        found += [
            Due(month, int(part.insurance), int(told.base), int(part.employer), int(part.employee))
            for part in told.parts
        ]
    return found
