"""Plots: well-formed, labelled, equal to their table, calm on empty, single and negative data."""

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base import money
from shebao.base import month as months
from shebao.web.charts import area, bars, cells, dots, grid, stack
from shebao.web.charts.plot import Plot, round_top

FEN = st.integers(-10_000_000, 100_000_000)
MONTH = st.integers(months.index(199201), months.index(203012)).map(months.at)
STATES = st.sampled_from(["paid", "paid", "paid", "backpay", "transfer", "paying", "gap", "arrears"])


def tree(plot: Plot) -> ET.Element:
    """The parsed drawing; fails on anything that is not well-formed or carries a style."""
    assert "style" not in plot.svg
    assert "nan" not in plot.svg.lower() and "inf" not in plot.svg.lower()
    root = ET.fromstring(plot.svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == plot.label != ""
    _, _, width, height = (float(part) for part in (root.get("viewBox") or "").split())
    assert width > 0 and height > 0
    for element in root.iter():
        for name in ("width", "height", "r"):
            assert float(element.get(name) or 0) >= 0, ET.tostring(element)
    return root


def filled(root: ET.Element, cls: str) -> list[ET.Element]:
    return [element for element in root.iter() if cls in (element.get("class") or "").split()]


@pytest.mark.parametrize(
    "empty",
    [
        lambda: grid.grid({}),
        lambda: grid.strip([]),
        lambda: bars.yearly([]),
        lambda: bars.spending([], year=2026, until=11),
        lambda: area.steps([]),
        lambda: stack.share_bar([], what="今年看病"),
        lambda: stack.tally(0, 0, 0, name="JL"),
        lambda: dots.who_dots({}, until=202611),
        lambda: cells.working_days(0, 0),
    ],
)
def test_without_data_there_is_a_sentence_and_no_picture(empty: Callable[[], Plot]) -> None:
    plot = empty()
    assert plot.svg == ""
    assert plot.label
    assert plot.table is None


@given(st.dictionaries(MONTH, STATES, min_size=1, max_size=200), st.booleans())
def test_the_grid_counts_what_the_table_counts(states: dict[int, str], elder: bool) -> None:
    plot = grid.grid(states, elder=elder, most_years=100)
    tree(plot)
    assert plot.table is not None
    paid = sum(state in grid.PAID for state in states.values())
    assert sum(int(row[1]) for row in plot.table.rows) == paid
    if not elder:
        assert len(filled(ET.fromstring(plot.svg), "fp")) == paid


def test_a_gap_is_outlined_and_struck_and_the_future_is_blank() -> None:
    states = dict.fromkeys(months.between(202501, 202610), "paid")
    states |= {202603: "gap", 202604: "gap", 202610: "paying"}
    plot = grid.grid(states)
    root = tree(plot)
    assert len(filled(root, "miss")) == len(filled(root, "hatch")) == 2
    assert len(filled(root, "pend")) == 1
    assert len(filled(root, "later")) == 2
    assert [key.word for key in plot.key] == ["已到账", "缴款中", "没有缴费"]
    assert plot.table is not None
    assert plot.table.rows[0] == ("2026", "7", "3月没有缴费、4月没有缴费、10月缴款中")


def test_silence_between_two_months_is_unknown_and_never_paid() -> None:
    plot = grid.grid({202601: "paid", 202603: "paid"})
    assert len(filled(tree(plot), "paused")) == 1
    assert plot.table is not None and plot.table.rows[0] == ("2026", "2", "2月没有记录")


def test_years_above_the_picture_become_one_sentence() -> None:
    states = dict.fromkeys(months.between(200903, 202611), "paid")
    plot = grid.grid(states)
    assert plot.note == "2009年3月至2016年12月，94 个月全部到账。"


YEARS = st.lists(
    st.builds(bars.Year, st.integers(1990, 2030), st.integers(0, 12), FEN, FEN, FEN, st.integers(0, 12)),
    min_size=1,
    max_size=20,
    unique_by=lambda year: year.year,
)


@given(YEARS, st.booleans())
def test_yearly_bars_equal_their_table(years: list[bars.Year], elder: bool) -> None:
    plot = bars.yearly(years, elder=elder)
    tree(plot)
    assert plot.table is not None
    person = [layer for layer in plot.table.head if layer.startswith("个人缴")]
    if person:
        column = plot.table.head.index(person[0])
        shown = {row[0]: row[column] for row in plot.table.rows}
        assert shown == {str(year.year): money.yuan(year.person_fen) for year in years}


def test_brackets_name_the_missing_months_of_neighbouring_years() -> None:
    years = [bars.Year(year, 12, 400_000, 800_000) for year in range(2017, 2027)]
    years[6] = bars.Year(2023, 10, 331_360, 662_720, missing=2)
    years[7] = bars.Year(2024, 9, 340_800, 681_600, missing=3)
    plot = bars.yearly(years)
    root = tree(plot)
    assert [element.text for element in filled(root, "wt")] == ["23", "24", "缺 5 个月"]
    assert "缺" not in "".join(row[0] for row in plot.table.rows) if plot.table else False


@given(
    st.lists(
        st.builds(bars.SpendingMonth, st.integers(202601, 202612), FEN, FEN, FEN),
        min_size=1,
        max_size=12,
        unique_by=lambda m: m.month,
    )
)
def test_spending_months_equal_their_table(entries: list[bars.SpendingMonth]) -> None:
    plot = bars.spending(entries, year=2026, until=12)
    tree(plot)
    assert plot.table is not None
    shown = {row[0]: row[1:] for row in plot.table.rows}
    for entry in entries:
        wanted = (money.yuan(entry.fund_fen), money.yuan(entry.cash_fen), money.yuan(entry.account_fen))
        assert shown[f"{entry.month % 100}月"] == wanted
    assert sum(cells[0] == "没有就医" for cells in shown.values()) == 12 - len(entries)


ACCOUNT = st.lists(
    st.builds(area.Year, st.integers(1993, 2030), FEN, FEN, FEN, FEN, FEN, st.just("1.50%"), st.booleans()),
    min_size=1,
    max_size=30,
    unique_by=lambda year: year.year,
)


@given(ACCOUNT, st.booleans())
def test_account_steps_equal_their_table(years: list[area.Year], elder: bool) -> None:
    plot = area.steps(years, elder=elder)
    tree(plot)
    assert plot.table is not None
    closing = {row[0][:4]: row[-1] for row in plot.table.rows}
    assert closing == {str(year.year): money.yuan(year.closing_fen) for year in years}


@given(st.lists(FEN, min_size=1, max_size=3))
def test_the_parts_of_a_bar_fill_it_and_equal_their_table(amounts: list[int]) -> None:
    parts = [stack.Part("f1", f"第{place}份", fen) for place, fen in enumerate(amounts)]
    plot = stack.share_bar(parts, what="今年看病")
    if not any(fen > 0 for fen in amounts):
        assert plot.svg == ""
        return
    root = tree(plot)
    widths = [float(element.get("width") or 0) for element in filled(root, "f1")]
    assert sum(widths) + stack.GAP * (len(widths) - 1) == pytest.approx(326, abs=0.5)
    assert plot.table is not None
    assert [row[1] for row in plot.table.rows] == [money.yuan(fen) for fen in amounts]


@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from(months.between(202512, 202612)),
            st.sampled_from(["self", "staff", "partner", "system", "refused", "emergency"]),
        ),
        st.integers(1, 500),
        min_size=1,
    ),
    st.booleans(),
)
def test_dots_have_the_area_of_the_count_and_equal_their_table(
    counts: dict[tuple[int, str], int], elder: bool
) -> None:
    plot = dots.who_dots(counts, until=202611, elder=elder)
    root = tree(plot)
    assert plot.table is not None
    total = plot.table.rows[0]
    assert sum(int(number) for number in total[1:]) == sum(counts.values())
    circles = sum(who not in ("refused", "emergency") for _, who in counts)
    assert len(list(root.iter("circle"))) == circles
    assert len(filled(root, "fb")) == len(counts) - circles


def test_what_is_older_than_twelve_months_is_not_counted() -> None:
    plot = dots.who_dots({(202410, "staff"): 9, (202611, "staff"): 1}, until=202611)
    assert "经办人员 1 次" in plot.label


@given(st.integers(1, 120), st.integers(-3, 200), st.integers(0, 40))
def test_working_day_cells(total: int, used: int, paused: int) -> None:
    plot = cells.working_days(total, used, paused=paused)
    root = tree(plot)
    done = max(0, used)
    assert len(filled(root, "f1")) == min(done, total)
    assert len(filled(root, "f0")) == max(0, total - done)
    assert len(filled(root, "fb")) == max(0, done - total)
    assert len(filled(root, "paused")) == paused


@given(st.floats(0.01, 1e12))
def test_axes_hold_the_highest_value_in_few_steps(highest: float) -> None:
    top, step = round_top(highest)
    assert top >= highest * 0.999999
    assert 1 <= round(top / step) <= 5
