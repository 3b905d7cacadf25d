"""工亡待遇: the deceased was recognised and insured; once for the family, a pension for each dependant (第三十九条)."""

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import injuries, judging, survivors
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.registry.filings import actions as filings
from shebao.registry.filings import queries as filed
from shebao.registry.models import Filing
from shebao.registry.payables import actions as payables
from shebao.rules.explain import Explained
from shebao.rules.injury import settlement
from shebao.rules.injury.settlement import Death

ONCE, DEPENDANT = "injury_death", "injury_dependant"
RULE = "工伤保险条例第三十九条"
SEVERE = range(1, 5)


def check(facts: Facts) -> list[Finding]:
    """What the applicant said; at the desk also what the register knows of the deceased."""
    if not facts.said("dead_id"):
        return [Finding("self", True, "写上去世家人的身份证号和姓名，我们来核实。", RULE)]
    found = [survivors.another(facts), *survivors.dead(facts)]
    other = facts.other
    if other is None or not all(one.passed for one in found):
        return found
    injury = injuries.newest(other)
    found.append(holds("not_recognised", injury is not None, "去世的家人认定了工伤。", "去世的家人还没有认定工伤，先申请认定。", RULE,
                       *injuries.RECOGNITION))  # fmt: skip
    found += injuries.covered(other, injury)
    if injury is None or not all(one.passed for one in found):
        return found
    found += _due(facts, other)
    if facts.said("how") == "later":
        last = injuries.conclusion(other)
        severe = last is not None and last.grade in SEVERE
        found.append(
            holds(
                "not_severe",
                severe,
                "去世的家人是一级到四级伤残。",
                "去世的家人不是一级到四级伤残，期满以后去世的不能领。",
                RULE,
            )
        )
    if facts.said("how") and all(one.passed for one in found):
        worked, unmet = judging.asked("no_standard", lambda: _worked(facts, other))
        found += unmet
        if worked is not None:
            got = worked.value
            found.append(holds("used_up", bool(got.funeral or got.monthly), "还有可以核定的金额。",
                               "各位亲属的抚恤金加起来，已经到了去世家人的工资。", RULE))  # fmt: skip
    return found


def _due(facts: Facts, other: Facts) -> list[Finding]:
    """Something is left for this relative: the grants of the family once, her own pension once."""
    once, mine = _once(other), _mine(facts, other)
    if facts.said("dependant") == "yes":
        return [
            holds("already_dependant", mine is None, "您的抚恤金还没有核定。", "您的抚恤金已经核定过。", RULE)
        ]
    return [
        holds("already_paid", once, "一次性的待遇还没有核定。", "一次性的待遇已经核定给另一位亲属。", RULE)
    ]


def decide(facts: Facts) -> Verdict:
    """What is due once, and each month for a dependant."""
    found = check(facts)
    if facts.other is None or not facts.said("how") or not all(one.passed for one in found):
        return judging.verdict(found)
    worked = _worked(facts, facts.other)
    got = worked.value
    figures = judging.told(worked)
    figures += () if judging.UNSURE in figures else (judging.UNSURE,)
    return judging.verdict(
        found, amount_fen=got.funeral + got.lump or got.monthly, figures=figures, provisional=True
    )


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Payments to this relative; on the file of the deceased stands what was granted to whom."""
    other = facts.other
    if other is None:
        raise ValueError("the deceased is not within reach")
    injuries.account(facts)
    got = _worked(facts, other).value
    lines: list[str] = []
    survivors.record(facts, other)
    after = months.plus(months.of(survivors.day_of_death(facts, other)), 1)
    if got.funeral:
        payables.order(
            facts.grant, kind=ONCE, amount_fen=got.funeral + got.lump, since=facts.month, case=facts.case_no
        )
        filings.file(other.grant, kind=ONCE, since=facts.today, other=facts.subject_id, case=facts.case_no)
    if got.monthly:
        payables.order(
            facts.grant, kind=DEPENDANT, amount_fen=got.monthly, monthly=True, since=after, case=facts.case_no
        )
        lines.append(f"抚恤金每月 {yuan(got.monthly)} 元，从 {months.to_text(after)}起。")
    if facts.said("dependant") == "yes":
        detail: dict[str, str | int] = {
            "relation": facts.said("relation"),
            "alone": int(facts.said("alone") == "yes"),
        }
        filings.add(other.grant, kind=DEPENDANT, since=facts.today, detail=detail, other=facts.subject_id,
                    case=facts.case_no)  # fmt: skip
    for kind in (injuries.ALLOWANCE, injuries.NURSING):
        payables.stop(other.grant, kind=kind, until=after, reason="死亡")
    once = got.funeral + got.lump
    text = f"核定 {yuan(once)} 元，{injuries.tail(facts)}。" if once else f"抚恤金{injuries.tail(facts)}。"
    return Effect(text, tuple(lines), pays=True)


def _worked(facts: Facts, other: Facts) -> Explained[Death]:
    injury = other.injuries[0]
    asks = facts.said("dependant") == "yes"
    return settlement.death(
        died=months.of(survivors.day_of_death(facts, other)), accident=months.of(injury.accident_on),
        wages=injuries.wages(other, injury.accident_on), region=other.person.region, once=_once(other),
        relative=(facts.said("relation"), facts.said("alone") == "yes") if asks else None,
        others=[(str(one.detail["relation"]), bool(one.detail["alone"])) for one in _dependants(other)],
        at_work=facts.said("how") == "work",
    )  # fmt: skip


def _once(other: Facts) -> bool:
    """Whether the grants of the family are still due."""
    return other.filing(ONCE) is None


def _dependants(other: Facts) -> list[Filing]:
    other.declared("filing.record")
    return [one for one in filed.filings(other.grant, kind=DEPENDANT) if one.state == "active"]


def _mine(facts: Facts, other: Facts) -> Filing | None:
    return next((one for one in _dependants(other) if one.other_id == facts.subject_id), None)
