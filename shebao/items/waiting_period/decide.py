"""断缴待遇等待期查询: months to wait by the person's own record, and what paying back would save."""

from shebao.base import month as months
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover
from shebao.items.facts import Facts
from shebao.rules.medical import resident

RULE = "国办发〔2024〕38号"


def check(facts: Facts) -> list[Finding]:
    """Everyone may ask; years paid back are no more than the years broken."""
    found = [Finding("may_ask", True, "谁都可以查，不收费。", "社会保险法第七十四条")]
    if facts.said("repaired"):
        broken = _broken(facts)
        fits = int(facts.said("repaired")) <= broken
        found.append(
            cover.line(
                "too_many",
                fits,
                "补缴的年数没有超过断保的。",
                f"您断保 {broken} 年，补缴的年数不能比它多。",
                RULE,
            )
        )
    return found


def decide(facts: Facts) -> Verdict:
    """The steps of the rule, as lines."""
    repaired = int(facts.said("repaired") or 0)
    found = resident.waiting(
        in_window=resident.in_window(facts.today), broken_years=_broken(facts), repaired_years=repaired
    )
    return Verdict(True, (), 0, tuple((step.name, step.result, step.formula) for step in found.steps))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Nothing is written: the answer is the result."""
    if facts.active(cover.EMPLOYEE) or facts.retired(cover.EMPLOYEE):
        return Effect("您在参加职工医保，没有断缴，不用等。")
    gap = _gap(facts)
    lines: tuple[str, ...] = ()
    if gap is not None:
        waits = resident.employee_gap_waiting(gap)
        lines = (f"续上职工医保：断了 {gap} 个月，{f'最多等 {waits} 个月' if waits else '补上就不用等'}。",)
    if facts.active(cover.RESIDENT):
        return Effect("您在参加居民医保，按时缴费就不用等。", lines)
    total = resident.waiting(
        in_window=resident.in_window(facts.today), broken_years=_broken(facts),
        repaired_years=int(facts.said("repaired") or 0),
    ).value.total_months  # fmt: skip
    text = f"现在参加居民医保，要等 {total} 个月。" if total else "现在参加居民医保，不用等。"
    return Effect(text, (*lines, "结果仅供参考，以参保地规定为准。"))


def _broken(facts: Facts) -> int:
    years = {
        months.year_of(row.month)
        for row in facts.paid
        if row.insurance in (cover.RESIDENT, cover.EMPLOYEE) and row.state == "paid"
    }
    return resident.broken_years(years, facts.today)


def _gap(facts: Facts) -> int | None:
    """Months since the employee cover ended; None for who never had it."""
    ends = [one.until for one in facts.spells if one.insurance == cover.EMPLOYEE and one.until]
    return len(list(months.between(max(ends), facts.month))) if ends else None
