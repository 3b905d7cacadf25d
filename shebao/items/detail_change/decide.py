"""个人基本信息变更: what the person alone knows; the old value stays in the steps of the case, sealed."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts
from shebao.privacy import vault


def check(facts: Facts) -> list[Finding]:
    """The new value differs from the one on file."""
    what = facts.said("what")
    if not what or not facts.said(what):
        return [Finding("same", True, "改好马上生效。", "社会保险经办条例第十条")]
    same = facts.values.get(f"person.{what}") == facts.said(what)
    return [
        Finding(
            "same",
            not same,
            "和登记的一样，不用改。" if same else "和登记的不一样，可以改。",
            "社会保险经办条例第十条",
        )
    ]


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The value on file is replaced."""
    what = facts.said("what")
    vault.write(facts.grant, f"person.{what}", facts.said(what))
    if what == "address":
        return Effect("联系地址已改好。")
    return Effect("电子邮箱已改好。", ("验证以后才会收到邮件：到「我的」里打开「联系方式」。",))
