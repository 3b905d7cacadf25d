"""基本养老金: the statutory age, the least years, the amount by the rules with every step."""

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, pensions
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.rules.pension import retirement

AHEAD = 36
RECKON = ("算一算哪年退休", "/calculators/pension/")
EARLIER = ("看看能不能提前", "/items/early-retirement/")
DECISION = "全国人大常委会关于实施渐进式延迟法定退休年龄的决定"


def check(facts: Facts) -> list[Finding]:
    """Of age, insured, no pension yet; with the years of work known, enough of them and a standard to reckon by."""
    found = pensions.may_draw(facts)
    due = pensions.statutory(facts)
    text, by_post = months.to_text(int(due.month)), pensions.by_post(facts)
    found += [
        holds("too_young", due.month <= facts.month, f"法定退休年月是 {by_post}。",
              f"您 {text}才到法定退休年龄，到时再来办。", DECISION,
              *(EARLIER if due.month <= months.plus(facts.month, AHEAD) else RECKON)),
        *pensions.said_right(facts),
    ]  # fmt: skip
    if facts.said("worked") and all(one.passed for one in found):
        paid = facts.months_paid(pensions.INSURANCE) + pensions.deemed(facts)
        found.append(pensions.long_enough(facts, int(due.minimum_months), paid))
        if found[-1].passed:
            found += judging.asked("no_standard", lambda: pensions.settle(facts, _month(facts)))[1]
    return found


def decide(facts: Facts) -> Verdict:
    """The monthly amount, step by step."""
    found = check(facts)
    if not all(one.passed for one in found) or not facts.said("worked"):
        return judging.verdict(found)
    worked = pensions.settle(facts, _month(facts))
    due = pensions.statutory(facts)
    age = ("法定退休年龄", retirement.age_zh(int(due.age_months)), DECISION)
    month = ("退休年月", months.to_text(_month(facts)), DECISION)
    return judging.verdict(
        found,
        amount_fen=worked.total_fen,
        figures=(age, month, *worked.figures),
        provisional=worked.provisional,
        words=judging.monthly(worked.total_fen, int(retirement.first_payment_month(_month(facts)))),
    )


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Retired from the month after."""
    return pensions.retire(facts, verdict, _month(facts))


def _month(facts: Facts) -> int:
    """The statutory month; after a delay on file, this month."""
    return facts.month if facts.filing(pensions.LATE) else int(pensions.statutory(facts).month)
