"""The board of loads and clocks: counts that agree with the cases, plots that agree with their tables, no person."""

import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shebao.base import clock
from shebao.cases.assigning import Load
from shebao.desk import views_work
from shebao.web.charts import desk
from tests import people
from tests.clauses import doors
from tests.clauses.test_desk import at_the_desk
from tests.conftest import Installation
from tests.desk.matters import sent

TODAY = date(2026, 11, 23)
DAYS = st.dates(TODAY - timedelta(days=90), TODAY + timedelta(days=90))
LOADS = st.lists(
    st.builds(
        Load,
        kind=st.sampled_from(["inpatient-claim", "objection"]),
        state=st.sampled_from(["submitted", "accepted", "proposed", "supplement", "decided"]),
        due_on=st.none() | DAYS,
        escalated=st.sampled_from([0, 70, 100]),
        holder=st.sampled_from(["", "001127", "009988"]),
        submitted_on=st.none() | st.dates(TODAY - timedelta(days=120), TODAY),
        count=st.integers(1, 40),
    ),
    max_size=30,
)


@given(load=LOADS)
def test_every_plot_counts_every_case_once(load: list[Load]) -> None:
    board = views_work.board(load, TODAY)
    total = sum(row.count for row in load)
    assert board["total"] == total == sum(count for _, count, _ in board["ages"])
    for name in ("by_item", "by_stage", "by_holder"):
        assert sum(count for _, count, _ in board[name]) == total
        assert sum(late for _, _, late in board[name]) == board["late"]
    assert board["due"][0] == ("超期", board["late"], "fb")


@given(
    bars=st.lists(st.tuples(st.sampled_from("一二三四五"), st.integers(0, 50), st.just("f2")), max_size=12)
)
def test_columns_equal_their_table(bars: list[desk.Bar]) -> None:
    plot = desk.columns(bars, finding="按到期日的件数", head=("到期日", "件数"))
    if not any(count for _, count, _ in bars):
        assert not plot.svg
        return
    assert plot.table is not None and plot.table.rows == tuple((word, str(count)) for word, count, _ in bars)
    assert [count for word, count in plot.table.rows if count != "0"] == re.findall(
        r'em tm"[^>]*>(\d+)<', plot.svg
    )


def test_the_board_tells_what_is_late_and_names_nobody(standing: Installation) -> None:
    sent(people.citizen(people.CHUNMEI), now=clock.now() - timedelta(days=70))
    sent(people.citizen(people.YUANSHAN))
    for role in ("clerk", "supervisor"):
        _, browser = at_the_desk(role)
        browser.get("/desk/work/")
        assert browser.status == 200 and "1 件超期" in browser.text and "待办 2 件" in browser.text
        for subject in (people.CHUNMEI, people.YUANSHAN):
            assert doors.value(subject, "person.name") not in browser.page
    elsewhere = doors.browser_of(people.staff("clerk", unit="别的科室")).get("/desk/work/")
    assert "没有待办的件" in elsewhere.text
