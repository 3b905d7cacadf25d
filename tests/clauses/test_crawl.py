"""Crawls: as one person, never a trace of another; as nobody, only public pages; the clerk only her cases."""

import re
from collections import deque
from html import unescape

import pytest
from django.db import connections
from django.test import Client

from shebao.cases import actions
from shebao.privacy import vault
from tests import people

LINK = re.compile(r'(?:href|src|action)="(/[^"#]*)')
API = ("contributions", "contributions/gaps", "enrolments", "account", "spending?year=2026", "spending?year=2025",
       "who-looked", "consents", "questions", "sessions")  # fmt: skip
FORMS = ("/login", "/register", "/welcome", "/desk/")
LEAVES = ("/static/", "/logout", "/account/freeze", "/elder/", "/theme/", "/amounts/", "/ledger/", "/sw.js")


def values_of(others: bool, subject: int) -> set[str]:
    """Names, numbers and contacts of one person, or of everybody else."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select subject_id, item, ciphertext from privacy_vault")
        rows = cursor.fetchall()
    found = {
        vault.unseal(person, item, bytes(sealed))
        for person, item, sealed in rows
        if (person != subject) == others
    }
    return {value for value in found if len(value) > 2 or not value.isascii()}


def crawl(client: Client, starts: list[str], most: int = 400, beside: tuple[str, ...] = ()) -> dict[str, str]:
    """Every page reachable by links of our own, with its text."""
    seen: dict[str, str] = {}
    queue = deque(starts)
    while queue and len(seen) < most:
        path = queue.popleft()
        if path in seen or path.startswith(LEAVES + beside):
            continue
        answer = client.get(path)
        assert answer.status_code != 500, path
        assert not (beside and answer.cookies), path
        text = b"".join(answer) if answer.streaming else answer.content
        seen[path] = text.decode("utf-8", "replace")
        if answer.status_code in (301, 302, 303):
            queue.append(answer["Location"])
        if "html" in answer.get("Content-Type", ""):
            queue.extend(unescape(link) for link in LINK.findall(seen[path]))
    return seen


def client_of(actor) -> Client:
    client = Client()
    client.cookies["sb_session"] = actor.token.hex()
    return client


@pytest.fixture
def unlimited(shebao):
    with connections["owner"].cursor() as cursor:
        cursor.execute("update privacy_process set rate_count = 0")
    return shebao


def test_a_crawl_as_one_person_never_shows_another(unlimited):
    client = client_of(people.citizen(people.CHUNMEI))
    seen = crawl(client, ["/", "/account/", "/items/", "/privacy/", *(f"/api/v1/me/{path}" for path in API)])
    assert len(seen) > 40
    mine = values_of(False, people.CHUNMEI)
    foreign = values_of(True, people.CHUNMEI) - mine
    assert len(foreign) > 300
    shown = [(path, value) for path, text in seen.items() for value in foreign if value in text]
    assert shown == []
    assert any("何春梅" in text for text in seen.values())


def test_titles_and_addresses_hold_nothing_personal(unlimited):
    client = client_of(people.citizen(people.CHUNMEI))
    seen = crawl(client, ["/", "/account/", "/privacy/"])
    mine = values_of(False, people.CHUNMEI)
    for path, text in seen.items():
        title = "".join(re.findall(r"<title>(.*?)</title>", text, re.S))
        assert not [value for value in mine if value in title or value in path], path


@pytest.mark.clause("GX-1.1-13")
def test_a_crawl_as_nobody_shows_no_person_and_sets_no_cookie(unlimited):
    client = Client()
    seen = crawl(
        client,
        ["/", "/items/", "/offices/", "/employers/", "/verify/", "/privacy/policy/", "/conformance/"],
        beside=FORMS,
    )
    everybody = values_of(True, 0)
    assert [(p, v) for p, t in seen.items() for v in everybody if v in t] == []
    assert not client.cookies


def test_a_crawl_as_a_clerk_shows_only_the_person_of_her_case(unlimited):
    clerk = people.staff("clerk")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select ciphertext from privacy_vault where subject_id = 1 and item = 'person.id_number'"
        )
        number = vault.unseal(1, "person.id_number", bytes(cursor.fetchone()[0]))
    case = actions.open_window(id_number=number, kind="enquiry", reason="本人在窗口查询", by=clerk)
    seen = crawl(client_of(clerk), ["/desk/", f"/desk/cases/{case}/"])
    everybody_else = values_of(True, people.CHUNMEI) - values_of(False, people.CHUNMEI)
    assert [(p, v) for p, t in seen.items() for v in everybody_else if v in t] == []
    page = seen[f"/desk/cases/{case}/"]
    assert "何*梅" in page and "何春梅" not in page and number not in page
    other = people.staff("clerk")
    assert client_of(other).get(f"/desk/cases/{case}/").status_code == 403
