"""再次鉴定 within fifteen days to the province, whose word is final; 复查鉴定 a year after the conclusion."""

from shebao.cases import deciding
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import appraisals, injuries, judging
from shebao.items.facts import Facts
from shebao.items.judging import holds

AGAIN, REVIEW = "工伤保险条例第二十六条", "工伤保险条例第二十八条"


def check(facts: Facts) -> list[Finding]:
    """There is a conclusion; then the time of the kind asked for."""
    last = injuries.conclusion(facts)
    yes = f"结论：{appraisals.words(last)}，{injuries.day(last.decided_on)}作出。" if last else ""
    found = [holds("no_conclusion", last is not None, yes, "还没有劳动能力鉴定结论，先申请鉴定。", AGAIN, "申请劳动能力鉴定",
                   "/items/labour-appraisal/")]  # fmt: skip
    if last is None or not facts.said("round"):
        return found
    if facts.said("round") == "review":
        first = injuries.last_day("labour_capacity_review", last.decided_on)
        text = f"结论满一年才能申请复查，要等到 {injuries.day(first)}。"
        return [*found, holds("too_early", facts.applied_on >= first, "结论作出满一年了。", text, REVIEW)]
    until = injuries.last_day("labour_capacity_reappraisal_request", last.decided_on)
    return [
        *found,
        holds("final", last.level == "city", "结论是市里的委员会作出的。", "省里的结论是最终结论。满一年伤情变了，可以申请复查。", AGAIN),
        holds("too_late", facts.applied_on <= until, f"{injuries.day(until)}以前可以申请。",
              f"要在十五天内申请，最晚 {injuries.day(until)}，已经过了。满一年可以申请复查。", AGAIN),
    ]  # fmt: skip


def decide(facts: Facts) -> Verdict:
    """The new conclusion."""
    return judging.verdict(
        check(facts), figures=appraisals.figures(facts), words=appraisals.first_words(facts),
        remedy=deciding.FINAL if facts.said("round") == "again" else deciding.AGAIN,
    )  # fmt: skip


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The new conclusion takes the place of the earlier one, which stays on file."""
    which = facts.said("round")
    level = "province" if which == "again" else "city"
    return appraisals.concluded(facts, injuries.newest(facts), round_=which, level=level)
