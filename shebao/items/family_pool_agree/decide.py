"""同意家庭共济: the word of the other person, given in her own account; the binding holds from today."""

from shebao.base.refusal import Refusal
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, pooling
from shebao.items.facts import Facts
from shebao.registry.filings import pool

RULE = "国办发〔2021〕14号"


def check(facts: Facts) -> list[Finding]:
    """Insured; with answers: an offer by this owner that waits."""
    covered = cover.spell(facts, facts.today, cover.EMPLOYEE, cover.RESIDENT) is not None
    found = [
        cover.line(
            "not_insured", covered, "您在参加医疗保险。", "您现在没有参加医保，参加以后才能用家人的账户。", RULE,
            step=cover.OWN[1], url=cover.OWN[0],
        )
    ]  # fmt: skip
    if facts.said("owner_id"):
        found.append(
            cover.line(
                "not_invited", pool.invited(facts.grant, facts.other_id, pooling.since(facts.today)), "这位家人在等您同意。",
                "没有查到这位家人的邀请。请核对姓名和身份证号，或者请家人先发起。", RULE,
            )
        )  # fmt: skip
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when the offer stands."""
    return cover.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Both filings hold."""
    if facts.other_id is None:
        raise Refusal("conflict", "没有查到这位家人发起的共济。", "看我的办件", "/cases/")
    pool.agree(
        facts.grant,
        owner=facts.other_id,
        on=facts.today,
        since=pooling.since(facts.today),
        case=facts.case_no,
    )
    pooling.both(facts, "pool.bound")
    return Effect(
        "已绑定，马上能用。", ("看病买药时，出示您自己的医保电子凭证。", "您和家人都可以随时取消。")
    )
