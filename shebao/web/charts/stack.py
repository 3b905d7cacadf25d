"""One bar of 100 % in two or three parts (钱从哪里出), and the bar of a profile's clauses."""

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.web import formats
from shebao.web.charts.plot import Plot, Table, drawing, frame, key, mark, nothing

GAP = 2.0


@dataclass(frozen=True)
class Part:
    """A part of a whole: its fill, its word and its size (fen or a count)."""

    cls: str
    word: str
    size: int


def slices(parts: Sequence[Part], width: float) -> list[tuple[Part, float, float]]:
    """Where each positive part stands: part, x, width; every one stays visible."""
    drawn = [part for part in parts if part.size > 0]
    whole = sum(part.size for part in drawn)
    if not drawn:
        return []
    room = width - GAP * (len(drawn) - 1)
    sizes = [max(3.0, room * part.size / whole) for part in drawn]
    over = sum(sizes) - room
    widest = sizes.index(max(sizes))
    sizes[widest] -= over
    places, x = [], 0.0
    for part, size in zip(drawn, sizes, strict=True):
        places.append((part, x, size))
        x += size + GAP
    return places


def share_bar(parts: Sequence[Part], *, what: str, elder: bool = False) -> Plot:
    """Amounts in fen as parts of one bar; `what` names the whole (今年看病)."""
    whole = sum(max(0, part.size) for part in parts)
    if whole == 0:
        return nothing(f"{what}没有费用")
    width, height = frame(elder), 34 if elder else 26
    marks = [
        mark("rect", part.cls, x=x, y=0, width=size, height=height, rx=4)
        for part, x, size in slices(parts, width)
    ]
    said = "，".join(
        f"{part.word} {formats.yuan_unit(part.size)}，占 {formats.share(part.size, whole)}" for part in parts
    )
    label = f"{what} {formats.yuan_unit(sum(part.size for part in parts))}：{said}"
    rows = tuple((part.word, formats.yuan(part.size), formats.share(part.size, whole)) for part in parts)
    return Plot(
        svg=drawing(width, height, label, marks),
        label=label,
        key=tuple(key(part.cls, part.word) for part in parts),
        table=Table(("谁付", "金额（元）", "占比"), rows),
    )


def tally(passed: int, failed: int, missing: int, *, name: str) -> Plot:
    """Clauses of one policy: passed, failed, without a test."""
    if passed + failed + missing <= 0:
        return nothing(f"{name}还没有条款")
    parts = [Part("fp", "通过", passed), Part("fb", "没通过", failed), Part("pend", "还没有测试", missing)]
    width = frame(False)
    marks = []
    for part, x, size in slices(parts, width):
        inset = 0.7 if part.cls == "pend" else 0.0
        marks.append(
            mark("rect", part.cls, x=x + inset, y=inset, width=size - 2 * inset, height=10 - 2 * inset, rx=2)
        )
    label = f"{name}：通过 {passed} 条，没通过 {failed} 条，还没有测试 {missing} 条"
    rows = tuple((part.word, str(part.size)) for part in parts)
    return Plot(svg=drawing(width, 10, label, marks), label=label, table=Table(("结果", "条数"), rows))
