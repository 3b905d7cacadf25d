"""Each step of a pension estimate: its formula with the person's own numbers, its parameters and documents."""

from fractions import Fraction

from shebao.base import money
from shebao.base import month as months
from shebao.items.calculators.answer import Step, Used, age, span, yuan
from shebao.items.calculators.pension_found import Found
from shebao.rules import bases
from shebao.rules.dated import Value, decimal, percent
from shebao.rules.pension import amount, annuity, base, retirement
from shebao.rules.pension.contribution import BOOK as RATES
from shebao.rules.pension.estimate import Estimate, Person
from shebao.rules.pension.retirement import BOOK, DECISION
from shebao.rules.regions import NATION

RETIRE_AT = "社会保险法第十六条"
FORMULA = "国发〔2005〕38号第六条"
ROUNDED_YEARS = {"round_half_up": "两位小数，四舍五入", "round_up": "两位小数，多出的进一位"}


def e6(value: int) -> str:
    """Millionths as people write them: 0.729801."""
    return decimal(Fraction(value, amount.INDEX_ONE), 2)


def e2(value: int) -> str:
    """Hundredths: 20.58."""
    return decimal(Fraction(value, amount.YEAR_ONE), 2)


def _law(key: str) -> Value:
    return BOOK.at(key, NATION, DECISION)


def _term(key: str, person: Person) -> Value:
    return amount.BOOK.at(key, person.region, person.now)


def steps(found: Found, *, own_index: bool, asked_fen: int) -> tuple[Step, ...]:
    """From the retirement month to the monthly sum."""
    one, person = found.middle, found.person
    told = [when(found), least(found), years(found), index(found, own_index=own_index, asked_fen=asked_fen)]
    told += [balance(person, one), basic(person, one)]
    if _term("extra_segments", person).value:
        told.append(extra(person, one))
    if person.deemed_months:
        told.append(transitional(person, one))
    told += [own(person, one), total(person, one)]
    return tuple(told)


def when(found: Found) -> Step:
    """退休时间: the original age, the delay, and the choice."""
    person, statutory = found.person, found.statutory
    place = retirement.CATEGORIES.index(person.category)
    original = retirement.ORIGINAL_AGE[place]
    words = [f"{months.to_text(person.birth)}出生，原来 {original} 岁退休。"]
    used = [Used(_law("original_age"), f"{original} 岁")]
    if statutory.affected:
        step, most = retirement.STEP[place], retirement.LONGEST[place]
        words += [
            f"{months.to_text(months.at(retirement.ANCHOR[place]))}起出生的人，每 {step} 个月延迟 1 个月。",
            f"最多延迟 {most} 个月，您延迟 {statutory.delay_months} 个月。",
            f"法定 {age(statutory.age_months)}退休，在 {months.to_text(statutory.month)}。",
        ]
        start = months.to_text(months.at(retirement.ANCHOR[place]))
        used += [
            Used(_law("first_birth_month"), start),
            Used(_law("months_per_step"), f"{step} 个月"),
            Used(_law("longest_delay"), f"{most} 个月"),
        ]
    else:
        words.append("2025 年以前就到年龄，不延迟。")
    away = months.months_until(int(statutory.month), found.middle.month)
    if found.chosen != "statutory":
        words.append(f"这里选了{'提前' if away < 0 else '延迟'} {abs(away)} 个月。")
        used.append(Used(_law("flexible_months")))
    elif away > 0:
        words.append("年龄已经到了，按现在退休算。")
    return Step("when", "哪年哪月退休", months.to_text(found.middle.month), tuple(words), tuple(used))


def least(found: Found) -> Step:
    """最低缴费年限."""
    one = found.middle
    year = min(months.year_of(one.month), months.year_of(int(found.statutory.month)))
    words = [f"按 {year} 年的要求。"]
    used = [Used(_law("minimum_months"))]
    if one.required_months > retirement.FIRST_MONTHS:
        words.append(
            f"{retirement.LAST_UNRAISED + 1} 年起每年多 {retirement.RAISE} 个月，最多 {span(retirement.TOP_MONTHS)}。"
        )
        used += [Used(_law("minimum_step")), Used(_law("minimum_top"))]
    lacking = one.required_months - one.total_months
    words.append(f"到时还差 {lacking} 个月。" if lacking > 0 else "到时缴够了。")
    return Step("least", "最少要缴多久", span(one.required_months), tuple(words), tuple(used))


def years(found: Found) -> Step:
    """缴费年限 in hundredths, as the region rounds."""
    person, one = found.person, found.middle
    ahead = one.total_months - person.paid_months - person.deemed_months
    words = [f"已缴 {person.paid_months} 个月，今后再缴 {ahead} 个月。"]
    if person.deemed_months:
        words.append(f"加上视同缴费 {person.deemed_months} 个月。")
    rounding = _term("years_rounding", person)
    how = ROUNDED_YEARS[str(rounding.value)]
    words.append(f"{one.total_months} 个月 ÷ 12，{how}。")
    return Step("years", "缴费年限", f"{e2(one.facts.years_e2)} 年", tuple(words), (Used(rounding, how),))


def index(found: Found, *, own_index: bool, asked_fen: int) -> Step:
    """平均缴费指数: own base over the average, past and to come."""
    person, one = found.person, found.middle
    average, floor, ceiling = (
        bases.BOOK.at(key, person.region, person.now, provisional=True)
        for key in ("average", "floor", "ceiling")
    )
    words = ["缴费工资是平均工资的几倍，就是指数。"]
    used = [Used(average)]
    if person.base_fen != asked_fen:
        bound, said = (floor, "低于下限") if asked_fen < person.base_fen else (ceiling, "高于上限")
        words.append(f"您填的工资{said}，按 {yuan(person.base_fen)} 算。")
        used.append(Used(bound))
    if own_index:
        words.append(f"过去按您填的 {e6(person.index_e6)}。")
        words.append(f"今后按 {money.yuan(person.base_fen)} ÷ {money.yuan(average.fen)}。")
    else:
        words.append(f"{money.yuan(person.base_fen)} ÷ {money.yuan(average.fen)}，过去和今后都用它。")
    return Step("index", "平均缴费指数", e6(one.facts.index_e6), tuple(words), tuple(used))


def balance(person: Person, one: Estimate) -> Step:
    """到时个人账户."""
    rate = RATES.at("account_rate", person.region, person.now)
    words = [f"现有 {yuan(person.account_fen)}。"]
    if one.month > person.now:
        words += [
            f"今后每月记 {percent(rate.rate)}，缴费工资每年涨 {percent(one.assumptions.growth)}。",
            f"利率按 {percent(one.assumptions.interest)} 估，按月计息。",
        ]
    return Step("account", "到时账户里有", yuan(one.account_fen), tuple(words), (Used(rate),))


def basic(person: Person, one: Estimate) -> Step:
    """基础养老金."""
    city = base.city(region=person.region, month=person.now, provisional=True)
    province = base.province(region=person.region, month=person.now, provisional=True)
    words = [
        "缴得多、缴得久，就发得多。每缴 1 年发 1%。",
        f"（基数 {money.yuan(one.city_base_fen)} + 省基数 {money.yuan(one.province_base_fen)} × "
        f"指数 {e6(one.facts.index_e6)}）÷ 2 × {e2(one.facts.years_e2)} 年 × 1%",
        "基数就是计发基数，每年公布，大致是平均工资。",
    ]
    if one.province_base_fen != province.fen:
        words.append(f"基数按每年涨 {percent(one.assumptions.growth)} 推到 {one.month // 100} 年。")
    rounding = _term("rounding", person)
    how = money.ROUNDINGS[str(rounding.value)][1]
    used = [Used(city)] if city is province else [Used(city), Used(province)]
    used.append(Used(rounding, how))
    return Step("basic", "基础养老金", yuan(one.pension.basic), tuple(words), tuple(used), FORMULA)


def extra(person: Person, one: Estimate) -> Step:
    """附加养老金 by segment of years."""
    segments = _term("extra_segments", person)
    trigger = _term("extra_trigger_years", person)
    told = [
        f"{low} 到 {high} 年每年 {rate}" if high < 99 else f"{low} 年以上每年 {rate}"
        for low, high, rate in segments.value
    ]
    words = [f"实际缴费超过 {trigger.fen} 年才有。"]
    if one.pension.extra:
        words.append(f"平均的基数乘这一段的年数：{'，'.join(told)}。")
    else:
        words.append("您到时没有超过，所以是零。")
    return Step(
        "extra",
        "附加养老金",
        yuan(one.pension.extra),
        tuple(words),
        (Used(segments, "，".join(told)), Used(trigger)),
    )


def transitional(person: Person, one: Estimate) -> Step:
    """过渡性养老金 for deemed years."""
    trigger = _term("extra_trigger_years", person).fen
    long = one.facts.paid_years_e2 > trigger * amount.YEAR_ONE
    rate = _term("transition_rate_long" if long else "transition_rate", person)
    words = (
        "建立个人账户以前的工龄，用这一项补。",
        f"省基数 {money.yuan(one.province_base_fen)} × 指数 {e6(one.facts.index_of_deemed_e6)} × "
        f"{e2(one.facts.deemed_years_e2)} 年 × {percent(rate.rate)}",
    )
    return Step("transitional", "过渡性养老金", yuan(one.pension.transitional), words, (Used(rate),))


def own(person: Person, one: Estimate) -> Step:
    """个人账户养老金."""
    table = annuity.BOOK.at("annuity_months", NATION, annuity.SINCE)
    count = decimal(Fraction(one.facts.annuity_tenths, 10))
    words = (
        "您自己账户里的钱，按月发给您。",
        f"账户 {money.yuan(one.account_fen)} ÷ {count} 个月",
        f"{one.age_months // 12} 岁退休的，规定用 {count} 个月来除。",
    )
    used = (Used(table, f"{one.age_months // 12} 岁，{count} 个月"),)
    return Step("own", "个人账户养老金", yuan(one.pension.account_pension), words, used)


def total(person: Person, one: Estimate) -> Step:
    """每月合计."""
    parts = (one.pension.basic, one.pension.extra, one.pension.transitional, one.pension.account_pension)
    words = (
        " + ".join(money.yuan(part) for part in parts if part) or "各项都是零。",
        f"从 {months.to_text(retirement.first_payment_month(one.month))}开始发。",
    )
    return Step("total", "每月一共", yuan(one.pension.total), words, law=RETIRE_AT)
