"""灵活就业人员参保登记: one open spell of the employees' pension insurance, from this month or the next."""

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts
from shebao.registry.enrolments import actions as enrolments

PENSION, OFFICIALS = 110, 120
LEAST_AGE = 16


def check(facts: Facts) -> list[Finding]:
    """Of age, not retired, not enrolled already."""
    current = facts.active(PENSION, OFFICIALS)
    return [
        judging.holds(
            "too_young",
            facts.age >= LEAST_AGE,
            f"您 {facts.age} 岁，已满 16 岁。",
            f"您 {facts.age} 岁，满 16 岁才能自己参保。",
            "劳动法第十五条",
        ),
        judging.holds(
            "draws_pension",
            not facts.retired(PENSION),
            "您没有在领职工养老金。",
            "您已经在领职工养老金，不用再参保缴费。",
            "社会保险法第十六条",
        ),
        Finding(
            "already_enrolled",
            current is None,
            "您没有在别处参加职工养老保险。" if current is None else "您已经在参加职工养老保险，不用再登记。",
            "社会保险法第十条",
            "" if current is None else "看参保信息",
            "" if current is None else "/me/enrolment",
        ),
    ]


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """A spell as a person without employer."""
    since = facts.month if facts.said("since") == "this" else months.plus(facts.month, 1)
    enrolments.enrol(facts.grant, insurance=PENSION, person_type="flexible", since=since)
    return Effect(f"已登记。从 {months.to_text(since)}起缴费。")
