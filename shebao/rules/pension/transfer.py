"""临时账户 (国办发〔2009〕66号): who begins in a new place at fifty (men) or forty (women) keeps the old one."""

from datetime import date

from shebao.base import month as months
from shebao.rules import dated
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.pension", "transfer.toml")
SINCE = 201001


def temporary(born: date, *, male: bool, began: int) -> bool:
    """Whether contributions begun here in a month, away from home, are only a temporary account."""
    men, women = BOOK.at("temporary_age", NATION, SINCE).value
    limit = int(men if male else women)
    return bool(months.months_until(months.of(born), began) >= 12 * limit)
