"""Months x who (谁在什么时候看过): dots whose area is the count; what was stopped is a crossed square."""

from collections.abc import Mapping, Sequence
from math import sqrt

from shebao.base import month as months
from shebao.web import words
from shebao.web.charts.plot import Plot, Table, drawing, frame, mark, nothing, text_size

QUIET = ("self", "system")


def rows(counts: Mapping[tuple[int, str], int]) -> list[str]:
    """Who has a row: the four usual ones and the stopped always, others only when they occur."""
    seen = {who for (_, who), count in counts.items() if count > 0}
    return [
        who
        for who in words.WHO_ORDER
        if who in seen or who in ("self", "staff", "partner", "system", "refused")
    ]


def who_dots(counts: Mapping[tuple[int, str], int], *, until: int, elder: bool = False) -> Plot:
    """The twelve months that end with `until` (YYYYMM); counts by (month, who)."""
    span = months.between(months.plus(until, -11), months.plus(until, 1))
    kept = {place: count for place, count in counts.items() if place[0] in span and count > 0}
    if not kept:
        return nothing("近 12 个月还没有人看过")
    size, width = text_size(elder), frame(elder)
    left, line = size * 5.9, size * (1.9 if elder else 2.1)
    step = (width - left - 8) / 11
    biggest = max(kept.values())
    grow = min(4.0, 9.0 / sqrt(biggest))
    marks, order = [], rows(kept)
    for place, who in enumerate(order):
        y = size + place * line
        name = words.WHO[who][0]
        strong = who in ("refused", "emergency") and any(found == who for _, found in kept)
        marks.append(mark("text", "em" if strong else "", name, x=0, y=y + size / 3))
        marks.append(mark("path", "gl", d=f"M{left:.0f} {y:.1f}H{width}"))
        for column, month in enumerate(span):
            if count := kept.get((month, who), 0):
                marks += dot(who, count, left + 4 + column * step, y, grow)
    marks += month_names(span, left + 4, step, size + len(order) * line, size, width)
    label = finding(kept)
    return Plot(
        svg=drawing(width, size + len(order) * line + size * 0.9, label, marks),
        label=label,
        table=table(kept, span, order),
        note="点越大，次数越多。",
    )


def dot(who: str, count: int, x: float, y: float, grow: float) -> list[str]:
    """The mark of one month of one row."""
    if who in ("refused", "emergency"):
        cross = f"M{x - 2.6:.1f} {y - 2.6:.1f}l5.2 5.2m0 -5.2l-5.2 5.2"
        return [
            mark("rect", "fb", x=x - 5.5, y=y - 5.5, width=11, height=11, rx=2),
            mark("path", "white", d=cross),
        ]
    return [mark("circle", "f4" if who in QUIET else "f1", cx=x, cy=y, r=max(1.5, grow * sqrt(count)))]


def month_names(span: Sequence[int], left: float, step: float, y: float, size: int, width: int) -> list[str]:
    """The first month with its year, the middle and the last."""
    first = f"{span[0] // 100}年{span[0] % 100}月"
    return [
        mark("text", "ts", first, x=left - 6, y=y + size * 0.5),
        mark("text", "te", f"{span[-1] % 100}月", x=width, y=y + size * 0.5),
    ]


def finding(kept: Mapping[tuple[int, str], int]) -> str:
    """The sentence of the plot: how often, by whom."""
    totals = {
        who: sum(count for (_, found), count in kept.items() if found == who) for who in words.WHO_ORDER
    }
    said = "，".join(f"{words.WHO[who][0]} {count} 次" for who, count in totals.items() if count)
    return f"近 12 个月查看次数：{said}。下面有同样内容的表格。"


def table(kept: Mapping[tuple[int, str], int], span: Sequence[int], order: Sequence[str]) -> Table:
    """One row per month, newest first, and the sum."""
    head = ("月份", *(words.WHO[who][0] for who in order))
    body = [
        (f"{month // 100}年{month % 100}月", *(str(kept.get((month, who), 0)) for who in order))
        for month in reversed(span)
    ]
    total = ("合计", *(str(sum(kept.get((month, who), 0) for month in span)) for who in order))
    return Table(head, (total, *body))
