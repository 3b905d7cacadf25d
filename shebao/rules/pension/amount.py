"""基本养老金: basic, extra, transitional and account parts, rounded as each region does (国发〔2005〕38号)."""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from shebao.base import money
from shebao.base import month as months
from shebao.base.money import Rounding
from shebao.rules import dated, regions
from shebao.rules.columns import most, product, ratio, where, within
from shebao.rules.dated import Value, percent
from shebao.rules.explain import Explained, Working
from shebao.rules.pension import base
from shebao.rules.refusals import invalid, not_established

BOOK = dated.load("shebao.rules.pension", "amount.toml")
INDEX_ONE = 1_000_000
YEAR_ONE = 100


@dataclass(frozen=True)
class Facts:
    """What the amount depends on. Index in millionths, years in hundredths, account in fen, months in tenths."""

    index_e6: Any
    years_e2: Any
    deemed_years_e2: Any = 0
    actual_years_e2: Any = None
    deemed_index_e6: Any = None
    account_fen: Any = 0
    annuity_tenths: Any = 1390

    @property
    def paid_years_e2(self) -> Any:
        """Years actually paid: given, or total less deemed."""
        return self.years_e2 - self.deemed_years_e2 if self.actual_years_e2 is None else self.actual_years_e2

    @property
    def index_of_deemed_e6(self) -> Any:
        """The index of deemed years: given, or the person's own."""
        return self.index_e6 if self.deemed_index_e6 is None else self.deemed_index_e6


@dataclass(frozen=True)
class Terms:
    """A region's terms: bases in fen, rounding, extra segments, transition coefficients."""

    city_base: int
    province_base: int
    rounding: Rounding
    rounding_name: str
    segments: tuple[tuple[int, int, Fraction], ...]
    trigger_years: int
    transition: Fraction
    transition_long: Fraction


@dataclass(frozen=True)
class Pension:
    """Monthly amounts in fen; `extra_parts` are the rounded segments of the extra pension."""

    basic: Any
    extra: Any
    extra_parts: tuple[Any, ...]
    transitional: Any
    account_pension: Any
    total: Any


def average_times_two(terms: Terms, index_e6: Any) -> Any:
    """City base plus province base times index, in millionths of fen: twice the average of the formula."""
    return terms.city_base * INDEX_ONE + product(terms.province_base, index_e6)


def basic(terms: Terms, facts: Facts) -> Any:
    """基础养老金 = (C + P x index) / 2 x years x 1%."""
    weight = product(average_times_two(terms, facts.index_e6), facts.years_e2)
    return ratio(weight, 1, 2 * INDEX_ONE * YEAR_ONE * 100, terms.rounding)


def extra_parts(terms: Terms, facts: Facts) -> tuple[Any, ...]:
    """附加养老金 by segment of total years, each rounded; nothing unless actual years exceed the trigger."""
    doubled = average_times_two(terms, facts.index_e6)
    triggered = where(facts.paid_years_e2 > terms.trigger_years * YEAR_ONE, 1, 0)
    return tuple(
        ratio(
            product(doubled, within(facts.years_e2, low * YEAR_ONE, high * YEAR_ONE) - low * YEAR_ONE)
            * triggered,
            rate.numerator,
            2 * INDEX_ONE * YEAR_ONE * rate.denominator,
            terms.rounding,
        )
        for low, high, rate in terms.segments
    )


def transitional(terms: Terms, facts: Facts) -> Any:
    """过渡性养老金 = P x index x deemed years x coefficient; the coefficient depends on actual years."""
    shared = lcm(terms.transition.denominator, terms.transition_long.denominator)
    coefficient = where(
        facts.paid_years_e2 > terms.trigger_years * YEAR_ONE,
        int(terms.transition_long * shared),
        int(terms.transition * shared),
    )
    weight = product(product(terms.province_base, facts.index_of_deemed_e6), facts.deemed_years_e2)
    return ratio(product(weight, coefficient), 1, INDEX_ONE * YEAR_ONE * shared, terms.rounding)


def account(terms: Terms, facts: Facts) -> Any:
    """个人账户养老金 = balance / 计发月数."""
    return ratio(facts.account_fen, 10, facts.annuity_tenths, terms.rounding)


def compute(terms: Terms, facts: Facts) -> Pension:
    """All parts of a month's pension; one person or columns."""
    parts = extra_parts(terms, facts)
    first, bridge, own = basic(terms, facts), transitional(terms, facts), account(terms, facts)
    extra = sum(parts, 0 * first)
    return Pension(first, extra, parts, bridge, own, first + extra + bridge + own)


def terms_of(
    *,
    region: str,
    month: int,
    working: Working | None = None,
    provisional: bool = False,
    province_base: Value | None = None,
    city_base: Value | None = None,
) -> Terms:
    """The terms of a region in a month; bases are looked up unless given. Refuses unknown regions."""
    note = working or Working()
    province = province_base or base.province(region=region, month=month, provisional=provisional)
    city = city_base or base.city(region=region, month=month, provisional=provisional)
    rounding = str(note.use(BOOK.at("rounding", region, month)))
    segments = note.use(BOOK.at("extra_segments", region, month))
    return Terms(
        city_base=int(note.use(city)),
        province_base=int(note.use(province)),
        rounding=money.rounding(rounding),
        rounding_name=money.ROUNDINGS[rounding][1],
        segments=tuple((int(low), int(high), money.exact(rate)) for low, high, rate in segments),
        trigger_years=BOOK.at("extra_trigger_years", region, month).fen,
        transition=Fraction(note.use(BOOK.at("transition_rate", region, month))),
        transition_long=Fraction(note.use(BOOK.at("transition_rate_long", region, month))),
    )


def years_e2(paid_months: Any, *, region: str, month: int) -> Any:
    """缴费年限 in hundredths of a year, rounded as the region does (in some any third decimal goes up)."""
    rounding = str(BOOK.at("years_rounding", region, month).value)
    return ratio(paid_months, YEAR_ONE, 12, money.rounding(rounding))


def explain(*, region: str, month: int, facts: Facts, provisional: bool = False) -> Explained[Pension]:
    """A month's pension with every step; refuses years without a base unless `provisional`."""
    if not months.is_month(month):
        raise invalid("month", "退休年月不对。")
    note = Working()
    terms = terms_of(region=region, month=month, working=note, provisional=provisional)
    result = compute(terms, facts)
    how = terms.rounding_name
    note.step("基础养老金", f"（计发基数＋省计发基数×指数）÷2×年限×1%，{how}", result.basic)
    for (low, high, rate), part in zip(terms.segments, result.extra_parts, strict=True):
        span = f"{low}到{high}年" if high < 99 else f"{low}年以上"
        note.step(f"附加养老金（{span}）", f"平均基数×这一段年限×{percent(rate)}，{how}", part)
    note.step("过渡性养老金", f"计发基数×指数×视同年限×系数，{how}", result.transitional)
    note.step("个人账户养老金", f"个人账户余额÷计发月数，{how}", result.account_pension)
    note.step("每月合计", "各项相加", result.total)
    return note.explained(result)


def deemed_months(work_since: Any, *, region: str) -> Any:
    """视同缴费月数: months of work before 个人账户 was opened in the region; none for those who began later."""
    opened = int(BOOK.values["account_opened"][_opened_at(region)].value)
    return most(months.index(opened) - months.index(work_since), 0)


def _opened_at(region: str) -> int:
    known = [value.region for value in BOOK.values["account_opened"]]
    place = next((place for place in regions.chain(region) if place in known), "")
    if not place:
        raise not_established("个人账户建立年月", regions.name(region), "")
    return known.index(place)


def resettled(before: Pension, after: Pension, months_paid: Any) -> Any:
    """重新核定后的补发 (fen): the monthly difference for the months already paid; negative was paid too much."""
    return (after.total - before.total) * months_paid
