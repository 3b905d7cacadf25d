"""伤残待遇: by the conclusion on file; what was paid for this injury before is not paid again."""

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import appraisals, injuries, judging
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.registry.models import Appraisal, Injury, Payable
from shebao.registry.payables import actions as payables
from shebao.rules.explain import Explained
from shebao.rules.injury import settlement
from shebao.rules.injury.settlement import Disability

RULE = "工伤保险条例第三十五条"
FUND = "fund"


def check(facts: Facts) -> list[Finding]:
    """Recognised, insured on the day, appraised with a grade or need of care, and something still to pay."""
    injury = injuries.newest(facts)
    found = [injuries.recognised(facts, RULE), *injuries.covered(facts, injury)]
    last = injuries.conclusion(facts)
    if injury is None:
        return found
    yes = f"鉴定结论：{appraisals.words(last)}。" if last else ""
    found.append(holds("no_conclusion", last is not None, yes, "还没有劳动能力鉴定结论，先申请鉴定。", "工伤保险条例第二十一条",
                       "申请劳动能力鉴定", "/items/labour-appraisal/"))  # fmt: skip
    if last is None:
        return found
    found.append(holds("no_grade", bool(last.grade or last.care), "达到了伤残等级。", "鉴定没有达到伤残等级，没有这些待遇。",
                       "工伤保险条例第三十七条", "申请再次或复查鉴定", "/items/labour-reappraisal/"))  # fmt: skip
    if not all(one.passed for one in found):
        return found
    worked, unmet = judging.asked("no_standard", lambda: _worked(facts, injury, last))
    if worked is None:
        return found + unmet
    due = bool(_lump(facts, worked.value)) or _changed(facts, worked.value)
    return [
        *found,
        holds(
            "already_paid", due, "还没有按这个结论核定过。", "按这个鉴定结论已经核定过，不用再申领。", RULE
        ),
    ]


def decide(facts: Facts) -> Verdict:
    """Once and monthly; the amount of the decision is what is paid once, else the monthly sum."""
    found = check(facts)
    injury, last = injuries.newest(facts), injuries.conclusion(facts)
    if injury is None or last is None or not all(one.passed for one in found):
        return judging.verdict(found)
    worked = _worked(facts, injury, last)
    got = worked.value
    figures = (
        (*judging.told(worked), judging.UNSURE)
        if judging.UNSURE not in judging.told(worked)
        else judging.told(worked)
    )
    return judging.verdict(
        found, amount_fen=_lump(facts, got) or _monthly(facts, got), figures=figures, provisional=True
    )


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment, and monthly ones from the month after the conclusion; earlier monthly ones end there."""
    injury, last = injuries.newest(facts), injuries.conclusion(facts)
    if injury is None or last is None:
        raise ValueError("no conclusion")
    injuries.account(facts)
    got, since = _worked(facts, injury, last).value, months.plus(months.of(last.decided_on), 1)
    lump, lines = _lump(facts, got), []
    if lump:
        payables.order(facts.grant, kind=injuries.LUMP, amount_fen=lump, since=facts.month, case=facts.case_no,
                       reason=injury.case_no)  # fmt: skip
    for kind, amount, word in (
        (injuries.ALLOWANCE, _allowance(facts, got), "伤残津贴"),
        (injuries.NURSING, got.nursing, "生活护理费"),
    ):
        if _running(facts, kind) == amount:
            continue
        payables.stop(facts.grant, kind=kind, until=since, reason="重新核定")
        if amount:
            payables.order(
                facts.grant, kind=kind, amount_fen=amount, monthly=True, since=since, case=facts.case_no
            )
            lines.append(f"{word}每月 {yuan(amount)} 元，从 {months.to_text(since)}起。")
    if got.payer == "employer":
        lines.append("难以安排工作的，伤残津贴由单位按月发。")
    text = f"补助金 {yuan(lump)} 元，{injuries.tail(facts)}。" if lump else "每月的待遇已经重新核定。"
    return Effect(text, tuple(lines), pays=True)


def _worked(facts: Facts, injury: Injury, last: Appraisal) -> Explained[Disability]:
    return settlement.disability(
        last.grade, last.care, wages=injuries.wages(facts, injury.accident_on), accident=months.of(injury.accident_on),
        month=months.of(last.decided_on), region=facts.person.region,
        lump_due=injury.ground != injuries.OLD_WOUND and (last.round != "review" or not _paid(facts, injury)),
    )  # fmt: skip


def _paid(facts: Facts, injury: Injury) -> list[Payable]:
    return [one for one in facts.payables(injuries.LUMP) if one.reason == injury.case_no]


def _lump(facts: Facts, got: Disability) -> int:
    """What is still due of the lump sum: a better grade in 再次鉴定 adds the difference."""
    injury = injuries.newest(facts)
    before = sum(one.amount_fen for one in _paid(facts, injury)) if injury else 0
    return max(0, got.lump - before)


def _allowance(facts: Facts, got: Disability) -> int:
    """From the fund, until she draws a pension (第三十五条第三项)."""
    return got.allowance if got.payer == FUND and not facts.retired(110) else 0


def _monthly(facts: Facts, got: Disability) -> int:
    return _allowance(facts, got) + got.nursing


def _running(facts: Facts, kind: str) -> int:
    return sum(one.amount_fen for one in facts.payables(kind) if one.monthly and one.state == "approved")


def _changed(facts: Facts, got: Disability) -> bool:
    told = (_running(facts, injuries.ALLOWANCE), _running(facts, injuries.NURSING))
    return told != (_allowance(facts, got), got.nursing)
