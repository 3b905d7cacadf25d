"""转移: the temporary account of who begins late in a new place, and the fund that goes along with a relation."""

from collections.abc import Mapping
from datetime import date

from shebao.base import month as months
from shebao.rules import dated
from shebao.rules.columns import ratio
from shebao.rules.explain import Explained, Working
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.pension", "transfer.toml")
SINCE = 201001
FUND_SINCE = 199801
LAW = "国办发〔2009〕66号"


def temporary(born: date, *, male: bool, began: int) -> bool:
    """Whether contributions begun here in a month, away from home, are only a temporary account (临时账户)."""
    men, women = BOOK.at("temporary_age", NATION, SINCE).value
    limit = int(men if male else women)
    return bool(months.months_until(months.of(born), began) >= 12 * limit)


def fund(bases: Mapping[int, int]) -> Explained[int]:
    """统筹基金 that moves (fen): a share of the bases since January 1998, year by year. Months to bases in fen."""
    note = Working()
    rate = note.use(BOOK.at("fund_rate", NATION, SINCE))
    years: dict[int, int] = {}
    for month, fen in bases.items():
        if month >= FUND_SINCE:
            years[months.year_of(month)] = years.get(months.year_of(month), 0) + fen
    total = 0
    for year, fen in sorted(years.items()):
        part = ratio(fen, rate.numerator, rate.denominator)
        total += int(note.step(f"{year}年", "当年缴费基数之和×12%", part, law=LAW))
    note.step("统筹基金合计", "各年相加", total, law=LAW)
    return note.explained(total)
