"""滞纳金 of months in arrears: from the day after the last day of the month to the day of the run."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np

from shebao.base import month as months
from shebao.batch.kind import Columns
from shebao.batch.kinds.grouping import groups
from shebao.rules import collection
from shebao.rules.columns import Column, share

EPOCH = date(1970, 1, 1).toordinal()


def due_date(month: int) -> date:
    """The last day of the month the contribution is for."""
    return months.first_day(months.plus(month, 1)) - timedelta(days=1)


def fee(principal_fen: Any, month: int, until: date) -> tuple[int, Any]:
    """Days late and the fee (fen) of one principal or a column; each day at its own rate, rounded once."""
    due = due_date(month)
    spans = collection.days_by_rate(due, until)
    factor = sum((rate * days for rate, days in spans), start=Fraction(0))
    return collection.late_days(due, until), share(principal_fen, factor)


def late_fees(arrears: Columns, until: date) -> dict[str, Column]:
    """A fee row for every month in arrears; days since 1970 for the dates. Months not yet due are left out."""
    count = len(arrears["subject"])
    days, fees, due = (np.zeros(count, dtype=np.int64) for _ in range(3))
    for key, places in groups({"month": arrears["month"]}):
        month = key["month"]
        days[places], fees[places] = fee(arrears["principal"][places], month, until)
        due[places] = due_date(month).toordinal() - EPOCH
    rows = {
        **arrears,
        "until": np.full(count, until.toordinal() - EPOCH),
        "due": due,
        "days": days,
        "fee": fees,
    }
    return {name: values[days > 0] for name, values in rows.items()}
