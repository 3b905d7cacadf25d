"""参保资助 in a browser: what the list of civil affairs changed stands in the record and in the message."""

import pytest
from playwright.sync_api import Browser

from shebao.items import aiding
from shebao.web.views.answering import today
from tests import people
from tests.items.test_aiding import text
from tests.journeys.test_citizen import log_in
from tests.journeys.test_employer import picture
from tests.journeys.test_items import at_the_office
from tests.journeys.walk import PHONE, WIDE, Site, walking

pytestmark = pytest.mark.journey
PROFILE = "guangxi"
RESIDENT = "其其格·白音"


def aided(subject: int, year: int) -> aiding.Report:
    """The list of civil affairs with her on it, taken in by two people."""
    aiding.approve(
        batch="W1", year=year, operator=people.staff("operator"), approver=people.staff("supervisor")
    )
    lines = aiding.read(text((subject, "最低生活保障对象")))
    return aiding.take_in(lines, year=year, batch="W1", on=today(), allow_demo=True)


def test_she_sees_what_is_left_to_pay_and_why(site: Site, chromium: Browser) -> None:
    subject = site.login(RESIDENT)["subject"]
    year = today().year + 1
    report = at_the_office(aided, subject, year)
    assert isinstance(report, aiding.Report) and report.aided == 1
    for size in (PHONE, WIDE):
        with walking(chromium, site, size) as walk:
            log_in(walk, RESIDENT)
            walk.go("/me/contributions?insurance=390")
            assert f"{year}年要缴 160.00 元，已经减去资助 240.00 元" in walk.text and "仅供参考" in walk.text
            picture(walk, "aid-contributions", size)
            walk.go("/inbox/")
            assert f"{year}年的居民医保，您可以少缴" in walk.text
            picture(walk, "aid-inbox", size)
