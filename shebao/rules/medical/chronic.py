"""门诊慢特病: how long an entitlement holds. The local period is not established; only a demonstration exists."""

from datetime import date

from shebao.base import workdays
from shebao.rules import dated
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.medical", "chronic.demo.toml")


def valid_until(since: date, *, allow_demo: bool = False) -> date:
    """The first day on which the entitlement no longer holds; refused unless `allow_demo`."""
    months = BOOK.at("period", NATION, since, allow_demo=allow_demo).fen
    return workdays.add_months(since, months).raw
