"""特殊工种提前退休: the employer asks; age, years in the trade and a public notice; the pension by the rules."""

from dataclasses import replace
from datetime import date

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import employers, judging, pensions
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.rules.identity import citizen
from shebao.rules.pension import hardship, retirement

RULE = "国发〔1978〕104号第一条第（二）项"


def check(facts: Facts) -> list[Finding]:
    """The employer is registered, age and trade as answered; at the desk the worker, her years and what was found."""
    unit, registered = employers.open_unit(facts)
    found = [registered, *pensions.chosen_soon(facts)]
    if not facts.deciding:
        told = citizen.inspect(facts.said("worker_id")) if facts.said("worker_id") else None
        if told is not None and told.birth_date is not None:
            found += _of_age(facts, told.birth_date, male=told.sex_code == pensions.MALE)
        return found + _in_trade(facts, facts.said("trade"), facts.said("trade_months"))
    person = _person(facts)
    found.append(
        holds("unknown", person is not None, "职工有参保登记。", "号码和姓名没有对上参保登记。", pensions.LAW)
    )
    if person is None:
        return found
    here = any(one.employer_id == unit.id for one in employers.running(person.spells))
    found += [
        holds("not_here", here, "职工在本单位参保。", "职工现在不在本单位参保。", "社会保险法第五十八条"),
        *pensions.may_draw(person),
        *_of_age(facts, person.person.birth_date, male=person.person.sex == pensions.MALE),
        *pensions.said_right(person),
        *_long_enough(person),
        *_in_trade(facts, facts.said("trade_found"), facts.said("months_found")),
        holds(
            "objection",
            facts.said("objection") != "upheld",
            "没有成立的异议。",
            "公示有异议，核查成立。",
            RULE,
        ),
    ]
    if all(one.passed for one in found):
        found += judging.asked("no_standard", lambda: pensions.settle(person, facts.said_month("month")))[1]
    return found


def _of_age(facts: Facts, born: date, *, male: bool) -> list[Finding]:
    chosen = facts.said_month("month")
    if not chosen:
        return []
    first = retirement.hardship_month(months.of(born), male=male)
    age = "55" if male else "45"
    return [
        holds(
            "too_young", first <= chosen, f"{months.to_text(first)}满 {age} 岁。",
            f"到 {months.to_text(first)}才满 {age} 岁。", RULE,
        )
    ]  # fmt: skip


def _in_trade(facts: Facts, trade: str, counted: str) -> list[Finding]:
    chosen = facts.said_month("month") or facts.month
    if not trade or not counted:
        return []
    need = hardship.in_trade(trade, chosen)
    text = f"{need.name}要 {retirement.years_zh(need.fen)}，"
    short = need.fen - int(counted)
    rule = need.law if need.confidence == "high" else f"{need.law}，仅供参考"
    return [holds("trade_short", short <= 0, f"{text}年限够。", f"{text}还差 {short} 个月。", rule)]


def _long_enough(person: Facts) -> list[Finding]:
    chosen = person.said_month("month")
    paid = person.months_paid(pensions.INSURANCE) + pensions.deemed(person)
    need = hardship.service(chosen)
    return [
        pensions.long_enough(person, int(retirement.minimum_months(months.year_of(chosen))), paid),
        holds("service", paid >= need.fen, "连续工龄满十年。", "连续工龄不满十年。", need.law),
    ]


def _person(facts: Facts) -> Facts | None:
    """The worker, with what the employer has said about her."""
    return None if facts.other is None else replace(facts.other, answers=facts.answers)


def decide(facts: Facts) -> Verdict:
    """The monthly amount for the month chosen, with the years in the trade."""
    found = check(facts)
    person = _person(facts)
    if person is None or not all(one.passed for one in found):
        return judging.verdict(found)
    chosen, trade = facts.said_month("month"), facts.said("trade_found")
    worked = pensions.settle(person, chosen)
    figures = [
        ("退休年月", months.to_text(chosen), RULE),
        *(one for one in worked.figures if one != judging.UNSURE),
    ]
    unsure = worked.provisional
    if trade:
        need = hardship.in_trade(trade, chosen)
        counted = retirement.years_zh(int(facts.said("months_found") or 0))
        kind = next(one for one in facts.item.entries if one.key == "trade_found").choices[trade]
        figures.insert(1, ("特殊工种", f"{kind}，{counted}", need.law))
        unsure = unsure or need.confidence != "high"
    return judging.verdict(
        found,
        amount_fen=worked.total_fen,
        figures=(*figures, judging.UNSURE) if unsure else tuple(figures),
        provisional=unsure,
    )


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The worker is retired from the month after."""
    person = _person(facts)
    if person is None:
        raise ValueError("the worker is not within reach")
    return pensions.draws(person, verdict, facts.said_month("month"))
