"""Messages in a real browser: the inbox, the choices, going to the background, a grave change of the policy."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Page

from shebao.base import clock
from shebao.notices import mailings, updates
from shebao.privacy import gate, policy, register
from tests import people
from tests.clauses.doors import rows, run
from tests.journeys.walk import PHONE, WIDE, Site, Walk, walking
from tests.notices.errands import Scripted, post, worker

pytestmark = pytest.mark.journey
HIDE = """
state => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""
COVERED = "getComputedStyle(document.getElementById('main')).visibility"


def enter(walk: Walk, actor: gate.Actor) -> None:
    """The browser of somebody who is logged in."""
    assert actor.token is not None
    walk.page.context.add_cookies(
        [{"name": "sb_session", "value": actor.token.hex(), "url": walk.site.address}]
    )


def notifications(page: Page) -> list[str]:
    return list(
        page.evaluate(
            "navigator.serviceWorker.ready.then(w => w.getNotifications()).then(l => l.map(n => n.title + '：' + n.body))"
        )
    )


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_message_is_found_read_and_followed(site: Site, chromium, size, script):
    me = people.citizen()
    number = post(template="incident")
    post()
    with walking(chromium, site, size, script=script) as walk:
        enter(walk, me)
        walk.go("/")
        walk.tap("消息", within="nav.tabs")
        assert "要您办的" in walk.text
        walk.page.goto(f"{site.address}/inbox/{number}/")
        walk.look()
        assert "我们做了什么" in walk.text
        walk.tap("消息", within="header")
        walk.tap("通知方式")
        assert "关不掉" in walk.text
        walk.tap("记下", role="button")
        assert "马上生效" in walk.text
        walk.send("发确认邮件", email="chunmei")
        assert "邮箱写得不完整" in walk.text
        walk.go("/announcements/")


@pytest.mark.clause("JL-3.1.1.2-06")
def test_in_the_background_the_content_is_covered_and_the_person_is_told(site: Site, chromium):
    me = people.citizen()
    with walking(chromium, site) as walk:
        walk.page.context.grant_permissions(["notifications"], origin=site.address)
        enter(walk, me)
        page = walk.go("/me/contributions")
        assert page.evaluate(COVERED) == "visible" and page.locator("[data-background]").is_hidden()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")

        page.evaluate(HIDE, "hidden")
        assert page.evaluate(COVERED) == "hidden"
        page.wait_for_function(
            "navigator.serviceWorker.ready.then(w => w.getNotifications()).then(l => l.length > 0)"
        )
        assert notifications(page) == ["已切到后台：内容已经盖住，回来就能看。"]

        page.evaluate(HIDE, "visible")
        assert page.evaluate(COVERED) == "visible"
        strip = page.locator("[data-background]")
        assert strip.is_visible() and "已切到后台" in strip.inner_text()
        page.wait_for_function(
            "navigator.serviceWorker.ready.then(w => w.getNotifications()).then(l => l.length === 0)"
        )


@pytest.mark.clause("JL-3.1.1.2-06")
def test_without_permission_the_banner_on_return_says_it(site: Site, chromium):
    with walking(chromium, site) as walk:
        enter(walk, people.citizen())
        page = walk.go("/me/account")
        page.evaluate(HIDE, "hidden")
        assert page.evaluate(COVERED) == "hidden"
        page.evaluate(HIDE, "visible")
        assert page.locator("[data-background]").is_visible()


def published(major: bool = True) -> policy.Document:
    """A new version of the policy in force, told as the command tells it."""
    profile = settings.PROFILE
    source = (settings.PROFILES / profile / "policy.zh.md").read_text("utf-8")
    today = clock.today_in_china(clock.now())
    head, body = source.split("+++\n", 2)[1:]
    head = re.sub(r"(?m)^version = .*$", 'version = "2027.1"', head)
    head = re.sub(r"(?m)^updated_on = .*$", f"updated_on = {today - timedelta(days=20)}", head)
    head = re.sub(r"(?m)^effective_on = .*$", f"effective_on = {today}", head)
    head = re.sub(r"(?m)^major = .*$", f"major = {str(major).lower()}", head)
    if "\nmajor" not in head:
        head += f"major = {str(major).lower()}\n"
    text = policy.compose(f"+++\n{head}+++\n{body.rstrip()}\n\n每年公布一次检查结果。\n", register.current())
    with transaction.atomic(using="owner"):
        policy.publish(
            text, now=clock.now() - timedelta(days=20), by="个人信息保护负责人", register=register.current()
        )
    return text


def accepted_before(subject: int) -> gate.Actor:
    """Somebody who accepted the texts in force until now."""
    me = people.citizen(subject)
    for part, version in rows(
        "select distinct on (part) part, version from privacy_policy order by part, effective_on desc, id desc"
    ):
        run(
            "insert into privacy_acceptance (actor_id, subject_id, profile, part, version) values (%s, %s, %s, %s, %s)"
            " on conflict do nothing",
            me.actor_id, subject, settings.PROFILE, part, version,
        )  # fmt: skip
    return me


@pytest.mark.clause("JL-3.7-03")
def test_a_grave_change_stands_before_the_next_page_once_and_a_no_leads_to_the_rights(site: Site, chromium):
    said_no, said_yes, closed = (accepted_before(one) for one in (2, 3, 4))
    new = published()
    number = updates.tell(new, now=clock.now())
    assert updates.tell(new, now=clock.now()) == number

    with walking(chromium, site) as walk:
        enter(walk, said_no)
        walk.go("/me/contributions")
        assert walk.path == "/privacy/policy/change" and "每年公布一次检查结果" in walk.text
        sizes = [
            walk.page.get_by_role("button", name=name, exact=True).bounding_box()
            for name in ("不同意", "同意")
        ]
        assert (sizes[0]["width"], sizes[0]["height"]) == (sizes[1]["width"], sizes[1]["height"])
        walk.page.get_by_role("button", name="不同意", exact=True).click()
        walk.look()
        assert walk.path == "/privacy/rights/" and "您没有同意新版" in walk.text
        walk.go("/me/contributions")
        assert walk.path == "/me/contributions", "it stands there once"
    with walking(chromium, site) as walk:
        enter(walk, said_yes)
        walk.go("/me/account")
        with walk.page.expect_navigation():
            walk.page.get_by_role("button", name="同意", exact=True).click()
        assert walk.path == "/me/account"
    with walking(chromium, site) as walk:
        enter(walk, closed)
        walk.go("/")
        assert walk.path == "/privacy/policy/change"
        walk.go("/")
        assert walk.path == "/"
        assert "有新版本" in walk.text, "the public notice"
    assert rows("select subject_id, choice from notices_policynotice order by 1") == [
        (2, "declined"), (3, "accepted"), (4, ""),
    ]  # fmt: skip
    assert rows(
        "select count(*) from privacy_acceptance where version = '2027.1' and subject_id in (2, 3, 4)"
    ) == [(1,)]

    mailings.approve(number, by=people.staff("supervisor"))
    courier = worker(Scripted("push"))
    while mailings.carry_on(courier):
        pass
    assert rows(
        "select count(*) from notices_message where template = 'policy.changed' and subject_id in (2, 3, 4)"
    ) == [(3,)]
