"""Gaps and back-payments explained (断缴和补缴), from what the registry already holds. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from shebao.base import month as months

COUNTED = ("paid", "paying")


@dataclass(frozen=True)
class Gap:
    """Months without payment: [since, until] inclusive, why, and between which employers."""

    since: int
    until: int
    months: int
    cause: str
    before: str
    after: str


@dataclass(frozen=True)
class Late:
    """补缴: a run of months that were paid later than they were due."""

    since: int
    until: int
    months: int
    paid_on: str


def gaps(answer: Mapping[str, Any]) -> list[Gap]:
    """Runs of unpaid months between the first and the last paid one."""
    rows = [row for row in answer["rows"] if row["state"] in COUNTED]
    arrears = {row["month"] for row in answer["rows"] if row["state"] == "arrears"}
    names: Mapping[str, str] = answer["employers"]
    by_month = {row["month"]: row for row in rows}
    found = []
    for since, until in _runs(sorted(by_month)):
        before = by_month[months.plus(since, -1)]["employer"]
        after = by_month[months.plus(until, 1)]["employer"]
        unpaid = set(months.between(since, months.plus(until, 1)))
        cause = "arrears" if unpaid & arrears else _cause(before, after)
        found.append(
            Gap(since, until, len(unpaid), cause, names.get(str(before), ""), names.get(str(after), ""))
        )
    return found


def late_payments(answer: Mapping[str, Any]) -> list[Late]:
    """Back-paid months, grouped by the day on which they were paid."""
    groups: dict[str, list[int]] = {}
    for row in answer["rows"]:
        if row["kind"] == "backpay" and row["state"] == "paid":
            groups.setdefault(row["paid_on"] or "", []).append(row["month"])
    return [Late(min(m), max(m), len(m), day) for day, m in sorted(groups.items())]


def _cause(before: int | None, after: int | None) -> str:
    if before is None and after is None:
        return "flexible_pause"
    return "left_before_next" if before != after else "employer_pause"


def _runs(paid: Sequence[int]) -> Iterator[tuple[int, int]]:
    for earlier, later in pairwise(paid):
        if later != months.plus(earlier, 1):
            yield months.plus(earlier, 1), months.plus(later, -1)
