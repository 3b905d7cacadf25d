"""城乡居民参保登记: no other cover, and the day from which benefits begin, a newborn's from the birth."""

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover
from shebao.items.facts import Facts
from shebao.registry.enrolments import actions as enrolments
from shebao.rules.medical import resident

NEWBORN_YEARS = 1


def check(facts: Facts) -> list[Finding]:
    """Neither resident nor employee cover."""
    resident_cover = facts.active(cover.RESIDENT) is not None
    employee = facts.active(cover.EMPLOYEE) is not None or facts.retired(cover.EMPLOYEE)
    return [
        cover.line(
            "already_enrolled", not resident_cover, "还没有参加居民医保。", "已经在参加居民医保，不用再登记。", "社会保险法第二十五条",
            step=cover.OWN[1], url=cover.OWN[0],
        ),
        cover.line(
            "employee_cover", not employee, "没有在参加职工医保。", "已经在参加职工医保，不用再参加居民医保。", "社会保险法第二十三条",
            step=cover.OWN[1], url=cover.OWN[0],
        ),
    ]  # fmt: skip


def decide(facts: Facts) -> Verdict:
    """Granted when there is no other cover."""
    return cover.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One spell; the months to wait are told at once (国办发〔2024〕38号)."""
    born = facts.person.birth_date
    if facts.age < NEWBORN_YEARS and not facts.paid:
        start = resident.newborn_start(born=born, enrolled=facts.today)
        since = months.of(start)
        enrolments.enrol(facts.grant, insurance=cover.RESIDENT, person_type="resident", since=since)
        if start == born:
            return Effect("已登记。从出生那天起就能报销。", ("出生以后的医疗费都能报。",))
        return Effect(
            f"已登记。从 {start.year}年{start.month}月{start.day}日起能报销。",
            ("出生满 90 天以后参保，要等三个月。",),
        )
    since = resident.cover_since(facts.today)
    waits = resident.waiting(
        in_window=resident.in_window(facts.today),
        broken_years=resident.broken_years(_covered(facts), facts.today),
    ).value.total_months
    enrolments.enrol(facts.grant, insurance=cover.RESIDENT, person_type="resident", since=since)
    wait = f"要等 {waits} 个月才能报销。" if waits else "不用等，起算就能报销。"
    return Effect(
        f"已登记。缴费后从 {months.to_text(since)}起算。", (wait, "医保费交给税务部门，这里不收钱。")
    )


def _covered(facts: Facts) -> set[int]:
    """Years with medical cover of either kind."""
    return {
        months.year_of(row.month)
        for row in facts.paid
        if row.insurance in (cover.RESIDENT, cover.EMPLOYEE) and row.state == "paid"
    }
