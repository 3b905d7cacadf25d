"""辅助器具配置: for a recognised injury, confirmed by the committee; the bill up to the ceiling of the catalogue."""

from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import injuries, judging
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.registry.payables import actions as payables
from shebao.rules.injury import settlement

KIND = "injury_device"
RULE = "工伤保险条例第三十二条"


def check(facts: Facts) -> list[Finding]:
    """Recognised, insured on the day; at the desk: confirmed."""
    found = [injuries.recognised(facts, RULE), *injuries.covered(facts, injuries.newest(facts))]
    if facts.said("confirmed"):
        found.append(holds("not_confirmed", facts.said("confirmed") == "yes", "劳动能力鉴定委员会确认要配。",
                           "劳动能力鉴定委员会没有确认要配，基金不付。", RULE))  # fmt: skip
    return found


def decide(facts: Facts) -> Verdict:
    """The bill, at most the ceiling that the office has entered from the catalogue."""
    found = check(facts)
    if not facts.said("ceiling"):
        return judging.verdict(found)
    amount = _amount(facts)
    figures = (
        ("票据金额", f"{yuan(facts.said_fen('price'))}元", RULE),
        ("目录限额", f"{yuan(facts.said_fen('ceiling'))}元", RULE),
        ("基金支付", f"{yuan(amount)}元", RULE),
    )
    return judging.verdict(found, amount_fen=amount, figures=figures)


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment."""
    injuries.account(facts)
    payables.order(facts.grant, kind=KIND, amount_fen=verdict.amount_fen, since=facts.month,
                   reason=facts.said("device"), case=facts.case_no)  # fmt: skip
    own = facts.said_fen("price") - verdict.amount_fen
    lines = (f"超过限额的 {yuan(own)} 元由自己出。",) if own > 0 else ()
    return Effect(f"核定 {yuan(verdict.amount_fen)} 元，{injuries.tail(facts)}。", lines, pays=True)


def _amount(facts: Facts) -> int:
    return settlement.device(facts.said_fen("price"), facts.said_fen("ceiling"))
