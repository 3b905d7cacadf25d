"""职工减员: one worker on the roster; every insurance with this employer ends with the month of leaving."""

from datetime import date

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import employers
from shebao.items.facts import Facts
from shebao.privacy import gate
from shebao.registry.employers import workers
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.models import Employer, Enrolment
from shebao.rules.handling import deadlines

REASONS = {
    "expired": "合同到期", "dismissed": "单位解除合同", "agreed": "单位提出协商解除", "closed": "单位破产或关闭",
    "resigned": "本人辞职", "moved": "调到别的单位", "retired": "退休", "died": "去世",
}  # fmt: skip
UNEMPLOYED = ("expired", "dismissed", "agreed", "closed")
RULE = "社会保险法第五十七条"


def check(facts: Facts) -> list[Finding]:
    """The employer is registered; once the worker is named: on its roster."""
    unit, registered = employers.open_unit(facts)
    found = [registered]
    day = facts.said_day("left_on")
    if day is None:
        return found
    worker = employers.of_roster(facts)
    text = "职工在本单位名册上。" if worker else "名册上没有这名职工，请核对姓名和身份证号。"
    found.append(Finding("not_on_roster", worker is not None, text, RULE, "看名册", "/employer/roster/"))
    if worker is not None:
        began = max(spell.since for spell in _held(worker, unit))
        right = months.of(day) >= began
        text = f"参保从 {months.to_text(began)}开始。"
        found.append(Finding("before_start", right, text if right else f"离职的日子比参保还早。{text}", RULE))
        found += _listed(facts, day)
    return found


def _listed(facts: Facts, day: date) -> list[Finding]:
    if facts.said("reason") not in UNEMPLOYED or not employers.lists_jobless():
        return []
    limit = deadlines.limit("leaver_list")
    timely = deadlines.deadline("leaver_list", day).raw >= facts.today
    text = "在十五天内报失业名单。" if timely else "超过十五天才报失业名单，也能办。"
    return [Finding("list", True, text, limit.law)]


def _held(worker: gate.Grant, unit: Employer) -> list[Enrolment]:
    return employers.running(workers.of_employer(worker, unit))


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return employers.judged(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The spells with this employer end after the month of leaving."""
    unit = workers.employer(facts.grant)
    worker = employers.of_roster(facts, writes=("enrolment.record",))
    day = facts.said_day("left_on")
    assert worker is not None and day is not None
    until = months.plus(months.of(day), 1)
    for spell in _held(worker, unit):
        enrolments.suspend(
            worker, insurance=spell.insurance, until=until, reason=REASONS[facts.said("reason")]
        )
    jobless = facts.said("reason") in UNEMPLOYED and employers.lists_jobless()
    lines = ("已列入失业人员名单，不用另外报。",) if jobless else ()
    return Effect(f"已停保，从 {months.to_text(until)}起不再缴费。", lines)
