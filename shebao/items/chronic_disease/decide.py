"""门诊慢特病待遇认定: what the clerk judges from the records. The illness stays in the sealed answers."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover
from shebao.items.facts import Facts
from shebao.registry.filings import actions as filings
from shebao.registry.filings import queries
from shebao.rules.medical import chronic

RULE = "医保发〔2020〕18号"


def check(facts: Facts) -> list[Finding]:
    """Insured; nothing granted that still waits for its person."""
    waiting = queries.granted(facts.grant, cover.CHRONIC, facts.today)
    return [
        cover.insured(facts),
        cover.line(
            "waiting", waiting is None, "没有等着启用的认定。", "您有一项认定还没有启用，先去启用。", RULE,
            step="去启用", url="/items/chronic-activate/",
        ),
    ]  # fmt: skip


def decide(facts: Facts) -> Verdict:
    """Proposed when the registry allows it; whether the records suffice is the clerk's to judge."""
    return cover.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """An entitlement with its end; no illness in it."""
    until = chronic.valid_until(facts.today, allow_demo=True)
    filings.entitle(facts.grant, kind=cover.CHRONIC, since=facts.today, until=until, case=facts.case_no)
    return Effect(
        f"已认定，有效到 {until.year}年{until.month}月{until.day}日。启用以后才能用。",
        ("去「启用慢特病待遇」选一家定点医院。", "有效期是演示数，仅供参考。"),
    )
