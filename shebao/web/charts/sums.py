"""Amounts as rows of bars (早退晚退), and as a waterfall that adds up to a total (由几部分组成)."""

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.base import money
from shebao.web.charts.plot import Plot, Table, drawing, frame, mark, nothing, text_size

BAR = 14.0
ELDER_BAR = 20.0


@dataclass(frozen=True)
class Row:
    """A bar with its word and what stands at its end; `size` is never negative."""

    word: str
    size: int
    said: str
    cls: str = "f1"


def _row(row: Row, y: float, start: float, width: float, elder: bool, strong: bool) -> list[str]:
    """The text line and below it the bar, from `start` and at least two units wide."""
    size = text_size(elder)
    height = ELDER_BAR if elder else BAR
    total = frame(elder)
    marks = [
        mark("text", "em" if strong else "", row.word, x=0, y=y + size),
        mark("text", "em te", row.said, x=total, y=y + size),
        mark("path", "gl", d=f"M0 {y + size * 1.5 + height / 2:.1f}H{total}"),
    ]
    if row.size > 0:
        x = min(start, total - 2)
        marks.append(mark("rect", row.cls, x=x, y=y + size * 1.5, width=max(2.0, width), height=height, rx=3))
    return marks


def _step(elder: bool) -> float:
    return text_size(elder) * 1.5 + (ELDER_BAR if elder else BAR) + text_size(elder)


def rows(bars: Sequence[Row], *, label: str, head: tuple[str, str], elder: bool = False) -> Plot:
    """Bars from zero, one below the other; `head` names the two columns of the table."""
    highest = max((row.size for row in bars), default=0)
    if highest <= 0:
        return nothing(label)
    width, step = frame(elder), _step(elder)
    marks: list[str] = []
    for place, row in enumerate(bars):
        marks += _row(row, place * step, 0, width * row.size / highest, elder, strong=False)
    return Plot(
        svg=drawing(width, step * len(bars) - text_size(elder) + 2, label, marks),
        label=label,
        table=Table(head, tuple((row.word, row.said) for row in bars)),
    )


def waterfall(parts: Sequence[Row], *, total: str, what: str, elder: bool = False) -> Plot:
    """Each part begins where the one before ended; the last row is the sum. Sizes in fen."""
    whole = sum(part.size for part in parts)
    if whole <= 0:
        return nothing(f"{what}是零")
    width, step = frame(elder), _step(elder)
    marks: list[str] = []
    reached = 0
    for place, part in enumerate(parts):
        start = width * reached / whole
        marks += _row(part, place * step, start, width * part.size / whole, elder, strong=False)
        reached += part.size
    last = Row(total, whole, money.yuan(whole), "fp")
    marks += _row(last, len(parts) * step, 0, width, elder, strong=True)
    said = "，".join(f"{part.word} {part.said} 元" for part in parts)
    label = f"{what} {money.yuan(whole)} 元，由 {len(parts)} 部分组成：{said}"
    body = (*((part.word, part.said) for part in parts), (total, money.yuan(whole)))
    return Plot(
        svg=drawing(width, step * (len(parts) + 1) - text_size(elder) + 2, label, marks),
        label=label,
        table=Table(("组成", "金额（元）"), body),
        unit="单位：元",
    )
