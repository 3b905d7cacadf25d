"""重复参保: one pension insurance stays; the months paid twice as a resident go back (人社部发〔2014〕17号第七条)."""

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.privacy import vault
from shebao.registry import insurances
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.payables import actions as payables
from shebao.rules.explain import Explained
from shebao.rules.resident_pension import overlap

KIND = "duplicate_refund"
KINDS = (110, 120, 170)
RESIDENT = 170
BENEFITS = {110: "pension", 120: "pension", RESIDENT: "resident_pension"}
RULE = "人社部发〔2014〕17号第七条"


def check(facts: Facts) -> list[Finding]:
    """Two at once; the one kept is one of them; who has an employer keeps the insurance of employees."""
    mine = _mine(facts)
    twice = len(mine) > 1
    no = "您没有重复参加养老保险，不用办。"
    found = [
        holds("no_duplicate", twice, "您同时参加了两种养老保险。", no, RULE, "看参保信息", "/me/enrolment")
    ]
    if facts.said("keep"):
        keep = int(facts.said("keep"))
        hired = any(s.insurance in (110, 120) and s.person_type in ("employee", "retired") and s.until is None and
                    s.state in ("active", "retired") for s in facts.spells)  # fmt: skip
        found += [
            holds("not_yours", keep in mine, "选的是您现在参加的。", f"您现在没有参加{insurances.name(keep)}，请重选。", RULE),
            holds("must_keep", keep != RESIDENT or not hired, "可以留这一个。", "您有单位或者已经退休，要留下职工养老。",
                  "社会保险法第十条"),
        ]  # fmt: skip
    return found


def decide(facts: Facts) -> Verdict:
    """What goes back of the resident payments."""
    found = check(facts)
    if not all(one.passed for one in found) or not facts.said("keep"):
        return judging.verdict(found)
    back = _refund(facts)
    return judging.verdict(
        found, amount_fen=back.value, figures=(*judging.told(back), judging.UNSURE), provisional=True
    )


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The others end with this month; the refund is ordered."""
    keep = int(facts.said("keep"))
    for insurance in _mine(facts):
        if insurance != keep:
            payables.stop(facts.grant, kind=BENEFITS[insurance], until=facts.month, reason="重复领取")
            enrolments.terminate(facts.grant, insurance=insurance, until=facts.month, reason="重复参保处理")
    text = f"留下{insurances.name(keep)}，另一个从 {months.to_text(facts.month)}起终止。"
    if verdict.amount_fen == 0:
        return Effect(text)
    if facts.said("account") != facts.values.get("person.bank_account"):
        vault.write(facts.grant, "person.bank_account", facts.said("account"))
    payables.order(
        facts.grant, kind=KIND, amount_fen=verdict.amount_fen, since=facts.month, case=facts.case_no
    )
    return Effect(text, (f"重复缴的 {yuan(verdict.amount_fen)} 元退给您。",), pays=True)


def _mine(facts: Facts) -> list[int]:
    """Insurances of pension that are open now."""
    states = ("active", "retired")
    return [code for code in KINDS if any(
        s.insurance == code and s.until is None and s.state in states for s in facts.spells)]  # fmt: skip


def _refund(facts: Facts) -> Explained[int]:
    years = {months.year_of(row.month): row.person_fen for row in facts.paid if row.insurance == RESIDENT
             and row.state == "paid"}  # fmt: skip
    return overlap.refund(
        years, (r.month for r in facts.paid if r.insurance in (110, 120) and r.state == "paid")
    )
