"""医疗救助手工报销: who the civil affairs office has on its list; the amount is the clerk's, no share is established."""

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, medical_claims
from shebao.items.facts import Facts

KIND = "medical_aid"
RULE = "国办发〔2021〕42号"


def check(facts: Facts) -> list[Finding]:
    """Insured; the own share within the bill; not aided for the same month."""
    day = facts.said_day("served")
    found = [cover.insured(facts, day, rule=RULE)]
    if facts.said("total") and facts.said("own"):
        fits = facts.said_fen("own") <= facts.said_fen("total")
        found.append(cover.line("sums", fits, "金额对得上。", "自己付的不能多于总费用，请检查。", RULE))
    if day is not None:
        found.append(medical_claims.unordered(facts, KIND, day))
    return found


def decide(facts: Facts) -> Verdict:
    """Proposed when the lines hold; the share of aid is local and not established."""
    judged = cover.verdict(check(facts))
    figures = (
        ("报销后自己付的", f"{yuan(facts.said_fen('own'))} 元", RULE),
        ("救助比例", "还没有查实，由经办人员核定", RULE),
    )
    return Verdict(judged.granted, judged.reasons, 0, figures, provisional=True)


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment; refuses an amount of nothing."""
    since = months.of(facts.said_day("served") or facts.today)
    return medical_claims.pay(facts, KIND, verdict, since=since, what="救助")
