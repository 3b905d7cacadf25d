"""取消家庭共济: either of the two ends it, for both at once."""

from shebao.base.refusal import Refusal
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, pooling
from shebao.items.facts import Facts
from shebao.registry.filings import pool

RULE = "国办发〔2021〕14号"


def check(facts: Facts) -> list[Finding]:
    """With answers: a binding with this person, on either side."""
    if not facts.said("other_id"):
        return [Finding("may_ask", True, "双方都可以随时取消。", RULE)]
    bound = pool.bound(facts.grant, facts.other_id) is not None
    return [
        cover.line(
            "not_bound",
            bound,
            "您和这位家人有共济。",
            "您和这位家人没有共济，不用取消。请核对姓名和身份证号。",
            RULE,
        )
    ]


def decide(facts: Facts) -> Verdict:
    """Granted when there is one."""
    return cover.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Ended on both sides."""
    if facts.other_id is None:
        raise Refusal("conflict", "和这位家人没有共济。", "看我的办件", "/cases/")
    agreed = pool.end(facts.grant, other=facts.other_id, on=facts.today, case=facts.case_no)
    if agreed:
        pooling.both(facts, "pool.ended")
    return Effect("已取消。从现在起不能再用对方的账户。")
