"""生育医疗费支付: employees by the maternity rule, residents by the terms of a stay in hospital."""

from datetime import date

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Reason, Verdict
from shebao.items import cover, maternity_costs, medical_claims
from shebao.items.facts import Facts
from shebao.rules.medical import reimbursement
from shebao.rules.medical.reimbursement import Bill

KIND = "maternity_medical_claim"


def check(facts: Facts) -> list[Finding]:
    """Insured on the day of birth, not settled at the counter, not paid yet."""
    day = facts.said_day("born")
    found = medical_claims.check(facts, day)
    if day is not None:
        found.append(medical_claims.unsettled(facts, day, "inpatient"))
        found.append(medical_claims.unordered(facts, KIND, day))
    return found


def decide(facts: Facts) -> Verdict:
    """Employees: the part inside the catalogue. Residents: deductible and share of the region."""
    day = facts.said_day("born")
    if day is None or cover.spell(facts, day, cover.EMPLOYEE):
        return maternity_costs.decide(facts, check(facts))
    judged = cover.verdict(check(facts))
    return _resident(facts, day) if judged.granted else judged


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment."""
    return maternity_costs.pay(facts, KIND, verdict, facts.said_day("born"))


def _resident(facts: Facts, day: date) -> Verdict:
    told = reimbursement.explain(
        Bill(facts.said_fen("total"), facts.said_fen("own")), scheme="resident", care="inpatient",
        level=int(facts.said("level")), month=months.of(day), region=facts.person.region, allow_demo=True,
        paid_this_year_fen=sum(claim.fund_fen for claim in facts.claims(day.year) if claim.kind == "inpatient"),
    )  # fmt: skip
    figures = tuple((step.name, step.result, step.formula) for step in told.steps)
    amount = told.value.pool + told.value.serious_illness
    if amount == 0:
        return Verdict(
            False,
            (Reason("below_line", "没有超过起付线，或者今年的限额用完了。", "社会保险法第二十八条"),),
            0,
            figures,
        )
    return maternity_costs.within(facts, Verdict(True, (), amount, figures, provisional=True))
