"""医疗救助手工报销: the office enters who is on the civil affairs list and the aid; no share is established."""

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, medical_claims
from shebao.items.facts import Facts
from shebao.rules.columns import least

KIND = "medical_aid"
RULE = "国办发〔2021〕42号"


def check(facts: Facts) -> list[Finding]:
    """Insured; the own share within the bill; not aided for the same month; at the desk: on the list."""
    day = facts.said_day("served")
    found = [cover.insured(facts, day, rule=RULE)]
    if facts.said("total") and facts.said("own"):
        fits = facts.said_fen("own") <= facts.said_fen("total")
        found.append(cover.line("sums", fits, "金额对得上。", "自己付的不能多于总费用，请检查。", RULE))
    if day is not None:
        found.append(medical_claims.unordered(facts, KIND, day))
    if facts.said("listed"):
        listed = facts.said("listed") == "yes"
        found.append(
            cover.line(
                "not_object", listed, "民政部门登记您是救助对象。", "民政部门没有登记您是救助对象。", RULE
            )
        )
    return found


def decide(facts: Facts) -> Verdict:
    """What the office has entered, at most the own share."""
    judged = cover.verdict(check(facts))
    if not judged.granted or not facts.said("aid"):
        return judged
    amount = least(facts.said_fen("aid"), facts.said_fen("own"))
    figures = (
        ("报销后自己付的", f"{yuan(facts.said_fen('own'))} 元", RULE),
        ("经办核定的救助", f"{yuan(amount)} 元", RULE),
    )
    return Verdict(True, (), amount, figures)


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment; refuses an amount of nothing."""
    since = months.of(facts.said_day("served") or facts.today)
    return medical_claims.pay(facts, KIND, verdict, since=since, what="救助")
