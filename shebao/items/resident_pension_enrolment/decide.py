"""城乡居民养老参保登记 (国发〔2014〕8号)."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts
from shebao.registry.enrolments import actions as enrolments

RESIDENT = 170
RULE = "国发〔2014〕8号第三条"


def check(facts: Facts) -> list[Finding]:
    """Sixteen or older, under sixty, not at school, in no other pension insurance."""
    current = facts.active(110, 120, RESIDENT) or (facts.retired(110) and "retired")
    found = [
        judging.holds(
            "too_young",
            facts.age >= 16,
            f"您 {facts.age} 岁，已满 16 岁。",
            f"您 {facts.age} 岁，还没有满 16 岁。",
            RULE,
        ),
        judging.holds(
            "too_old",
            facts.age < 60,
            f"您 {facts.age} 岁，没有到 60 岁。",
            f"您 {facts.age} 岁，已满 60 岁，不再参保缴费。",
            "国发〔2014〕8号第七条",
            "看怎样领养老金",
            "/items/resident-pension-claim/",
        ),
        Finding(
            "already_enrolled",
            not current,
            "您已经参加养老保险，不能重复参加。" if current else "您没有参加别的养老保险。",
            RULE,
            "看参保信息",
            "/me/enrolment",
        ),
    ]
    if facts.said("school"):
        out = facts.said("school") == "no"
        found.append(
            judging.holds("in_school", out, "您不是在校学生。", "在校学生现在不能参加，毕业后再来办。", RULE)
        )
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """A resident spell from this month."""
    enrolments.enrol(facts.grant, insurance=RESIDENT, person_type="resident", since=facts.month)
    return Effect("已登记。按年选一个档次缴费。", ("缴费档次在「算一算」里看，标准由当地公布。",))
