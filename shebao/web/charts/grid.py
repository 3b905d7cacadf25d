"""Year x month grid: which months were paid (哪几个月缴了费), and the twelve-month strip of the home page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shebao.base import month as months
from shebao.web import formats
from shebao.web.charts.plot import Key, Plot, Table, drawing, frame, key, mark, nothing, text_size

PAID = ("paid", "backpay", "transfer")
MISSING = ("gap", "arrears")
WORDS = {
    "paid": "已到账",
    "backpay": "补缴",
    "transfer": "转入",
    "paying": "缴款中",
    "gap": "没有缴费",
    "arrears": "单位欠缴",
    "unknown": "没有记录",
}


@dataclass(frozen=True)
class Months:
    """The state of each known month (YYYYMM -> WORDS); silence between first and last is unknown."""

    states: Mapping[int, str]

    @property
    def first(self) -> int:
        return min(self.states)

    @property
    def last(self) -> int:
        return max(self.states)

    def state(self, month: int) -> str:
        """The state of a month, "" before the first, "later" after the last."""
        if not self.states or month < self.first:
            return ""
        if month > self.last:
            return "later"
        return self.states.get(month, "unknown")

    def of_year(self, year: int) -> list[str]:
        """The twelve states of a year."""
        return [self.state(year * 100 + number) for number in range(1, 13)]


def cell(state: str, x: float, y: float, width: float, height: float) -> list[str]:
    """The marks of one month; a missing month carries a stroke as well as a colour."""
    if state == "":
        return []
    if state in PAID:
        marks = [mark("rect", "fp", x=x, y=y, width=width, height=height, rx=3)]
        if state != "paid":
            marks.append(mark("circle", "late", cx=x + width / 2, cy=y + height / 2, r=height / 5.5))
        return marks
    if state == "later":
        return [mark("rect", "later", x=x, y=y, width=width, height=height, rx=3)]
    kind = {"paying": "pend", "unknown": "paused"}.get(state, "miss")
    marks = [mark("rect", kind, x=x + 0.7, y=y + 0.7, width=width - 1.4, height=height - 1.4, rx=3)]
    if kind != "pend":
        slash = (
            f"M{x + width * 0.28:.1f} {y + height * 0.75:.1f}L{x + width * 0.72:.1f} {y + height * 0.25:.1f}"
        )
        marks.append(mark("path", "hatch" if kind == "miss" else "pause", d=slash))
    return marks


def finding(data: Months) -> str:
    """The sentence of the plot: what is missing, else that all is there."""
    wanting = [month for month in sorted(data.states) if data.states[month] in MISSING]
    paid = sum(state in PAID for state in data.states.values())
    paying = sum(state == "paying" for state in data.states.values())
    head = f"{formats.month_range(data.first, data.last)}逐月缴费图：{paid} 个月已到账"
    if wanting:
        head += f"，{len(wanting)} 个月没有到账，{formats.month_text(wanting[0])}起"
    if paying:
        head += f"，{paying} 个月缴款中"
    return f"{head}。下面有同样内容的表格。"


def table(data: Months, years: Sequence[int]) -> Table:
    """One row per year: paid months and the names of those that are not paid."""
    rows = []
    for year in years:
        states = data.of_year(year)
        paid = sum(state in PAID for state in states)
        rest = [
            f"{number}月{WORDS[state]}"
            for number, state in enumerate(states, 1)
            if state in WORDS and state != "paid"
        ]
        rows.append((str(year), str(paid), "、".join(rest) or "都已到账"))
    return Table(("年", "到账月数", "其他月份"), tuple(rows))


def earlier(data: Months, first_shown: int) -> str:
    """One sentence for the years above the picture."""
    if not data.states or data.first >= first_shown:
        return ""
    until = months.plus(first_shown, -1)
    known = months.between(data.first, first_shown)
    lacking = sum(data.state(month) not in PAID for month in known)
    tail = (
        f"{len(known)} 个月全部到账"
        if not lacking
        else f"{len(known) - lacking} 个月到账，{lacking} 个月没有"
    )
    return f"{formats.month_range(data.first, until)}，{tail}。"


def legend(data: Months) -> tuple[Key, ...]:
    """Only the marks that occur."""
    seen = set(data.states.values())
    silent = any(data.state(month) == "unknown" for month in months.between(data.first, data.last))
    kinds = [("fp", "已到账", True), ("back", "补缴或转入", bool(seen & {"backpay", "transfer"}))]
    kinds += [("pend", "缴款中", "paying" in seen), ("miss", "没有缴费", bool(seen & set(MISSING)))]
    kinds += [("paused", "没有记录", silent)]
    return tuple(key(kind, word) for kind, word, occurs in kinds if occurs)


def grid(states: Mapping[int, str], *, elder: bool = False, most_years: int = 10) -> Plot:
    """The grid, newest year on top; earlier years become one sentence and stay in the table."""
    data = Months(states)
    if not states:
        return nothing("还没有缴费记录")
    shown = min(most_years, 6) if elder else most_years
    top = data.last // 100
    years = list(range(top, max(data.first // 100, top - shown + 1) - 1, -1))
    size, width = text_size(elder), frame(elder)
    left, row, head = size * 3.5, size * 1.9, size * 1.7
    step = (width - left) / 12
    marks = []
    for number in (1, 6, 12) if elder else (1, 3, 6, 9, 12):
        place = "te" if number == 12 else "tm" if number > 1 else "ts"
        x = width if number == 12 else left + step * (number - 1) + (0 if number == 1 else step / 2 - 2)
        marks.append(mark("text", place, f"{number}月", x=x, y=size - 1))
    for line, year in enumerate(years):
        y = head + line * row
        marks.append(mark("text", "em" if line == 0 else "", str(year), x=0, y=y + row / 2 + size / 6))
        for column, state in enumerate(data.of_year(year)):
            marks += cell(state, left + column * step, y, step - 4, row - 6)
    label = finding(data)
    every = list(range(top, data.first // 100 - 1, -1))
    return Plot(
        svg=drawing(width, head + len(years) * row - 4, label, marks),
        label=label,
        key=legend(data),
        table=table(data, every),
        note=earlier(data, years[-1] * 100 + 1),
    )


def strip(last: Sequence[tuple[int, str]], *, elder: bool = False) -> Plot:
    """Twelve months in a row for the home page; the sentence beside it says the same."""
    if not last:
        return nothing("还没有缴费记录")
    width = frame(elder)
    step = width / len(last)
    marks = []
    for place, (_, state) in enumerate(last):
        x = place * step
        if state == "paid":
            marks.append(mark("rect", "f1", x=x, y=0, width=step - 5, height=10, rx=2.5))
        else:
            marks += cell(state if state in WORDS else "unknown", x, 0, step - 5, 10)
    label = sentence(last)
    return Plot(svg=drawing(width, 12, label, marks), label=label)


def sentence(last: Sequence[tuple[int, str]]) -> str:
    """The last months in words."""
    counts = [("个月已到账", sum(state in PAID for _, state in last))]
    counts += [("个月缴款中", sum(state == "paying" for _, state in last))]
    counts += [("个月没有缴费", sum(state in MISSING for _, state in last))]
    counts += [("个月还没有记录", sum(state not in WORDS or state == "unknown" for _, state in last))]
    return f"近 {len(last)} 个月缴费：" + "，".join(f"{total} {words}" for words, total in counts if total)
