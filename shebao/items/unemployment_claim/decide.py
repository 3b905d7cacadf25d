"""失业保险金: the conditions of 第四十五条, months by what was paid, the amount by the tier of the minimum wage."""

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, unemployment
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.privacy import vault
from shebao.registry.payables import actions as payables
from shebao.rules.explain import Explained
from shebao.rules.unemployment import benefit


def check(facts: Facts) -> list[Finding]:
    """Registered, left against one's will, paid long enough, no work and no pension, not claimed for this time."""
    running = unemployment.running(facts)
    found = [
        holds("pensioner", not facts.retired(110), "您没有领养老金。", "您已经在领养老金，不能领失业金。", unemployment.STOPS),
        holds("reemployed", not unemployment.employed(facts), "没有单位在给您参保。", "现在有单位给您参保，不能领失业金。",
              unemployment.STOPS),
        holds("already_claimed", running is None, "您没有在领失业金。", "您已经在领失业金，不用再申领。", "社会保险法第四十六条"),
        *_conditions(facts),
    ]  # fmt: skip
    if facts.said("tier"):
        found += judging.asked("no_standard", lambda: _amount(facts))[1]
    return found


def decide(facts: Facts) -> Verdict:
    """The monthly amount; how many months stands in the figures."""
    found = check(facts)
    if not all(one.passed for one in found) or not facts.said("tier"):
        return judging.verdict(found)
    amount = _amount(facts)
    count = _longest(facts)
    figures = (
        ("最多领几个月", f"{count} 个月", "社会保险法第四十六条"),
        ("从哪个月起", months.to_text(_since(facts)), "失业保险条例第十六条"),
    )
    return judging.verdict(
        found,
        amount_fen=amount.value,
        figures=figures + judging.told(amount),
        provisional=judging.unsure(amount),
        words=_words(facts, amount.value),
    )


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """A monthly payment of [since, until)."""
    if facts.said("account") != facts.values.get("person.bank_account"):
        vault.write(facts.grant, "person.bank_account", facts.said("account"))
    since, count, words = _since(facts), _longest(facts), _words(facts, verdict.amount_fen)
    payables.order(
        facts.grant, kind=unemployment.BENEFIT, amount_fen=verdict.amount_fen, monthly=True, since=since,
        until=months.plus(since, count), case=facts.case_no,
    )  # fmt: skip
    return Effect(
        words,
        ("领的时候，医疗保险费由失业保险基金缴。", "找到工作、领养老金，要告诉我们停发。"),
        pays=True,
    )


def _conditions(facts: Facts) -> list[Finding]:
    """Each of the three conditions judged by itself."""
    registration = unemployment.registration(facts)
    paid, unused = unemployment.counted(facts)
    left = str(registration.detail.get("reason", "")) if registration else ""
    wanted = benefit.eligibility(paid_months=12, reason="dismissed", registered=registration is not None)
    enough = benefit.eligibility(paid_months=paid, reason="dismissed", registered=True, unused_months=unused)
    against = left in benefit.INVOLUNTARY or registration is None
    rule = unemployment.CONDITIONS
    found = [
        holds("not_registered", wanted.eligible, "您办了失业登记。", wanted.message, rule, "办失业登记",
              "/items/unemployment-registration/"),
        holds("min_contribution", enough.eligible, f"缴了 {paid} 个月。", f"失业保险缴了 {paid} 个月，要满 12 个月。", rule,
              "看缴费记录", "/me/contributions"),
        holds("voluntary", against, "登记的离职原因符合条件。", benefit.REASONS["voluntary"], rule,
              "登记的不对，申请核查", "/items/record-dispute/"),
    ]  # fmt: skip
    if facts.said("seeking"):
        found.append(holds("not_seeking_work", facts.said("seeking") == "yes", "您想找工作。",
                           benefit.REASONS["not_seeking_work"], rule))  # fmt: skip
    return found


def _amount(facts: Facts) -> Explained[int]:
    tiers = benefit.minimum_wages(month=facts.month, region=facts.person.region)
    wage = tiers[int(facts.said("tier")) - 1]
    return benefit.monthly_amount(minimum_wage_fen=wage, month=facts.month, region=facts.person.region)


def _words(facts: Facts, fen: int) -> str:
    return f"每月 {yuan(fen)} 元，从 {months.to_text(_since(facts))}起，最多 {_longest(facts)} 个月。"


def _longest(facts: Facts) -> int:
    return int(benefit.longest_months(*unemployment.counted(facts)))


def _since(facts: Facts) -> int:
    registration = unemployment.registration(facts)
    registered = months.of(registration.since) if registration else facts.month
    return benefit.first_month(registered, unemployment.last_paid(facts) or months.plus(registered, -1))
