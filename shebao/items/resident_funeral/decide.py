"""居民养老丧葬补助和账户余额: the deceased is on record as dead; grant and balance go to the relative who asks."""

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, survivors, suspending
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.privacy import vault
from shebao.registry.accounts import actions as accounts
from shebao.registry.filings import actions as filings
from shebao.registry.payables import actions as payables
from shebao.rules.explain import Explained
from shebao.rules.pension import account
from shebao.rules.resident_pension import pension

KIND = "resident_funeral"
RESIDENT = 170
RULE = "国发〔2014〕8号"


def check(facts: Facts) -> list[Finding]:
    """What the applicant said; at the desk also what the register knows of the deceased."""
    if not facts.said("dead_id"):
        return [Finding("self", True, "写上去世家人的身份证号和姓名，我们来核实。", RULE)]
    found = [survivors.another(facts)]
    if facts.said("other_grant"):
        found.append(holds("one_only", facts.said("other_grant") == "no", "没有领过别的丧葬补助金。",
                           "丧葬补助金只能领一种，已经领过的不再发。", "社会保险法第四十九条"))  # fmt: skip
    found += survivors.dead(facts)
    other = facts.other
    if other is None or not all(one.passed for one in found):
        return found
    known = any(spell.insurance == RESIDENT for spell in other.spells)
    found += [
        holds(
            "not_enrolled",
            known,
            "去世的家人参加过居民养老保险。",
            "去世的家人没有参加居民养老保险。",
            RULE,
            "看职工养老的",
            "/items/survivor-benefit/",
        ),
        holds(
            "already_paid",
            other.filing(KIND) is None,
            "还没有核定过。",
            "这份补助已经核定给另一位家人。",
            RULE,
        ),
    ]
    return found + judging.asked("no_standard", lambda: _funeral(facts, other))[1]


def decide(facts: Facts) -> Verdict:
    """The grant and the balance."""
    found, other = check(facts), facts.other
    if other is None or not all(one.passed for one in found):
        return judging.verdict(found)
    grant, left = _funeral(facts, other), int(account.payable_to_heirs(other.account_fen("pension")))
    figures = (*judging.told(grant), ("个人账户余额", f"{yuan(left)}元", RULE))
    return judging.verdict(
        found, amount_fen=grant.value + left, figures=figures, provisional=judging.unsure(grant)
    )


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment to the relative, on file with the deceased, whose pension stops."""
    other = facts.other
    if other is None:
        raise ValueError("the deceased is not within reach")
    if facts.said("account") != facts.values.get("person.bank_account"):
        vault.write(facts.grant, "person.bank_account", facts.said("account"))
    payables.order(
        facts.grant, kind=KIND, amount_fen=verdict.amount_fen, since=facts.month, case=facts.case_no
    )
    survivors.record(facts, other)
    left = other.account_fen("pension")
    if left:
        accounts.take_out(
            other.grant,
            kind="pension",
            amount_fen=left,
            on=facts.today,
            reason="账户支付",
            case=facts.case_no,
        )
    filings.file(other.grant, kind=KIND, since=facts.today, other=facts.subject_id, case=facts.case_no)
    after = months.plus(months.of(survivors.day_of_death(facts, other)), 1)
    payables.stop(other.grant, kind=suspending.RESIDENT, until=after, reason="死亡")
    return Effect(
        f"核定 {yuan(verdict.amount_fen)} 元，打到尾号 {facts.said('account')[-4:]} 的账户。", pays=True
    )


def _funeral(facts: Facts, other: Facts) -> Explained[int]:
    return pension.funeral_grant(on=survivors.day_of_death(facts, other), region=other.person.region)
