"""Rows on public information: no account, no script, no cookie."""

import re
from html import unescape

import pytest
from django.test import Client

from shebao.base import clock
from shebao.privacy import policy
from tests.clauses import doors
from tests.conftest import Installation

PROFILE = "guangxi"
START = ("/", "/contact/", "/offices/", "/employers/", "/verify/", "/privacy/policy/", "/privacy/policy/history",
         "/privacy/cookies/", "/privacy/shares/", "/privacy/check-proof/", "/conformance/", "/items/", "/welcome",
         "/offline")  # fmt: skip
# Pages behind these ask for an account, or change how this one browser shows pages when the person taps them.
CLOSED = ("/me/", "/certificates", "/account", "/privacy/who-looked", "/privacy/consents", "/privacy/export",
          "/privacy/rights", "/inbox", "/elder/", "/theme/", "/amounts/", "/analytics/", "/static/", "/login",
          "/register", "/desk", "/ledger/", "/contact/tickets", "/cases/")  # fmt: skip


def crawl() -> dict[str, str]:
    """Every public page that can be reached, by following the links a browser without script sees."""
    found: dict[str, str] = {}
    todo = list(START)
    while todo:
        path = unescape(todo.pop()).partition("#")[0]
        if path in found or not path.startswith("/") or path.startswith(CLOSED) or path == "/privacy/":
            continue
        response = Client().get(path)
        assert response.status_code == 200, path
        assert not response.cookies, path
        assert "Set-Cookie" not in response.headers, path
        if not response["Content-Type"].startswith("text/html"):
            continue
        text = response.content.decode()
        found[path] = text
        todo += re.findall(r'<a\b[^>]*href="(/[^"]*)"', text)
    return found


def content(page: str) -> str:
    main = page.split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", "", re.sub(r"<script.*?</script>|<[^>]+>", "", main, flags=re.DOTALL))


@pytest.mark.clause("GX-1.1-13")
def test_every_public_page_opens_with_content_and_without_cookie(standing: Installation) -> None:
    pages = crawl()
    assert len(pages) > 25
    for path, page in pages.items():
        assert "<h1" in page, path
        assert len(content(page)) > 40, path


@pytest.mark.clause("GX-7-03")
def test_the_foot_of_every_page_leads_to_the_policy_in_force_without_login(standing: Installation) -> None:
    current = policy.in_force(policy.stored(), "policy", clock.today_in_china(clock.now()))
    assert current is not None
    own = doors.citizen()
    pages = crawl() | {
        path: own.get(path).page
        for path in ("/", "/me/enrolment", "/me/contributions", "/me/account", "/me/spending", "/certificates/",
                     "/privacy/who-looked/", "/account/", "/inbox/", "/items/")
    }  # fmt: skip
    for path, page in pages.items():
        foot = re.findall(r'<footer class="foot">(.*?)</footer>', page, re.DOTALL)
        assert foot, path
        (link,) = re.findall(r'href="([^"]+)">个人信息保护政策', foot[0])
        answer = Client().get(link)
        assert answer.status_code == 200 and not answer.cookies
        text = answer.content.decode()
        assert f"第 {current.head.version} 版" in text and current.sha256() in text.replace(" ", "")
