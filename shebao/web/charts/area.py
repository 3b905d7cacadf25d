"""How an account grew (个人账户怎么涨起来的): a stepped area, each year's interest as a step of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.base import money
from shebao.web import formats
from shebao.web.charts.bars import TEN_THOUSAND_YUAN, Scale, lines
from shebao.web.charts.plot import Key, Plot, Table, drawing, frame, key, mark, nothing, round_top, text_size


@dataclass(frozen=True)
class Year:
    """One year of an account in fen; provisional until the rate of that year is published."""

    year: int
    opening_fen: int
    credit_fen: int
    interest_fen: int
    spent_fen: int
    closing_fen: int
    rate: str = ""
    provisional: bool = False


def steps(years: Sequence[Year], *, elder: bool = False, most: int = 12) -> Plot:
    """Balance at the end of each year, oldest left."""
    if not years:
        return nothing("账户还没有记账")
    ordered = sorted(years, key=lambda year: year.year)
    shown = ordered[-(5 if elder else most) :]
    size, width = text_size(elder), frame(elder)
    top, bottom = size * 1.2, size * 12.0
    levels = [value for year in shown for value in (year.closing_fen, year.closing_fen - year.interest_fen)]
    high, step = round_top(max(*levels, 0, -min(levels)))
    low = -round_top(-min(levels))[0] if min(levels) < 0 else 0.0
    axis = Scale(low, high, top, bottom)
    in_wan = high >= TEN_THOUSAND_YUAN
    left = size * (2.9 if in_wan else 3.8)
    marks = lines(axis, step, left, width, size, in_wan)
    slot = (width - left) / len(shown)
    marks += area(shown, axis, left, slot)
    every = 2 if len(shown) > 6 else 1
    for place, year in enumerate(shown):
        if (len(shown) - 1 - place) % every == 0:
            x = left + slot * (place + 0.5)
            marks.append(mark("text", "tm", f"{year.year % 100:02d}", x=x, y=bottom + size * 1.4))
    label = finding(shown)
    return Plot(
        svg=drawing(width, bottom + size * 1.7, label, marks),
        label=label,
        key=legend(shown),
        table=table(ordered),
        unit="单位：万元" if in_wan else "单位：元",
    )


def area(years: Sequence[Year], axis: Scale, left: float, slot: float) -> list[str]:
    """The filled steps without interest, the interest on top, and the line that joins them."""
    marks = []
    line: list[str] = []
    zero = axis.y(0)
    for place, year in enumerate(years):
        x = left + slot * place
        base, end = axis.y(year.closing_fen - year.interest_fen), axis.y(year.closing_fen)
        marks.append(
            mark("rect", "area", x=x, y=min(base, zero), width=slot, height=max(0.5, abs(zero - base)))
        )
        if year.interest_fen:
            kind = "pend" if year.provisional else "f3"
            height = max(2.0, abs(base - end))
            marks.append(
                mark("rect", kind, x=x + slot * 0.5, y=min(base, end), width=slot * 0.5, height=height)
            )
        line.append(
            f"{'M' if place == 0 else 'L'}{x:.1f} {base:.1f}H{x + slot * 0.5:.1f}V{end:.1f}H{x + slot:.1f}"
        )
    marks.append(mark("path", "edge", d="".join(line)))
    return marks


def legend(years: Sequence[Year]) -> tuple[Key, ...]:
    """Interest and provisional interest have marks of their own."""
    words = [key("area", "缴费积累")]
    if any(year.interest_fen and not year.provisional for year in years):
        words.append(key("f3", "利息"))
    if any(year.interest_fen and year.provisional for year in years):
        words.append(key("pend", "暂按上年利率算的利息"))
    return tuple(words)


def finding(years: Sequence[Year]) -> str:
    """The sentence of the plot."""
    last = years[-1]
    interest = sum(year.interest_fen for year in years)
    return (
        f"{years[0].year} 年起到 {last.year} 年，账户到 {formats.yuan_unit(last.closing_fen)}，"
        f"其中这些年的利息 {formats.yuan_unit(interest)}。下面有同样内容的表格。"
    )


def table(years: Sequence[Year]) -> Table:
    """Newest year first, amounts in yuan; a column of spending only where something was spent."""
    spent = any(year.spent_fen for year in years)
    head = ("年", "记入（元）", "利息（元）", *(("支出（元）",) if spent else ()), "年末（元）")
    rows = []
    for year in reversed(years):
        name = f"{year.year}（暂算）" if year.provisional else str(year.year)
        out = (money.yuan(year.spent_fen),) if spent else ()
        rows.append(
            (
                name,
                money.yuan(year.credit_fen),
                money.yuan(year.interest_fen),
                *out,
                money.yuan(year.closing_fen),
            )
        )
    return Table(head, tuple(rows))
