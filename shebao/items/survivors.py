"""逝者 and 遗属 share: the deceased is looked up by the clerk only; the applicant learns nothing before the decision.

A death not on record yet may be shown by the family; a granted case writes it down, with all that follows.
"""

from datetime import date

from shebao.cases.item import Finding
from shebao.items import dying
from shebao.items.facts import Facts
from shebao.items.judging import holds

RECORD = "社会保险经办条例第十九条"


def another(facts: Facts) -> Finding:
    """The number is not the applicant's own."""
    other = facts.said("dead_id") != facts.values.get("person.id_number")
    return holds(
        "self", other, "填的是去世家人的身份证号。", "填成您自己的身份证号了，请改成去世家人的。", RECORD
    )


def dead(facts: Facts) -> list[Finding]:
    """At the desk: on file, and dead by the record. Before that: nothing is told."""
    if not facts.deciding:
        return []
    other = facts.other
    found = [
        holds("unknown", other is not None, "去世的家人有参保登记。", "号码和姓名没有对上参保登记。", RECORD)
    ]
    if other is not None:
        day = _day(facts, other)
        text = f"死亡记录：{day.year}年{day.month}月{day.day}日。" if day else ""
        found.append(
            holds(
                "no_death",
                day is not None and day <= facts.today,
                text,
                "登记里没有死亡记录，也没有死亡证明。",
                RECORD,
            )
        )
    return found


def record(facts: Facts, other: Facts) -> None:
    """Writes down the death the family has shown, when it is not on record, with all that follows from it."""
    if other.person.died_on is None:
        day = day_of_death(facts, other)
        dying.record_beside(facts.grant, other.subject_id, died_on=day, case=facts.case_no, on=facts.today)


def _day(facts: Facts, other: Facts) -> date | None:
    """By the record; else by the paper that the clerk has before her."""
    return other.person.died_on or facts.said_day("died_on")


def day_of_death(facts: Facts, other: Facts) -> date:
    """The day; asked only after `dead` has passed."""
    day = _day(facts, other)
    if day is None:
        raise ValueError("no death on record")
    return day
