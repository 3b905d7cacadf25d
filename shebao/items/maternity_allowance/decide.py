"""生育津贴支付: a mother insured by her employer, once for a birth, by the rule of days and the unit's average."""

from datetime import date

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, medical_claims
from shebao.items.facts import Facts
from shebao.rules.maternity import allowance

KIND = "maternity_allowance"
LAW = "社会保险法第五十六条"
FEMALE = 2


def check(facts: Facts) -> list[Finding]:
    """A woman; insured by an employer on the day; not paid for this birth."""
    day = facts.said_day("born")
    spell = cover.spell(facts, day or facts.today, cover.EMPLOYEE)
    employed = spell is not None and spell.employer_id is not None
    found = [
        cover.line("not_mother", facts.person.sex == FEMALE, "您是女职工，可以领。", "生育津贴只发给休产假的女职工。", LAW),
        cover.line(
            "no_employer", employed, "单位给您缴着生育保险。", "单位没有给您缴生育保险，不能领津贴。",
            "社会保险法第五十四条", step=cover.OWN[1], url=cover.OWN[0],
        ),
    ]  # fmt: skip
    if day is not None:
        found.append(medical_claims.unordered(facts, KIND, day))
    return found


def decide(facts: Facts) -> Verdict:
    """单位平均工资 / 30 x 天数; provincial extra leave is not in it. A unit without last year's wages: the office's entry."""
    judged = cover.verdict(check(facts))
    day = facts.said_day("born")
    if not judged.granted or not facts.said("kind") or day is None:
        return judged
    year = day.year - 1
    declared = _average(facts, day)
    average = facts.said_fen("average") if declared is None and facts.said("average") else declared
    if average is None:
        unknown = ("单位月平均工资", f"{year} 年没有申报，先在经办意见里填", LAW)
        return Verdict(True, (), 0, (unknown,), provisional=True)
    told = allowance.allowance(
        employer_average_fen=average, kind=facts.said("kind"), babies=int(facts.said("babies") or 1)
    )
    source = "经办核定" if declared is None else f"{year} 年全单位每月申报工资的平均"
    base = ("单位月平均工资", f"{yuan(average)} 元", source)
    figures = tuple((step.name, step.result, step.formula) for step in told.steps)
    notes = tuple((note, "", LAW) for note in told.notices)
    return Verdict(True, (), told.value.amount, (base, *figures, *notes))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment for the month of birth."""
    since = months.of(facts.said_day("born") or facts.today)
    return medical_claims.pay(facts, KIND, verdict, since=since, what="津贴")


def _average(facts: Facts, day: date) -> int | None:
    spell = cover.spell(facts, day, cover.EMPLOYEE)
    if spell is None or spell.employer_id is None:
        return None
    return facts.unit_average_fen(spell.employer_id, day.year - 1)
