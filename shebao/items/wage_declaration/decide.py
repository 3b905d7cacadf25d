"""缴费基数申报: a list of the employer's workers with their wages, all or nothing; the assessment applies the limits."""

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.base.refusal import Refusal
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import employers, name_list, wage_list
from shebao.items.facts import Facts
from shebao.registry.employers import workers
from shebao.registry.models import Employer
from shebao.rules import bases

RULE = "社会保险法第六十条"
LIMITS = "国办发〔2019〕13号"


def check(facts: Facts) -> list[Finding]:
    """The employer is registered; once there is a list: each line is a worker on the roster with a wage."""
    unit, registered = employers.open_unit(facts)
    found = [registered]
    if facts.said("lines"):
        found += _listed(facts, unit)
    return found


def _listed(facts: Facts, unit: Employer) -> list[Finding]:
    lines, faults = wage_list.read(facts.said("lines"))
    _, strangers = name_list.matched(facts.grant, lines)
    if faults or strangers:
        return name_list.findings(faults + strangers, RULE, "/employer/bases/")
    if not lines:
        return [Finding("empty", False, "名单里还没有人，请先填。", RULE, "传名单", "/employer/bases/")]
    return [
        Finding("line", True, f"名单有 {len(lines)} 人，都在名册上。", RULE),
        *_limits(facts, unit, lines),
    ]


def _limits(facts: Facts, unit: Employer, lines: list[wage_list.Line]) -> list[Finding]:
    try:
        limits = bases.bounds(month=_since(facts), region=unit.region, allow_demo=True)
    except Refusal:
        return [Finding("limits", True, "新的上下限还没有公布，公布后再核定。", LIMITS)]
    below, above = wage_list.outside(lines, limits)
    found = []
    if below:
        found.append(Finding("limits", True, f"{below} 人低于下限，按 {yuan(limits.floor)} 元。", LIMITS))
    if above:
        found.append(Finding("limits", True, f"{above} 人高于上限，按 {yuan(limits.ceiling)} 元。", LIMITS))
    return found


def _since(facts: Facts) -> int:
    return months.plus(facts.month, 1) if facts.said("since") == "next" else facts.month


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return employers.judged(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """A declared wage for each worker, each with an entry in her ledger."""
    unit, since = workers.employer(facts.grant), _since(facts)
    lines, _ = wage_list.read(facts.said("lines"))
    found, _ = name_list.matched(facts.grant, lines)
    opened = workers.many_opened(
        facts.grant, list(found.values()), items=("contribution.record",), writes=("contribution.record",),
        case=facts.case_no,
    )  # fmt: skip
    wages = [(opened[found[line.number]], since, line.wage_fen) for line in lines]
    workers.declare_all(wages, unit=unit, case=facts.case_no)
    return Effect(f"已申报 {len(lines)} 人，从 {months.to_text(since)}起。")
