"""家庭共济绑定: the owner names a member of the family; nothing holds before that person agrees in her own account."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, pooling
from shebao.items.facts import Facts
from shebao.registry.filings import pool

RULE = "国办发〔2021〕14号"


def check(facts: Facts) -> list[Finding]:
    """An account of one's own; with answers: another person, not bound yet."""
    has = facts.account_fen("medical") > 0
    found = [
        cover.line(
            "no_account", has, "您有职工医保个人账户。", "您没有职工医保个人账户，或者账户里没有钱，不能发起。", RULE,
            step="看个人账户", url="/me/account",
        )
    ]  # fmt: skip
    if facts.said("member_id"):
        other = facts.said("member_id") != facts.values.get("person.id_number")
        found.append(
            cover.line("self", other, "绑定的是家人。", "这是您自己的身份证号，请改成家人的。", RULE)
        )
        free = pool.bound(facts.grant, facts.other_id, pool.OWNER) is None
        found.append(
            cover.line(
                "already_bound", free, "和这位家人还没有绑定。", "和这位家人已经绑定，或者在等对方同意。", RULE,
                step="要取消，从这里办", url="/items/family-pool-end/",
            )
        )  # fmt: skip
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every line holds."""
    return cover.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """An offer that waits; the same words whether or not the other person is on file."""
    pool.offer(
        facts.grant, other=facts.other_id, relation=facts.said("relation"), on=facts.today, case=facts.case_no
    )
    pooling.invite(facts)
    return Effect(
        "已发起。对方同意以后才生效。",
        (
            "请对方登录自己的账号，办「同意家人让我用他的医保账户」。",
            f"对方 {pooling.days()} 天内没有同意，就自动作废（{pooling.OWN_RULE}）。",
            "还没同意时，对方用不了您的账户。",
            "随时可以取消。",
        ),
    )
