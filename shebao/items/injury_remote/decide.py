"""工伤异地就医备案: a recognised injury, insured, another province, one filing at a time."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import injuries, judging, moving
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.registry.filings import actions as filings
from shebao.rules import regions

KIND = "injury_remote"
INSURANCE = 410
RULE = "工伤保险条例第三十条"


def check(facts: Facts) -> list[Finding]:
    """Insured, recognised, elsewhere, not filed."""
    insured = any(spell.insurance == INSURANCE for spell in facts.spells)
    found = [
        holds(
            "not_insured",
            insured,
            "您参加过工伤保险。",
            "没有查到您参加过工伤保险。",
            RULE,
            "看参保信息",
            "/me/enrolment",
        ),
        injuries.recognised(facts, RULE),
        holds("filed", facts.filing(KIND) is None, "您还没有备案。", "您已经备案，还有效，不用再办。", RULE),
    ]
    if facts.said("region"):
        found.append(moving.elsewhere(facts, RULE))
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """On file from today; the place only."""
    place = facts.said("region")
    detail = {"region": place, "why": facts.said("why")}
    filings.file(facts.grant, kind=KIND, since=facts.today, detail=detail, case=facts.case_no)
    return Effect(
        f"已备案，可以在{regions.name(place)}治工伤。", ("看病前出示社保卡，能直接结算的不用垫钱。",)
    )
