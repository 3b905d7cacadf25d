"""弹性提前退休: at most three years early, not under the old age, told to the employer three months before."""

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, pensions
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.rules.pension import flexible, retirement
from shebao.rules.pension.flexible import FlexibleAnswer

RULE = "人社部发〔2024〕94号"


def check(facts: Facts) -> list[Finding]:
    """Insured, no pension; the month chosen, the notice and the years by the rule."""
    found = [*pensions.may_draw(facts), *pensions.said_right(facts)]
    chosen, told = facts.said_month("month"), facts.said_day("notice_on")
    if not (chosen and told and facts.said("post") and facts.said("worked")):
        return found
    answer = _answer(facts, chosen)
    by = flexible.early_notice_by(chosen)
    early = holds("not_early", answer.kind == "early", "比法定退休的月份早。",
                  "选的月份不比法定退休的月份早，请办正常退休。", RULE, "办退休", "/items/retirement/")  # fmt: skip
    if not early.passed:
        return [*found, early]
    found += [
        early,
        holds(answer.reason or "flexible", answer.allowed, answer.message,
              pensions.flexible_no(answer, f"最早可以选 {months.to_text(answer.earliest)}。"), RULE),
        holds("notice_late", months.of(told) <= by, "您提前三个月告诉了单位。",
              f"要提前三个月书面告诉单位，最晚 {months.to_text(by)}。请改选后面的月份。", RULE),
        *pensions.chosen_soon(facts),
    ]  # fmt: skip
    if all(one.passed for one in found):
        found += judging.asked("no_standard", lambda: pensions.settle(facts, chosen))[1]
    return found


def decide(facts: Facts) -> Verdict:
    """The monthly amount for the month chosen."""
    found = check(facts)
    chosen = facts.said_month("month")
    if not all(one.passed for one in found) or not chosen:
        return judging.verdict(found)
    worked, answer = pensions.settle(facts, chosen), _answer(facts, chosen)
    window = f"{months.to_text(answer.earliest)}到{months.to_text(answer.latest)}"
    lines = (("退休年月", months.to_text(chosen), RULE), ("可以选的月份", window, RULE))
    return judging.verdict(
        found, amount_fen=worked.total_fen, figures=lines + worked.figures, provisional=worked.provisional,
        words=judging.monthly(worked.total_fen, int(retirement.first_payment_month(chosen))),
    )  # fmt: skip


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Retired from the month after the one chosen."""
    return pensions.retire(facts, verdict, facts.said_month("month"))


def _answer(facts: Facts, chosen: int) -> FlexibleAnswer:
    return flexible.check(
        birth=months.of(facts.person.birth_date), category=pensions.category(facts), requested=chosen,
        paid_months=facts.months_paid(pensions.INSURANCE) + pensions.deemed(facts),
    )  # fmt: skip
