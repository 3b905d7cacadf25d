"""新生儿出生一件事: an entry to several items; each of them has its own conditions, decision and effect."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items.facts import Facts


def check(facts: Facts) -> list[Finding]:
    """Its parts are checked one by one."""
    return [Finding("nothing", True, "每一项分别核对条件。", "国办发〔2022〕32号")]


def decide(facts: Facts) -> Verdict:
    """Nothing of its own."""
    return Verdict(True, ())


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Nothing of its own."""
    return Effect("几项各办各的，进度在「一起办」里看。")
