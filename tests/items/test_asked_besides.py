"""另外要的: what a notice asks in the clerk's own words is answered with a page, on a page of its own."""

import pytest

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.cases.deciding import Lack
from shebao.items import handing_in, handling, office, progress
from shebao.web.pages import case as case_page
from tests import people
from tests.cases import files
from tests.conftest import Installation
from tests.desk.matters import sent


def test_what_was_asked_besides_can_be_handed_in_and_is_seen_at_the_desk(standing: Installation) -> None:
    by, clerk, now = people.citizen(people.CHUNMEI), people.staff("clerk"), clock.now()
    no = sent(by)
    assigning.take(no, by=clerk)
    office.ask(no, lacking=[Lack("other", "请写明是哪个科室")], now=now, by=clerk)
    (line,) = case_page.lacking(progress.view(no, now=now, by=by))
    assert (line["name"], line["url"]) == ("另外要的", f"/cases/{no}/materials/other/")
    assert handing_in.shelf(no, "other", by=by).may_change
    with pytest.raises(Refusal, match="precondition_unmet"):
        handling.supply(no, now=now, by=by)
    handing_in.hand_in(no, "other", files.photo((800, 1000)), "note.jpg", now=clock.now(), by=by)
    (line,) = case_page.lacking(progress.view(no, now=now, by=by))
    assert line["state"] == "补了 1 页"
    handling.supply(no, now=clock.now(), by=by)
    assigning.take(no, by=clerk)
    seen = office.open_case(no, now=now, by=clerk)
    assert seen.wanted[-1].name == "另外要的"
    assert [page.material for page in seen.pages].count("other") == 1


def test_a_draft_takes_no_page_that_nobody_asked_for(standing: Installation) -> None:
    by = people.citizen(people.YUANSHAN)
    no = handling.start("inpatient-claim", now=clock.now(), by=by)
    with pytest.raises(Refusal) as caught:
        handing_in.hand_in(no, "other", files.photo((800, 1000)), "note.jpg", now=clock.now(), by=by)
    assert caught.value.code == "not_found"
