"""权益记录异议核查: a clerk compares what was paid with what is on record and answers in writing."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts


def check(facts: Facts) -> list[Finding]:
    """The month is one that can have a record."""
    since = facts.said_month("since")
    past = since <= facts.month
    return [
        Finding(
            "future",
            past,
            "写明哪个月就可以申请。" if past else "这个月还没有到，还没有记录。请改月份。",
            "社会保险法第七十四条",
        )
    ]


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The answer; the correction itself is entered by the unit that keeps the record."""
    return Effect("核查属实，记录会更正。", ("更正后，「谁看过」里能看到是谁改的。",))
