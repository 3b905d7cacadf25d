"""What every plot is made of: marks, a scale, a legend and the table twin (看成表格)."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

WIDTH = 326
ELDER_WIDTH = 280


@dataclass(frozen=True)
class Table:
    """The same numbers as the plot: `head` one word per column, each row led by its own heading."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Key:
    """One line of the legend: a swatch that carries shape as well as colour, and its word."""

    swatch: SafeString
    word: str


@dataclass(frozen=True)
class Plot:
    """A drawing, the sentence of its finding, its legend, its table; `svg` is empty without data."""

    svg: SafeString
    label: str
    key: tuple[Key, ...] = ()
    table: Table | None = None
    note: str = ""
    unit: str = ""


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def mark(name: str, cls: str = "", text: str = "", **places: float | str) -> str:
    """One SVG element; attribute names take `_` for `-`, numbers are rounded, text is escaped."""
    attributes = [f'class="{cls}"'] if cls else []
    for attribute, value in places.items():
        shown = escape(value) if isinstance(value, str) else number(value)
        attributes.append(f'{attribute.replace("_", "-")}="{shown}"')
    opening = " ".join([name, *attributes])
    return f"<{opening}>{escape(text)}</{name}>" if text else f"<{opening}/>"


def drawing(width: float, height: float, label: str, marks: Sequence[str]) -> SafeString:
    """The svg element with its role and finding."""
    body = "".join(marks)
    return mark_safe(  # noqa: S308 - every text in it went through escape
        f'<svg class="plot" viewBox="0 0 {number(width)} {number(height)}" role="img" '
        f'aria-label="{escape(label)}">{body}</svg>'
    )


def nothing(sentence: str) -> Plot:
    """No data: no drawing, only the sentence that says so."""
    return Plot(svg=mark_safe(""), label=sentence)


def swatch(kind: str) -> SafeString:
    """A 14 px sample of a mark for the legend."""
    inner = {
        "pend": mark("rect", "pend", x=0.8, y=0.8, width=12.4, height=12.4, rx=3),
        "miss": mark("rect", "miss", x=0.6, y=0.6, width=12.8, height=12.8, rx=3)
        + mark("path", "hatch", d="M3.5 10.5L10.5 3.5"),
        "back": mark("rect", "fp", width=14, height=14, rx=3) + mark("circle", "late", cx=7, cy=7, r=2.6),
        "paused": mark("rect", "paused", x=0.6, y=0.6, width=12.8, height=12.8, rx=3)
        + mark("path", "pause", d="M3.5 10.5L10.5 3.5"),
        "fb": mark("rect", "fb", width=14, height=14, rx=3)
        + mark("path", "white", d="M4.2 4.2l5.6 5.6m0 -5.6l-5.6 5.6"),
    }.get(kind) or mark("rect", kind, width=14, height=14, rx=3)
    return mark_safe(f'<svg viewBox="0 0 14 14" aria-hidden="true">{inner}</svg>')  # noqa: S308 - fixed marks


def key(kind: str, word: str) -> Key:
    """A legend line."""
    return Key(swatch(kind), word)


def round_top(highest: float) -> tuple[float, float]:
    """The top of an axis and its step: three or four steps of 1, 2, 3 or 5 times a power of ten."""
    if highest <= 0:
        return 1.0, 1.0
    power = 1.0
    while power * 10 <= highest:
        power *= 10
    while power > highest:
        power /= 10
    for size in (power / 10 * 3, power / 10 * 5, power, power * 2, power * 3, power * 5):
        if highest / size <= 4:
            steps = int(highest // size) + (highest % size > 0)
            return steps * size, size
    return power * 10, power * 5


def text_size(elder: bool) -> int:
    """The size of plot text in drawing units; the style sheet says the same."""
    return 18 if elder else 12


def frame(elder: bool) -> int:
    """The width of a drawing: narrower in elder mode, so that its text grows with the screen."""
    return ELDER_WIDTH if elder else WIDTH
