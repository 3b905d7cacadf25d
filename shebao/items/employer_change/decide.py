"""单位信息变更: a new name or industry; the clerk compares it with the shared business registration."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import employers
from shebao.items.facts import Facts
from shebao.registry.employers import workers
from shebao.rules.handling import deadlines

RULE = "社会保险法第五十七条"


def check(facts: Facts) -> list[Finding]:
    """Registered, and something changes; a late report is a warning."""
    unit, registered = employers.open_unit(facts)
    found = [registered]
    what = facts.said("what")
    if what and facts.said(what):
        same = facts.said(what) == {"name": unit.name, "industry": unit.industry}[what]
        found.append(
            Finding("same", not same, "和现在的登记一样，不用改。" if same else "和现在的登记不一样。", RULE)
        )
    day = facts.said_day("changed_on")
    if day is not None:
        limit = deadlines.limit("employer_change")
        timely = deadlines.deadline("employer_change", day).raw >= facts.today
        found.append(Finding("late", True, "在三十天内。" if timely else "超过三十天了，也能办。", limit.law))
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return employers.judged(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The registration carries the new value."""
    if facts.said("what") == "name":
        workers.change(facts.grant, name=facts.said("name"))
        return Effect("单位名称已改好。")
    workers.change(facts.grant, industry=facts.said("industry"))
    return Effect("单位的行业已改好。")
