"""常驻异地工作人员备案: who is posted by an employer; a paper or a promise."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, remote_treatment
from shebao.items.facts import Facts

TYPE = "posted_worker"


def check(facts: Facts) -> list[Finding]:
    """Insured, nothing on file, another city; insured by an employer."""
    spell = facts.active(cover.EMPLOYEE)
    employed = spell is not None and spell.employer_id is not None
    return [
        *remote_treatment.check(facts),
        cover.line(
            "no_employer", employed, "您由单位参加职工医保。", "单位没有给您参保，请办长期居住备案。",
            remote_treatment.RULE, step="办长期居住备案", url="/items/remote-resident/",
        ),
    ]  # fmt: skip


def decide(facts: Facts) -> Verdict:
    """Granted when every line holds."""
    return remote_treatment.decide(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One filing."""
    return remote_treatment.file(facts, TYPE)
