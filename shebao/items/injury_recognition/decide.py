"""工伤认定申请 by the worker or a near relative: within a year, not decided before; the office names the limb."""

from datetime import datetime

from shebao.cases.deciding import Said
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import decisions, injuries, judging
from shebao.items.facts import Facts
from shebao.items.judging import holds

TIME = "工伤保险条例第十七条"
PAPERS = "工伤保险条例第十八条"
EXCUSED = "法释〔2014〕9号第七条"


def check(facts: Facts) -> list[Finding]:
    """In time; at the desk (or for herself) on file, insured as said, and not recognised before."""
    day = facts.said_day("accident")
    if day is None:
        return [Finding("too_late", True, "受伤一年内，本人和近亲属都能申请。", TIME)]
    found = [_in_time(facts)]
    if facts.applied_on <= injuries.last_day(injuries.EMPLOYER_LIMIT, day):
        found.append(Finding("employer_first", True, "三十天内本该单位申请。您先申请，我们也收。", TIME))
    person = _person(facts)
    if facts.said("who") == "relative" and facts.deciding:
        found.append(holds("unknown", person is not None, "受伤的人有参保登记。",
                           "受伤的人的号码和姓名没有对上参保登记。", TIME))  # fmt: skip
    if person is None or not found[0].passed:
        return found
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
    if facts.said("insured") == "yes":
        found.append(_insured(facts, person))
    return found


def _in_time(facts: Facts) -> Finding:
    day = facts.said_day("accident")
    assert day is not None
    last = injuries.last_day(injuries.WORKER_LIMIT, day)
    if facts.applied_on <= last:
        return Finding("too_late", True, f"在 {injuries.day(last)}以前申请，没有过期。", TIME)
    if facts.said("old") == "yes" and facts.said("delay") not in ("", "own"):
        return Finding("too_late", True, "超过一年了。您写的原因核实以后，耽误的时间不算。", EXCUSED)
    text = f"受伤一年内申请，最晚 {injuries.day(last)}，已经过了。"
    return Finding("too_late", False, text, TIME)


def _insured(facts: Facts, person: Facts) -> Finding:
    day = facts.said_day("accident")
    had = day is not None and injuries.insured(person, day)
    if facts.deciding and not had:
        return Finding(
            "no_record", True, "那个月没有工伤保险记录，要看劳动关系证明。决定书另寄单位。", PAPERS
        )
    return holds(
        "no_record", had, "那个月有工伤保险记录。", "那个月没有工伤保险记录，这一题请选“否”。", PAPERS
    )


def _person(facts: Facts) -> Facts | None:
    return facts.other if facts.said("who") == "relative" else facts


def decide(facts: Facts) -> Verdict:
    """Recognised by the limb that the office has entered."""
    return concluded(facts, check(facts))


def concluded(facts: Facts, found: list[Finding]) -> Verdict:
    """The conclusion by the conditions and the limb, with what it means for the costs."""
    day = facts.said_day("accident")
    if day is None or not facts.said("ground"):
        return judging.verdict(found)
    limb = next(one for one in facts.item.entries if one.key == "ground").choices[facts.said("ground")]
    figures = [("结论", "视同工伤" if facts.said("ground").startswith("15") else "认定为工伤", article(facts)),
               ("情形", limb, article(facts))]  # fmt: skip
    if injuries.employer_late(facts, day):
        figures.append(("费用", "单位没有按时申请，受理前的费用由单位负担", TIME))
    what = "视同工伤" if facts.said("ground").startswith("15") else "认定为工伤"
    return judging.verdict(found, figures=tuple(figures), words=f"{injuries.day(day)}的伤，{what}。")


def article(facts: Facts) -> str:
    """第十四条第一项, 第十五条第三项."""
    which, limb = facts.said("ground").split("-")
    number = "一二三四五六七"[int(limb) - 1]
    return f"工伤保险条例第十{'四' if which == '14' else '五'}条第{number}项"


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The conclusion stands on the worker's file."""
    person = _person(facts)
    if person is None:
        raise ValueError("the worker is not within reach")
    text, lines = injuries.told(injuries.recognise(facts, person, applied_by=facts.said("who")))
    day = facts.said_day("accident")
    if day is not None and injuries.insured(person, day):
        lines = (*lines, "结论也告诉了单位。")
    return Effect(text, lines)


def tell(facts: Facts, said: Said, now: datetime) -> None:
    """The employer hears of it, and the worker when a relative applied (条例第二十条)."""
    person = _person(facts)
    if person is None:
        return
    if person is not facts:
        decisions.for_other(facts, said, now=now)
    worker = facts.said("worker_name") or facts.values.get("person.name", "")
    injuries.tell_employer(facts, person, said, worker)
