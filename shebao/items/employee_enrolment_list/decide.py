"""职工参保登记，按名单: everybody on the list is enrolled, or nobody."""

from shebao.base import month as months
from shebao.cases import workers as named_workers
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import employers, name_list, staff_list
from shebao.items.facts import Facts
from shebao.items.name_list import Fault
from shebao.items.staff_list import Joiner
from shebao.privacy import gate
from shebao.registry.employers import workers
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.enrolments import queries as spells
from shebao.registry.models import Employer
from shebao.rules.handling import deadlines

PAGE = "/employer/joiners/"
RULE = "社会保险法第五十八条"
READS = ("enrolment.record",)
WRITES = ("enrolment.record", "contribution.record")


def check(facts: Facts) -> list[Finding]:
    """The employer is registered; once there is a list: each line is a person who may be enrolled here."""
    unit, registered = employers.open_unit(facts)
    if not facts.said("lines"):
        return [registered]
    lines, faults = staff_list.joiners(facts.said("lines"), today=facts.today)
    faults = faults + (_judged(facts, unit, lines) if facts.thorough else [])
    if faults:
        return [registered, *name_list.findings(faults, RULE, PAGE)]
    if not lines:
        return [registered, Finding("empty", False, "名单里还没有人，请先填。", RULE, "传名单", PAGE)]
    return [
        registered,
        Finding("line", True, f"名单有 {len(lines)} 人，都能登记。", RULE),
        *_late(facts, lines),
    ]


def _judged(facts: Facts, unit: Employer, lines: list[Joiner]) -> list[Fault]:
    """One fault at most for each line: the first condition that is not met."""
    faults = []
    opened = _opened(facts, lines)
    held = spells.spells_of([worker for worker in opened if worker is not None])
    for line, worker in zip(lines, opened, strict=True):
        if employers.age(line.id_number, line.employed_on) < employers.LEAST_AGE:
            faults.append(Fault(line.number, "职工没有满 16 岁，不能用工。"))
        elif worker is None:
            faults.append(Fault(line.number, "姓名和身份证号码没有和登记对上，请核对。"))
        else:
            unmet = [one for one in employers.free(held[worker.subject_id], unit.id) if not one.passed]
            faults += [Fault(line.number, one.text) for one in unmet[:1]]
    return faults


def _opened(facts: Facts, lines: list[Joiner], *, writes: tuple[str, ...] = ()) -> list[gate.Grant | None]:
    if not facts.case_no or not lines:
        return [None] * len(lines)
    people = [(line.id_number, line.name) for line in lines]
    return named_workers.many_named(facts.grant, facts.case_no, people, items=READS, writes=writes)


def _late(facts: Facts, lines: list[Joiner]) -> list[Finding]:
    """Late is a warning, not a refusal."""
    limit = deadlines.limit("employee_registration")
    late = sum(
        deadlines.deadline("employee_registration", one.employed_on).raw < facts.today for one in lines
    )
    return [Finding("late", True, f"{late} 人超过三十天了，也能办，可能要补缴。", limit.law)] if late else []


def decide(facts: Facts) -> Verdict:
    """Granted: the check has just passed in this transaction, and the registry refuses a double."""
    return Verdict(True, ())


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """A spell in each insurance for everybody, and the declared wages; cover as a resident ends."""
    unit = workers.employer(facts.grant)
    lines, _ = staff_list.joiners(facts.said("lines"), today=facts.today)
    found = [one for one in _opened(facts, lines, writes=WRITES) if one is not None]
    held = spells.spells_of(found)
    people = [(worker, months.of(line.employed_on), line) for worker, line in zip(found, lines, strict=True)]
    enrolments.suspend_all(
        [
            (spell, max(since, spell.since), "转为职工参保")
            for worker, since, _ in people
            for spell in employers.resident(held[worker.subject_id])
        ],
        alias=facts.grant.alias,
    )
    enrolments.enrol_all(
        [(worker, one, since) for worker, since, _ in people for one in employers.insurances()],
        person_type="employee", employer=unit.id,
    )  # fmt: skip
    wages = [(worker, since, line.wage_fen) for worker, since, line in people]
    workers.declare_all(wages, unit=unit, case=facts.case_no)
    earlier = sum(since < facts.month for _, since, _ in people)
    told = (f"{earlier} 人以前的月份，请接着办单位补缴申报。",) if earlier else ()
    return Effect(f"已登记 {len(lines)} 人，从各自入职的月份起参保。", told)
