"""个人关键信息更正: what decides rights is changed by two people on proof; the ID number is the measure."""

from datetime import date

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts
from shebao.registry.persons import actions as persons

RULE = "社会保险经办条例第十条"


def check(facts: Facts) -> list[Finding]:
    """The new value differs from the one on file and agrees with the ID number."""
    what = facts.said("what")
    if not what or not facts.said(what):
        return [Finding("same", True, "凭证明更正，我们由两个人核对。", RULE)]
    person = facts.person
    held = person.birth_date.isoformat() if what == "birth_date" else str(person.sex)
    number = facts.values.get("person.id_number", "")
    told = (
        f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        if what == "birth_date"
        else str(2 - int(number[16]) % 2)
    )
    agrees = len(number) != 18 or told == facts.said(what)
    return [
        Finding(
            "same",
            held != facts.said(what),
            "和登记的一样，不用改。" if held == facts.said(what) else "和登记的不一样。",
            RULE,
        ),
        Finding(
            "id_differs",
            agrees,
            "和身份证号一致。" if agrees else "和身份证号里写的不一样，请先到派出所改户口登记。",
            "社会保险法第五十八条",
        ),
    ]


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The register is corrected."""
    if facts.said("what") == "birth_date":
        persons.correct(facts.grant, birth_date=date.fromisoformat(facts.said("birth_date")))
        return Effect("出生日期已更正。", ("和年龄有关的待遇会按更正后的日期重新算。",))
    persons.correct(facts.grant, sex=int(facts.said("sex")))
    return Effect("性别已更正。")
