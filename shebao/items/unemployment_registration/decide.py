"""失业登记: of working age, without employer and pension, looking for work; once for one loss of work."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, unemployment
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.registry.filings import actions as filings

LEAST_AGE = 16
RULE = "失业保险条例第十六条"


def check(facts: Facts) -> list[Finding]:
    """No employer, no pension, not registered yet; and the wish to work."""
    jobless = not unemployment.employed(facts)
    running = unemployment.registration(facts)
    found = [
        holds("too_young", facts.age >= LEAST_AGE, f"您 {facts.age} 岁，已满 16 岁。", f"您 {facts.age} 岁，满 16 岁才能登记。",
              "劳动法第十五条"),
        holds("draws_pension", not facts.retired(110), "您没有领养老金。", "您已经在领养老金，不算失业。", unemployment.STOPS),
        holds("employed", jobless, "没有单位在给您参保。", "还有单位在给您参保，请单位先办停保。单位不办的，可以投诉。", RULE,
              "投诉或举报", "/items/complaint/"),
        holds("registered", running is None, "您还没有登记失业。", "您已经登记过失业，不用再办。", RULE,
              "去领失业金", "/items/unemployment-claim/"),
    ]  # fmt: skip
    if facts.said("seeking"):
        found.append(holds("not_seeking", facts.said("seeking") == "yes", "您想找工作。",
                           "现在不想找工作，就不办失业登记。想找的时候再来。",
                           unemployment.CONDITIONS))  # fmt: skip
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The registration with the reason of leaving; it runs until work is found."""
    detail = {"reason": facts.said("reason"), "left": facts.said("left")}
    if facts.filing(unemployment.REGISTRATION) is not None:
        filings.end(facts.grant, kind=unemployment.REGISTRATION, on=facts.today)
    filings.file(
        facts.grant, kind=unemployment.REGISTRATION, since=facts.today, detail=detail, case=facts.case_no
    )
    return Effect("已登记失业，从今天起算。", ("符合条件的，可以接着申领失业保险金。",))
