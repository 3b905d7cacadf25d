"""待遇恢复: the reason of the stop is gone; what was withheld without ground is paid after."""

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import certification, judging, suspending
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.registry.filings import actions as filings
from shebao.registry.payables import actions as payables


def check(facts: Facts) -> list[Finding]:
    """The benefit is stopped; who was stopped for a missing certification has one now."""
    chosen = facts.said("what")
    stops = {
        what: suspending.stopped(facts, what)
        for what in suspending.NAMES
        if what in ("pension", "resident_pension")
    }
    hit = stops.get(chosen) is not None if chosen else any(stops.values())
    found = [
        holds(
            "not_suspended",
            hit,
            "这项待遇停发了，可以申请恢复。",
            "您的养老金没有停发，不用申请。",
            suspending.RULE,
        )
    ]
    if facts.said("why") == "certified":
        certified = facts.filing(certification.KIND) is not None
        found.append(holds("not_certified", certified, "您做过资格认证了。", "您还没有做资格认证，先认证再申请恢复。",
                           certification.RULE, "去认证", "/items/pension-certification/"))  # fmt: skip
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The stop ends; the order goes on, from the month of the stop unless it was rightly stopped."""
    what = facts.said("what")
    ended = filings.end(facts.grant, kind=suspending.mark(what), on=facts.today)
    stop = int(ended.detail.get("since", facts.month))
    since = facts.month if facts.said("why") == "released" else stop
    order = next((one for one in facts.payables(what) if one.state == "stopped"), None)
    if order is not None:
        payables.order(
            facts.grant, kind=what, amount_fen=order.amount_fen, monthly=True, since=since, case=facts.case_no
        )
    return Effect(f"{suspending.NAMES[what]}从 {months.to_text(since)}起恢复发放。")
