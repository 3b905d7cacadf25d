"""缴费测算: what an employee, or a flexible worker, pays in a month."""

from datetime import date
from fractions import Fraction

from shebao.base import money
from shebao.base import month as months
from shebao.items.calculators import places
from shebao.items.calculators.answer import Answer, Limit, Missing, Part, Step, Used, yuan
from shebao.items.calculators.questions import Choice, Question, Values, whole, word
from shebao.rules import bases, monthly
from shebao.rules.contribution import Scope
from shebao.rules.dated import Value, percent
from shebao.rules.medical import contribution as medical
from shebao.rules.pension import contribution as pension
from shebao.rules.refusals import RuleRefusal, invalid

EMPLOYEE, FLEXIBLE = "employee", "flexible"
INSURANCES = ("110", "310", "210", "410")
FREE = Fraction(0)
TIERS = (60, 80, 100, 200, 300)
BASE_LAW = "社会保险法第十二条"
EMPLOYEE_PLACES = places.sourced((bases.BOOK, "average"), (medical.BOOK, "employer_rate"))
FLEXIBLE_PLACES = places.sourced((bases.BOOK, "average"))


def _month(today: date) -> Question:
    return Question(
        "month", "哪个月", "month", months.to_text(months.of(today)), least=190001, most=299912,
        noun="月份", hint="写成 2026年11月 或 202611。", missing="还没有填哪个月。", outside="年月不对，请检查。",
    )  # fmt: skip


def employee_questions(region: str, home: str, today: date) -> tuple[Question, ...]:
    """Three questions, and the class of the industry for those who know it."""
    return (
        places.question(EMPLOYEE_PLACES, region, home),
        _month(today),
        Question("wage", "月工资", "money", "6,500.00", most=bases.LARGEST_WAGE_FEN, unit="元",
                 hint="上年度月平均工资，新参加工作的填当月。", missing="还没有填月工资。",
                 outside="工资在 0 元到 1000 万元之间。"),
        Question("industry_class", "行业风险类别", "whole", "", least=1, most=8, optional=True,
                 hint="一类到八类，只影响单位缴的工伤保险。不写按一类。", outside="行业类别只有 1 到 8。"),
    )  # fmt: skip


def flexible_questions(region: str, home: str, today: date) -> tuple[Question, ...]:
    """Where, when, which tier, how many months."""
    tiers = tuple(
        Choice(str(tier), f"{tier}%", {60: "最低一档", 300: "最高一档"}.get(tier, "")) for tier in TIERS
    )
    return (
        places.question(FLEXIBLE_PLACES, region, home),
        _month(today),
        Question("tier", "选哪一档", "choice", "60", choices=tiers, hint="平均工资的百分之几。档次高，将来养老金也高。",
                 missing="还没有选哪一档。"),
        Question("count", "一共缴几个月", "whole", "12", least=1, most=12, unit="个月",
                 noun="月数", hint="一个缴费年度里的月数。", missing="还没有填缴几个月。", outside="一个缴费年度是 1 到 12 个月。"),
    )  # fmt: skip


def scope_of(values: Values) -> Scope:
    """Place and month. Refuses a code that is no place."""
    region = word(values, "region")
    if not places.known(region):
        raise invalid("region", "没有这个参保地代码。")
    return Scope(whole(values, "month"), region)


def bounds_used(scope: Scope) -> tuple[Used, ...]:
    """Floor and ceiling as parameters."""
    return tuple(Used(bases.BOOK.at(key, scope.region, scope.month)) for key in ("floor", "ceiling"))


def base_step(scope: Scope, wage_fen: int, base_fen: int) -> Step:
    """缴费基数: the wage inside floor and ceiling."""
    words = ["工资在下限和上限之间，就按工资算。"]
    if base_fen > wage_fen:
        words = ["工资低于下限，按下限算。"]
    if base_fen < wage_fen:
        words = ["工资高于上限，按上限算。"]
    return Step("base", "缴费基数", yuan(base_fen), tuple(words), bounds_used(scope), BASE_LAW)


def part_step(base_fen: int, part: monthly.Part, pair: tuple[Value, Value]) -> Step:
    """One insurance: both amounts."""
    employer, employee = pair
    words = [f"单位：{money.yuan(base_fen)} × {percent(employer.rate)} = {money.yuan(part.employer)}"]
    if employee.rate > FREE:
        own = f"您：{money.yuan(base_fen)} × {percent(employee.rate)} = {money.yuan(part.employee)}"
        words.insert(0, own)
    return Step(
        f"i{part.insurance}",
        monthly.NAMES[part.insurance],
        f"您 {yuan(part.employee)}" if part.employee else "您不缴",
        tuple(words),
        (Used(employee), Used(employer)),
    )


def employee(values: Values, today: date) -> Answer:
    """职工: what is taken from the wage, and what the unit adds. A rate not established is said, not guessed."""
    scope, wage = scope_of(values), whole(values, "wage")
    industry = whole(values, "industry_class") or 1
    base_fen = int(monthly.assess(declared_fen=wage, scope=scope, insurances=()).value.base)
    steps, missing = [base_step(scope, wage, base_fen)], []
    own = unit = 0
    for insurance in INSURANCES:
        try:
            found = monthly.assess(
                declared_fen=wage, scope=scope, insurances=(insurance,), industry_class=industry
            )
            pair = monthly.rates(insurance, scope, industry_class=industry)
        except RuleRefusal as refusal:
            missing.append(Missing(monthly.NAMES[insurance], refusal.message))
            continue
        own, unit = own + found.value.employee, unit + found.value.employer
        steps.append(part_step(base_fen, found.value.parts[0], pair))
    steps.append(
        Step(
            "total",
            "一共",
            yuan(own),
            ("每一项四舍五入到分，再相加。", f"单位另缴 {yuan(unit)}，两边一共 {yuan(own + unit)}。"),
        )
    )
    subs = [f"不含{one.name}，原因在下面。" for one in missing] + [f"单位另缴 {yuan(unit)}。"]
    return Answer(
        calculator=EMPLOYEE,
        title=f"{months.to_text(scope.month)}，您每月缴",
        fen=own,
        subs=tuple(subs),
        steps=tuple(steps),
        parts=(Part("total", "您缴", own), Part("total", "单位缴", unit)),
        missing=tuple(missing),
        unsure=_notes(steps),
        limits=_bound_limits(scope),
    )


def flexible(values: Values, today: date) -> Answer:
    """灵活就业: the chosen tier. Refuses months and places without an average."""
    scope, count = scope_of(values), whole(values, "count")
    share = Fraction(int(word(values, "tier")), 100)
    found = pension.flexible(index=share, month=scope.month, region=scope.region, count=count).value
    average = bases.BOOK.at("average", scope.region, scope.month)
    rate, credit, low, high = (
        pension.BOOK.at(key, scope.region, scope.month)
        for key in ("flexible_rate", "account_rate", "flexible_lowest_index", "flexible_highest_index")
    )
    steps = (
        Step("base", "每月缴费基数", yuan(found.monthly_base),
             (f"{money.yuan(average.fen)} × {percent(share)}，四舍五入到分",), (Used(average),)),
        Step("monthly", "每月缴", yuan(found.monthly),
             (f"{money.yuan(found.monthly_base)} × {percent(rate.rate)}，四舍五入到分",), (Used(rate),)),
        Step("account", "每月记进个人账户", yuan(found.to_account_monthly),
             (f"{money.yuan(found.monthly_base)} × {percent(credit.rate)}", "其余进统筹基金，大家共用。"),
             (Used(credit),)),
        Step("total", f"{count} 个月一共", yuan(found.total),
             (f"{money.yuan(found.monthly)} × {count}",)),
    )  # fmt: skip
    return Answer(
        calculator=FLEXIBLE,
        title="灵活就业养老保险，每月缴",
        fen=found.monthly,
        subs=(f"{count} 个月一共 {yuan(found.total)}。", f"每月有 {yuan(found.to_account_monthly)}记进您的账户。"),
        steps=steps,
        parts=(
            Part("account", "进个人账户", found.to_account_monthly),
            Part("monthly", "进统筹基金", found.monthly - found.to_account_monthly),
        ),
        unsure=(*_notes(steps), "灵活就业的医疗保险各地不同，没有算在内。", "平均工资每年变，跨年度的月份要分开算。"),
        limits=(
            Limit(f"档次最低 {percent(low.rate)}，最高 {percent(high.rate)}。", low.law),
            Limit("自愿参加，全部由自己缴。", "社会保险法第十条"),
        ),
    )  # fmt: skip


def _notes(steps: tuple[Step, ...] | list[Step]) -> tuple[str, ...]:
    """What the parameters themselves say, once each."""
    return tuple(
        dict.fromkeys(used.value.note for step in steps for used in step.used if used.value.note)
    ) or ("标准一年一变，以当月核定为准。",)


def _bound_limits(scope: Scope) -> tuple[Limit, ...]:
    floor, ceiling = (used.value for used in bounds_used(scope))
    return (
        Limit(f"工资低于 {yuan(floor.fen)}，按这个数缴。", floor.law),
        Limit(f"工资高于 {yuan(ceiling.fen)}，多出的不缴。", ceiling.law),
        Limit("工伤、生育保险由单位缴，您不用缴。", "社会保险法第三十三条、第五十三条"),
    )
