"""What the pages leave on a device: declared, few, unreadable by others; and what works without any of it."""

import re

import pytest
from django.conf import settings
from django.test import Client

from shebao.privacy import register
from shebao.settings import SECURITY_HEADERS
from tests import people
from tests.conftest import Installation
from tests.web.shots import browser, show, stage
from tests.web.test_pages import OWN, PUBLIC, agreed, client_of, text

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # static files are not collected in tests
OPEN = tuple(path for path in PUBLIC if path not in ("/login", "/welcome", "/sw.js"))
KEYS = "[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-1.1-13")
def test_public_pages_open_with_content_without_script_and_set_no_cookie(shebao: Installation) -> None:
    todo, seen = [path for path in OPEN if path != "/privacy/agreement/"], set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        response = Client().get(path)
        assert response.status_code == 200, path
        assert not response.cookies, path
        assert len(re.sub(r"<[^>]+>|\s", "", text(response).partition("<main")[2])) > 20, path
        links = re.findall(
            r'href="(/(?:privacy/(?:policy|cookies|shares)|conformance|offices)/[^"#]*)"', text(response)
        )
        todo += [link.replace("&amp;", "&") for link in links if "page=" not in link and "show=" not in link]
    assert len(seen) > 10


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-5-02")
def test_each_cookie_is_ours_closed_to_scripts_and_its_value_is_never_shared(
    shebao: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PRODUCTION", True)
    monkeypatch.setattr(settings, "CSRF_COOKIE_SECURE", True)
    values = set()
    for _ in range(2):
        one = agreed_over_https()
        for name, cookie in one.cookies.items():
            assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["secure"], name
            assert not cookie["domain"], name
        values.add(one.cookies["sb_csrf"].value)
    assert len(values) == 2
    first, second = client_of(people.CHUNMEI), client_of(people.CHUNMEI)
    assert first.cookies["sb_session"].value != second.cookies["sb_session"].value


def agreed_over_https() -> Client:
    """A browser that has chosen 长辈版, dark and hidden amounts, and seen the log-in form."""
    one = Client(headers={"X-Forwarded-Proto": "https"})
    for path in ("/elder/on", "/theme/dark", "/amounts/hide", "/login"):
        assert one.get(path, secure=True).status_code in (200, 302)
    return one


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-5-08")
def test_without_the_anti_forgery_cookie_nothing_is_changed(shebao: Installation) -> None:
    known = client_of(people.CHUNMEI)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["sb_session"] = known.cookies["sb_session"].value
    for path in ("/account/sessions/end-others", "/account/freeze/", "/logout", "/certificates/new"):
        answer = strict.post(path, {"kind": "enrolment"})
        assert answer.status_code == 422, path
        assert "没有送出" in text(answer)
    assert known.get("/me/account").status_code == 200


@pytest.mark.clause("JL-3.2-01")
def test_every_cookie_and_key_that_a_browser_keeps_is_in_the_register(shebao: Installation) -> None:
    declared = set(register.current().client_storage)
    one = client_of(people.CHUNMEI)
    found: set[str] = set(agreed().cookies)
    answers = {
        path: one.get(path, follow=True)
        for path in (*OWN, "/login", "/elder/on", "/theme/dark", "/amounts/hide")
    }
    found |= set(one.cookies)
    worker = text(one.get("/sw.js"))
    found |= {name.removesuffix("-") for name in re.findall(r'"(shebao-shell-)[0-9a-f]*"', worker)}
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    with browser() as running:
        context = stage(running, "phone", policy)
        page = context.new_page()
        for path, response in answers.items():
            show(page, path, text(response), policy)
            found |= set(page.evaluate(KEYS))
        found |= {cookie["name"] for cookie in context.cookies()}
        context.close()
    assert {"sb_session", "sb_csrf", "elder", "theme", "amounts", "welcome", "shebao-shell"} <= found
    assert found <= declared


@pytest.mark.clause("JL-3.2-08")
def test_with_cookies_blocked_public_pages_open_and_the_login_page_says_what_needs_them(
    shebao: Installation,
) -> None:
    for path in OPEN:
        assert Client().get(path).status_code == 200, path
    blocked = Client(enforce_csrf_checks=True)
    form = text(blocked.get("/login"))
    assert "登录要存一个 Cookie" in form
    assert "查自己的信息和开证明用不了" in form
    blocked.cookies.clear()
    answer = blocked.post("/login", {"login": "demo-gap", "password": "不对的密码不对的"}, follow=True)
    assert answer.status_code == 422
    assert answer.redirect_chain == []
    assert "没有送出" in text(answer)
    for came, way in (("http://testserver/login?next=/cases/", "/login"), ("http://evil.example/login", "/")):
        told = text(blocked.post("/login", {"login": "demo-gap"}, headers={"referer": came}))
        assert f'href="{way}">{"回到刚才那一页" if way != "/" else "回首页"}' in told, came
