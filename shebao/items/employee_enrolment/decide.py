"""职工参保登记: one worker, found by exact number and name, enrolled from the month of employment on."""

from datetime import date

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import employers, judging
from shebao.items.facts import Facts
from shebao.registry.employers import workers
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.enrolments import queries as spells
from shebao.rules.handling import deadlines

WRITES = ("enrolment.record", "contribution.record")


def check(facts: Facts) -> list[Finding]:
    """The employer is registered; once the worker is named: of age, employed, enrolled nowhere else."""
    unit, registered = employers.open_unit(facts)
    found = [registered]
    day = facts.said_day("employed_on")
    if facts.said("worker_id"):
        young = employers.age(facts.said("worker_id"), day or facts.today) < employers.LEAST_AGE
        found.append(
            judging.holds(
                "too_young", not young, "职工已满 16 岁。", "职工没有满 16 岁，不能用工。", "劳动法第十五条"
            )
        )
    if day is not None:
        found.append(_in_time(facts, day))
        worker = employers.named(facts)
        text = "姓名和身份证号对上了。" if worker else "姓名和身份证号没有和登记对上，请核对。"
        found.append(Finding("not_matched", worker is not None, text, "社会保险经办条例第九条"))
        if worker is not None:
            found += employers.free(spells.spells(worker), unit.id)
    return found


def _in_time(facts: Facts, day: date) -> Finding:
    """Late is a warning, not a refusal."""
    limit = deadlines.limit("employee_registration")
    timely = deadlines.deadline("employee_registration", day).raw >= facts.today
    text = "在入职三十天内。" if timely else "超过三十天了，也能办，可能要补缴和交滞纳金。"
    return Finding("late", True, text, limit.law)


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return employers.judged(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """A spell in each insurance with the employer, and the declared wage; cover as a resident ends."""
    unit = workers.employer(facts.grant)
    worker = employers.named(facts, writes=WRITES)
    day = facts.said_day("employed_on")
    assert worker is not None and day is not None
    since = months.of(day)
    for spell in employers.resident(spells.spells(worker)):
        enrolments.suspend(
            worker, insurance=spell.insurance, until=max(since, spell.since), reason="转为职工参保"
        )
    for insurance in employers.insurances():
        enrolments.enrol(worker, insurance=insurance, person_type="employee", since=since, employer=unit.id)
    workers.declare(worker, unit=unit, month=since, wage_fen=facts.said_fen("wage"), case=facts.case_no)
    lines = ("以前的月份，请接着办单位补缴申报。",) if since < facts.month else ()
    return Effect(f"已登记。从 {months.to_text(since)}起参保。", lines)
