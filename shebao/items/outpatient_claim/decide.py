"""门诊费用手工报销: by the region's terms; a chronic entitlement counts only from the day it was activated."""

from datetime import date

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Reason, Verdict
from shebao.items import cover, medical_claims
from shebao.items.facts import Facts
from shebao.registry.filings import queries as filings
from shebao.rules.medical import reimbursement
from shebao.rules.medical.reimbursement import Bill

LAW = "社会保险法第二十八条"
COMMUNITY = 1


def check(facts: Facts) -> list[Finding]:
    """Insured that day, payable, not settled; for chronic care a usable entitlement; a level the scheme pays."""
    day = facts.said_day("served")
    found = [*medical_claims.check(facts, day), *medical_claims.payable(facts)]
    if day is None:
        return found
    found.append(medical_claims.unsettled(facts, day, "outpatient"))
    if facts.said("care") == "chronic":
        usable = filings.in_force(facts.grant, cover.CHRONIC, day) is not None
        found.append(
            cover.line(
                "no_entitlement", usable, "那天您的慢特病待遇已经启用。", "那天您还没有启用慢特病待遇，请改按普通门诊报。",
                LAW, step="去启用", url="/items/chronic-activate/",
            )
        )  # fmt: skip
    if facts.said("level") and _scheme(facts, day) == "resident":
        found.append(
            cover.line(
                "level", int(facts.said("level")) == COMMUNITY, "这一级的门诊可以报。",
                "居民医保的普通门诊，只报一级和社区的。当地标准没有查实，仅供参考。", LAW,
            )
        )  # fmt: skip
    return found


def decide(facts: Facts) -> Verdict:
    """The amount by the region's terms, step by step; every local figure is a demonstration so far."""
    judged = cover.verdict(check(facts))
    day = facts.said_day("served")
    if not judged.granted or day is None:
        return judged
    chronic = facts.said("care") == "chronic"
    told = reimbursement.explain(
        Bill(facts.said_fen("total"), facts.said_fen("own")),
        scheme=_scheme(facts, day), care="outpatient", level=int(facts.said("level")), month=months.of(day),
        region=facts.person.region, retired=facts.retired(cover.EMPLOYEE), allow_demo=True,
        paid_this_year_fen=0 if chronic else _paid(facts, day.year),
    )  # fmt: skip
    figures = tuple((step.name, step.result, step.formula) for step in told.steps)
    if told.value.pool == 0:
        return Verdict(
            False, (Reason("below_line", "没有超过起付线，或者今年的限额用完了。", LAW),), 0, figures
        )
    return Verdict(True, (), told.value.pool, figures, provisional=True)


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment."""
    return medical_claims.pay(facts, "outpatient_claim", verdict, since=facts.month, what="报销")


def _scheme(facts: Facts, day: date) -> str:
    return "employee" if cover.spell(facts, day, cover.EMPLOYEE) else "resident"


def _paid(facts: Facts, year: int) -> int:
    """What the fund has paid for ordinary outpatient care this year, fen."""
    return sum(claim.fund_fen for claim in facts.claims(year) if claim.kind == "outpatient")
