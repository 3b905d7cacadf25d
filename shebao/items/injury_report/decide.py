"""工伤认定申请 by the employer: thirty days; late, its costs before 受理 are its own; after a year no more."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import employers, injuries
from shebao.items.facts import Facts
from shebao.items.injury_recognition import decide as worker
from shebao.items.judging import holds

TIME = worker.TIME


def check(facts: Facts) -> list[Finding]:
    """The employer is registered; in time, or late with its consequence; at the desk the worker is on file."""
    _, registered = employers.open_unit(facts)
    day = facts.said_day("accident")
    if day is None:
        return [registered, Finding("late", True, "单位要在三十天内申请。晚了，受理前的费用由单位出。", TIME)]
    last = injuries.last_day(injuries.WORKER_LIMIT, day)
    late = injuries.employer_late(facts, day)
    found = [
        registered,
        holds("too_late", facts.applied_on <= last, "没有超过一年。", f"受伤一年内申请，最晚 {injuries.day(last)}，已经过了。", TIME),
        Finding("late", True, "超过三十天了，也能申请，受理前的费用由单位出。" if late else "在三十天里申请。", TIME),
    ]  # fmt: skip
    if not facts.deciding:
        return found
    person = facts.other
    found.append(
        holds("unknown", person is not None, "职工有参保登记。", "职工的号码和姓名没有对上参保登记。", TIME)
    )
    if person is not None:
        before = any(one.accident_on == day for one in person.injuries)
        found.append(
            holds(
                "already",
                not before,
                "这次事故还没有认定过。",
                "这次事故已经认定过，不用再申请。",
                "工伤保险条例第二十条",
            )
        )
        had = injuries.insured(person, day)
        text = "那个月有工伤保险记录。" if had else "那个月没有工伤保险记录，要看劳动关系证明。"
        found.append(Finding("no_record", True, text, worker.PAPERS))
    return found


def decide(facts: Facts) -> Verdict:
    """As for the worker, by the limb that the office has entered."""
    return worker.concluded(facts, check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The conclusion stands on the worker's file."""
    if facts.other is None:
        raise ValueError("the worker is not within reach")
    text, lines = injuries.told(injuries.recognise(facts, facts.other, applied_by="employer"))
    return Effect(text, lines)
