"""生育津贴 = 单位上年度职工月平均工资 / 30 x 产假天数 (社会保险法第五十六条)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from shebao.rules import dated
from shebao.rules.columns import all_within, ratio
from shebao.rules.explain import Explained, Working
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.maternity", "allowance.toml")
SINCE = date(2012, 4, 28)
BIRTHS = ("normal", "difficult")
MISCARRIAGES = {"miscarriage_early": "miscarriage_early_days", "miscarriage_late": "miscarriage_late_days"}


@dataclass(frozen=True)
class Allowance:
    """Days of leave and the amount in fen."""

    days: Any
    amount: Any


def _days(key: str) -> int:
    return BOOK.at(key, NATION, SINCE).fen


def leave_days(kind: str, babies: Any = 1) -> Any:
    """国家规定的产假天数: normal, difficult, miscarriage_early (<4 months) or miscarriage_late."""
    if kind in MISCARRIAGES:
        return _days(MISCARRIAGES[kind])
    if kind not in BIRTHS:
        raise invalid("type", "生育类型不对，请选顺产、难产或流产。")
    if not all_within(babies, 1, 9):
        raise invalid("babies", "婴儿数要在 1 到 9 之间。")
    difficult = _days("difficult_days") if kind == "difficult" else 0
    return _days("birth_days") + difficult + _days("further_baby_days") * (babies - 1)


def allowance(*, employer_average_fen: Any, kind: str, babies: Any = 1) -> Explained[Allowance]:
    """生育津贴 (fen); provincial extra leave is not included."""
    note = Working()
    keys = (
        (MISCARRIAGES[kind],)
        if kind in MISCARRIAGES
        else ("birth_days", "difficult_days", "further_baby_days")
    )
    for key in keys:
        note.use(BOOK.at(key, NATION, SINCE))
    days = note.step("产假天数", "国家规定的天数", leave_days(kind, babies), unit="天")
    divisor = int(note.use(BOOK.at("days_in_month", NATION, SINCE)))
    amount = ratio(employer_average_fen * days, 1, divisor)
    note.step("生育津贴", f"单位月平均工资÷{divisor}×天数，四舍五入到分", amount)
    note.say("各省另加的生育假没有算在内。")
    return note.explained(Allowance(days, amount))
