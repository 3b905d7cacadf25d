"""城乡居民养老参保登记 (国发〔2014〕8号)."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, resident_pension
from shebao.items.facts import Facts
from shebao.registry.enrolments import actions as enrolments


def check(facts: Facts) -> list[Finding]:
    """Sixteen or older, under sixty, not at school, in no other pension insurance."""
    found = resident_pension.may_join(facts)
    if facts.said("school"):
        out = facts.said("school") == "no"
        found.append(
            judging.holds(
                "in_school",
                out,
                "您不是在校学生。",
                "在校学生现在不能参加，毕业后再来办。",
                resident_pension.RULE,
            )
        )
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """A resident spell from this month."""
    enrolments.enrol(
        facts.grant, insurance=resident_pension.RESIDENT, person_type="resident", since=facts.month
    )
    return Effect("已登记。以后每年选一档缴费。", ("每一档缴多少，在「算一算」里看，标准由当地公布。",))
