"""出具《参保凭证》: a sealed certificate of the medical insurance, with a code that anybody may check."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, proof
from shebao.items.facts import Facts


def check(facts: Facts) -> list[Finding]:
    """Ever insured."""
    ever = any(one.insurance in (cover.EMPLOYEE, cover.RESIDENT) for one in facts.spells)
    return [
        cover.line(
            "never_enrolled", ever, "查到您参加过医保。", "没有查到您参加过医保，开不出凭证。",
            "社会保险经办条例第三十二条", step=cover.OWN[1], url=cover.OWN[0],
        )
    ]  # fmt: skip


def decide(facts: Facts) -> Verdict:
    """Granted when there is something to certify."""
    return cover.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One certificate of the person's own."""
    made = proof.seal(facts, whole=facts.said("span") == "all")
    lines = ("上面有核验码，收到的人可以在核验页核对。", "以后在首页的「证明」里也能下载。")
    return Effect(f"已开好，编号 {made.serial}。", lines, paper=made.id)
