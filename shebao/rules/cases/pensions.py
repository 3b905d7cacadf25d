"""Cases of retirement and pensions."""

from fractions import Fraction
from typing import Any

from shebao.base import money
from shebao.base import month as months
from shebao.base.money import plain_yuan, round_half_up
from shebao.rules import dated
from shebao.rules.cases.inputs import MISSING, Input, table
from shebao.rules.dated import decimal
from shebao.rules.pension import amount, annuity, base, flexible, retirement, survivors
from shebao.rules.pension.amount import INDEX_ONE, YEAR_ONE, Facts, Terms
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION
from shebao.rules.resident_pension import pension as resident

CURRENT = 202512
YEARS = range(1998, 2101)


def statutory_retirement(given: Input) -> dict[str, Any]:
    """Statutory month, age, flexible limits, minimum months."""
    found = retirement.statutory(given.month("birth", "birth_month"), given.text("category"))
    told = {
        "delay_months": found.delay_months,
        "age": retirement.age_text(found.age_months),
        "retire_month": months.to_iso(found.month),
        "min_contribution_months_at_statutory_date": found.minimum_months,
        "affected": bool(found.affected),
    }
    if found.affected:
        told["earliest_flexible"] = months.to_iso(flexible.earliest(found))
        told["latest_flexible"] = months.to_iso(flexible.latest(found))
    return told


def retirement_groups(given: Input) -> dict[str, Any]:
    """The official table of a category."""
    rows = [
        {
            "birth_from": months.to_iso(row["birth_from"]),
            "birth_to": months.to_iso(row["birth_to"]),
            "delay_months": row["delay_months"],
            "age": retirement.age_text(row["age_months"]),
            "retire_from": months.to_iso(row["retire_from"]),
            "retire_to": months.to_iso(row["retire_to"]),
        }
        for row in retirement.groups(given.text("category"))
    ]
    return {"groups": rows}


def minimum_contribution_months(given: Input) -> dict[str, Any]:
    """Minimum months of a year."""
    year = given.whole("year")
    if year not in YEARS:
        raise invalid("year", "年份要在 1998 到 2100 之间。")
    count = retirement.minimum_months(year)
    return {"months": count, "display": retirement.years_zh(count)}


def flexible_retirement_check(given: Input) -> dict[str, Any]:
    """Whether a chosen month is allowed."""
    found = flexible.check(
        birth=given.month("birth"),
        category=given.text("category"),
        requested=given.month("requested"),
        paid_months=given.whole("contribution_months_at_requested", "contribution_months", high=1200),
    )
    return {
        "allowed": found.allowed,
        "reason": found.reason or None,
        "kind": found.kind,
        "earliest": months.to_iso(found.earliest),
        "latest": months.to_iso(found.latest),
        "required_months": found.required_months,
        "message": found.message,
    }


def flexible_notice_deadline(given: Input) -> dict[str, Any]:
    """The last month to tell or agree."""
    kind = given.text("kind")
    if kind == "early":
        by = flexible.early_notice_by(given.month("chosen_month"))
        return {"notify_no_later_than_month": months.to_iso(by)}
    if kind != "delay":
        raise invalid("kind", "只有提前和延迟两种。")
    by = flexible.delay_agreement_by(given.month("statutory_month"))
    return {"agree_no_later_than_month": months.to_iso(by)}


def annuity_months_by_age(given: Input) -> dict[str, Any]:
    """计发月数 of whole ages."""
    ages = [Input({"age": age}).whole("age") for age in given.items("ages", "age")]
    return {"months": {age: int(annuity.months(age * 12)) for age in ages}}


def annuity_months(given: Input) -> dict[str, Any]:
    """计发月数 of an age in years and months: an int by whole year, one decimal by month."""
    over = given.whole("age_months", default=0)
    if not 0 <= over < 12:
        raise invalid("age_months", "月数要在 0 到 11 之间。")
    mode = given.text("mode", default="whole_year")
    found = annuity.months(given.whole("age_years", "age") * 12 + over, mode)
    return {"months": int(found) if mode == "whole_year" else decimal(found, 1)}


def _years(given: Input, *names: str, default: Any = MISSING) -> int:
    return round_half_up(*_scaled(given.fraction(*names, default=default, high=80), YEAR_ONE))


def _scaled(value: Fraction, unit: int) -> tuple[int, int]:
    return value.numerator * unit, value.denominator


def _terms(given: Input, region: str) -> Terms:
    rounding = given.text("rounding", default=amount.BOOK.at("rounding", region, CURRENT).value)
    province = given.fen("province_base", "base")
    if given.has("transition_rate"):
        low = high = given.fraction("transition_rate", high=1)
    elif region == NATION:
        low = high = Fraction(0)
    else:
        low, high = (
            amount.BOOK.at(key, region, CURRENT).rate for key in ("transition_rate", "transition_rate_long")
        )
    segments = amount.BOOK.at("extra_segments", region, CURRENT).value
    return Terms(
        city_base=given.fen("city_base", "base", default=money.plain_yuan(province)),
        province_base=province,
        rounding=money.rounding(rounding),
        rounding_name=money.ROUNDINGS[rounding][1],
        segments=tuple((start, end, money.exact(rate)) for start, end, rate in segments),
        trigger_years=amount.BOOK.at("extra_trigger_years", region, CURRENT).fen,
        transition=low,
        transition_long=high,
    )


def _facts(given: Input) -> Facts:
    deemed = _years(given, "deemed_years", "pre_account_years", default=0)
    total = _years(given, "years", "total_years")
    if deemed > total:
        raise invalid("deemed_years", "视同年限不能超过总年限。")
    index = given.scaled("index", by=INDEX_ONE, high=10)
    balance = given.fen("account", "balance", default=0)
    tenths = given.scaled("annuity_months", by=10, high=400, default=0 if balance == 0 else MISSING)
    if balance and tenths < 10:
        raise invalid("annuity_months", "计发月数不对。")
    return Facts(
        index_e6=index,
        years_e2=total,
        deemed_years_e2=deemed,
        actual_years_e2=_years(given, "actual_years") if given.has("actual_years") else None,
        deemed_index_e6=_deemed_index(given, index),
        account_fen=balance,
        annuity_tenths=max(tenths, 1),
    )


def _deemed_index(given: Input, own: int) -> int:
    if not given.has("deemed_index", "index_deemed"):
        return own
    return given.scaled("deemed_index", "index_deemed", by=INDEX_ONE, high=10)


def pension_amount(given: Input) -> dict[str, Any]:
    """A month's pension by formula, parts not asked for left out."""
    formulas: dict[str, str] = table()["formula"]
    formula = given.text("formula")
    if formula not in formulas:
        raise invalid("formula", "没有这种计算公式。")
    terms, facts = _terms(given, formulas[formula]), _facts(given)
    if facts.deemed_years_e2 and not terms.transition:
        raise invalid("transition_rate", "有视同缴费年限时要给过渡系数，各省不同。")
    found = amount.compute(terms, facts)
    in_jiao = terms.rounding is money.fen_to_jiao_up

    def shown(fen: int) -> str:
        return plain_yuan(fen)[:-1] if in_jiao else plain_yuan(fen)

    told: dict[str, Any] = {"basic": shown(found.basic), "total": shown(found.total)}
    if given.has("account", "balance"):
        told["account_pension"] = shown(found.account_pension)
    if given.has("deemed_years", "pre_account_years"):
        told["transitional"] = shown(found.transitional)
    if terms.segments:
        told["extra"] = shown(found.extra)
        told["extra_parts"] = [shown(part) for part in found.extra_parts]
    return told


def pension_base(given: Input) -> dict[str, Any]:
    """计发基数 of the province and the city."""
    where: dict[str, Any] = {
        "region": given.text("region"),
        "month": given.month("month"),
        "provisional": given.flag("provisional", default=False),
    }
    province, city = base.province(**where), base.city(**where)
    return {
        "province_base": plain_yuan(province.fen),
        "city_base": plain_yuan(city.fen),
        "law": city.law,
        "confidence": city.confidence,
    }


def extra_pension(given: Input) -> dict[str, Any]:
    """Whether the extra pension is due, the years in each segment, and its parts when bases are given."""
    region = given.text("region")
    actual, total = _years(given, "actual_years"), _years(given, "total_years", "years")
    trigger = amount.BOOK.at("extra_trigger_years", region, CURRENT).fen
    segments = amount.BOOK.at("extra_segments", region, CURRENT).value
    if actual > total:
        raise invalid("actual_years", "实际年限不能超过总年限。")
    triggered = actual > trigger * YEAR_ONE
    spans = [min(max(total - low * YEAR_ONE, 0), (high - low) * YEAR_ONE) for low, high, _ in segments]
    told: dict[str, Any] = {
        "triggered": triggered,
        "segment_years": [decimal(Fraction(span * triggered, YEAR_ONE), 2) for span in spans],
    }
    if given.has("index") and given.has("province_base", "base"):
        parts = amount.extra_parts(_terms(given, region), _facts(given))
        told |= {"extra_parts": [plain_yuan(part) for part in parts], "extra": plain_yuan(sum(parts))}
    return told


def transition_rate(given: Input) -> dict[str, Any]:
    """过渡性系数 by actual years."""
    region = given.text("region")
    cases = [Input(case) for case in given.items("cases")] if given.has("cases") else [given]
    trigger = amount.BOOK.at("extra_trigger_years", region, CURRENT).fen
    rates = [
        decimal(
            amount.BOOK.at(
                "transition_rate_long" if case.fraction("actual_years") > trigger else "transition_rate",
                region,
                CURRENT,
            ).rate
        )
        for case in cases
    ]
    return {"rates": rates} if given.has("cases") else {"rate": rates[0]}


def resident_pension(given: Input) -> dict[str, Any]:
    """居民养老金."""
    base, balance = given.fen("base_pension"), given.fen("account", "balance", default=0)
    own = resident.account_pension(balance)
    extra = 0
    if given.has("years") and not resident.entitled(
        age_years=60, paid_years=_whole_years(given.raw("years")), on=dated.day_of(CURRENT)
    ):
        raise invalid("years", "缴费不满 15 年，还不能按月领取。")
    if given.has("region"):
        on = dated.day_of(given.month("month", default=CURRENT))
        years = _whole_years(given.raw("years"))
        extra = resident.long_years_supplement(years, on=on, region=given.text("region"))
    return {
        "account_pension": plain_yuan(own),
        "supplement": plain_yuan(extra),
        "total": plain_yuan(base + own + extra),
    }


def resident_base_pension(given: Input) -> dict[str, Any]:
    """基础养老金最低标准 of a region and month."""
    value = resident.BOOK.at(
        "base_pension", given.text("region", default=NATION), given.month("month", "date")
    )
    return {"monthly": plain_yuan(value.fen), "law": value.law, "confidence": value.confidence}


def resident_long_years_supplement(given: Input) -> dict[str, Any]:
    """长缴加发."""
    on = dated.day_of(given.month("month", default=CURRENT))
    region = given.text("region")
    amounts = [
        plain_yuan(resident.long_years_supplement(_whole_years(years), on=on, region=region))
        for years in given.items("years")
    ]
    return {"monthly": amounts if isinstance(given.raw("years"), list) else amounts[0]}


def _whole_years(years: Any) -> int:
    return int(Input({"years": years}).fraction("years", high=80))


def survivor_pension_months(given: Input) -> dict[str, Any]:
    """抚恤金月数 by whole years."""
    found = survivors.pension_months(
        int(given.fraction("contribution_years", high=80)),
        retired=_retired(given),
        years_drawn=int(given.fraction("years_drawn", default=0, high=80)),
    )
    return {"months": found}


def survivor_benefit(given: Input) -> dict[str, Any]:
    """丧葬补助金 and 抚恤金."""
    found = survivors.grant(
        income_year_fen=given.fen("income_base_year"),
        paid_years=int(given.fraction("contribution_years", high=80)),
        retired=_retired(given),
        years_drawn=int(given.fraction("years_drawn", default=0, high=80)),
    ).value
    return {
        "funeral_months": found.funeral_months,
        "pension_months": found.pension_months,
        "funeral": plain_yuan(found.funeral),
        "pension": plain_yuan(found.pension),
        "amount": plain_yuan(found.amount),
    }


def _retired(given: Input) -> bool:
    status = given.text("status", default="active")
    if status not in ("active", "retired"):
        raise invalid("status", "只有在职和退休两种。")
    return status == "retired"


FUNCTIONS = {
    "statutory_retirement": statutory_retirement,
    "retirement_groups": retirement_groups,
    "minimum_contribution_months": minimum_contribution_months,
    "flexible_retirement_check": flexible_retirement_check,
    "flexible_notice_deadline": flexible_notice_deadline,
    "annuity_months_by_age": annuity_months_by_age,
    "annuity_months": annuity_months,
    "pension_amount": pension_amount,
    "pension_base": pension_base,
    "extra_pension": extra_pension,
    "transition_rate": transition_rate,
    "resident_pension": resident_pension,
    "resident_base_pension": resident_base_pension,
    "resident_long_years_supplement": resident_long_years_supplement,
    "survivor_pension_months": survivor_pension_months,
    "survivor_benefit": survivor_benefit,
}
