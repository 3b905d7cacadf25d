"""The pages under the other two profiles: consent asked first, one text instead of two."""

import pytest
from django.test import Client

from tests import people
from tests.conftest import Installation
from tests.web.test_pages import PUBLIC, agreed, carried, client_of, text

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # static files are not collected in tests


@pytest.mark.profile("ebao")
def test_where_a_purpose_rests_on_consent_it_is_asked_for_first(shebao: Installation) -> None:
    browser = client_of(people.CHUNMEI)
    asked = browser.get("/me/contributions")
    assert asked["Location"].startswith("/privacy/consents/enquiry.contribution?next=")
    notice = text(browser.get(asked["Location"]))
    given = carried(notice)
    answer = browser.post("/privacy/consents/enquiry.contribution/give", given)
    assert answer["Location"] == "/me/contributions"
    assert browser.get("/me/contributions").status_code == 200


@pytest.mark.profile("guangxi")
def test_a_profile_with_one_text_asks_for_one(shebao: Installation) -> None:
    assert agreed().get("/register").status_code == 200
    for path in PUBLIC:
        if path != "/privacy/agreement/":
            assert Client().get(path).status_code == 200, path
