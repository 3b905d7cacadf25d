"""Cases of contributions, late fees and accounts."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from shebao.base.money import plain_yuan
from shebao.rules import bases, collection
from shebao.rules.cases.inputs import Input, short_yuan, whole_yuan
from shebao.rules.contribution import Contribution
from shebao.rules.dated import decimal
from shebao.rules.explain import Explained
from shebao.rules.injury import contribution as injury
from shebao.rules.medical import contribution as medical
from shebao.rules.medical import resident
from shebao.rules.pension import account
from shebao.rules.pension import contribution as pension
from shebao.rules.refusals import RuleRefusal, invalid
from shebao.rules.resident_pension import contribution as resident_pension
from shebao.rules.unemployment import contribution as unemployment

Assess = Callable[..., Explained[Contribution]]
INSURANCES: dict[str, Assess] = {
    "110": pension.assess,
    "120": pension.assess,
    "210": unemployment.assess,
    "310": medical.assess,
    "410": injury.assess,
    "510": medical.assess_maternity,
}


def monthly_contribution(given: Input) -> dict[str, Any]:
    """One insurance, one month."""
    insurance = given.text("insurance")
    if insurance not in INSURANCES:
        raise invalid("insurance", "这个险种不按月工资缴费。")
    more: dict[str, Any] = {}
    if insurance in pension.EMPLOYEE_SCHEMES:
        more["insurance"] = insurance
    if insurance == "410":
        more["industry_class"] = given.whole("class", "industry_class")
        more["float_ratio"] = given.fraction("float", default=1)
    found = INSURANCES[insurance](
        declared_fen=given.fen("declared_wage", "wage"),
        month=given.month("month"),
        region=given.text("region"),
        as_of=given.day("as_of") if given.has("as_of") else None,
        allow_demo=given.flag("allow_demo", default=False),
        provisional=given.flag("provisional", default=False),
        **more,
    )
    value = found.value
    return {
        "floor": plain_yuan(value.floor),
        "ceiling": plain_yuan(value.ceiling),
        "base": plain_yuan(value.base),
        "employer": plain_yuan(value.employer),
        "employee": plain_yuan(value.employee),
        "employer_rate": decimal(value.employer_rate),
        "employee_rate": decimal(value.employee_rate),
        "confidence": found.confidence,
    }


def contribution_bounds(given: Input) -> dict[str, Any]:
    """Average, floor and ceiling of a month."""
    found = bases.bounds(
        month=given.month("month"),
        region=given.text("region"),
        as_of=given.day("as_of") if given.has("as_of") else None,
        allow_demo=given.flag("allow_demo", default=False),
        provisional=given.flag("provisional", default=False),
    )
    return {
        "average": plain_yuan(found.average),
        "floor": plain_yuan(found.floor),
        "ceiling": plain_yuan(found.ceiling),
    }


def flexible_contribution(given: Input) -> dict[str, Any]:
    """灵活就业 of a contribution year."""
    year = given.text("contribution_year", "month")
    month = (
        int(year) * 100 + 7
        if year.isdigit() and len(year) == 4
        else given.month("contribution_year", "month")
    )
    count = given.whole("months", default=12)
    found = pension.flexible(
        index=given.fraction("index"),
        month=month,
        region=given.text("region"),
        count=count,
        allow_demo=given.flag("allow_demo", default=False),
    ).value
    told = {
        "monthly_base": plain_yuan(found.monthly_base),
        "monthly": plain_yuan(found.monthly),
        "to_personal_account_monthly": plain_yuan(found.to_account_monthly),
        "total": plain_yuan(found.total),
    }
    if count == 12:
        told["yearly"] = told["total"]
    return told


def assessed_contribution(given: Input) -> dict[str, Any]:
    """110% of last month."""
    return {"amount": plain_yuan(collection.undeclared(given.fen("last_month_amount")))}


def work_injury_rate(given: Input) -> dict[str, Any]:
    """Class rate with its float."""
    industry_class, float_ratio = given.whole("class", "industry_class"), given.fraction("float", default=1)
    try:
        value = injury.rate(industry_class, float_ratio)
    except RuleRefusal as refusal:
        return {"valid": False, "error": refusal.field, "message": refusal.message}
    return {"valid": True, "rate": decimal(value.rate)}


def work_injury_contribution(given: Input) -> dict[str, Any]:
    """On the payroll."""
    industry_class, float_ratio = given.whole("class", "industry_class"), given.fraction("float", default=1)
    rate = injury.rate(industry_class, float_ratio).rate
    amount = injury.on_payroll(given.fen("payroll"), industry_class, float_ratio)
    return {"rate": decimal(rate), "employer": plain_yuan(amount), "employee": "0.00"}


def resident_medical_funding(given: Input) -> dict[str, Any]:
    """Yearly amounts of a notice or of the cover year after it."""
    year = given.whole("notice_year") if given.has("notice_year") else given.whole("cover_year") - 1
    found = resident.funding(year).value
    return {
        "personal": whole_yuan(found.personal),
        "subsidy": whole_yuan(found.subsidy),
        "total": whole_yuan(found.total),
        "notice_year": found.notice_year,
        "cover_year": found.cover_year,
    }


def resident_pension_contribution(given: Input) -> dict[str, Any]:
    """居民养老 of a year at a grade."""
    found = resident_pension.yearly(
        grade_fen=given.fen("grade", "tier"), on=given.day("on", "date"), region=given.text("region")
    ).value
    return {
        "personal": plain_yuan(found.personal),
        "subsidy": plain_yuan(found.subsidy),
        "to_account": plain_yuan(found.to_account),
    }


def late_fee(given: Input) -> dict[str, Any]:
    """滞纳金."""
    found = collection.late_fee(
        principal_fen=given.fen("principal"),
        due=given.day("due_date", "due"),
        paid=given.day("paid_date", "paid"),
        rate=given.fraction("daily_rate", "rate", high=1) if given.has("daily_rate", "rate") else None,
        cap_at_principal=given.flag("cap_at_principal", "capped", "cap", default=False),
    )
    return {
        "days": found.value.days,
        "fee": plain_yuan(found.value.fee),
        "notices": list(found.notices),
    }


def late_fee_rate(given: Input) -> dict[str, Any]:
    """The daily rate on a date."""
    value = collection.late_fee_rate(given.day("date", "on"))
    return {"daily_rate": decimal(value.rate), "law": value.law}


def late_fee_bearer(given: Input) -> dict[str, Any]:
    """Who bears it."""
    if given.text("payer") not in ("employer", "employee"):
        raise invalid("payer", "只有单位和职工两种。")
    return {"employee_share": plain_yuan(collection.employee_share_of_late_fee()), "bearer": "employer"}


def account_rate(given: Input) -> dict[str, Any]:
    """记账利率 of years; a year not yet announced takes the last one, marked provisional."""
    wanted = [Input({"year": year}).whole("year") for year in given.items("years", "year")]
    values = {year: account.interest_rate(year, provisional=True) for year in wanted}
    rates = {year: decimal(value.rate, 4) for year, value in values.items()}
    provisional = [year for year, value in values.items() if value.since.year != year]
    told: dict[str, Any] = {"rates": rates, "provisional": provisional}
    if given.has("year"):
        told |= {"rate": rates[wanted[0]], "provisional": bool(provisional)}
    return told


def account_interest(given: Input) -> dict[str, Any]:
    """A year of an account by 月积数法."""
    credits = [0] * 12
    if given.has("credits"):
        credits = [_fen(amount) for amount in given.items("credits")]
    else:
        monthly = given.fen("monthly_credit")
        for number in _months_of_year(given.text("months", default="1-12")):
            credits[number - 1] = monthly
    rate = (
        given.fraction("rate", high=1)
        if given.has("rate")
        else account.interest_rate(given.whole("year")).rate
    )
    found = account.close_year(
        opening=given.fen("opening", default=0),
        credit=sum(credits),
        product=account.month_product(credits),
        rate=Fraction(rate),
    )
    return {
        "month_product": plain_yuan(found.month_product),
        "interest_on_opening": plain_yuan(found.interest_on_opening),
        "interest_on_current": plain_yuan(found.interest_on_current),
        "interest": plain_yuan(found.interest),
        "closing": plain_yuan(found.closing),
    }


def account_rules(given: Input) -> dict[str, Any]:
    """What may be taken out of 个人账户, and when."""
    event = given.text("event")
    if event in ("withdraw_before_retirement", "early_withdrawal"):
        return {"allowed": False, "payable": "0.00", "law": "社会保险法第十四条"}
    if event not in ("death_before_retirement", "death_after_retirement", "death"):
        raise invalid("event", "没有这种情形。")
    balance = plain_yuan(account.payable_to_heirs(given.fen("balance")))
    return {"payable_to_heirs": balance, "law": "社会保险法第十四条"}


def contribution_difference(given: Input) -> dict[str, Any]:
    """补差 of a month assessed with what was known on two days."""
    base = {
        "declared_fen": given.fen("declared_wage"),
        "month": given.month("month"),
        "region": given.text("region"),
    }
    assess = INSURANCES[given.text("insurance", default="110")]
    before = assess(**base, as_of=given.day("known_before"), provisional=True).value
    after = assess(**base, as_of=given.day("known_after"), provisional=True).value
    found = collection.difference(before, after)
    return {"employer": short_yuan(found.employer), "employee": short_yuan(found.employee)}


def _months_of_year(text: str) -> range:
    """The months of "1-12" or "7"."""
    first, _, last = text.partition("-")
    span = range(int(first), int(last or first) + 1)
    if not span or span[0] < 1 or span[-1] > 12:
        raise invalid("months", "月份要在 1 到 12 之间。")
    return span


def _fen(amount: Any) -> int:
    return Input({"credits": amount}).fen("credits")


FUNCTIONS = {
    "monthly_contribution": monthly_contribution,
    "contribution_bounds": contribution_bounds,
    "flexible_contribution": flexible_contribution,
    "assessed_contribution": assessed_contribution,
    "work_injury_rate": work_injury_rate,
    "work_injury_contribution": work_injury_contribution,
    "resident_medical_funding": resident_medical_funding,
    "resident_pension_contribution": resident_pension_contribution,
    "late_fee": late_fee,
    "late_fee_rate": late_fee_rate,
    "late_fee_bearer": late_fee_bearer,
    "account_rate": account_rate,
    "account_interest": account_interest,
    "account_rules": account_rules,
    "contribution_difference": contribution_difference,
}
