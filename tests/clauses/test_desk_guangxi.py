"""Rows on staff: names in lists, and a lapsed training."""

import re

import pytest

from shebao.desk import urls
from shebao.privacy import masks
from tests import people
from tests.clauses import doors
from tests.clauses.test_desk import at_the_desk, lapse, reveals, taken
from tests.conftest import Installation

PROFILE = "guangxi"
EXAMPLES = {
    "str": "BJ260101-000001",
    "int": "1",
    "slug": "phone",
    "uuid": "00000000-0000-0000-0000-000000000000",
}


@pytest.mark.clause("GX-1.1-16")
def test_a_list_shows_no_name_and_a_case_a_masked_one_until_it_is_revealed(standing: Installation) -> None:
    _, browser = at_the_desk()
    case = taken(browser, people.QINGHE)
    before = reveals(people.QINGHE)
    name = doors.value(people.QINGHE, "person.name")
    assert name not in browser.page and masks.mask("person.name", name) in browser.text
    browser.get("/desk/")
    assert name not in browser.page and case.split("/")[-2] in browser.text
    browser.get(case)
    browser.send(f"{case}reveal", item="person.name", reason="随便看看")
    assert browser.status == 409 and name not in browser.page and reveals(people.QINGHE) == before
    browser.get(case)
    browser.send(f"{case}reveal", item="person.name", reason="核对当事人身份")
    assert name in browser.text and reveals(people.QINGHE) == [*before, ("核对当事人身份", ["person.name"])]
    seen = doors.citizen(people.QINGHE).get("/privacy/who-looked/?who=staff")
    assert "核对当事人身份" in seen.text


@pytest.mark.clause("GX-3.1-05")
def test_after_the_training_lapsed_only_its_own_page_opens(standing: Installation) -> None:
    for role in ("clerk", "supervisor", "security_officer", "privacy_officer", "auditor"):
        actor, browser = at_the_desk(role)
        lapse(actor, -1)
        for pattern in urls.urlpatterns:
            path = "/desk/" + re.sub(r"<(\w+):\w+>", lambda part: EXAMPLES[part[1]], str(pattern.pattern))
            answer = browser.client.get(path)
            if pattern.name == "training":
                assert answer.status_code == 200 and "安全培训" in answer.content.decode()
            else:
                assert answer.status_code in (403, 405), (role, path)
        assert browser.client.get("/me/enrolment").status_code == 403
