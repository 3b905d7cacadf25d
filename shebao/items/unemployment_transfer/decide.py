"""失业保险关系转移: between provinces, in or out; what was paid counts on (社会保险法第五十二条)."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, moving, unemployment
from shebao.items.facts import Facts
from shebao.items.judging import holds

RULE = "社会保险法第五十二条"
PROMISE = 10


def check(facts: Facts) -> list[Finding]:
    """Nothing under way; in: insured here; out: no longer insured here, and something to take along."""
    found = [moving.free(facts, unemployment.INSURANCE, RULE)]
    spell = facts.active(unemployment.INSURANCE)
    match facts.said("direction"):
        case "in":
            found.append(holds("not_enrolled", spell is not None, "您在这里参加失业保险。",
                               "您还没有在这里参加失业保险，请单位先给您参保。", RULE, "看参保信息", "/me/enrolment"))  # fmt: skip
        case "out":
            paid = facts.months_paid(unemployment.INSURANCE)
            found += [
                holds(
                    "still_enrolled",
                    spell is None,
                    "您已经不在这里参保。",
                    "您还在这里参保，等单位办了停保再转。",
                    RULE,
                ),
                holds(
                    "nothing_paid",
                    paid > 0,
                    f"这里缴了 {paid} 个月。",
                    "您在这里没有缴过失业保险，不用转。",
                    RULE,
                ),
            ]
    if facts.said("region"):
        found.append(moving.elsewhere(facts, RULE))
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The transfer is asked for, with its last day."""
    out = facts.said("direction") == "out"
    paid = facts.months_paid(unemployment.INSURANCE) if out else 0
    return moving.ask(
        facts, unemployment.INSURANCE, direction=facts.said("direction"), months=paid, steps=(PROMISE,)
    )
