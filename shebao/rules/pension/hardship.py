"""特殊工种提前退休: continuous work and months in the trade (国发〔1978〕104号第一条第（二）项); the age is in `retirement`."""

from shebao.rules import dated
from shebao.rules.dated import Value
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.pension", "hardship.toml")
TRADES = ("heavy", "deep", "harmful")


def service(month: int) -> Value:
    """连续工龄, months, for retiring in a month (YYYYMM)."""
    return BOOK.at("service_months", NATION, month)


def in_trade(trade: str, month: int) -> Value:
    """Months in a kind of trade, for retiring in a month (YYYYMM). Refuses a kind that is none."""
    if trade not in TRADES:
        raise invalid("trade", "没有这一类特殊工种。")
    return BOOK.at(f"{trade}_months", NATION, month)
