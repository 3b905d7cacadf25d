"""工伤医疗费手工报销: recognised, insured on the day; what the catalogue covers is paid in full (条例第三十条)."""

from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import injuries, judging
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.privacy import vault
from shebao.registry.models import Injury
from shebao.registry.payables import actions as payables

KIND = "injury_claim"
RULE = "工伤保险条例第三十条"
LATE = "工伤保险条例第十七条"


def check(facts: Facts) -> list[Finding]:
    """Recognised and insured on the day; then in order, the fund's time, something payable, not paid before."""
    first, last = (facts.said_day(key) for key in ("first", "last"))
    injury = _injury(facts)
    found = [injuries.recognised(facts, RULE), *injuries.covered(facts, injury)]
    if injury and first and last:
        accident = injury.accident_on
        found += _bears(facts, injury)
        found += [
            holds("dates", accident <= first <= last, "日期先后对得上。", "费用的日期不能早于受伤那天，先后也不能写反。", RULE),
            holds("already_paid", all(one.reason != _mark(facts) for one in facts.payables(KIND)), "这段费用没有核定过。",
                  "这段费用已经核定过，不能再报。", RULE),
        ]  # fmt: skip
    if facts.said("total") and facts.said("own"):
        found.append(
            holds(
                "no_amount",
                _amount(facts) > 0,
                "有可以报销的费用。",
                "目录外的费用不能报，剩下没有能报的钱。",
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


def _injury(facts: Facts) -> Injury | None:
    """The injury that was treated: the last one before the costs began."""
    first = facts.said_day("first")
    before = (one for one in facts.injuries if first is None or one.accident_on <= first)
    return next(before, injuries.newest(facts))


def _bears(facts: Facts, injury: Injury) -> list[Finding]:
    """Costs before 受理 stay with an employer who applied too late (第十七条第四款)."""
    first, until = facts.said_day("first"), injury.employer_bears_until
    if first is None or until is None:
        return []
    text = f"单位申请认定晚了，到 {injuries.day(until)}的费用由单位出。请只报以后的。"
    return [holds("employer_bears", first > until, "这段费用由基金支付。", text, LATE)]


def _amount(facts: Facts) -> int:
    return facts.said_fen("total") - facts.said_fen("own")


def _mark(facts: Facts) -> str:
    return f"{facts.said('first')}/{facts.said('last')}"
