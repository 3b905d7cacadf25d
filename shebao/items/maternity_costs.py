"""生育医疗费用: prenatal checks and family planning share one check and one amount (社会保险法第五十五条)."""

from dataclasses import replace
from datetime import date

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, medical_claims
from shebao.items.facts import Facts
from shebao.rules.columns import least
from shebao.rules.maternity import medical

LAW = "社会保险法第五十四条"
MATERNITY = 510


def check(facts: Facts, kind: str, day: date | None) -> list[Finding]:
    """Insured with maternity cover; once per month of treatment."""
    found = medical_claims.check(facts, day)
    employee = cover.spell(facts, day or facts.today, cover.EMPLOYEE, MATERNITY) is not None
    found.append(
        cover.line(
            "not_covered", employee, "您有职工的生育保险待遇。", "参加职工医保才有这项待遇，居民医保按门诊报销。", LAW,
            step="去报门诊费用", url="/items/outpatient-claim/",
        )
    )  # fmt: skip
    if day is not None:
        found.append(medical_claims.unordered(facts, kind, day))
    return found


def decide(facts: Facts, findings: list[Finding]) -> Verdict:
    """What lies inside the catalogue, at most the local ceiling that the office has entered."""
    judged = cover.verdict(findings)
    if not judged.granted:
        return judged
    told = medical.covered(total_fen=facts.said_fen("total"), own_fen=facts.said_fen("own"))
    figures = tuple((step.name, step.result, step.formula) for step in told.steps)
    return within(facts, Verdict(True, (), told.value, figures, provisional=True))


def within(facts: Facts, verdict: Verdict) -> Verdict:
    """The verdict under the ceiling of 经办意见; without one the figures say so."""
    if not facts.said("ceiling"):
        return replace(verdict, figures=(*verdict.figures, ("当地限额", "没有填，按目录内费用付", LAW)))
    ceiling = facts.said_fen("ceiling")
    figures = (*verdict.figures, ("当地限额", f"{yuan(ceiling)} 元", LAW))
    return replace(verdict, amount_fen=least(verdict.amount_fen, ceiling), figures=figures)


def pay(facts: Facts, kind: str, verdict: Verdict, day: date | None) -> Effect:
    """One payment for the month of treatment."""
    return medical_claims.pay(facts, kind, verdict, since=months.of(day or facts.today), what="报销")
