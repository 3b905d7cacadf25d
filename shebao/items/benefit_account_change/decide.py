"""待遇发放账户变更: an account of the person's own."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts
from shebao.privacy import vault
from shebao.registry.payables import actions as payables

RULE = "社会保险经办条例第十条"
OWN = "本平台规则"


def check(facts: Facts) -> list[Finding]:
    """Another account than the one on file, and her own."""
    found = []
    if facts.said("account"):
        same = facts.values.get("person.bank_account") == facts.said("account")
        found.append(
            Finding("same", not same, "和登记的账号一样，不用改。" if same else "和登记的账号不一样。", RULE)
        )
    if facts.said("own"):
        own = facts.said("own") == "yes"
        found.append(
            Finding("not_own", own, "是您本人的账户。" if own else "要用您本人开的账户，免得被人冒领。", OWN)
        )
    return found or [Finding("same", True, "改好后，从下一次发放起生效。", RULE)]


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The account on file is replaced; what the bank had sent back goes out again."""
    vault.write(facts.grant, "person.bank_account", facts.said("account"))
    again = payables.renew(facts.grant)
    if again:
        return Effect(
            f"已改为尾号 {facts.said('account')[-4:]} 的账户。", (f"退回的 {again} 笔钱会重新打给您。",)
        )
    return Effect(f"已改为尾号 {facts.said('account')[-4:]} 的账户。", ("从下一次发放起打到新账户。",))
