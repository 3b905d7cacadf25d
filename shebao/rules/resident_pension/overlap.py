"""重复参保: months in which a person paid for employees and residents at once; the resident part goes back.

人社部发〔2014〕17号第七条: 重复时段的居民养老个人缴费退还本人. A resident payment covers its calendar year.
"""

from collections.abc import Iterable, Mapping

from shebao.base import month as months
from shebao.rules.columns import ratio
from shebao.rules.explain import Explained, Working

LAW = "人社部发〔2014〕17号第七条"


def refund(resident_years: Mapping[int, int], employee_months: Iterable[int]) -> Explained[int]:
    """What goes back (fen): for each year paid as a resident (year: fen), its share of the months paid as employee."""
    note = Working()
    paid = set(employee_months)
    total = 0
    for year, fen in sorted(resident_years.items()):
        count = sum(months.year_of(month) == year for month in paid)
        if count:
            total += int(
                note.step(
                    f"{year}年重复 {count} 个月",
                    "当年居民个人缴费×重复月数÷12",
                    ratio(fen * count, 1, 12),
                    law=LAW,
                )
            )
    note.step("退还合计", "各年相加", total, law=LAW)
    return note.explained(total)
