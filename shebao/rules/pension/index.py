"""平均缴费工资指数: the mean over months of own base over that month's average, deemed months with their own."""

from typing import Any

from shebao.rules.columns import all_within, ratio
from shebao.rules.pension.amount import INDEX_ONE
from shebao.rules.refusals import invalid

FOUR_PLACES = INDEX_ONE // 10_000


def month_index(base_fen: Any, average_fen: Any) -> Any:
    """One month's index in millionths."""
    if not all_within(average_fen, 1, 10**9):
        raise invalid("average", "社会平均工资要大于0。")
    return ratio(base_fen, INDEX_ONE, average_fen)


def average_index(sum_e6: Any, months: Any) -> Any:
    """The mean of monthly indices in millionths, to four decimals as sheets print it."""
    if not all_within(months, 1, 1200):
        raise invalid("months", "缴费月数要在1到1200之间。")
    return ratio(sum_e6, 1, months * FOUR_PLACES) * FOUR_PLACES
