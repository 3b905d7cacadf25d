"""遗属待遇: the deceased is on record as dead and was insured; one grant of its kind; paid to the relative who asks."""

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, pensions, survivors
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.privacy import vault
from shebao.registry.filings import actions as filings
from shebao.registry.payables import actions as payables
from shebao.rules.explain import Explained
from shebao.rules.pension import survivors as rule
from shebao.rules.pension.survivors import SurvivorGrant

KIND = "survivor_benefit"
ONE = "社会保险法第四十九条"
LAW = "社会保险法第十七条"


def check(facts: Facts) -> list[Finding]:
    """What the applicant said; at the desk also what the register knows of the deceased."""
    if not facts.said("dead_id"):
        return [Finding("self", True, "写上去世家人的身份证号和姓名，我们来核实。", LAW)]
    found = [survivors.another(facts)]
    if facts.said("cause"):
        found.append(holds("at_work", facts.said("cause") != "work", "不是因工去世。", "因工去世的，由工伤保险付。",
                           LAW, "申领工亡待遇", "/items/injury-death/"))  # fmt: skip
    if facts.said("other_grant"):
        found.append(holds("one_only", facts.said("other_grant") == "no", "没有领过别的丧葬补助金。",
                           "丧葬补助金只能领一种，已经领过的不再发。", ONE))  # fmt: skip
    found += survivors.dead(facts)
    other = facts.other
    if other is None or not all(one.passed for one in found):
        return found
    known = any(spell.insurance == pensions.INSURANCE for spell in other.spells)
    found += [
        holds("not_enrolled", known, "去世的家人参加过职工养老保险。", "去世的家人没有参加职工养老保险。", LAW,
              "看居民养老的", "/items/resident-funeral/"),
        holds("already_paid", other.filing(KIND) is None, "还没有核定过。", "这份待遇已经核定给另一位家人。", LAW),
    ]  # fmt: skip
    return found + judging.asked("no_standard", lambda: _grant(facts, other))[1]


def decide(facts: Facts) -> Verdict:
    """Both grants by the paid years of the deceased."""
    found = check(facts)
    if facts.other is None or not all(one.passed for one in found):
        return judging.verdict(found)
    worked, income = _grant(facts, facts.other), _income(facts, facts.other)
    return judging.verdict(
        found, amount_fen=int(worked.value.amount), figures=(income, *judging.told(worked), judging.UNSURE),
        provisional=True,
    )  # fmt: skip


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment to the relative; the pension of the deceased stops; it is on her file that this was paid."""
    other = facts.other
    if other is None:
        raise ValueError("the deceased is not within reach")
    if facts.said("account") != facts.values.get("person.bank_account"):
        vault.write(facts.grant, "person.bank_account", facts.said("account"))
    payables.order(
        facts.grant, kind=KIND, amount_fen=verdict.amount_fen, since=facts.month, case=facts.case_no
    )
    survivors.record(facts, other)
    filings.file(other.grant, kind=KIND, since=facts.today, other=facts.subject_id, case=facts.case_no)
    after = months.plus(months.of(survivors.day_of_death(facts, other)), 1)
    payables.stop(other.grant, kind=pensions.BENEFIT, until=after, reason="死亡")
    return Effect(
        f"核定 {yuan(verdict.amount_fen)} 元，打到尾号 {facts.said('account')[-4:]} 的账户。",
        ("个人账户还有余额的，可以另外申领。",),
        pays=True,
    )


def _grant(facts: Facts, other: Facts) -> Explained[SurvivorGrant]:
    died = survivors.day_of_death(facts, other)
    spell = next(
        (s for s in other.spells if s.insurance == pensions.INSURANCE and s.state == "retired"), None
    )
    drawn = max(0, months.months_until(spell.since, months.of(died))) // 12 if spell else 0
    return rule.grant(
        income_year_fen=rule.income(on=died, region=other.person.region).fen,
        paid_years=other.months_paid(pensions.INSURANCE) // 12, retired=spell is not None, years_drawn=drawn,
    )  # fmt: skip


def _income(facts: Facts, other: Facts) -> tuple[str, str, str]:
    value = rule.income(on=survivors.day_of_death(facts, other), region=other.person.region)
    return value.name, value.as_text(), value.law
