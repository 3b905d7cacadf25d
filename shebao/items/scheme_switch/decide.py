"""职工和居民养老衔接 (人社部发〔2014〕17号): at the statutory age, before drawing; fifteen years decide the direction."""

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, moving, pensions, switching
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.rules.pension import retirement

RULE = "人社部发〔2014〕17号第三条"
RESIDENT = 170
STEPS = (15, 15)


def check(facts: Facts) -> list[Finding]:
    """Both insurances, none drawn, of age; the years decide which way is open."""
    both = all(
        any(s.insurance == code and s.reason != switching.REASON for s in facts.spells)
        for code in (pensions.INSURANCE, RESIDENT)
    )
    drawing = facts.retired(pensions.INSURANCE) or facts.retired(RESIDENT)
    due = pensions.statutory(facts)
    text = months.to_text(int(due.month))
    found = [
        holds("drawing", not drawing, "您还没有领养老金。", "您已经在领养老金，不能再合。", "人社部发〔2014〕17号第四条"),
        holds("not_both", both, "您参加过两种养老保险。", "您只参加过一种养老保险，不用合。", RULE, "看参保信息", "/me/enrolment"),
        holds("too_early", due.month <= facts.month, "您到法定退休年龄了。", f"到 {text}才能办，在那以前继续缴费。", RULE),
        *pensions.post_right(facts),
        moving.free(facts, _target(facts), "社会保险经办条例第十二条"),
    ]  # fmt: skip
    if facts.said("direction"):
        found.append(_direction(facts, int(due.minimum_months)))
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds; what moves is shown."""
    from_ = RESIDENT if _target(facts) == pensions.INSURANCE else pensions.INSURANCE
    moved = retirement.years_zh(_moved(facts))
    lines = (
        (
            "转过去的年限",
            moved if from_ == pensions.INSURANCE else "居民年限不折算",
            "人社部发〔2014〕17号第五条、第六条",
        ),
        ("职工养老年限", retirement.years_zh(facts.months_paid(pensions.INSURANCE)), RULE),
    )
    return judging.verdict(check(facts), figures=lines, provisional=True)


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Asked for; the worker closes the one and joins it to the other, both are in this register."""
    lines = (
        "职工养老的年限接着算。" if _moved(facts) else "居民养老的年限不折算，钱都合进账户。",
        "两边重复缴费的时段，居民的部分退给您。",
    )
    return moving.ask(
        facts, _target(facts), direction="switch", months=_moved(facts), account_fen=facts.account_fen("pension"),
        region=facts.person.region, steps=STEPS, lines=lines,
    )  # fmt: skip


def _target(facts: Facts) -> int:
    return RESIDENT if facts.said("direction") == "resident" else pensions.INSURANCE


def _moved(facts: Facts) -> int:
    """Months that count on the new side: none when residents move to employees (第五条)."""
    return facts.months_paid(pensions.INSURANCE) if _target(facts) == RESIDENT else 0


def _direction(facts: Facts, required: int) -> Finding:
    paid = facts.months_paid(pensions.INSURANCE)
    need, told = retirement.years_zh(required), f"职工养老缴了 {retirement.years_zh(paid)}。"
    if facts.said("direction") == "employee":
        return holds(
            "min_contribution", paid >= required, told, f"{told}不满 {need}，只能合到居民养老。", RULE
        )
    return holds("long_enough", paid < required, told, f"{told}满 {need}，可以直接领职工养老金。", RULE,
                 "办退休", "/items/retirement/")  # fmt: skip
