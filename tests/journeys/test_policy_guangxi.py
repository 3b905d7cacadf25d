"""guangxi: a new version is on the web and in the app at once, and each person sees the summary of changes once."""

import pytest
from django.test import Client

from shebao.base import clock
from shebao.notices import mailings, updates
from shebao.notices.channels import inbox
from tests import people
from tests.clauses.doors import api, rows
from tests.identity.browser import Browser
from tests.journeys.test_messages import accepted_before, published
from tests.notices.errands import Scripted, worker

PROFILE = "guangxi"
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.mark.clause("GX-7-02")
def test_both_clients_serve_the_same_hash_and_each_person_sees_the_summary_once(standing):
    persons = [accepted_before(subject) for subject in (1, 2, 3)]
    new = published()
    number = updates.tell(new, now=clock.now())
    in_app = {
        one["part"]: one["text_hash"]
        for one in Client().get("/api/v1/policies").json()
        if one["state"] == "current"
    }
    on_web = Browser().get("/privacy/policy/").page
    assert in_app["policy"] == new.sha256() and new.sha256() in on_web
    assert "有新版本" in Browser().get("/").page
    assert [one["kind"] for one in Client().get("/api/v1/announcements").json()] == ["policy"]

    mailings.approve(number, by=people.staff("supervisor"))
    courier = worker(Scripted("push"))
    while mailings.carry_on(courier):
        pass
    for actor in persons:
        browser = Browser()
        browser.client.cookies["sb_session"] = actor.token.hex()
        browser.get("/me/contributions")
        assert "每年公布一次检查结果" in browser.text and browser.at.startswith("/privacy/policy/change")
        assert browser.get("/me/contributions").at == "/me/contributions"
        (message,) = [one for one in inbox.listing(actor).messages if one.template == "policy.changed"]
        assert new.head.version in message.body
        assert api(actor, "/inbox").json()["messages"][0]["template"] == "policy.changed"
    assert rows("select count(*) from notices_policynotice") == [(3,)]
