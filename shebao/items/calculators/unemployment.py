"""失业金: whether, how many months, how much a month (社会保险法第四十五至五十一条)."""

from dataclasses import dataclass
from datetime import date

from shebao.base import money
from shebao.base import month as months
from shebao.items.calculators import places
from shebao.items.calculators.answer import Answer, Limit, Missing, Part, Step, Used, span, yuan
from shebao.items.calculators.questions import Choice, Question, Values, whole, word
from shebao.rules import bases
from shebao.rules.dated import percent
from shebao.rules.refusals import RuleRefusal, invalid
from shebao.rules.regions import NATION
from shebao.rules.unemployment import benefit
from shebao.rules.unemployment.benefit import BOOK, SINCE

CODE = "unemployment"
PLACES = places.sourced((bases.BOOK, "average"), (BOOK, "benefit_rate"))
TIERS = ("1", "2", "3")
TIER_NAMES = {"1": "一档", "2": "二档", "3": "三档"}
CONDITIONS = "社会保险法第四十五条"
NEXT_STEPS = {
    "min_contribution": "缴满以后再失业，就可以申请。",
    "voluntary": "单位欠薪、没有缴社保，您才走的，不算自愿。",
    "not_registered": "办了失业登记就可以申请。",
}


@dataclass(frozen=True)
class Money:
    """The monthly amount: from the lowest to the highest tier, equal when the tier is known."""

    low: int
    high: int
    step: Step


def questions(region: str, home: str, today: date) -> tuple[Question, ...]:
    """Five questions; the tier only where the tiers are known."""
    place = places.question(PLACES, region, home)
    reasons = (
        Choice("dismissed", "单位让走的", "辞退、裁员、破产、关闭，或者单位提出解除"),
        Choice("contract_expired", "合同到期"),
        Choice("employer_fault", "单位有过错，我才走的", "例如欠薪、没有缴社保"),
        Choice("resigned", "我自己辞职"),
        Choice("retired", "退休"),
    )
    asked = [
        place,
        Question("paid_months", "失业保险缴了多少个月", "whole", "96", most=720, unit="个月",
                 noun="缴费月数", hint="上次领过失业金的，从那以后算。", missing="还没有填缴了多少个月。",
                 outside="缴费月数最多 720 个月，请检查。"),
        Question("reason", "怎么离开单位的", "choice", "dismissed", choices=reasons,
                 missing="还没有选怎么离开单位的。"),
        Question("registered", "办失业登记了吗", "choice", "yes", missing="还没有选办没办失业登记。",
                 choices=(Choice("yes", "办了，在找工作"), Choice("no", "还没有办"))),
    ]  # fmt: skip
    wages = _wages(place.example, today)
    if wages:
        tiers = [Choice("unknown", "不知道", "按最低到最高给一个范围")]
        tiers += [
            Choice(code, f"{TIER_NAMES[code]}，{yuan(fen)}") for code, fen in zip(TIERS, wages, strict=True)
        ]
        asked.append(
            Question("tier", "当地最低工资是哪一档", "choice", "unknown", choices=tuple(tiers), neutral="unknown",
                     hint="各区县不同，当地人社部门公布。", missing="还没有选哪一档。")
        )  # fmt: skip
    asked.append(
        Question("unused_months", "上次没领完的月数", "whole", "", most=24, unit="个月", optional=True,
                 hint="以前失业，没领完就上班了的。", outside="没领完的最多 24 个月。")
    )  # fmt: skip
    return tuple(asked)


def _wages(region: str, today: date) -> tuple[int, ...]:
    try:
        return benefit.minimum_wages(month=months.of(today), region=region)
    except RuleRefusal:
        return ()


def answer(values: Values, today: date) -> Answer:
    """Conditions, months, amount. An amount not established is said; the months stand without it."""
    region, paid, unused = (
        word(values, "region"),
        whole(values, "paid_months"),
        whole(values, "unused_months"),
    )
    if not places.known(region):
        raise invalid("region", "没有这个参保地代码。")
    found = benefit.eligibility(
        paid_months=paid, reason=word(values, "reason"), registered=word(values, "registered") == "yes",
        unused_months=unused,
    )  # fmt: skip
    count = int(benefit.longest_months(paid, unused))
    steps, missing = [conditions(values, found), longest(paid, unused, count)], []
    paying: Money | None = None
    try:
        paying = monthly(region, word(values, "tier") or "unknown", today)
        steps.append(paying.step)
    except RuleRefusal as refusal:
        missing.append(Missing("每月领多少", refusal.message))
    fen = paying.low if found.eligible and paying and paying.low == paying.high else None
    return Answer(
        calculator=CODE,
        title=f"可以领，最多 {count} 个月" if found.eligible else "还不能领",
        fen=fen,
        figure=_figure(found, paying, count),
        subs=_subs(found, paying, paid, count),
        refused=not found.eligible,
        steps=tuple(steps),
        parts=(Part("longest", "最多领", count),) if found.eligible else (),
        missing=tuple(missing),
        unsure=_unsure(paying),
        limits=_limits(),
    )


def _figure(found: benefit.Eligibility, paying: Money | None, count: int) -> str:
    if not found.eligible:
        return found.message.rstrip("。")
    if paying is None:
        return f"{count} 个月"
    if paying.low == paying.high:
        return ""
    return f"{money.yuan(paying.low)} 到 {money.yuan(paying.high)} 元"


def _subs(found: benefit.Eligibility, paying: Money | None, paid: int, count: int) -> tuple[str, ...]:
    """What follows, or what is lacking and what then."""
    if not found.eligible:
        lacking = BOOK.at("least_months", NATION, SINCE).fen - paid
        why = f"要缴满 {lacking + paid} 个月，您缴了 {paid} 个月，还差 {lacking} 个月。"
        head = [why] if found.reason == "min_contribution" else []
        return (*head, NEXT_STEPS.get(found.reason, "到领养老金的年龄，领养老金。"))
    if paying is None:
        return ("每月领多少还没有查实，原因在下面。",)
    if paying.low == paying.high:
        return (f"每月领这么多，{count} 个月最多 {yuan(paying.low * count)}。",)
    return ("每月领的数，看当地最低工资是哪一档。",)


def conditions(values: Values, found: benefit.Eligibility) -> Step:
    """三个条件, each with its own answer."""
    least = BOOK.at("least_months", NATION, SINCE)
    enough = whole(values, "paid_months") >= least.fen or whole(values, "unused_months") > 0
    involuntary = word(values, "reason") in benefit.INVOLUNTARY
    registered = word(values, "registered") == "yes"

    def said(holds: bool) -> str:
        return "满足" if holds else "不满足"

    words = (
        f"缴费满 {least.fen} 个月：{said(enough)}。",
        f"不是自己要走的：{said(involuntary)}。",
        f"办了失业登记，在找工作：{said(registered)}。",
    )
    return Step(
        "conditions", "能不能领", "能" if found.eligible else "还不能", words, (Used(least),), CONDITIONS
    )


def longest(paid: int, unused: int, count: int) -> Step:
    """最长领取月数."""
    steps = BOOK.at("steps", NATION, SINCE)
    table = BOOK.at("longest_months", NATION, SINCE)
    pairs = list(zip(steps.value, table.value, strict=True))
    words = [f"缴满 {span(need)}，最多 {most} 个月。" for need, most in pairs]
    words.append(f"您缴了 {span(paid)}。")
    if unused:
        words.append(f"加上没领完的 {unused} 个月，一共不超过 {table.value[-1]} 个月。")
    said = "，".join(f"满 {need} 个月的 {most} 个月" for need, most in pairs)
    return Step("longest", "最多领几个月", f"{count} 个月", tuple(words), (Used(table, said),))


def monthly(region: str, tier: str, today: date) -> Money:
    """每月金额 by tier. Refuses a place or month without a sourced share."""
    month = months.of(today)
    wages = benefit.minimum_wages(month=month, region=region)
    chosen = [int(tier)] if tier in TIERS else [1, 2, 3]
    rate = BOOK.at("benefit_rate", region, month)
    amounts, words, used = [], [], [Used(rate)]
    for number in chosen:
        wage = wages[number - 1]
        amount = benefit.monthly_amount(minimum_wage_fen=wage, month=month, region=region).value
        amounts.append(amount)
        words.append(
            f"{TIER_NAMES[str(number)]}：{money.yuan(wage)} × {percent(rate.rate)} = {money.yuan(amount)}"
        )
        used.append(Used(BOOK.at(f"minimum_wage_{number}", region, month)))
    low, high = min(amounts), max(amounts)
    result = yuan(low) if low == high else f"{money.yuan(low)} 到 {money.yuan(high)} 元"
    return Money(low, high, Step("monthly", "每月领多少", result, tuple(words), tuple(used)))


def _unsure(paying: Money | None) -> tuple[str, ...]:
    told = []
    if paying is not None:
        told.append("最低工资会调，调了以后按新的发。")
        if paying.low != paying.high:
            told.append("哪个区县是哪一档，这里没有查实。")
    return (*told, "缴费月数要和记录对，别的省缴的要先转过来。")


def _limits() -> tuple[Limit, ...]:
    stops = "、".join(benefit.STOPS.values())
    return (
        Limit(
            f"一次最多 {BOOK.at('longest_months', NATION, SINCE).value[-1]} 个月。", "社会保险法第四十六条"
        ),
        Limit("低于当地最低工资，不低于低保。", "失业保险条例第十八条；社会保险法第四十七条"),
        Limit("领的时候，医疗保险费从失业保险基金出。", "社会保险法第四十八条"),
        Limit(f"这些情况停发：{stops}。", "社会保险法第五十一条"),
    )
