"""军人退役养老保险转入: the army's record joins one's own months; each month counts once, the account grows."""

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, moving, pensions
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.registry.accounts import actions as accounts
from shebao.registry.contributions import moving as months_of
from shebao.rules import merging

LAW = "军人保险法第十六条"
STEP = "国办发〔2009〕66号"
FIRST = 201207
REASON = "军人退役转入"


def check(facts: Facts) -> list[Finding]:
    """Insured here, no pension drawn, nothing under way; the record's months lie after the law and behind us."""
    here, retired = facts.active(pensions.INSURANCE) is not None, facts.retired(pensions.INSURANCE)
    found = [
        holds("draws_pension", not retired, "您还没有领养老金。", "您已经在领养老金，关系不再转。", STEP),
        holds("not_enrolled", here, "您在这里参加职工养老保险。", "您还没有在这里参加职工养老，先参保再转。", LAW,
              "参加职工养老", "/items/flexible-enrolment/"),
        moving.free(facts, pensions.INSURANCE, "社会保险经办条例第十二条"),
    ]  # fmt: skip
    since, until = facts.said_month("since"), facts.said_month("until")
    if not since or not until:
        return found
    right = since <= until <= facts.month
    found.append(holds("order", right, "月份先后写对了。", "月份先后写反了，或者晚于这个月，请检查。", STEP))
    early = "2012年7月以前的军龄不用转，退休时按视同缴费算。"
    found.append(holds("too_early", since >= FIRST, "月份在军人保险法施行以后。", early, LAW))
    if right:
        found.append(_counted(facts))
    return found


def _counted(facts: Facts) -> Finding:
    merged = _merged(facts)
    added, doubled = len(merged.added), len(merged.doubled)
    told = f"转进 {added} 个月。" + (f"{doubled} 个月这里缴过，只算一次。" if doubled else "")
    return holds("all_known", added > 0, told, "这些月份在这里都缴过，不用转。", merging.DOUBLE_LAW)


def _merged(facts: Facts) -> merging.Merged:
    mine = [
        (row.month, row.kind)
        for row in facts.paid
        if row.insurance == pensions.INSURANCE and row.state == "paid"
    ]
    span = months.between(facts.said_month("since"), months.plus(facts.said_month("until"), 1))
    base = facts.said_fen("base")
    coming = [merging.Paid(month, "normal", base, 0, 0, 0, "") for month in span]
    return merging.merge(mine, coming, account_fen=facts.said_fen("account"))


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds; months and account are shown as figures."""
    verdict = judging.verdict(check(facts))
    if not verdict.granted:
        return verdict
    merged = _merged(facts)
    figures = (
        ("转进的月数", f"{len(merged.added)} 个月", LAW),
        ("重复的月数", f"{len(merged.doubled)} 个月，只算一次", merging.DOUBLE_LAW),
        ("转进的账户", f"{yuan(facts.said_fen('account'))} 元", LAW),
    )
    return Verdict(True, verdict.reasons, 0, figures)


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Months of service stand among the payments, the army's money on the account."""
    merged, amount = _merged(facts), facts.said_fen("account")
    months_of.take_in(facts.grant, pensions.INSURANCE, merged.added)
    accounts.bring_in(
        facts.grant, kind="pension", amount_fen=amount, credit_fen=0, opened=facts.said_month("since"),
        on=facts.today, reason=REASON, case=facts.case_no,
    )  # fmt: skip
    return Effect(
        f"转进 {len(merged.added)} 个月，账户加 {yuan(amount)} 元。", ("服役的年限从现在起一起算。",)
    )
