"""单位注销: nobody left on the roster, dues and late fees settled; the registration is closed."""

from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import employers
from shebao.items.facts import Facts
from shebao.registry.employers import workers
from shebao.rules.handling import duties


def check(facts: Facts) -> list[Finding]:
    """Registered, empty, settled."""
    _, registered = employers.open_unit(facts)
    people = workers.count(facts.grant)
    owed = employers.late(facts.grant, today=facts.today)
    waiting = sum(one.principal_fen for one in workers.waiting(facts.grant))
    ruling = duties.cancel_registration(
        arrears_fen=sum(one.principal_fen for one in owed), late_fee_fen=sum(one.fee_fen for one in owed)
    )
    text = f"名册上还有 {people} 人，请先给他们停保。" if people else "名册上没有人了。"
    settled = Finding("unsettled_dues", ruling.allowed, ruling.message or "没有欠费和滞纳金。", ruling.law, "看欠费",
                      "/employer/arrears/")  # fmt: skip
    if waiting and ruling.allowed:
        settled = Finding("unsettled_dues", False, f"还有 {yuan(waiting)} 元的账单没有缴，缴清再注销。", ruling.law,
                          "看账单", "/employer/bill/")  # fmt: skip
    return [
        registered,
        Finding("people_left", people == 0, text, "社会保险法第五十七条", "看名册", "/employer/roster/"),
        settled,
    ]


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return employers.judged(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The registration is closed; its records stay."""
    workers.close(facts.grant)
    return Effect("单位的社保登记已注销。", ("以前的缴费记录照样保存。",))
