"""工伤医疗费手工报销: insured on the day of the accident; what the catalogue covers is paid in full (条例第三十条)."""

from datetime import date

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.privacy import vault
from shebao.registry.payables import actions as payables

KIND = "injury_claim"
INSURANCE = 410
RULE = "工伤保险条例第三十条"


def check(facts: Facts) -> list[Finding]:
    """Ever insured; then on the day, in order, something payable, not paid before."""
    ever = any(spell.insurance == INSURANCE for spell in facts.spells)
    accident, first, last = (facts.said_day(key) for key in ("accident", "first", "last"))
    insured = _insured(facts, accident) if accident else ever
    found = [
        holds("not_insured", insured, "受伤时有工伤保险。" if accident else "您参加过工伤保险。",
              "没有查到工伤保险，先由单位支付。", "社会保险法第四十一条", "看参保信息", "/me/enrolment"),
    ]  # fmt: skip
    if accident and first and last:
        found += [
            holds("dates", accident <= first <= last, "日期先后对得上。", "费用的日期不能早于受伤，也不能倒过来。", RULE),
            holds("already_paid", all(one.reason != _mark(facts) for one in facts.payables(KIND)), "这段费用没有核定过。",
                  "这段费用已经核定过，不能再报。", RULE),
        ]  # fmt: skip
    if facts.said("total") and facts.said("own"):
        found.append(
            holds(
                "no_amount",
                _amount(facts) > 0,
                "有可以报销的费用。",
                "目录外的费用不付，没有可以报的金额。",
                RULE,
            )
        )
    return found


def decide(facts: Facts) -> Verdict:
    """The whole of what the catalogue covers."""
    found = check(facts)
    if not facts.said("total"):
        return judging.verdict(found)
    figures = (
        ("票据总金额", f"{yuan(facts.said_fen('total'))}元", RULE),
        ("目录外的费用", f"{yuan(facts.said_fen('own'))}元", RULE),
        ("目录内的全额报销", f"{yuan(_amount(facts))}元", RULE),
    )
    return judging.verdict(found, amount_fen=_amount(facts), figures=figures)


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment to the account named."""
    if facts.said("account") != facts.values.get("person.bank_account"):
        vault.write(facts.grant, "person.bank_account", facts.said("account"))
    payables.order(
        facts.grant, kind=KIND, amount_fen=verdict.amount_fen, since=facts.month, reason=_mark(facts),
        case=facts.case_no,
    )  # fmt: skip
    return Effect(
        f"核定报销 {yuan(verdict.amount_fen)} 元，打到尾号 {facts.said('account')[-4:]} 的账户。", pays=True
    )


def _insured(facts: Facts, day: date) -> bool:
    month = months.of(day)
    return any(
        s.insurance == INSURANCE and s.since <= month and (s.until is None or month < s.until)
        for s in facts.spells
    )


def _amount(facts: Facts) -> int:
    return facts.said_fen("total") - facts.said_fen("own")


def _mark(facts: Facts) -> str:
    return f"{facts.said('first')}/{facts.said('last')}"
