"""Stacked bars by year (每年缴了多少) and by month (哪个月花得多)."""

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.base import money
from shebao.web import formats
from shebao.web.charts.plot import Plot, Table, drawing, frame, key, mark, nothing, round_top, text_size

TEN_THOUSAND_YUAN = 1_000_000


@dataclass(frozen=True)
class Series:
    """One layer of a stack: its fill, its word and one amount in fen per bar."""

    cls: str
    word: str
    amounts: tuple[int, ...]


@dataclass(frozen=True)
class Scale:
    """From fen to drawing units; zero is always on the axis."""

    low: float
    high: float
    top: float
    bottom: float

    def y(self, fen: float) -> float:
        """The height of an amount."""
        return self.bottom - (fen - self.low) / (self.high - self.low) * (self.bottom - self.top)


def scale(series: Sequence[Series], top: float, bottom: float) -> tuple[Scale, float]:
    """A scale that holds every stack, and the step of its lines."""
    bars = list(zip(*(layer.amounts for layer in series), strict=True))
    highest = max((sum(value for value in bar if value > 0) for bar in bars), default=0)
    lowest = min((sum(value for value in bar if value < 0) for bar in bars), default=0)
    high, step = round_top(max(highest, -lowest))
    low, _ = round_top(-lowest) if lowest < 0 else (0.0, step)
    return Scale(-low, high if highest > 0 else 0.0, top, bottom), step


def axis_word(fen: float, in_wan: bool) -> str:
    """The number beside an axis line."""
    if fen == 0:
        return "0"
    return formats.wan(int(fen)) if in_wan else money.yuan(int(fen)).removesuffix(".00")


def lines(axis: Scale, step: float, left: float, right: float, size: int, in_wan: bool) -> list[str]:
    """Horizontal lines with their numbers."""
    marks = []
    value = axis.low
    while value <= axis.high + step / 2:
        y = axis.y(value)
        marks.append(mark("path", "ax" if value == 0 else "gl", d=f"M{left:.0f} {y:.1f}H{right:.0f}"))
        marks.append(mark("text", "te", axis_word(value, in_wan), x=left - 6, y=y + size / 3))
        value += step
    return marks


def stack(series: Sequence[Series], place: int, axis: Scale, x: float, width: float) -> list[str]:
    """The layers of one bar, positive amounts upward from zero, negative ones downward, 1.5 units apart."""
    marks = []
    up = down = axis.y(0)
    for layer in series:
        size = abs(layer.amounts[place]) / (axis.high - axis.low) * (axis.bottom - axis.top)
        if size == 0:
            continue
        height = max(1.0, size - 1.5 if size > 4 else size)
        if layer.amounts[place] > 0:
            marks.append(mark("rect", layer.cls, x=x, y=up - height, width=width, height=height, rx=1.5))
            up -= size
        else:
            marks.append(mark("rect", layer.cls, x=x, y=down, width=width, height=height, rx=1.5))
            down += size
    return marks


@dataclass(frozen=True)
class Year:
    """What one year shows: paid months, amounts in fen, months without payment."""

    year: int
    months: int
    person_fen: int
    employer_fen: int
    subsidy_fen: int = 0
    missing: int = 0


def groups(years: Sequence[Year]) -> list[tuple[int, int, int]]:
    """Neighbouring years with missing months: first place, last place, months missing."""
    found: list[tuple[int, int, int]] = []
    for place, year in enumerate(years):
        if year.missing and found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place, found[-1][2] + year.missing)
        elif year.missing:
            found.append((place, place, year.missing))
    return found


def layers(years: Sequence[Year]) -> list[Series]:
    """The person at the base, then the employer, then the subsidy; a layer without any amount is left out."""
    every = [
        Series("f1", "个人缴", tuple(year.person_fen for year in years)),
        Series("f2", "单位缴", tuple(year.employer_fen for year in years)),
        Series("f3", "政府补贴", tuple(year.subsidy_fen for year in years)),
    ]
    return [layer for layer in every if any(layer.amounts)] or every[:1]


def yearly(years: Sequence[Year], *, elder: bool = False, most: int = 10, counted: str = "月数") -> Plot:
    """Contributions by year, oldest left; brackets stand over years with missing months."""
    if not years:
        return nothing("还没有缴费记录")
    ordered = sorted(years, key=lambda year: year.year)
    shown = ordered[-(5 if elder else most) :]
    series = layers(shown)
    size, width = text_size(elder), frame(elder)
    top, bottom, left = size * 2.4, size * 13.0, size * 2.9
    axis, step = scale(series, top, bottom)
    in_wan = max(axis.high, -axis.low) >= TEN_THOUSAND_YUAN
    left = left if in_wan else size * 3.6
    marks = lines(axis, step, left, width, size, in_wan)
    slot = (width - left) / len(shown)
    bar = min(slot * 0.66, 34.0)
    for place, year in enumerate(shown):
        x = left + slot * (place + 0.5)
        marks += stack(series, place, axis, x - bar / 2, bar)
        marks.append(
            mark(
                "text",
                "wt tm" if year.missing else "tm",
                f"{year.year % 100:02d}",
                x=x,
                y=bottom + size * 1.4,
            )
        )
    marks += brackets(shown, series, axis, left, slot, size)
    label = yearly_finding(shown, in_wan)
    words = tuple(key(layer.cls, layer.word) for layer in series)
    return Plot(
        svg=drawing(width, bottom + size * 1.7, label, marks),
        label=label,
        key=words if len(words) > 1 else (),
        table=yearly_table(ordered, layers(ordered), counted),
        unit="单位：万元" if in_wan else "单位：元",
    )


def brackets(
    years: Sequence[Year], series: Sequence[Series], axis: Scale, left: float, slot: float, size: int
) -> list[str]:
    """A bracket and the number of missing months over each group of years."""
    marks = []
    for first, last, missing in groups(years):
        tallest = max(
            sum(max(0, layer.amounts[place]) for layer in series) for place in range(first, last + 1)
        )
        y = max(axis.y(tallest) - size * 0.7, size * 1.5)
        a, b = left + slot * (first + 0.18), left + slot * (last + 0.82)
        marks.append(mark("path", "brk", d=f"M{a:.1f} {y + 5:.1f}V{y:.1f}H{b:.1f}V{y + 5:.1f}"))
        words = f"缺 {missing} 个月" if last > first or len(years) < 6 else f"缺 {missing}"
        marks.append(mark("text", "wt tm", words, x=(a + b) / 2, y=y - size * 0.4))
    return marks


def yearly_finding(years: Sequence[Year], in_wan: bool) -> str:
    """The sentence of the plot."""
    total = sum(year.person_fen + year.employer_fen + year.subsidy_fen for year in years)
    span = f"{years[0].year} 年" if len(years) == 1 else f"{years[0].year} 到 {years[-1].year} 年"
    missing = sum(year.missing for year in years)
    lack = f"，其中 {missing} 个月没有缴费" if missing else ""
    amount = f"{formats.wan(total)} 万元" if in_wan else formats.yuan_unit(total)
    return f"{span}一共缴费 {amount}{lack}。下面有同样内容的表格。"


def yearly_table(years: Sequence[Year], series: Sequence[Series], counted: str) -> Table:
    """Newest year first; amounts in yuan."""
    head = ("年", counted, *(f"{layer.word}（元）" for layer in series))
    rows = [
        (str(year.year), str(year.months), *(money.yuan(layer.amounts[place]) for layer in series))
        for place, year in enumerate(years)
    ]
    return Table(head, tuple(reversed(rows)))


@dataclass(frozen=True)
class SpendingMonth:
    """One month of medical spending in fen; a month without a visit is absent, not zero."""

    month: int
    fund_fen: int
    account_fen: int
    cash_fen: int

    @property
    def total_fen(self) -> int:
        return self.fund_fen + self.account_fen + self.cash_fen


def spending(months: Sequence[SpendingMonth], *, year: int, until: int, elder: bool = False) -> Plot:
    """Spending by month of a year up to month `until` (1-12); months without a visit read 无."""
    if not months:
        return nothing(f"{year} 年没有就医记录")
    by_month = {entry.month % 100: entry for entry in months}
    ordered = [by_month.get(number) for number in range(1, 13)]
    series = [
        Series("fp", "个人账户", tuple(entry.account_fen if entry else 0 for entry in ordered)),
        Series("f1", "您自己付", tuple(entry.cash_fen if entry else 0 for entry in ordered)),
        Series("f2", "统筹基金", tuple(entry.fund_fen if entry else 0 for entry in ordered)),
    ]
    size, width = text_size(elder), frame(elder)
    top, bottom, left = size * 1.2, size * 11.0, size * 3.6
    axis, step = scale(series, top, bottom)
    marks = lines(axis, step, left, width, size, in_wan=False)
    slot = (width - left) / 12
    for place, entry in enumerate(ordered):
        x = left + slot * (place + 0.5)
        marks += stack(series, place, axis, x - slot * 0.33, slot * 0.66)
        if entry is None and place < until and not elder:
            marks.append(mark("text", "tm", "无", x=x, y=axis.y(0) - size * 0.4))
        if place % (5 if elder else 2) == 0:
            marks.append(mark("text", "tm", f"{place + 1}月", x=x, y=bottom + size * 1.4))
    label = spending_finding(list(by_month.values()), year)
    rows = tuple(spending_row(number, by_month.get(number)) for number in range(until, 0, -1))
    return Plot(
        svg=drawing(width, bottom + size * 1.7, label, marks),
        label=label,
        key=tuple(key(layer.cls, layer.word) for layer in reversed(series)),
        table=Table((f"{year}年", "统筹基金（元）", "您自己付（元）", "个人账户（元）"), rows),
        unit="单位：元",
    )


def spending_row(number: int, entry: SpendingMonth | None) -> tuple[str, ...]:
    """A month of the table."""
    if entry is None:
        return (f"{number}月", "没有就医", "", "")
    return (
        f"{number}月",
        money.yuan(entry.fund_fen),
        money.yuan(entry.cash_fen),
        money.yuan(entry.account_fen),
    )


def spending_finding(months: Sequence[SpendingMonth], year: int) -> str:
    """The sentence of the plot: the month with the most."""
    most = max(months, key=lambda entry: (entry.total_fen, entry.month))
    return (
        f"{year} 年每月看病费用，{most.month % 100}月最多，{formats.yuan_unit(most.total_fen)}。"
        "下面有同样内容的表格。"
    )
