"""居民养老金: sixty years, the paid years, base and account by the province's standard."""

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, suspending
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.privacy import vault
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.payables import actions as payables
from shebao.rules.explain import Explained
from shebao.rules.pension import retirement
from shebao.rules.resident_pension import pension
from shebao.rules.resident_pension.pension import ResidentPension

RESIDENT = 170
RULE = "国发〔2014〕8号第七条"


def check(facts: Facts) -> list[Finding]:
    """Enrolled as a resident, no pension, of age, enough years, and a standard to reckon by."""
    draws = facts.retired(RESIDENT) or facts.retired(110) or facts.retired(120)
    known = any(spell.insurance == RESIDENT for spell in facts.spells)
    due, need = pension.sixty(_birth(facts)), pension.least_years(_birth(facts))
    years = facts.months_paid(RESIDENT) // 12
    found = [
        holds("draws_pension", not draws, "您还没有领养老金。", "您已经在领养老金，不用再办。", RULE),
        holds("not_enrolled", draws or known, "您参加过居民养老保险。", "没有查到您参加过居民养老保险。", RULE,
              "参加居民养老", "/items/resident-pension-enrolment/"),
        holds("too_young", due <= facts.month, "您满 60 岁了。", f"您到 {months.to_text(due)}满 60 岁，到时再来申请。", RULE),
        holds("min_contribution", years >= need, f"缴了 {years} 年，要满 {need} 年。",
              f"缴了 {years} 年，要满 {need} 年。可以补缴，先问经办机构。", RULE, "问经办机构", "/offices/"),
    ]  # fmt: skip
    if all(one.passed for one in found):
        found += judging.asked("no_standard", lambda: _worked(facts))[1]
    return found


def decide(facts: Facts) -> Verdict:
    """The monthly amount, step by step."""
    found = check(facts)
    if not all(one.passed for one in found):
        return judging.verdict(found)
    worked = _worked(facts)
    return judging.verdict(
        found,
        amount_fen=int(worked.value.total),
        figures=judging.told(worked),
        provisional=judging.unsure(worked),
        words=judging.monthly(int(worked.value.total), _since(facts)),
    )


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Paid from the month after sixty."""
    if facts.said("account") != facts.values.get("person.bank_account"):
        vault.write(facts.grant, "person.bank_account", facts.said("account"))
    since = _since(facts)
    enrolments.retire(facts.grant, insurance=RESIDENT, since=since)
    payables.order(
        facts.grant, kind=suspending.RESIDENT, amount_fen=verdict.amount_fen, monthly=True, since=since,
        case=facts.case_no,
    )  # fmt: skip
    return Effect(judging.monthly(verdict.amount_fen, since),
                  ("每年认证一次，信息比对通过的不用您办。",), pays=True)  # fmt: skip


def _since(facts: Facts) -> int:
    return int(retirement.first_payment_month(pension.sixty(_birth(facts))))


def _birth(facts: Facts) -> int:
    return months.of(facts.person.birth_date)


def _worked(facts: Facts) -> Explained[ResidentPension]:
    return pension.monthly(
        balance=facts.account_fen("pension"), years=facts.months_paid(RESIDENT) // 12, on=facts.today,
        region=facts.person.region,
    )  # fmt: skip
