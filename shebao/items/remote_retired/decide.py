"""异地安置退休人员备案: for pensioners who have settled elsewhere; their own promise is enough."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, remote_treatment
from shebao.items.facts import Facts

TYPE = "retired_resettled"


def check(facts: Facts) -> list[Finding]:
    """Insured, nothing on file, another city; drawing benefits of the employees' medical insurance."""
    return [
        *remote_treatment.check(facts),
        cover.line(
            "not_retired", facts.retired(cover.EMPLOYEE), "您已经退休。", "您还没有退休，请办长期居住备案。",
            remote_treatment.RULE, step="办长期居住备案", url="/items/remote-resident/",
        ),
    ]  # fmt: skip


def decide(facts: Facts) -> Verdict:
    """Granted when every line holds."""
    return remote_treatment.decide(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One filing."""
    return remote_treatment.file(facts, TYPE)
