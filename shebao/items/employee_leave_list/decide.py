"""职工减员，按名单: everybody on the list is suspended, or nobody."""

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import employers, name_list, staff_list
from shebao.items.employee_leave.decide import REASONS, UNEMPLOYED
from shebao.items.facts import Facts
from shebao.items.name_list import Fault
from shebao.items.staff_list import Leaver
from shebao.privacy import gate
from shebao.registry.employers import workers
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.models import Employer
from shebao.rules.handling import deadlines

PAGE = "/employer/leavers/"
RULE = "社会保险法第五十七条"


def check(facts: Facts) -> list[Finding]:
    """The employer is registered; once there is a list: each line is a worker on the roster."""
    unit, registered = employers.open_unit(facts)
    if not facts.said("lines"):
        return [registered]
    lines, faults = staff_list.leavers(facts.said("lines"), today=facts.today)
    found, strangers = name_list.matched(facts.grant, lines)
    faults = faults + strangers + (_early(facts, unit, lines, found) if facts.thorough else [])
    if faults:
        return [registered, *name_list.findings(faults, RULE, PAGE)]
    if not lines:
        return [registered, Finding("empty", False, "名单里还没有人，请先填。", RULE, "传名单", PAGE)]
    return [
        registered,
        Finding("line", True, f"名单有 {len(lines)} 人，都在名册上。", RULE),
        *_listed(facts, lines),
    ]


def _early(facts: Facts, unit: Employer, lines: list[Leaver], found: dict[int, int]) -> list[Fault]:
    spells = workers.many_of_employer(list(_opened(facts, found).values()), unit)
    faults = []
    for line in lines:
        held = employers.running(spells.get(found.get(line.number, 0), []))
        began = max((spell.since for spell in held), default=0)
        if months.of(line.left_on) < began:
            faults.append(Fault(line.number, f"离职的日子比参保还早，参保从 {months.to_text(began)}开始。"))
    return faults


def _opened(facts: Facts, found: dict[int, int], *, writes: tuple[str, ...] = ()) -> dict[int, gate.Grant]:
    return workers.many_opened(
        facts.grant, list(found.values()), items=("enrolment.record",), writes=writes, case=facts.case_no
    )


def _listed(facts: Facts, lines: list[Leaver]) -> list[Finding]:
    """Leavers without a job have a list of their own, with its limit; late is a warning."""
    limit = deadlines.limit("leaver_list")
    days = [line.left_on for line in lines if line.reason in UNEMPLOYED]
    late = sum(deadlines.deadline("leaver_list", day).raw < facts.today for day in days)
    if not days or not employers.lists_jobless():
        return []
    text = f"{len(days)} 人列入失业人员名单。" + (f"{late} 人超过十五天了，也能办。" if late else "")
    return [Finding("list", True, text, limit.law)]


def decide(facts: Facts) -> Verdict:
    """Granted: the check has just passed in this transaction."""
    return Verdict(True, ())


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The spells with this employer end after the month of leaving."""
    unit = workers.employer(facts.grant)
    lines, _ = staff_list.leavers(facts.said("lines"), today=facts.today)
    found, _ = name_list.matched(facts.grant, lines)
    opened = _opened(facts, found, writes=("enrolment.record",))
    spells = workers.many_of_employer(list(opened.values()), unit)
    ended = [
        (spell, months.plus(months.of(line.left_on), 1), REASONS[line.reason])
        for line in lines
        for spell in employers.running(spells[found[line.number]])
    ]
    enrolments.suspend_all(ended, alias=facts.grant.alias)
    jobless = sum(line.reason in UNEMPLOYED for line in lines)
    on_list = jobless and employers.lists_jobless()
    told = (f"{jobless} 人已列入失业人员名单，不用另外报。",) if on_list else ()
    return Effect(f"已停保 {len(lines)} 人，离职的下个月起不再缴费。", told)
