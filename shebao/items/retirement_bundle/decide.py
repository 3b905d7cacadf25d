"""企业职工退休一件事: opens its parts (items.bundles); it has no case of its own."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts


def check(facts: Facts) -> list[Finding]:
    """Always started by its parts."""
    return [Finding("parts", False, "这件事里的每一项，各办各的。", "社会保险经办条例第二十八条")]


def decide(facts: Facts) -> Verdict:
    """Never decided itself."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Nothing of its own."""
    return Effect("每一项的结果，看各自的办件。")
