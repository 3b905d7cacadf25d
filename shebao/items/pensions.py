"""企业职工养老 shares: category, years, the amount by the rules, and what retiring writes (社会保险法第十三至十六条)."""

from dataclasses import dataclass

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, unemployment
from shebao.items.facts import Facts
from shebao.items.judging import Figures, holds
from shebao.privacy import vault
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.filings import actions as filings
from shebao.registry.payables import actions as payables
from shebao.rules.pension import amount, annuity, index, retirement
from shebao.rules.pension.amount import Pension
from shebao.rules.pension.flexible import FlexibleAnswer
from shebao.rules.pension.retirement import Retirement

INSURANCE = 110
BENEFIT = "pension"
LATE = "late_retirement"
DISABILITY = "disability_allowance"
LAW = "社会保险法第十六条"
MALE = 1
WOMEN = ("female50", "female55")
LEAST_AGE = 16


@dataclass(frozen=True)
class Worked:
    """A month's pension in fen, with its figures and whether a standard is uncertain."""

    pension: Pension
    total_fen: int
    figures: Figures
    provisional: bool


def category(facts: Facts) -> str:
    """The category said; before that, the one of the earliest age that the sex allows."""
    return facts.said("post") or ("male60" if facts.person.sex == MALE else "female50")


def statutory(facts: Facts) -> Retirement:
    """The statutory month of the person."""
    return retirement.statutory(months.of(facts.person.birth_date), category(facts))


def by_post(facts: Facts) -> str:
    """The statutory month in words; before a woman has said which post, both of hers."""
    if facts.said("post") or facts.person.sex == MALE:
        return months.to_text(int(statutory(facts).month))
    born = months.of(facts.person.birth_date)
    worker, manager = (months.to_text(int(retirement.statutory(born, post).month)) for post in WOMEN)
    return f"{worker}（生产或操作岗），或者 {manager}（管理或技术岗）"


def deemed(facts: Facts) -> int:
    """视同缴费 months before accounts were opened; 0 without such work."""
    since = facts.said_month("work_since") if facts.said("worked") == "yes" else 0
    return int(amount.deemed_months(since, region=facts.person.region)) if since else 0


def drawing(facts: Facts) -> Finding:
    """Draws no pension yet."""
    draws = facts.retired(INSURANCE) or facts.retired(120)
    return holds("draws_pension", not draws, "您还没有领养老金。", "您已经在领养老金，不用再办。", LAW)


def may_draw(facts: Facts) -> list[Finding]:
    """Has been insured, and draws no pension yet."""
    first = drawing(facts)
    known = any(spell.insurance == INSURANCE for spell in facts.spells)
    return [
        first,
        holds("not_enrolled", not first.passed or known, "您参加过职工养老保险。", "没有查到您参加过职工养老保险。", LAW,
              "看居民养老金", "/items/resident-pension-claim/"),
    ]  # fmt: skip


def post_right(facts: Facts) -> list[Finding]:
    """The category agrees with the sex."""
    if not facts.said("post"):
        return []
    fits = (facts.person.sex == MALE) == (facts.said("post") == "male60")
    no = "选的类别和登记的性别不一样，请重选。"
    return [holds("wrong_post", fits, "类别和登记的性别一致。", no, "国发〔1978〕104号")]


def said_right(facts: Facts) -> list[Finding]:
    """The category agrees with the sex; work began at sixteen or later."""
    found = post_right(facts)
    since = facts.said_month("work_since") if facts.said("worked") == "yes" else 0
    if since:
        born = months.of(facts.person.birth_date)
        grown = months.plus(born, LEAST_AGE * 12) <= since <= facts.month
        found.append(holds("work_since", grown, "参加工作的时间和年龄对得上。", "那个月您不满 16 岁，或者还没有到，请检查。",
                           "社会保险法第十三条"))  # fmt: skip
    return found


def flexible_no(answer: FlexibleAnswer, bound: str) -> str:
    """Why a chosen month is not allowed, and what is; `bound`: the limit of the side chosen."""
    match answer.reason:
        case "min_contribution":
            return f"{answer.message}到那时还差 {answer.missing_months} 个月。"
        case "not_applicable":
            return f"{answer.message}请办正常退休。"
    return f"{answer.message}{bound}"


def chosen_soon(facts: Facts) -> list[Finding]:
    """The month chosen is the one of the application or the next; empty before it is chosen."""
    chosen, applied = facts.said_month("month"), months.of(facts.applied_on)
    if not chosen:
        return []
    soon = applied <= chosen <= months.plus(applied, 1)
    return [
        holds("wrong_month", soon, "选的月份可以申请。", "只能选这个月或者下个月，还早的到时再来申请。", LAW)
    ]


def long_enough(facts: Facts, required: int, paid: int) -> Finding:
    """Paid and deemed months reach what the year asks for."""
    short = required - paid
    need = retirement.years_zh(required)
    return holds(
        "min_contribution", short <= 0, f"累计 {retirement.years_zh(paid)}，要满 {need}。",
        f"要缴满 {need}，还差 {short} 个月。可以接着缴，也可以转到居民养老。", LAW, "转到居民养老", "/items/scheme-switch/",
    )  # fmt: skip


def settle(facts: Facts, month: int) -> Worked:
    """The amount for retiring in a month. Refuses places and years without standards."""
    region = facts.person.region
    paid = [
        (row.month, row.base_fen) for row in facts.paid if row.insurance == INSURANCE and row.state == "paid"
    ]
    own, bridge = index.of_record(paid, region=region), deemed(facts)
    worked = amount.explain(
        region=region,
        month=month,
        facts=amount.Facts(
            index_e6=own.value,
            years_e2=amount.years_e2(facts.months_paid(INSURANCE) + bridge, region=region, month=month),
            deemed_years_e2=amount.years_e2(bridge, region=region, month=month),
            account_fen=facts.account_fen("pension"),
            annuity_tenths=annuity.tenths(months.months_until(months.of(facts.person.birth_date), month)),
        ),
        provisional=True,
    )
    years = ("累计缴费年限", retirement.years_zh(facts.months_paid(INSURANCE) + bridge), "缴费＋视同缴费")
    unsure = judging.unsure(own) or judging.unsure(worked)
    first = tuple((step.name, step.result, step.formula) for step in own.steps)
    lines = (*first, years, *(line for line in judging.told(worked) if line != judging.UNSURE))
    return Worked(
        worked.value, int(worked.value.total), lines + ((judging.UNSURE,) if unsure else ()), unsure
    )


def retire(facts: Facts, verdict: Verdict, month: int) -> Effect:
    """She retires in a month; the account is kept where it is another one."""
    if facts.said("account") != facts.values.get("person.bank_account"):
        vault.write(facts.grant, "person.bank_account", facts.said("account"))
    return draws(facts, verdict, month)


def draws(person: Facts, verdict: Verdict, month: int) -> Effect:
    """From the month after: a retired spell and a monthly payment; benefits of unemployment end."""
    since = int(retirement.first_payment_month(month))
    enrolments.retire(person.grant, insurance=INSURANCE, since=since)
    for ended in (unemployment.BENEFIT, DISABILITY):
        payables.stop(person.grant, kind=ended, until=since, reason="退休")
    if person.filing(LATE) is not None:
        filings.end(person.grant, kind=LATE, on=person.today)
    payables.order(
        person.grant,
        kind=BENEFIT,
        amount_fen=verdict.amount_fen,
        monthly=True,
        since=since,
        case=person.case_no,
    )
    return Effect(
        judging.monthly(verdict.amount_fen, since),
        ("每年认证一次，信息比对通过的不用您办。", "新标准公布以后重新核定，少发的补给您。"),
        pays=True,
    )
