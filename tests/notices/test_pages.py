"""The pages and the API of the messages: own messages only, choices, links without log-in, the desk."""

import re

import pytest
from django.test import Client

from shebao.base import clock
from shebao.notices import mailings, preferences
from shebao.notices.channels import inbox
from tests import people
from tests.clauses.doors import agree, api, browser_of, rows
from tests.identity import people as insurance
from tests.identity.browser import Browser
from tests.identity.test_pages import accept
from tests.notices.errands import Scripted, post, worker
from tests.notices.test_mailings import FEATURE, OFFER, have, post_all, send

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


def test_the_inbox_puts_first_what_asks_something(shebao):
    me = people.citizen()
    first = post(template="incident")
    second = post()
    page = browser_of(me).get("/inbox/")
    assert page.text.index("要您办的") < page.text.index("信息安全事件告知") < page.text.index("有结果了")
    assert "2 条未读" in page.page

    page.get(f"/inbox/{first}/")
    assert "接口" in page.text and "等待发送" in page.text
    assert "1 条未读" in page.get("/inbox/").page and "要您办的" not in page.text
    page.send("/inbox/read-all")
    assert "条未读" not in page.page
    assert rows("select count(*) from notices_message where read_at is null") == [(0,)]
    assert second


def test_nobody_reads_anothers_message(shebao):
    number = post()
    other = people.citizen(people.YUANSHAN)
    page = browser_of(other).get(f"/inbox/{number}/")
    assert page.status == 404 and "退休" not in page.page
    assert api(other, f"/inbox/{number}").status_code == 404
    assert api(other, "/inbox").json() == {"messages": [], "more": False}
    assert Browser().get("/inbox/").status in (401, 403)


def test_twenty_on_a_page_and_older_ones_by_a_link(shebao):
    me = people.citizen()
    numbers = [post(template="case.accepted") for _ in range(23)]
    page = browser_of(me).get("/inbox/")
    assert page.page.count('href="/inbox/') >= 20
    (older,) = page.links("/inbox/?before=")
    assert f"/inbox/{numbers[0]}/" in page.get(older).page
    first = inbox.listing(me)
    rest = inbox.listing(me, before=first.messages[-1].number)
    assert [one.number for one in (*first.messages, *rest.messages)] == numbers[::-1]


def test_choices_are_kept_and_muted_channels_are_skipped(shebao):
    me = people.citizen()
    page = browser_of(me).get("/inbox/settings/")
    assert "关不掉" in page.text and "推广" not in page.text.split("订阅主题")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.page).group(1)
    page.client.post(
        "/inbox/settings/",
        {"csrfmiddlewaretoken": token, "c-progress": ["sms"], "c-feature": ["inbox"], "topic": ["guides"]},
        headers={"origin": "http://testserver"},
    )
    wishes = preferences.wishes(me)
    assert wishes.off["progress"] == {"push", "email"} and wishes.topics == {"guides"}
    number = post(template="case.accepted")
    push = Scripted("push")
    worker(push).run()
    assert push.sent == []
    assert rows("select error from notices_delivery where message_id = %s order by id limit 1", number) == [
        ("muted",)
    ]


def test_the_api_reads_and_sets_choices_and_refuses_to_mute_what_must_arrive(shebao):
    me = people.citizen()
    head = {"Authorization": f"Bearer {me.token.hex()}"}
    told = api(me, "/inbox/settings").json()
    assert told == {
        "categories": {"progress": ["push", "email", "sms"], "feature": ["inbox", "push", "email"]},
        "topics": [],
    }
    wish = {"categories": {"feature": []}, "topics": ["events"]}
    answer = Client().put("/api/v1/inbox/settings", wish, content_type="application/json", headers=head)
    assert answer.json()["categories"]["feature"] == [] and answer.json()["topics"] == ["events"]
    for bad in ({"categories": {"security": []}, "topics": []}, {"categories": {}, "topics": ["insurance"]}):
        assert Client().put(
            "/api/v1/inbox/settings", bad, content_type="application/json", headers=head
        ).status_code in (403, 422)
    post()
    assert api(me, "/inbox/unread").json() == {"unread": 1}


def test_a_browser_is_registered_only_with_the_anti_forgery_token(world):
    me = people.citizen()
    wish = world.push.browser().wish
    body = {"endpoint": wish["endpoint"], "keys": {"p256dh": wish["p256dh"], "auth": wish["auth"]}}
    page = browser_of(me).get("/inbox/settings/")
    assert "打开推送" in page.page
    bare = page.client.post(
        "/inbox/settings/push",
        body,
        content_type="application/json",
        headers={"origin": "https://evil.example"},
    )
    assert bare.status_code in (403, 422) and rows("select count(*) from notices_push") == [(0,)]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.page).group(1)
    good = page.client.post("/inbox/settings/push", body, content_type="application/json",
                            headers={"x-csrftoken": token, "origin": "http://testserver"})  # fmt: skip
    assert good.status_code == 204 and rows("select count(*) from notices_push") == [(1,)]
    assert wish["endpoint"].encode() not in bytes(rows("select sealed from notices_push")[0][0])
    page.get("/inbox/settings/").send("/inbox/settings/push/off")
    assert rows("select count(*) from notices_push") == [(0,)]


def test_an_address_is_given_confirmed_and_removed_on_the_page(world):
    me = people.citizen()
    page = browser_of(me).get("/inbox/settings/")
    assert page.send("/inbox/settings/email", email="chunmei").status == 422 and "邮箱写得不完整" in page.text
    page.send("/inbox/settings/email", email="chunmei@example.org")
    assert "还没确认" in page.text
    world.now.at = clock.now()
    world.work()
    link = re.search(r"/inbox/confirm/[0-9a-f]+", world.mail.mail[0].get_content()).group()
    stranger = Browser().get(link)
    assert "这个邮箱是您的吗" in stranger.text and "chunmei" not in stranger.page + link
    stranger.post(link)
    assert "邮箱已确认" in stranger.text
    assert "已确认" in page.get("/inbox/settings/").text and "chunmei@" not in page.page
    page.send("/inbox/settings/email/remove")
    assert "马上停止发信" in page.text


@pytest.mark.profile("ebao")
@pytest.mark.clause("EB-2.1.3-02")
def test_the_link_in_a_campaign_mail_works_without_log_in_and_names_nobody(world):
    me, other = people.citizen(), people.citizen(people.YUANSHAN)
    agree(me, "notice.marketing")
    agree(other, "notice.marketing")
    world.confirmed_mail(me)
    send("promotion", OFFER)
    world.now.at = clock.now()
    world.work()
    (mail,) = world.mail.mail
    assert "推广" in mail["Subject"] and mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.search(r"/unsubscribe/[0-9a-f]{32}", mail.get_content()).group()
    assert link in mail["List-Unsubscribe"]

    opened = Browser().get(link)
    assert "不再收推广" in opened.text and not opened.cookies
    tapped = Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})
    assert tapped.status_code == 200 and "已退订" in tapped.content.decode()
    again = send("promotion", OFFER)
    assert (
        again
        and have("promotion").count(people.CHUNMEI) == 1
        and have("promotion").count(people.YUANSHAN) == 2
    )


@pytest.mark.profile("ebao")
def test_no_box_for_promotion_is_ticked_before_a_yes(shebao):
    me = people.citizen()
    page = browser_of(me).get("/inbox/settings/")
    assert 'name="c-promotion"' not in page.page and "要您先同意才会发" in page.text
    page.send("/inbox/settings/", **{"c-feature": ["inbox"]})
    agree(me, "notice.marketing")
    assert 'name="c-promotion" value="inbox" checked' in page.get("/inbox/settings/").page
    send("promotion", OFFER)
    assert have("promotion") == [people.CHUNMEI], "what was saved before the yes mutes nothing"


@pytest.mark.parametrize("token", ["x", "00", "ff" * 16, "0" * 400])
def test_a_made_up_link_ends_nothing(standing, token):
    for path in (f"/unsubscribe/{token}", f"/inbox/confirm/{token}"):
        assert Client().post(path).status_code in (403, 404)


def test_a_public_notice_stands_on_its_page_on_home_and_in_the_api(shebao):
    send("feature", FEATURE)
    for path in ("/", "/announcements/"):
        assert FEATURE["title"] in Browser().get(path).page
    (told,) = Client().get("/api/v1/announcements").json()
    assert FEATURE["text"] in Browser().get(f"/announcements/{told['number']}/").page
    assert Browser().get("/announcements/999/").status == 404


@pytest.mark.clause("GX-1.1-15")
@pytest.mark.profile("guangxi")
def test_registering_and_subscribing_succeed_with_required_fields_alone(open_house):
    browser, person = accept(Browser(), *insurance.versions()), insurance.insured()
    browser.send("/register", name=person.name, id_number=person.id_number)
    assert "选填" in browser.text
    browser.send("/register/phone", phone="")
    browser.send("/register/login", login="chunmei", password=insurance.PASSWORD)
    if "sb_session" not in browser.cookies:
        browser.get("/login?next=/inbox/settings/")
        browser.send("/login", login="chunmei", password=insurance.PASSWORD)
    browser.get("/inbox/settings/").send("/inbox/settings/", topic="events")
    assert "马上生效" in browser.text
    send("feature", FEATURE | {"title": "下周有讲座"}, topic="events")
    assert have("feature") == [], "the category itself was left unticked"
    browser.get("/inbox/settings/").send("/inbox/settings/", topic="events", **{"c-feature": ["inbox"]})
    send("feature", FEATURE | {"title": "下周有讲座"}, topic="events")
    assert have("feature") == [person.subject_id]
    assert "下周有讲座" in browser.get("/inbox/").text
    browser.get("/inbox/settings/").send("/inbox/settings/", **{"c-feature": ["inbox"]})
    send("feature", FEATURE, topic="events")
    assert have("feature") == [person.subject_id]


@pytest.mark.profile("guangxi")
def test_a_subscriber_chooses_topics_gets_them_and_leaves(shebao):
    me = people.citizen()
    people.citizen(people.YUANSHAN)
    page = browser_of(me).get("/inbox/settings/")
    assert "订阅主题（选填）" in page.text and "邮箱（选填）" in page.text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.page).group(1)
    form = {
        "csrfmiddlewaretoken": token,
        "c-progress": ["push", "email", "sms"],
        "c-feature": ["inbox", "push", "email"],
    }
    for chosen, expected in (({"topic": ["events"]}, 1), ({}, 1)):
        page.client.post("/inbox/settings/", form | chosen, headers={"origin": "http://testserver"})
        send("feature", FEATURE, topic="events")
        assert have("feature") == [people.CHUNMEI] * expected


def test_the_desk_drafts_approves_and_reads_the_chain(shebao):
    officer = browser_of(people.staff("privacy_officer", unit="信息管理科"))
    officer.get("/desk/messages/new/feature")
    officer.send("/desk/messages/draft/feature", **FEATURE)
    assert officer.at == "/desk/messages/" and "要另一位来批" in officer.text
    number = rows("select id from notices_mailing")[0][0]
    officer.client.post(f"/desk/messages/{number}/approve")
    assert rows("select state from notices_mailing") == [("draft",)]
    supervisor = browser_of(people.staff("supervisor"))
    supervisor.get("/desk/messages/").send(f"/desk/messages/{number}/approve")
    post_all()
    assert have("feature")
    message = rows("select id from notices_message order by id limit 1")[0][0]
    while worker(Scripted("push", reachable=False)).run():
        pass
    assert "推送：没送到，换下一种" in supervisor.get(f"/desk/messages/?message={message}").text
    for actor in (people.citizen(people.YUANSHAN), people.staff("auditor")):
        assert browser_of(actor).get("/desk/messages/").status == 403


def test_the_desk_refuses_what_is_not_filled_in(shebao):
    officer = browser_of(people.staff("privacy_officer"))
    officer.get("/desk/messages/new/feature").send("/desk/messages/draft/feature", title="只有标题", text="")
    assert officer.status == 422 and "每一格都要填" in officer.text
    assert mailings.listed(people.staff("supervisor")) == []
