"""平均缴费工资指数: the mean over months of own base over that month's average, deemed months with their own."""

from collections.abc import Iterable
from typing import Any

from shebao.rules import regions
from shebao.rules.bases import BOOK as BASES
from shebao.rules.columns import all_within, ratio
from shebao.rules.explain import RANK, Explained, Working
from shebao.rules.pension.amount import INDEX_ONE
from shebao.rules.refusals import RuleRefusal, invalid, not_established

FOUR_PLACES = INDEX_ONE // 10_000


def month_index(base_fen: Any, average_fen: Any) -> Any:
    """One month's index in millionths."""
    if not all_within(average_fen, 1, 10**9):
        raise invalid("average", "社会平均工资要大于 0。")
    return ratio(base_fen, INDEX_ONE, average_fen)


def average_index(sum_e6: Any, months: Any) -> Any:
    """The mean of monthly indices in millionths, to four decimals as sheets print it."""
    if not all_within(months, 1, 1200):
        raise invalid("months", "缴费月数要在 1 到 1200 之间。")
    return ratio(sum_e6, 1, months * FOUR_PLACES) * FOUR_PLACES


def of_record(paid: Iterable[tuple[int, int]], *, region: str) -> Explained[int]:
    """The average index of (month, base in fen) on record; months without any average are left out of the mean.

    Averages that are only demonstrations mark the result. Refuses a record without a single known average.
    """
    note = Working()
    total, count, weakest = 0, 0, None
    for month, base_fen in paid:
        try:
            average = BASES.at("average", region, month, allow_demo=True, provisional=True)
        except RuleRefusal:
            continue
        total, count = total + month_index(base_fen, average.fen), count + 1
        if weakest is None or RANK.index(average.confidence) > RANK.index(weakest.confidence):
            weakest = average
    if weakest is None:
        raise not_established("缴费基数依据的月平均工资", regions.name(region), "")
    note.use(weakest)
    found = int(average_index(total, count))
    note.step(
        "平均缴费工资指数", f"{count}个月的缴费基数÷当年平均工资，再平均", f"{found / INDEX_ONE:.4f}", unit=""
    )
    return note.explained(found)
