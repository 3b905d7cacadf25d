"""What is printed or copied from an article says its source, whose it is, and that it is not for business."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from tests.clauses import doors
from tests.documents import pdf
from tests.journeys.walk import WIDE, Site, walking

pytestmark = pytest.mark.journey
COPY = """() => {
  document.addEventListener("copy", event => { window.copied = event.clipboardData.getData("text/plain"); });
  getSelection().selectAllChildren(document.querySelector("main"));
  document.execCommand("copy");
  return window.copied;
}"""


@pytest.mark.clause("JL-2.1-06")
def test_an_article_on_paper_and_a_copy_of_it_name_source_and_holder_and_forbid_business(
    site: Site, chromium: Browser, tmp_path: Path
) -> None:
    ((notice,),) = doors.rows(
        "insert into notices_announcement (kind, title, body, published_at, by_actor)"
        " select 'service', '年底办事时间', '十二月三十一日照常办公，元旦放假三天。', now(), min(id) from privacy_actor returning id"
    )
    bureau = settings.DEPLOYMENT["handler"]["name"]
    with walking(chromium, site, WIDE) as walk:
        for path in (f"/announcements/{notice}/", "/privacy/policy/", "/items/flexible-enrolment/"):
            walk.go(path)
            printed = "".join(pdf.text(walk.page.pdf(), tmp_path).split())
            copied = "".join(walk.page.evaluate(COPY).split())
            for text in (printed, copied):
                assert f"来源：{settings.DEPLOYMENT['name']}" in text and path in text, (path, text[-300:])
                assert f"权利归{bureau}" in text and "不得用于商业目的" in text, path
        assert walk.page.locator("[data-cite]").is_hidden()
