"""The pages of an employer's agent: overview, roster, bill, arrears; nobody else comes in."""

import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from shebao.identity import acting
from shebao.privacy import gate
from tests import people
from tests.conftest import Installation
from tests.items import agents
from tests.items.doing import owned
from tests.web.test_pages import client_of

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")
PATHS = ("/employer/", "/employer/roster/", "/employer/bill/", "/employer/arrears/", "/employer/bases/")


def browser_of(actor: gate.Actor) -> Client:
    assert actor.token is not None
    browser = Client()
    browser.cookies["sb_session"] = actor.token.hex()
    return browser


def text(response: HttpResponse) -> str:
    return bytes(response.content).decode("utf-8")


@pytest.fixture(scope="module")
def agent(standing: Installation) -> Iterator[gate.Actor]:
    yield agents.agent(agents.employer_of(people.CHUNMEI)[1])


def test_an_agent_comes_home_to_her_employer(agent: gate.Actor) -> None:
    acting.choose(agent, reach_id=None)
    browser = browser_of(agent)
    response = browser.get("/", follow=True)
    assert response.redirect_chain[0][0] == "/employer/"
    ((name, uscc),) = owned(
        "select name, uscc from registry_employer where subject_id = %s",
        agents.employer_of(people.CHUNMEI)[1],
    )
    assert name in text(response)
    assert uscc in text(response)
    for code in ("employee-enrolment", "employee-leave"):
        assert f"/items/{code}/" in text(response)
        assert browser.get(f"/items/{code}/").status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_the_pages_answer_and_name_nobody_in_full(agent: gate.Actor, path: str) -> None:
    response = browser_of(agent).get(path, follow=True)
    assert response.status_code == 200, text(response)[:400]
    assert "何春梅" not in text(response)
    assert re.search(r"\d{17}[\dX]", re.sub(r"[0-9A-Z]{18}", "", text(response), count=1)) is None


def test_the_roster_is_a_look_at_everybody_on_it(agent: gate.Actor) -> None:
    browser = browser_of(agent)
    before = len(people.entries(people.CHUNMEI, "employer.worker"))
    assert "何*梅" in text(browser.get("/employer/roster/", follow=True))
    assert len(people.entries(people.CHUNMEI, "employer.worker")) == before + 1
    looked = text(client_of(people.CHUNMEI).get("/privacy/who-looked/"))
    assert "单位经办人" in looked
    assert "单位业务" in looked


def test_the_bill_adds_up(agent: gate.Actor) -> None:
    shown = text(browser_of(agent).get("/employer/bill/?month=202610", follow=True))
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", shown, re.S)
    sums = [
        int(re.findall(r"<td>([\d,.]*)</td>", cells)[-1].replace(",", "").replace(".", ""))
        for _, cells in rows
    ]
    assert rows[-1][0] == "合计"
    assert sum(sums[:-1]) == sums[-1] > 0


def test_arrears_carry_a_late_fee_to_the_day(agent: gate.Actor) -> None:
    unit = agents.employer_of(people.CHUNMEI)[0]
    browser = browser_of(agent)
    assert "没有欠费" in text(browser.get("/employer/arrears/", follow=True))
    owned("update registry_contribution set state = 'arrears', employer_fen = 100000, person_fen = 0"
          " where subject_id = 1 and insurance = 110 and month = 202601 and employer_id = %s returning 1", unit)  # fmt: skip
    shown = text(browser.get("/employer/arrears/"))
    assert "1,000.00" in shown
    days = int(re.findall(r"<td>(\d+) 天</td>", shown)[0])
    assert days > 250
    assert f"<td>{days * 0.5:.2f}</td>" in shown
    assert "有 1 个月欠费" in text(browser.get("/employer/"))


@pytest.mark.parametrize("path", PATHS)
def test_a_citizen_and_a_visitor_stay_outside(standing: Installation, path: str) -> None:
    assert client_of(people.YUANSHAN).get(path).status_code == 403
    assert Client().get(path).status_code == 401


def test_another_employers_people_are_not_on_the_roster(agent: gate.Actor) -> None:
    other = browser_of(agents.agent(agents.employer_of(people.YUANSHAN)[1]))
    assert "何*梅" not in text(other.get("/employer/roster/", follow=True))


def upload(browser: Client, content: bytes) -> HttpResponse:
    file = SimpleUploadedFile("list.csv", content, content_type="text/csv")
    response: HttpResponse = browser.post("/employer/bases/", {"file": file})
    return response


def test_a_list_is_uploaded_checked_and_becomes_a_draft(agent: gate.Actor) -> None:
    browser = browser_of(agent)
    person = agents.identity(people.CHUNMEI)
    head = "姓名,身份证号码,月工资\r\n"
    good = f"{head}{person['worker_name']},{person['worker_id']},7000\r\n"
    wrong = upload(browser, f"{good}某某,{person['worker_id']},7000\r\n无,1,2\r\n".encode("gb18030"))
    assert wrong.status_code == 422
    for sentence in ("第 3 行：和第 2 行是同一个人。", "第 4 行：身份证号码不对。", "名单没有留下"):
        assert sentence in text(wrong)
    assert owned("select count(*) from cases_case where kind = 'base-declaration'") == [(0,)]
    right = upload(browser, ("\ufeff" + good).encode())
    assert right.status_code == 302
    assert owned("select count(*) from cases_case where kind = 'base-declaration' and state = 'draft'") == [
        (1,)
    ]
    assert browser.get(right["Location"], follow=True).status_code == 200
    assert browser.get("/employer/bases.csv").status_code == 200
