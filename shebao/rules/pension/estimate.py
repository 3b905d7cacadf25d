"""养老待遇测算: retirement month by option, account and base carried forward on stated assumptions. 仅供参考."""

from dataclasses import dataclass, replace
from fractions import Fraction

from shebao.base import month as months
from shebao.rules import bases
from shebao.rules.columns import share
from shebao.rules.dated import percent
from shebao.rules.explain import Explained, Working
from shebao.rules.pension import account, amount, annuity, base, flexible, retirement
from shebao.rules.pension.amount import Facts, Pension
from shebao.rules.pension.contribution import BOOK as RATES
from shebao.rules.refusals import RuleRefusal, invalid

OPTIONS = {"earliest": "弹性提前", "statutory": "法定年龄", "latest": "弹性延迟"}


@dataclass(frozen=True)
class Person:
    """What is known today (`now`, a month): fen, months, index in millionths, the base paid from now on."""

    birth: int
    category: str
    region: str
    now: int
    paid_months: int
    deemed_months: int
    index_e6: int
    account_fen: int
    base_fen: int


@dataclass(frozen=True)
class Assumptions:
    """Yearly growth of the base and of the wage, and yearly account interest: assumptions, not law."""

    growth: Fraction = Fraction(2, 100)
    interest: Fraction = Fraction(15, 1000)
    name: str = "居中"


SCENARIOS = (
    Assumptions(Fraction(0), Fraction(1, 100), "保守"),
    Assumptions(),
    Assumptions(Fraction(4, 100), Fraction(3, 100), "乐观"),
)


@dataclass(frozen=True)
class Estimate:
    """One option under one set of assumptions, with the facts and grown bases it was computed from."""

    option: str
    month: int
    age_months: int
    total_months: int
    required_months: int
    enough: bool
    account_fen: int
    pension: Pension
    assumptions: Assumptions
    facts: Facts
    province_base_fen: int
    city_base_fen: int


def chosen_month(person: Person, option: str) -> int:
    """The retirement month of an option; one already past is now. Options need the 2025 decision to apply."""
    if option not in OPTIONS:
        raise invalid("option", "只有提前、法定和延迟三种。")
    found = retirement.statutory(person.birth, person.category)
    if option != "statutory" and not found.affected:
        raise RuleRefusal(
            "not_applicable", flexible.REASONS["not_applicable"], code="precondition_unmet", field="option"
        )
    month = {
        "earliest": flexible.earliest(found),
        "statutory": found.month,
        "latest": flexible.latest(found),
    }[option]
    return max(int(month), person.now)


def carried_account(person: Person, until: int, assumptions: Assumptions) -> int:
    """The account at a month (fen): each year's credits and interest by 月积数法, wages growing yearly."""
    balance, base_fen = person.account_fen, person.base_fen
    credited = RATES.at("account_rate", person.region, person.now).rate
    month = person.now
    while month < until:
        last = min(until, (months.year_of(month) + 1) * 100 + 1)
        count = months.months_until(month, last)
        monthly = share(base_fen, credited)
        product = monthly * (count * (count + 1) // 2)
        part_year = assumptions.interest * Fraction(count, 12)
        closed = account.close_year(opening=balance, credit=0, product=0, rate=part_year).closing
        balance = closed + monthly * count + share(product, assumptions.interest / 12)
        base_fen = share(base_fen, 1 + assumptions.growth)
        month = last
    return int(balance)


def grown(fen: int, years: int, growth: Fraction) -> int:
    """An amount after whole years of growth, rounded to fen once."""
    return int(share(fen, (1 + growth) ** max(years, 0)))


def carried_index(person: Person, future_months: int) -> int:
    """The average index when future months are paid on today's base over today's average."""
    past = person.paid_months + person.deemed_months
    if future_months == 0:
        return person.index_e6
    average = bases.bounds(month=person.now, region=person.region, provisional=True).average
    now_e6 = Fraction(person.base_fen * amount.INDEX_ONE, average)
    total = Fraction(person.index_e6 * past) + now_e6 * future_months
    return int(share(1, total / (past + future_months)))


def estimate(
    person: Person, *, option: str = "statutory", assumptions: Assumptions = SCENARIOS[1]
) -> Explained[Estimate]:
    """One option with every step; refuses regions without a base."""
    note = Working()
    month = chosen_month(person, option)
    future = max(0, months.months_until(person.now, month))
    age = months.months_until(person.birth, month)
    total = person.paid_months + person.deemed_months + future
    found = retirement.statutory(person.birth, person.category)
    required = flexible.required_months(found, month)
    balance = carried_account(person, month, assumptions)
    facts = Facts(
        index_e6=carried_index(person, future),
        years_e2=amount.years_e2(total, region=person.region, month=person.now),
        deemed_years_e2=amount.years_e2(person.deemed_months, region=person.region, month=person.now),
        account_fen=balance,
        annuity_tenths=annuity.tenths(age),
    )
    terms = _terms(person, month, assumptions, note)
    pension = amount.compute(terms, facts)
    _tell(note, option=option, month=month, age=age, total=total, balance=balance, pension=pension)
    if total < required:
        note.say(f"到时还差{required - total}个月，要继续缴费。")
    note.say(f"按工资每年涨{percent(assumptions.growth)}、账户利率{percent(assumptions.interest)}估计。")
    return note.explained(
        Estimate(
            option,
            month,
            age,
            total,
            required,
            total >= required,
            balance,
            pension,
            assumptions,
            facts,
            terms.province_base,
            terms.city_base,
        )
    )


def _terms(person: Person, month: int, assumptions: Assumptions, note: Working) -> amount.Terms:
    province = base.province(region=person.region, month=person.now, provisional=True)
    city = base.city(region=person.region, month=person.now, provisional=True)
    terms = amount.terms_of(
        region=person.region, month=person.now, working=note, province_base=province, city_base=city
    )
    years = months.year_of(month) - province.since.year
    return replace(
        terms,
        city_base=grown(city.fen, years, assumptions.growth),
        province_base=grown(province.fen, years, assumptions.growth),
    )


def _tell(
    note: Working, *, option: str, month: int, age: int, total: int, balance: int, pension: Pension
) -> None:
    note.step("退休年月", OPTIONS[option], months.to_text(month), unit="")
    note.step("退休年龄", "退休年月－出生年月", retirement.age_zh(age), unit="")
    note.step("累计缴费年限", "已缴＋视同＋今后", retirement.years_zh(total), unit="")
    note.step("到时个人账户", "现有余额＋今后记账＋利息", balance)
    note.step("基础养老金", "（计发基数＋省计发基数×指数）÷2×年限×1%", pension.basic)
    note.step("附加养老金", "按年限分段", pension.extra)
    note.step("过渡性养老金", "计发基数×指数×视同年限×系数", pension.transitional)
    note.step("个人账户养老金", "个人账户÷计发月数", pension.account_pension)
    note.step("每月合计", "各项相加", pension.total)


def scenarios(person: Person, option: str = "statutory") -> tuple[Explained[Estimate], ...]:
    """The option under a cautious, a middle and a hopeful set of assumptions."""
    return tuple(estimate(person, option=option, assumptions=each) for each in SCENARIOS)
