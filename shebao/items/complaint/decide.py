"""投诉举报: handled, or handed on with a written notice (经办条例第五十一条)."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts


def check(facts: Facts) -> list[Finding]:
    """Anyone may complain."""
    return [Finding("open_to_all", True, "谁都可以投诉，我们会保密。", "社会保险法第八十二条")]


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The written answer."""
    return Effect("投诉已经处理，答复在决定里。")
