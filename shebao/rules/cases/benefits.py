"""Cases of unemployment, maternity, injury and medical benefits."""

from typing import Any

from shebao.base.money import plain_yuan
from shebao.rules.cases.inputs import Input, short_yuan, table
from shebao.rules.injury import benefit as injury
from shebao.rules.maternity import allowance as maternity
from shebao.rules.medical import reimbursement, remote, resident
from shebao.rules.medical.reimbursement import Bill, Terms
from shebao.rules.refusals import invalid
from shebao.rules.unemployment import benefit as unemployment

EARLY_WORDS = ("未满", "不满", "under", "lt", "before", "less", "early", "<")
LATE_WORDS = ("满", "over", "ge", "after", "from", "more", "late", "plus", "least", ">")
MISCARRIAGE_WORDS = ("miscarriage", "abortion", "流产")
LATE_MONTH = 4


def unemployment_months(given: Input) -> dict[str, Any]:
    """最长领取月数."""
    found = unemployment.longest_months(
        given.whole("contribution_months", high=1200),
        given.whole("unused_previous_months", default=0, high=24),
    )
    return {"max_months": found}


def unemployment_eligible(given: Input) -> dict[str, Any]:
    """Whether, and if not why."""
    reason = given.text("reason")
    found = unemployment.eligibility(
        paid_months=given.whole("contribution_months", high=1200),
        reason=str(table()["leaving"].get(reason, reason)),
        registered=given.flag("registered"),
        seeking_work=given.flag("seeking_work", default=True),
    )
    return {"eligible": found.eligible, "reason": found.reason or None, "message": found.message}


def unemployment_benefit_amount(given: Input) -> dict[str, Any]:
    """失业保险金."""
    found = unemployment.monthly_amount(
        minimum_wage_fen=given.fen("minimum_wage"), month=given.month("month"), region=given.text("region")
    )
    return {"monthly": short_yuan(found.value), "confidence": found.confidence}


def maternity_kind(given: Input) -> str:
    """normal, difficult or one of the two miscarriages, from the words of a case."""
    kind = given.text("type", default="normal").lower()
    if kind in (*maternity.BIRTHS, *maternity.MISCARRIAGES):
        return kind
    if not any(word in kind for word in MISCARRIAGE_WORDS):
        raise invalid("type", "生育类型不对，请选顺产、难产或流产。")
    if given.has("pregnancy_months", "months"):
        late = given.fraction("pregnancy_months", "months") >= LATE_MONTH
        return "miscarriage_late" if late else "miscarriage_early"
    rest = kind
    for word in MISCARRIAGE_WORDS:
        rest = rest.replace(word, "")
    if any(word in rest for word in EARLY_WORDS):
        return "miscarriage_early"
    if any(word in rest for word in LATE_WORDS):
        return "miscarriage_late"
    raise invalid("pregnancy_months", "流产要写明怀孕几个月。")


def maternity_allowance(given: Input) -> dict[str, Any]:
    """生育津贴."""
    found = maternity.allowance(
        employer_average_fen=given.fen("employer_avg_monthly_wage"),
        kind=maternity_kind(given),
        babies=given.whole("babies", default=1) or 1,
    ).value
    return {"days": found.days, "amount": plain_yuan(found.amount)}


def work_injury_lump_sum(given: Input) -> dict[str, Any]:
    """一次性伤残补助金."""
    grade, wage = given.whole("grade"), given.fen("own_wage")
    return {"months": injury.lump_sum_months(grade), "amount": plain_yuan(injury.lump_sum(grade, wage))}


def disability_allowance(given: Input) -> dict[str, Any]:
    """伤残津贴 of one grade or several."""
    wage = given.fen("own_wage")
    grades = [Input({"grade": grade}).whole("grade") for grade in given.items("grades", "grade")]
    amounts = [plain_yuan(injury.allowance(grade, wage)) for grade in grades]
    payers = [injury.allowance_payer(grade) for grade in grades]
    if given.has("grades"):
        return {"amounts": amounts, "payers": payers}
    return {"amount": amounts[0], "payer": payers[0]}


def work_injury_own_wage(given: Input) -> dict[str, Any]:
    """本人工资 inside 60% and 300%."""
    return {"used": plain_yuan(injury.own_wage(given.fen("own_wage"), given.fen("area_average")))}


def nursing_allowance(given: Input) -> dict[str, Any]:
    """生活护理费."""
    return {
        "amount": plain_yuan(injury.nursing(given.text("dependence", "level"), given.fen("area_average")))
    }


def work_death_lump_sum(given: Input) -> dict[str, Any]:
    """一次性工亡补助金."""
    year = given.whole("accident_year")
    return {
        "amount": plain_yuan(injury.death_lump_sum(year).value),
        "national_urban_income_prev_year": short_yuan(injury.national_income(year)),
    }


def work_death_funeral(given: Input) -> dict[str, Any]:
    """工亡丧葬补助金."""
    return {"amount": plain_yuan(injury.funeral(given.fen("area_average")))}


def resident_medical_waiting(given: Input) -> dict[str, Any]:
    """待遇等待期."""
    found = resident.waiting(
        in_window=given.flag("in_window"),
        broken_years=given.whole("broken_years", default=0),
        repaired_years=given.whole("repaired_years", default=0),
    ).value
    return {
        "fixed_months": found.fixed_months,
        "variable_months": found.variable_months,
        "total_months": found.total_months,
    }


def resident_medical_start(given: Input) -> dict[str, Any]:
    """When a newborn's cover begins."""
    return {
        "entitled_from": resident.newborn_start(
            born=given.day("born"), enrolled=given.day("enrolled")
        ).isoformat()
    }


def remote_filing_required(given: Input) -> dict[str, Any]:
    """Whether care away counts as filed."""
    counted = remote.counts_as_filed(given.text("situation"), filed=given.flag("filed", default=False))
    return {"treated_as_filed": counted}


def remote_filing_validity(given: Input) -> dict[str, Any]:
    """How long a filing holds at least; null when it holds until changed."""
    return {"min_months": remote.least_validity_months(given.text("type"))}


def medical_reimbursement(given: Input) -> dict[str, Any]:
    """The generic engine with the figures of the case."""
    found = reimbursement.settle(
        Bill(given.fen("total"), given.fen("self_funded", default=0), given.fen("first_pay", default=0)),
        Terms(
            deductible=given.fen("deductible", default=0),
            rate=given.fraction("ratio", "rate"),
            cap_left=given.fen("cap_left", "cap", default=10**10),
        ),
        account_balance=given.fen("account_balance", default=0),
    )
    return {
        "eligible": plain_yuan(found.eligible),
        "pool": plain_yuan(found.pool),
        "account": plain_yuan(found.account),
        "cash": plain_yuan(found.cash),
    }


FUNCTIONS = {
    "unemployment_months": unemployment_months,
    "unemployment_eligible": unemployment_eligible,
    "unemployment_benefit_amount": unemployment_benefit_amount,
    "maternity_allowance": maternity_allowance,
    "work_injury_lump_sum": work_injury_lump_sum,
    "disability_allowance": disability_allowance,
    "work_injury_own_wage": work_injury_own_wage,
    "nursing_allowance": nursing_allowance,
    "work_death_lump_sum": work_death_lump_sum,
    "work_death_funeral": work_death_funeral,
    "resident_medical_waiting": resident_medical_waiting,
    "resident_medical_start": resident_medical_start,
    "remote_filing_required": remote_filing_required,
    "remote_filing_validity": remote_filing_validity,
    "medical_reimbursement": medical_reimbursement,
}
