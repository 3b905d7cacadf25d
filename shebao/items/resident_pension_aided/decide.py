"""城乡居民养老参保登记 of those for whom the government pays (国发〔2014〕8号): a clerk looks at the proof."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, resident_pension
from shebao.items.facts import Facts
from shebao.registry.enrolments import actions as enrolments


def check(facts: Facts) -> list[Finding]:
    """Sixteen or older, under sixty, in no other pension insurance."""
    return resident_pension.may_join(facts)


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """A resident spell from this month."""
    enrolments.enrol(
        facts.grant,
        insurance=resident_pension.RESIDENT,
        person_type="resident",
        since=facts.month,
        reason="政府代缴",
    )
    return Effect("已登记，最低档由政府代缴。", ("您也可以自己多缴，多缴多得。",))
