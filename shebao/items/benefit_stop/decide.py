"""待遇停发: the loss of entitlement is reported within twenty working days; stopped only after it was verified."""

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, survivors, suspending
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.registry.filings import actions as filings
from shebao.registry.payables import actions as payables
from shebao.registry.payables import recoveries
from shebao.rules.handling import deadlines

LIMIT = "loss_of_entitlement_report"
BACK = "社会保险经办条例第四十六条"


def check(facts: Facts) -> list[Finding]:
    """The benefit runs and is not stopped; of a deceased, only the desk looks."""
    what = facts.said("what")
    if not what:
        return [Finding("nothing", True, "停发前我们会先核实。", suspending.RULE)]
    if facts.said("cause") == "died":
        if not facts.said("dead_id"):
            return []
        found, whose = [survivors.another(facts), *survivors.dead(facts)], facts.other
        if whose is None or not all(one.passed for one in found):
            return found
    else:
        found, whose = [], facts
    name = suspending.NAMES[what]
    return [
        *found,
        holds(
            "nothing",
            suspending.draws(whose, what),
            f"在领{name}。",
            f"现在没有在领{name}，不用报告。",
            suspending.RULE,
        ),
        holds(
            "stopped",
            suspending.stopped(whose, what) is None,
            f"{name}还没有停。",
            f"{name}已经停发，不用再报。",
            suspending.RULE,
        ),
    ]


def decide(facts: Facts) -> Verdict:
    """What was paid too long, and whether the report came late."""
    found, whose, day = check(facts), _whose(facts), facts.said_day("day")
    if whose is None or day is None or not all(one.passed for one in found):
        return judging.verdict(found)
    last = deadlines.deadline(LIMIT, day, region=facts.person.region).day
    late = "没有过期" if facts.today <= last else "报告晚了，多领的要退"
    over = [one for one in whose.received if one.kind == facts.said("what") and one.month >= _from(facts)]
    figures = [
        ("最晚报告日", f"{last.year}年{last.month}月{last.day}日，{late}", suspending.RULE),
        ("从哪个月停发", months.to_text(_from(facts)), suspending.RULE),
    ]
    if over:
        total = sum(one.amount_fen for one in over)
        figures.append((f"多发 {len(over)} 个月", f"{yuan(total)}元，可以一次退、分期退或者抵扣", BACK))
    return judging.verdict(found, figures=tuple(figures))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Stopped from the month after; the stop and its reason are on file."""
    whose, what = _whose(facts), facts.said("what")
    if whose is None:
        raise ValueError("the person of the benefit is not within reach")
    if whose is not facts:
        survivors.record(facts, whose)
    reason = facts.said("why") or facts.said("cause")
    payables.stop(whose.grant, kind=what, until=_from(facts), reason=reason)
    filings.file(
        whose.grant, kind=suspending.mark(what), since=facts.today, detail={"reason": reason, "since": _from(facts)},
        case=facts.case_no,
    )  # fmt: skip
    if whose is facts:
        over = sum(one.amount_fen for one in facts.received if one.kind == what and one.month >= _from(facts))
        recoveries.begin(
            facts.grant, kind=what, amount_fen=over, way=facts.said("back"), reason="停发前多发", on=facts.today,
            case=facts.case_no,
        )  # fmt: skip
    lines = tuple(f"{label}：{text}。" for label, text, _ in verdict.figures if label.startswith("多发"))
    return Effect(f"{suspending.NAMES[what]}从 {months.to_text(_from(facts))}起停发。", lines)


def _whose(facts: Facts) -> Facts | None:
    return facts.other if facts.said("cause") == "died" else facts


def _from(facts: Facts) -> int:
    """The month after the day, by the record for a death."""
    day = facts.said_day("day") or facts.today
    if facts.said("cause") == "died" and facts.other is not None:
        day = survivors.day_of_death(facts, facts.other)
    return months.plus(months.of(day), 1)
