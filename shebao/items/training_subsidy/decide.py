"""技能提升补贴: a certificate of the last twelve months, contributions, and never twice for one of a level."""

from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.privacy import vault
from shebao.registry.payables import actions as payables
from shebao.rules.unemployment import training

KIND = "training_subsidy"
RULE = "人社部发〔2017〕40号"
INSURANCE = 210


def check(facts: Facts) -> list[Finding]:
    """Paid for a year; the certificate is new enough and was not paid for."""
    region = facts.person.region
    need, paid = training.least_months(on=facts.today, region=region), facts.months_paid(INSURANCE)
    found = [
        holds("min_contribution", paid >= need, f"失业保险缴了 {paid} 个月。", f"失业保险缴了 {paid} 个月，要满 {need} 个月。", RULE,
              "看缴费记录", "/me/contributions")
    ]  # fmt: skip
    issued = facts.said_day("issued")
    if issued:
        last = training.last_day(issued, region=region)
        found.append(
            holds("too_late", facts.today <= last, "发证还没有超过十二个月。",
                  f"发证十二个月内申请，最晚 {last.year}年{last.month}月{last.day}日，已经过了。", RULE)
        )  # fmt: skip
    if facts.said("level") and facts.said("occupation"):
        before = any(one.reason == _mark(facts) for one in facts.payables(KIND))
        found.append(
            holds(
                "already_paid",
                not before,
                "这一级还没有领过。",
                "同一职业、同一等级已经领过，不能再领。",
                RULE,
            )
        )
    return found


def decide(facts: Facts) -> Verdict:
    """The amount of the level."""
    found = check(facts)
    if not facts.said("level"):
        return judging.verdict(found)
    amount = training.amount(facts.said("level"), on=facts.today, region=facts.person.region)
    return judging.verdict(found, amount_fen=amount.value, figures=judging.told(amount), provisional=True)


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment."""
    if facts.said("account") != facts.values.get("person.bank_account"):
        vault.write(facts.grant, "person.bank_account", facts.said("account"))
    payables.order(
        facts.grant, kind=KIND, amount_fen=verdict.amount_fen, since=facts.month, reason=_mark(facts),
        case=facts.case_no,
    )  # fmt: skip
    return Effect(
        f"核定补贴 {yuan(verdict.amount_fen)} 元，打到尾号 {facts.said('account')[-4:]} 的账户。", pays=True
    )


def _mark(facts: Facts) -> str:
    return f"{facts.said('occupation')}{facts.said('level')}级"
