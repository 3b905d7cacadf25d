"""养老待遇资格认证: matched against settlements of the last half year; no face, no paper."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import certification, judging
from shebao.items.facts import Facts


def check(facts: Facts) -> list[Finding]:
    """Draws a pension, not certified yet, and the data agree."""
    found = certification.due(facts)
    if all(one.passed for one in found):
        seen = certification.seen_on(facts)
        text = (
            f"{seen.year}年{seen.month}月{seen.day}日有就医结算，比对通过。"
            if seen
            else "近半年没有查到您的就医记录，要换一种办法认证。"
        )
        found.append(
            Finding(
                "no_match",
                seen is not None,
                text,
                certification.RULE,
                "换一种办法认证",
                "/items/pension-certification-visit/",
            )
        )
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Certified for twelve months."""
    until = certification.certify(facts, way="data")
    return Effect(f"认证好了，有效到 {until.year}年{until.month}月{until.day}日。")
