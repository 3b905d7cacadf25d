"""养老待遇测算: when, with how much, and what if earlier or later. Every figure is the rules' own."""

from datetime import date

from shebao.base import month as months
from shebao.items.calculators import pension_steps as steps
from shebao.items.calculators import places
from shebao.items.calculators.answer import Answer, Limit, Option, Part, Scenario, age, span, yuan
from shebao.items.calculators.pension_found import MIDDLE, WORKING_AGE, Found, find, person_of
from shebao.items.calculators.questions import INDEX_ONE, Choice, Question, Values, whole, word
from shebao.rules import bases
from shebao.rules.dated import percent
from shebao.rules.pension import annuity, base, flexible, retirement
from shebao.rules.pension.contribution import BOOK as RATES
from shebao.rules.pension.estimate import OPTIONS, Estimate
from shebao.rules.pension.retirement import BOOK, DECISION
from shebao.rules.regions import NATION

CODE = "pension"
PLACES = places.sourced((base.BOOK, "province_base"), (base.BOOK, "city_base"))
PARTS = {
    "basic": "基础养老金",
    "extra": "附加养老金",
    "transitional": "过渡性养老金",
    "own": "个人账户养老金",
}


def questions(region: str, home: str, today: date) -> tuple[Question, ...]:
    """Five questions and two that a person may leave open."""
    kinds = (
        Choice("female50", "女，50 岁", "不是管理或技术岗位"),
        Choice("female55", "女，55 岁", "管理或技术岗位"),
        Choice("male60", "男，60 岁"),
    )
    return (
        places.question(PLACES, region, home),
        Question("birth", "哪年哪月出生", "month", "1978年5月", least=retirement.EARLIEST_BIRTH,
                 most=months.plus(months.of(today), -12 * WORKING_AGE), noun="出生年月", hint="写成 1978年5月 或 197805。",
                 missing="还没有填出生年月。", outside="出生年月不对，要满 16 岁才能算。"),
        Question("category", "原来规定几岁退休", "choice", "female50", choices=kinds,
                 hint="2025 年改革以前的年龄。", missing="还没有选原来几岁退休。"),
        Question("paid_months", "到现在缴了多少个月", "whole", "207", most=720, unit="个月",
                 noun="缴费月数", hint="职工养老保险，缴费记录里有。", missing="还没有填缴了多少个月。",
                 outside="缴费月数最多 720 个月，请检查。"),
        Question("base", "缴费工资", "money", "5,460.00", most=bases.LARGEST_WAGE_FEN, unit="元",
                 hint="每月的缴费基数。", missing="还没有填缴费工资。",
                 outside="工资在 0 元到 1000 万元之间。", label_group="缴费工资和账户余额"),
        Question("account", "账户余额", "money", "78,214.36", most=10**11, unit="元",
                 hint="只算养老账户。", missing="还没有填账户余额。", outside="余额太大了，请检查。",
                 label_group="缴费工资和账户余额"),
        Question("index", "平均缴费指数", "index", "", least=1, most=10 * INDEX_ONE, optional=True,
                 hint="权益记录单上有，例如 0.8。不写就用现在的工资推。", outside="指数要大于 0，最多 10。"),
        Question("deemed_months", "视同缴费的月数", "whole", "", most=480, unit="个月", optional=True,
                 noun="视同月数", hint="建立个人账户以前的工龄。没有就不写。", outside="视同缴费最多 480 个月，请检查。"),
    )  # fmt: skip


def answer(values: Values, today: date) -> Answer:
    """The whole explanation."""
    person = person_of(values, today)
    found = find(person, word(values, "option") or "statutory")
    middle = found.middle
    lacking = middle.required_months - middle.total_months
    when = months.to_text(middle.month)
    subs = _spread(found)
    reached = found.statutory.month <= person.now == middle.month
    if lacking > 0:
        title = f"{'已到年龄' if reached else f'{when}到年龄'}，缴费还差 {lacking} 个月"
        subs = ["缴够才能按月领。这个数按到时的年限估。", *subs]
    elif reached:
        title = "现在退休，每月约"
        subs = [f"{months.to_text(found.statutory.month)}就到年龄了。", *subs]
    else:
        title = f"{when}退休，每月约"
    subs.append(f"退休时 {age(middle.age_months)}，缴费满 {span(middle.total_months)}。")
    return Answer(
        calculator=CODE,
        title=title,
        fen=middle.pension.total,
        subs=tuple(subs),
        steps=steps.steps(found, own_index=bool(whole(values, "index")), asked_fen=whole(values, "base")),
        parts=parts(middle),
        options=_options(found),
        scenarios=_scenarios(found),
        unsure=_unsure(found, own_index=bool(whole(values, "index"))),
        limits=_limits(found),
    )


def parts(found: Estimate) -> tuple[Part, ...]:
    """What the pension consists of; a part of nothing is left out."""
    pension = found.pension
    sizes = (pension.basic, pension.extra, pension.transitional, pension.account_pension)
    return tuple(Part(code, PARTS[code], size) for code, size in zip(PARTS, sizes, strict=True) if size)


def _spread(found: Found) -> list[str]:
    """Whose money it is: that of a year to come is not today's."""
    low, high = (found.scenarios[place].value.pension.total for place in (0, -1))
    year, growth = months.year_of(found.middle.month), percent(found.middle.assumptions.growth)
    if year == months.year_of(found.person.now):
        return [f"保守算 {yuan(low)}，乐观算 {yuan(high)}。"]
    return [
        f"这是 {year} 年的钱，按工资每年涨 {growth} 估。",
        f"工资不涨是 {yuan(low)}，涨得快是 {yuan(high)}。",
    ]


def _options(found: Found) -> tuple[Option, ...]:
    ordered = sorted(found.options.items(), key=lambda item: item[1].month)
    return tuple(
        Option(
            code,
            OPTIONS[code],
            one.month,
            one.age_months,
            one.total_months,
            one.required_months,
            one.pension.total,
            chosen=code == found.chosen,
        )
        for code, one in ordered
    )


def _scenarios(found: Found) -> tuple[Scenario, ...]:
    return tuple(
        Scenario(
            one.value.assumptions.name,
            percent(one.value.assumptions.growth),
            percent(one.value.assumptions.interest),
            one.value.pension.total,
            chosen=place == MIDDLE,
        )
        for place, one in enumerate(found.scenarios)
    )


def _unsure(found: Found, *, own_index: bool) -> tuple[str, ...]:
    """Assumptions first, then what the parameters themselves say."""
    middle = found.scenarios[MIDDLE]
    year = months.year_of(middle.value.month)
    told = []
    if middle.value.month > found.person.now:
        told += [
            f"{year} 年的标准还没有公布。",
            f"估计时，工资每年涨 {percent(middle.value.assumptions.growth)}。"
            f"账户利率按 {percent(middle.value.assumptions.interest)}。",
            "假定今后每个月都缴，一个月也不断。",
        ]
    if not own_index:
        told.append("过去的缴费指数是用现在的工资推的。填上实际的更准。")
    if not found.person.deemed_months:
        told.append("没有算视同缴费年限。有的话，实际会更多。")
    told.append("特殊工种提前退休没有算在内。")
    told += [notice for notice in middle.notices if "估计" not in notice and "还差" not in notice]
    mode = annuity.BOOK.at("mode", NATION, annuity.SINCE).note
    return tuple(dict.fromkeys([*told, mode]))


def _limits(found: Found) -> tuple[Limit, ...]:
    """What the law allows and demands of this person."""
    law = BOOK.at("first_birth_month", NATION, DECISION).law
    statutory = found.statutory
    limits = bases.bounds(month=found.person.now, region=found.person.region, provisional=True)
    told = []
    if statutory.affected:
        first, last = flexible.earliest(statutory), flexible.latest(statutory)
        early = BOOK.at("early_notice_months", NATION, DECISION).law
        told += [
            Limit(f"最早 {months.to_text(first)}退，最晚 {months.to_text(last)}退。", early),
            Limit(f"最早退的话，最迟 {months.to_text(flexible.early_notice_by(first))}书面告诉单位。", early),
            Limit(
                f"想晚退，最迟 {months.to_text(flexible.delay_agreement_by(int(statutory.month)))}"
                "和单位书面约定。",
                early,
            ),
        ]
    else:
        told.append(Limit("改革以前就到年龄，不延迟，也不能选早晚。", law))
    required = found.middle.required_months
    source = law if required > retirement.FIRST_MONTHS else BOOK.at("minimum_months", NATION, DECISION).law
    told.append(Limit(f"至少缴满 {span(required)}，才能按月领。", source))
    average = bases.BOOK.at("average", found.person.region, found.person.now, provisional=True)
    told.append(Limit(f"缴费工资最低 {yuan(limits.floor)}，最高 {yuan(limits.ceiling)}。", average.law))
    rate = RATES.at("account_rate", found.person.region, found.person.now)
    told.append(Limit(f"缴费工资的 {percent(rate.rate)} 记进个人账户。", rate.law))
    return tuple(told)
