"""劳动能力鉴定: a recognised injury (or an illness of an insured worker), stable; the committee's grade is entered."""

from shebao.cases import deciding
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import appraisals, injuries, judging
from shebao.items.facts import Facts
from shebao.items.judging import holds

RULE = "工伤保险条例第二十三条"
PENSION = 110


def check(facts: Facts) -> list[Finding]:
    """By basis: recognised and not appraised, or insured for a pension; then stable."""
    basis = facts.said("basis")
    if not basis:
        return [Finding("not_stable", True, "治疗后稳定了，就可以申请鉴定。", "工伤保险条例第二十一条")]
    if basis == "injury":
        found = [injuries.recognised(facts, RULE)]
        if facts.injuries:
            done = injuries.conclusion(facts)
            found.append(holds("already", done is None, "这次工伤还没有鉴定。",
                               "这次工伤已经有鉴定结论。不同意或者伤情变了，申请再次或复查鉴定。",
                               "工伤保险条例第二十八条", "申请再次或复查鉴定", "/items/labour-reappraisal/"))  # fmt: skip
    else:
        known = any(spell.insurance == PENSION for spell in facts.spells)
        found = [holds("not_enrolled", known, "您参加过职工养老保险。", "没有查到您参加过职工养老保险。", "社会保险法第十七条",
                       "看参保信息", "/me/enrolment")]  # fmt: skip
    if facts.said("stable"):
        found.append(holds("not_stable", facts.said("stable") == "yes", "伤情已经稳定。", "伤情还没有稳定，稳定以后再来申请。",
                           "工伤保险条例第二十一条"))  # fmt: skip
    return found


def decide(facts: Facts) -> Verdict:
    """The conclusion that the committee reached."""
    return judging.verdict(
        check(facts), figures=appraisals.figures(facts), words=appraisals.first_words(facts),
        remedy=deciding.AGAIN if facts.said("basis") == "injury" else "",
    )  # fmt: skip


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The conclusion is on file; what it opens is said."""
    injury = injuries.newest(facts) if facts.said("basis") == "injury" else None
    return appraisals.concluded(facts, injury, round_="first", level="city")
