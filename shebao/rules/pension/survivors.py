"""遗属待遇 (人社部发〔2021〕18号): 丧葬补助金 two months and 抚恤金 by paid years, of urban income."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from shebao.rules import dated
from shebao.rules.columns import all_within, least, most, ratio, where
from shebao.rules.explain import Explained, Working
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.pension", "survivors.toml")
SINCE = date(2021, 9, 1)


@dataclass(frozen=True)
class SurvivorGrant:
    """Months and amounts (fen)."""

    funeral_months: Any
    pension_months: Any
    funeral: Any
    pension: Any
    amount: Any


def pension_months(paid_years: Any, *, retired: bool = False, years_drawn: Any = 0) -> Any:
    """抚恤金月数 by whole paid years; a retiree loses one month per year drawn, never below nine."""
    if not all_within(paid_years, 0, 80) or not all_within(years_drawn, 0, 80):
        raise invalid("contribution_years", "年数要在 0 到 80 之间。")
    short, middle, long = BOOK.at("brackets", NATION, SINCE).value
    most_months = BOOK.at("longest", NATION, SINCE).fen
    beyond = least(long + most(paid_years - 15, 0), most_months)
    months = where(paid_years < 5, short, where(paid_years < 10, middle, beyond))
    if not retired:
        return months
    return most(months - years_drawn, BOOK.at("retired_least", NATION, SINCE).fen)


def grant(
    *, income_year_fen: Any, paid_years: Any, retired: bool = False, years_drawn: Any = 0
) -> Explained[SurvivorGrant]:
    """Both grants from a yearly urban income (fen); only one kind of funeral grant may be taken (第四十九条)."""
    note = Working()
    funeral_months = int(note.use(BOOK.at("funeral_months", NATION, SINCE)))
    for key in ("brackets", "longest"):
        note.use(BOOK.at(key, NATION, SINCE))
    months = pension_months(paid_years, retired=retired, years_drawn=years_drawn)
    note.step("抚恤金月数", "按累计缴费年限", months, unit="个月")
    funeral = ratio(income_year_fen, funeral_months, 12)
    amount = ratio(income_year_fen * (funeral_months + months), 1, 12)
    note.step("丧葬补助金", f"年收入÷12×{funeral_months}个月", funeral)
    note.step("抚恤金", "年收入÷12×抚恤金月数", amount - funeral)
    note.step("合计", "年收入÷12×总月数，四舍五入到分", amount)
    note.say("丧葬补助金只能领一种，不能重复领。")
    return note.explained(SurvivorGrant(funeral_months, months, funeral, amount - funeral, amount))


def income(*, on: date, region: str) -> dated.Value:
    """上一年度全省城镇居民人均可支配收入 for a death on a day; refuses what is not established."""
    return BOOK.at("income", region, on)
