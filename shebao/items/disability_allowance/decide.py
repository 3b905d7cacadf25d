"""病残津贴: wholly unable to work by an appraisal, before the statutory age; formula and months by the rule."""

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, pensions
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.privacy import vault
from shebao.registry.payables import actions as payables
from shebao.rules.pension import disability
from shebao.rules.pension.disability import Allowance

LAW = "社会保险法第十七条"
RULE = "人社部发〔2024〕72号"


def check(facts: Facts) -> list[Finding]:
    """Insured, under age, appraised within a year, not claimed before."""
    running = any(
        one.state == "approved" and (one.until or 999912) > facts.month
        for one in facts.payables(pensions.DISABILITY)
    )
    found = [
        *pensions.may_draw(facts),
        *pensions.post_right(facts),
        holds("of_age", pensions.statutory(facts).month > _since(facts), "您还没到法定退休年龄。", "您到退休年龄了，直接办退休领养老金。",
              LAW, "办退休", "/items/retirement/"),
        holds("already_claimed", not running, "您没有在领病残津贴。", "您已经在领病残津贴，不用再申领。", LAW),
    ]  # fmt: skip
    concluded = next(iter(facts.appraisals("illness")), None)
    found.append(holds("no_conclusion", concluded is not None, "有劳动能力鉴定结论。", "没有查到劳动能力鉴定结论，先申请鉴定。",
                       RULE, "申请劳动能力鉴定", "/items/labour-appraisal/"))  # fmt: skip
    if concluded is not None:
        last = disability.valid_until(concluded.decided_on)
        found += [
            holds("not_total", concluded.total, "结论是完全丧失劳动能力。", "结论不是完全丧失劳动能力，不能领。", LAW),
            holds("expired", facts.applied_on <= last, "鉴定结论在一年里。", "鉴定结论超过一年了，要重新鉴定。", RULE),
        ]  # fmt: skip
        if facts.said("post") and all(one.passed for one in found):
            found += judging.asked("no_standard", lambda: _allowance(facts))[1]
    return found


def decide(facts: Facts) -> Verdict:
    """The monthly amount and the month in which it ends."""
    found = check(facts)
    if not all(one.passed for one in found) or not facts.said("post"):
        return judging.verdict(found)
    got, worked = _allowance(facts), pensions.settle(facts, facts.month)
    how = "按基本养老金计发" if got.whole else "按基础养老金计发"
    lines = (
        ("每月津贴", f"{yuan(got.monthly)}元，{how}", RULE),
        ("发到哪个月", months.to_text(months.plus(got.until, -1)), RULE),
    )
    figures = lines + tuple(line for line in worked.figures if line != judging.UNSURE) + (judging.UNSURE,)
    return judging.verdict(found, amount_fen=got.monthly, figures=figures, provisional=True,
                           words=judging.monthly(got.monthly, _since(facts)))  # fmt: skip


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """A monthly payment from next month to the statutory age at most."""
    if facts.said("account") != facts.values.get("person.bank_account"):
        vault.write(facts.grant, "person.bank_account", facts.said("account"))
    since, until = _since(facts), _allowance(facts).until
    payables.order(
        facts.grant, kind=pensions.DISABILITY, amount_fen=verdict.amount_fen, monthly=True, since=since, until=until,
        case=facts.case_no,
    )  # fmt: skip
    return Effect(
        judging.monthly(verdict.amount_fen, since),
        ("到法定退休年龄，改领基本养老金。",),
        pays=True,
    )


def _since(facts: Facts) -> int:
    return months.plus(facts.month, 1)


def _allowance(facts: Facts) -> Allowance:
    worked = pensions.settle(facts, facts.month)
    return disability.allowance(
        worked.pension, paid_months=facts.months_paid(pensions.INSURANCE), since=_since(facts),
        due=pensions.statutory(facts),
    )  # fmt: skip
