"""灵活就业停保: an open spell without employer; what was paid stays paid."""

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts
from shebao.registry.enrolments import actions as enrolments

PENSION = 110


def check(facts: Facts) -> list[Finding]:
    """Enrolled by herself, nothing owed."""
    spell = facts.active(PENSION)
    own = spell is not None and spell.person_type == "flexible"
    owed = facts.arrears(PENSION) if own else 0
    text = "您自己在参加职工养老保险。" if own else "您现在不是自己参保，不用在这里停。"
    return [
        Finding("not_flexible", own, text, "社会保险法第十条", "看参保信息", "/me/enrolment"),
        Finding(
            "unsettled",
            owed == 0,
            f"还有 {owed} 个月没有缴，缴清再停。" if owed else "没有欠费。",
            "社会保险法第六十条",
        ),
    ]


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The spell ends with the month chosen."""
    until = facts.month if facts.said("until") == "this" else months.plus(facts.month, 1)
    enrolments.suspend(facts.grant, insurance=PENSION, until=until, reason="本人停保")
    return Effect(f"从 {months.to_text(until)}起停保。", ("以前缴的年限都保留，随时可以再参保。",))
