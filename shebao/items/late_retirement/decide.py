"""弹性延迟退休备案: agreed with the employer a month before, at most three years, once."""

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, pensions
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.registry.filings import actions as filings
from shebao.rules.pension import flexible

RULE = "人社部发〔2024〕94号"


def check(facts: Facts) -> list[Finding]:
    """With an employer, no pension, not filed before; the month and the day of agreement by the rule."""
    spell = facts.active(pensions.INSURANCE)
    employed = spell is not None and spell.person_type == "employee"
    found = [
        pensions.drawing(facts),
        holds("no_employer", employed, "您有单位。", "您现在没有单位。晚退休要和单位约定。", RULE),
        holds(
            "filed",
            facts.filing(pensions.LATE) is None,
            "您还没有备案过。",
            "您已经备案过，只能延迟一次。",
            RULE,
        ),
        *pensions.post_right(facts),
    ]
    chosen, agreed = facts.said_month("month"), facts.said_day("agreed_on")
    if not (chosen and agreed and facts.said("post")):
        return found
    paid = facts.months_paid(pensions.INSURANCE) + max(0, months.months_until(facts.month, chosen))
    answer = flexible.check(
        birth=months.of(facts.person.birth_date),
        category=pensions.category(facts),
        requested=chosen,
        paid_months=paid,
    )
    by = flexible.delay_agreement_by(int(pensions.statutory(facts).month))
    later = holds(
        "not_late",
        answer.kind == "delay",
        "比法定退休的月份晚。",
        "选的月份不比法定退休的月份晚，不用备案。",
        RULE,
    )
    if not later.passed:
        return [*found, later]
    return [
        *found,
        later,
        holds(answer.reason or "flexible", answer.allowed, answer.message,
              pensions.flexible_no(answer, f"最晚可以选 {months.to_text(answer.latest)}。"), RULE),
        holds("agreed_late", months.of(agreed) <= by, "提前一个月约定好了。",
              f"要提前一个月约定，最晚 {months.to_text(by)}。现在过了，按时办退休。", RULE,
              "办退休", "/items/retirement/"),
    ]  # fmt: skip


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The month agreed upon, on file."""
    month, due = facts.said_month("month"), int(pensions.statutory(facts).month)
    detail = {"month": month, "statutory": due}
    filings.file(facts.grant, kind=pensions.LATE, since=facts.today, detail=detail, case=facts.case_no)
    return Effect(
        f"已备案，延迟到 {months.to_text(month)}退休。",
        ("这段时间照常缴费，年限一起算。", "和单位商量好，可以提前结束延迟。"),
    )
