"""资格认证 in person: only after the data did not match; never by face alone, never a stop of payment."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import certification, judging
from shebao.items.facts import Facts


def check(facts: Facts) -> list[Finding]:
    """Draws a pension, not certified yet, and the data do not agree."""
    found = certification.due(facts)
    if all(one.passed for one in found) and not facts.deciding:
        seen = certification.seen_on(facts)
        text = "信息比对不上，可以用别的办法。" if seen is None else "信息比对就能通过，不用跑一趟。"
        found.append(
            Finding(
                "matched", seen is None, text, certification.RULE, "去认证", "/items/pension-certification/"
            )
        )
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Certified for twelve months."""
    until = certification.certify(facts, way=facts.said("way"))
    return Effect(f"认证好了，有效到 {until.year}年{until.month}月{until.day}日。")
