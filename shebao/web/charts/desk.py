"""Plots of the desk (经办看板): due days, ages, loads, and the few cells of one case in a row of the queue."""

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

from shebao.web.charts.plot import Plot, Table, drawing, mark, nothing

Bar = tuple[str, int, str]
CELLS_WIDTH = 120
MOST_CELLS = 30


def cells(total: int, used: int, tone: str) -> SafeString:
    """Working days of one limit as small cells, without words: the number stands beside them."""
    count = max(1, min(total, MOST_CELLS))
    filled = min(count, round(used * count / max(total, 1)))
    step = CELLS_WIDTH / count
    marks = [
        mark("rect", tone if at < filled else "f0", x=at * step, width=step - 1, height=10, rx=1)
        for at in range(count)
    ]
    return mark_safe(  # noqa: S308 - numbers only
        f'<svg class="cells" viewBox="0 0 {CELLS_WIDTH} 10" preserveAspectRatio="none" aria-hidden="true">{"".join(marks)}</svg>'
    )


def columns(bars: Sequence[Bar], *, finding: str, head: tuple[str, str], width: int = 302) -> Plot:
    """One column for each bar (word, count, tone); the count stands over it, nothing over an empty day."""
    if not any(count for _, count, _ in bars):
        return nothing(finding)
    top, bottom = 22.0, 78.0
    most = max(count for _, count, _ in bars)
    slot = width / len(bars)
    thick = min(16.0, slot * 0.6)
    marks = [mark("path", "gl", d=f"M0 {bottom}H{width}")]
    for place, (word, count, tone) in enumerate(bars):
        middle = slot * (place + 0.5)
        if count:
            height = max(2.0, count / most * (bottom - top))
            marks.append(
                mark("rect", tone, x=middle - thick / 2, y=bottom - height, width=thick, height=height, rx=2)
            )
            marks.append(mark("text", "em tm", str(count), x=middle, y=bottom - height - 6))
        marks.append(mark("text", "bt tm" if tone == "fb" and count else "tm", word, x=middle, y=bottom + 18))
    rows = tuple((word, str(count)) for word, count, _ in bars)
    return Plot(drawing(width, bottom + 22, finding, marks), finding, table=Table(head, rows))


def lines(bars: Sequence[tuple[str, int, int]], *, finding: str, head: tuple[str, str, str]) -> Plot:
    """One row for each line (word, count, of which late); the late part stands first, in its own colour."""
    if not bars:
        return nothing(finding)
    width, row = 302, 40
    most = max(count for _, count, _ in bars) or 1
    scale = (width - 78) / most
    marks = []
    for place, (word, count, late) in enumerate(bars):
        y = place * row
        marks.append(mark("text", "", word, x=0, y=y + 12))
        if late:
            marks.append(
                mark("rect", "fb", x=0, y=y + 18, width=max(2.0, late * scale - 1.5), height=12, rx=2)
            )
        if count > late:
            wide = (count - late) * scale
            marks.append(mark("rect", "f2", x=late * scale, y=y + 18, width=wide, height=12, rx=2))
        words = f"{count}，超期 {late}" if late else str(count)
        marks.append(mark("text", "bt" if late else "em", words, x=count * scale + 6, y=y + 28))
    rows = tuple((word, str(count), str(late)) for word, count, late in bars)
    return Plot(drawing(width, len(bars) * row - 6, finding, marks), finding, table=Table(head, rows))
