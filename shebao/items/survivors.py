"""逝者 and 遗属 share: the deceased is looked up by the clerk only; the applicant learns nothing before the decision."""

from datetime import date

from shebao.cases.item import Finding
from shebao.items.facts import Facts
from shebao.items.judging import holds

RULE = "社会保险法第十七条"
RECORD = "社会保险经办条例第十九条"


def another(facts: Facts) -> Finding:
    """The number is not the applicant's own."""
    other = facts.said("dead_id") != facts.values.get("person.id_number")
    return holds("self", other, "填的是逝者的证件号。", "填成您自己的证件号了，请改成逝者的。", RULE)


def dead(facts: Facts) -> list[Finding]:
    """At the desk: on file, and dead by the record. Before that: nothing is told."""
    if not facts.deciding:
        return []
    other = facts.other
    found = [holds("unknown", other is not None, "逝者有参保登记。", "号码和姓名没有对上参保登记。", RULE)]
    if other is not None:
        day = other.person.died_on
        text = f"死亡记录：{day.year}年{day.month}月{day.day}日。" if day else ""
        found.append(holds("no_death", day is not None, text, "登记里没有死亡记录，核实以后再定。", RECORD))
    return found


def day_of_death(other: Facts) -> date:
    """The day on record; asked only after `dead` has passed."""
    day = other.person.died_on
    if day is None:
        raise ValueError("no death on record")
    return day
