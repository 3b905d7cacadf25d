"""The queue by its clock: what is late, warned, halted or free, whatever page it stands on; keys have their hints."""

from datetime import timedelta

from shebao.base import clock
from shebao.cases import assigning
from shebao.cases.deciding import Lack
from shebao.items import office
from tests import people
from tests.clauses import doors
from tests.conftest import Installation
from tests.desk.matters import sent

UNIT = "城南经办处"


def test_each_clock_names_its_own_and_the_head_counts_beyond_the_page(standing: Installation) -> None:
    now = clock.now()
    numbers = [sent(people.citizen(people.CHUNMEI), now=now) for _ in range(4)]
    doors.run("update cases_case set unit = %s where no = any(%s)", UNIT, numbers)
    late, soon, halted, fresh = numbers
    today = clock.today_in_china(now)
    doors.run("update cases_case set due_on = %s, warn_on = %s where no = %s",
              today - timedelta(days=1), today - timedelta(days=9), late)  # fmt: skip
    doors.run("update cases_case set warn_on = %s where no = %s", today, soon)
    clerk = people.staff("clerk", unit=UNIT)
    assigning.take(halted, by=clerk)
    office.ask(halted, lacking=[Lack("list", "第 2 页看不清")], now=now, by=clerk)

    def named(code: str) -> list[str]:
        return [row.no for row in assigning.queue(clock=code, today=today, by=clerk)]

    assert named("late") == [late] and named("soon") == [soon] and named("halted") == [halted]
    assert sorted(named("free")) == sorted([late, soon, fresh])
    assert sorted(named("")) == sorted(numbers) and named("nothing") == []
    browser = doors.browser_of(clerk)
    text = browser.get("/desk/?clock=soon").text
    assert soon in text and fresh not in text.split("两周内")[0] and "1 件超期" in text
    assert "没有合条件的件" in browser.get("/desk/?clock=late&view=mine").text
    assert "顺延中" in browser.get("/desk/?clock=halted").text
    assert "后面没有了" in browser.get("/desk/?page=9").text
