"""城乡居民养老参保登记 of those for whom the government pays (国发〔2014〕8号): a clerk looks at the proof."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts
from shebao.registry.enrolments import actions as enrolments

RESIDENT = 170
RULE = "国发〔2014〕8号第三条"


def check(facts: Facts) -> list[Finding]:
    """Sixteen or older, under sixty, in no other pension insurance."""
    current = facts.active(110, 120, RESIDENT) or (facts.retired(110) and "retired")
    return [
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


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """A resident spell from this month."""
    enrolments.enrol(
        facts.grant, insurance=RESIDENT, person_type="resident", since=facts.month, reason="政府代缴"
    )
    return Effect("已登记，最低档由政府代缴。", ("您也可以自己多缴，多缴多得。",))
