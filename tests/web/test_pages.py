"""The pages over a real installation: every address answers, nothing of another person is on them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from shebao.base import clock
from shebao.rules.identity.citizen import make
from tests import people
from tests.conftest import Installation
from tests.identity.people import PASSWORD, insured

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # static files are not collected in tests
PUBLIC = ("/", "/welcome", "/login", "/verify/", "/contact/", "/offices/", "/employers/", "/privacy/policy/",
          "/privacy/agreement/", "/privacy/policy/history", "/privacy/cookies/", "/privacy/shares/", "/conformance/",
          "/items/", "/items/?event=care", "/items/?q=bx",
          "/items/inpatient-claim/", "/offline", "/sw.js", "/privacy/check-proof/")  # fmt: skip
OWN = ("/", "/me/enrolment", "/me/contributions", "/me/account", "/me/spending", "/certificates/",
       "/certificates/new?kind=enrolment", "/certificates/new?kind=contribution", "/certificates/new?kind=statement",
       "/privacy/", "/privacy/who-looked/", "/privacy/consents/", "/privacy/rights/", "/privacy/export", "/account/",
       "/account/sessions/", "/account/password", "/account/freeze/", "/inbox/", "/cases/", "/items/")  # fmt: skip


def client_of(subject: int) -> Client:
    """A browser with the session of a person of the cast."""
    actor = people.citizen(subject)
    assert actor.token is not None
    browser = Client()
    browser.cookies["sb_session"] = actor.token.hex()
    return browser


def text(response: HttpResponse) -> str:
    return bytes(response.content).decode("utf-8")


@pytest.fixture(scope="module")
def chunmei(standing: Installation) -> Iterator[Client]:
    yield client_of(people.CHUNMEI)


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_need_no_account_and_store_nothing(standing: Installation, path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 200
    if path != "/login":
        assert not response.cookies


@pytest.mark.parametrize("elder", ["", "1"], ids=["standard", "elder"])
@pytest.mark.parametrize("path", OWN)
def test_own_pages_answer(chunmei: Client, path: str, elder: str) -> None:
    chunmei.cookies["elder"] = elder
    response = chunmei.get(path)
    assert response.status_code == 200, text(response)[:400]
    assert response["Cache-Control"] == "no-store"
    assert ("回到标准版" in text(response)) == bool(elder)


@pytest.mark.parametrize("path", OWN[1:-1])
def test_own_pages_ask_for_a_login_and_lead_back(standing: Installation, path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 401
    assert "/login?next=%2F" in text(response)


def test_every_link_on_the_pages_leads_somewhere(chunmei: Client) -> None:
    chunmei.cookies["elder"] = ""
    seen: set[str] = set()
    todo = list(OWN) + list(PUBLIC)
    lost = []
    while todo:
        path = todo.pop()
        plain = path.partition("#")[0]
        if plain in seen or not plain.startswith("/") or len(seen) > 250:
            continue
        seen.add(plain)
        response = chunmei.get(plain)
        if response.status_code == 404:
            lost.append(plain)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            todo += [
                link.replace("&amp;", "&")
                for link in re.findall(r'href="(/(?!static/|elder/|theme/|amounts/)[^"]*)"', text(response))
            ]
    assert lost == []


def test_nothing_of_another_person_is_on_ones_pages(chunmei: Client) -> None:
    other = client_of(people.YUANSHAN)
    name = re.findall(r"<h1>(.*?)</h1>", text(other.get("/")))[0]
    assert name
    for path in OWN:
        assert name not in text(chunmei.get(path))


def test_hidden_amounts_are_left_out_by_the_server(chunmei: Client) -> None:
    chunmei.cookies["amounts"] = "hidden"
    for path in ("/", "/me/account", "/me/spending", "/me/contributions"):
        assert re.findall(r">[\d,]+\.\d\d<", text(chunmei.get(path))) == [], path
    chunmei.cookies["amounts"] = ""


def test_files_to_take_away_carry_kind_and_day_only(chunmei: Client) -> None:
    for path in (
        "/me/contributions.csv",
        "/me/account.csv",
        "/me/spending.csv",
        "/me/enrolment.json",
        "/privacy/who-looked.json",
    ):
        response = chunmei.get(path)
        assert response.status_code == 200, path
        assert response["Content-Disposition"].startswith("attachment")
        assert re.search(r"20\d{6}", response["Content-Disposition"])
    table = text(chunmei.get("/me/contributions.csv"))
    assert table.startswith("\ufeff月份,")
    assert table.count("\n") > 12


def test_display_choices_are_kept_and_lead_back_to_own_pages_only(standing: Installation) -> None:
    browser = Client()
    response = browser.get("/elder/on?next=/verify/")
    assert response["Location"] == "/verify/"
    assert browser.cookies["elder"].value == "1"
    assert browser.cookies["elder"]["samesite"] == "Lax"
    assert browser.get("/elder/off?next=//elsewhere.test/")["Location"] == "/"
    browser.get("/theme/dark")
    assert 'data-theme="dark"' in text(browser.get("/verify/"))


def test_a_certificate_is_made_downloaded_and_taken_back(chunmei: Client) -> None:
    made = chunmei.post("/certificates/new", {"kind": "enrolment", "masked": "1"})
    assert made.status_code == 302
    done = chunmei.get(made["Location"])
    assert "已经开好" in text(done)
    path = made["Location"].partition("?")[0]
    assert chunmei.get(f"{path}.pdf").content.startswith(b"%PDF-")
    assert chunmei.post(f"{path}/revoke").status_code == 302
    assert "已作废" in text(chunmei.get(path))
    assert client_of(people.YUANSHAN).get(path).status_code == 403


def test_detail_of_spending_needs_a_consent_of_its_own(chunmei: Client) -> None:
    asked = chunmei.get("/me/spending/detail?year=2025")
    assert asked.status_code == 302
    notice = text(chunmei.get(asked["Location"]))
    assert "不同意" in notice
    digest = re.findall(r'name="notice" value="([0-9a-f]{64})"', notice)[0]
    answer = "/privacy/consents/enquiry.spending_detail/give"
    given = chunmei.post(answer, {"notice": digest, "next": "/me/spending/detail?year=2025"})
    assert given["Location"] == "/me/spending/detail?year=2025"
    assert chunmei.get(given["Location"]).status_code == 200
    chunmei.post("/privacy/consents/enquiry.spending_detail/withdraw")
    assert chunmei.get("/me/spending/detail?year=2025").status_code == 302


def test_who_looked_leads_to_a_question_with_a_last_day(chunmei: Client) -> None:
    entries = re.findall(r'<details class="seen" id="e(\d+)"', text(chunmei.get("/privacy/who-looked/")))
    assert entries
    path = f"/privacy/who-looked/{entries[0]}/question"
    assert chunmei.get(path).status_code == 200
    receipt = text(chunmei.post(path, {"text": "那天我没有办过这件事"}))
    assert re.search(r"编号 YW\d+-\d+，\d+月\d+日|编号 YW\d+-\d+，\d+年", receipt)
    assert client_of(people.YUANSHAN).get(path).status_code == 403


def test_welcome_stores_nothing_before_both_texts_are_read_and_ticked(standing: Installation) -> None:
    browser = Client()
    first = text(browser.get("/welcome"))
    assert first.count("disabled") == 2
    assert "checked" not in first
    assert browser.post("/welcome", {"accept": ["policy", "agreement"]}).status_code == 403
    note = ""
    for part in ("policy", "agreement"):
        note = re.findall(
            r'href="/welcome\?seen=([^"#]+)#', text(browser.get(f"/welcome/{part}?seen={note}"))
        )[0]
    one = browser.post("/welcome", {"accept": ["policy"], "seen": note})
    assert one.status_code == 403
    assert re.search("还没有同意《[^》]*用户服务协议》", text(one))
    assert not browser.cookies
    both = browser.post("/welcome", {"accept": ["policy", "agreement"], "seen": note, "next": "/register"})
    assert both["Location"] == "/register"
    assert set(browser.cookies) == {"welcome"}
    assert "您是谁" in text(browser.get("/register"))


def test_another_site_cannot_accept_for_the_person(standing: Installation) -> None:
    sent = Client().post("/welcome", {"accept": ["policy"]}, headers={"Origin": "https://elsewhere.test"})
    assert sent.status_code == 422
    assert "没有送出" in text(sent)


def agreed() -> Client:
    """A browser whose person has read and accepted both texts."""
    browser, note = Client(), ""
    parts = re.findall(r'href="/welcome/([a-z]+)\?', text(browser.get("/welcome")))
    for part in parts:
        reading = text(browser.get(f"/welcome/{part}?seen={note}"))
        note = re.findall(r'href="/welcome\?seen=([^"#]+)#', reading)[0]
    browser.post("/welcome", {"accept": parts, "seen": note})
    return browser


def carried(html: str) -> dict[str, str]:
    """The hidden fields of a step."""
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', html))


def test_registration_starts_with_the_agreements(standing: Installation) -> None:
    assert Client().get("/register")["Location"] == "/welcome?next=/register"


def test_a_person_registers_in_three_steps_and_is_logged_in(standing: Installation) -> None:
    person, browser = insured(name="陆听雨", sequence=61), agreed()
    first = carried(text(browser.get("/register")))
    wrong = browser.post("/register", first | {"name": person.name, "id_number": person.id_number[:-1]})
    assert wrong.status_code == 422
    assert "证件号码少 1 位" in text(wrong)
    assert f'value="{person.name}"' in text(wrong)
    second = carried(
        text(browser.post("/register", first | {"name": person.name, "id_number": person.id_number}))
    )
    assert second["step"] == "2"
    third = carried(text(browser.post("/register/phone", second | {"phone": ""})))
    assert third["step"] == "3"
    short = browser.post("/register/login", third | {"login": "luting-yu", "password": "短"})
    assert short.status_code == 422
    done = browser.post("/register/login", third | {"login": "luting-yu", "password": PASSWORD})
    assert done["Location"] == "/"
    assert person.name in text(browser.get("/"))
    left = browser.post("/logout")
    assert left["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get("/me/account").status_code == 401


def test_a_person_who_is_not_in_the_registry_is_told_where_to_go(standing: Installation) -> None:
    browser = agreed()
    first = carried(text(browser.get("/register")))
    person = {"name": "没有这人", "id_number": make("220102", date(1980, 5, 6), 77)}
    answer = browser.post("/register", first | person)
    assert answer.status_code == 409
    assert "没有和参保登记对上" in text(answer)


def test_a_wrong_login_never_says_which_half(standing: Installation) -> None:
    answer = Client().post("/login", {"login": "nobody-here", "password": "某个密码某个密码"})
    assert answer.status_code == 401
    assert "账号或密码不对" in text(answer)


def test_session_time_left_is_told(chunmei: Client) -> None:
    left = int(re.findall(r'data-session-left="(\d+)"', text(chunmei.get("/me/account")))[0])
    assert timedelta(0) < timedelta(seconds=left) <= timedelta(hours=1)
    assert clock.now()
