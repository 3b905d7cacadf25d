"""住院费用手工报销: not settled before, a cause the fund pays, an amount by the terms of the region."""

from datetime import date

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Reason, Verdict
from shebao.items import judging, medical_claims
from shebao.items.facts import Facts
from shebao.privacy import vault
from shebao.registry.payables import actions as payables
from shebao.rules.medical import reimbursement
from shebao.rules.medical.reimbursement import Bill

EMPLOYEE, RESIDENT = 310, 390
LAW = "社会保险法第二十八条"


def check(facts: Facts) -> list[Finding]:
    """Insured; and once answers are there: dates in order, a payable cause, not settled before."""
    cover = facts.active(EMPLOYEE, RESIDENT)
    insured = cover is not None or facts.retired(EMPLOYEE)
    found = [
        Finding(
            "not_enrolled",
            insured,
            "您在参加医疗保险。" if insured else "您现在没有参加医疗保险。",
            LAW,
        )
    ]
    admitted, discharged = facts.said_day("admitted"), facts.said_day("discharged")
    if admitted and discharged:
        found.append(
            judging.holds(
                "dates",
                admitted <= discharged,
                "入院和出院的日期对得上。",
                f"出院不能早于入院的 {admitted.month}月{admitted.day}日，请检查。",
                "社会保险经办条例第二十条",
            )
        )
        found.append(_unsettled(facts, admitted, discharged))
    found += medical_claims.payable(facts)
    if facts.said("total") and facts.said("own"):
        fits = facts.said_fen("own") <= facts.said_fen("total")
        found.append(
            judging.holds(
                "sums", fits, "自费部分和总金额对得上。", "自费部分不能多于总金额，请检查。", LAW,
            )
        )  # fmt: skip
    return found


def decide(facts: Facts) -> Verdict:
    """The amount by the region's terms, step by step; every local figure is a demonstration so far."""
    unmet = [finding for finding in check(facts) if not finding.passed]
    admitted = facts.said_day("admitted")
    if unmet or admitted is None:
        return Verdict(False, tuple(Reason(f.code, f.text, f.rule) for f in unmet))
    retired = facts.retired(EMPLOYEE)
    told = reimbursement.explain(
        Bill(facts.said_fen("total"), facts.said_fen("own")),
        scheme="employee" if retired or facts.active(EMPLOYEE) else "resident",
        care="inpatient",
        level=int(facts.said("level")),
        month=months.of(admitted),
        region=facts.person.region,
        retired=retired,
        paid_this_year_fen=sum(claim.fund_fen for claim in facts.claims(admitted.year)),
        allow_demo=True,
    )
    amount = told.value.pool + told.value.serious_illness
    figures = tuple((step.name, step.result, step.formula) for step in told.steps)
    if amount == 0:
        return Verdict(False, (Reason("below_line", "扣除自费和起付线以后，没有能报的钱。", LAW),))
    return Verdict(True, (), amount, figures, provisional=True)


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment to the account named."""
    if facts.said("account") != facts.values.get("person.bank_account"):
        vault.write(facts.grant, "person.bank_account", facts.said("account"))
    payables.order(
        facts.grant,
        kind="inpatient_claim",
        amount_fen=verdict.amount_fen,
        since=facts.month,
        case=facts.case_no,
    )
    return Effect(
        f"核定报销 {yuan(verdict.amount_fen)} 元，打到尾号 {facts.said('account')[-4:]} 的账户。", pays=True
    )


def _unsettled(facts: Facts, admitted: date, discharged: date) -> Finding:
    years = {admitted.year, discharged.year}
    settled = [
        claim
        for year in years
        for claim in facts.claims(year)
        if claim.kind == "inpatient" and admitted <= claim.served_on <= discharged
    ]
    text = "这段住院已经直接结算过，不能再报。" if settled else "这段住院还没有结算过。"
    return Finding("already_settled", not settled, text, "社会保险法第二十九条", "看就医花费", "/me/spending")
