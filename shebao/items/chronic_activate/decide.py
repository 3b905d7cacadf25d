"""门诊慢特病待遇启用: the granted entitlement becomes usable today, and a certificate is issued with it."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, proof
from shebao.items.facts import Facts
from shebao.registry.filings import actions as filings
from shebao.registry.filings import queries

RULE = "医保发〔2020〕18号"


def check(facts: Facts) -> list[Finding]:
    """Insured, and something granted to activate."""
    waiting = queries.granted(facts.grant, cover.CHRONIC, facts.today)
    return [
        cover.insured(facts),
        cover.line(
            "nothing_granted", waiting is not None, "您有一项认定可以启用。", "您没有等着启用的慢特病认定，先申请认定。", RULE,
            step="去申请认定", url="/items/chronic-disease/",
        ),
    ]  # fmt: skip


def decide(facts: Facts) -> Verdict:
    """Granted when there is one."""
    return cover.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Usable from today; the certificate says who is insured, never why."""
    row = filings.activate(facts.grant, kind=cover.CHRONIC, on=facts.today)
    made = proof.seal(facts)
    end = row.until or facts.today
    return Effect(
        f"已启用。今天起在{facts.said('hospital')}按慢特病报销。",
        (
            f"有效到 {end.year}年{end.month}月{end.day}日。",
            f"凭证编号 {made.serial}，以后在首页的「证明」里也能下载。",
        ),
        paper=made.id,
    )
