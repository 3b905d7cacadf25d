"""The pages of an employer's agent: overview, roster, bill, arrears; nobody else comes in."""

import io
import re
import time
import zipfile
from collections.abc import Iterator
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from shebao.identity import acting
from shebao.privacy import gate
from shebao.web.views.answering import cell
from tests import people
from tests.conftest import Installation
from tests.items import agents
from tests.items.doing import owned
from tests.web.test_pages import client_of

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")
PATHS = ("/employer/", "/employer/roster/", "/employer/bill/", "/employer/arrears/", "/employer/bases/", "/employer/joiners/",
         "/employer/leavers/")  # fmt: skip


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


def upload(browser: Client, content: bytes, kind: str = "bases", name: str = "list.csv") -> HttpResponse:
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    response: HttpResponse = browser.post(f"/employer/{kind}/", {"file": file})
    return response


def kept(code: str) -> list[tuple[str, bool]]:
    """State of each case of an item, and whether it holds answers."""
    return owned("select state, answers is not null from cases_case where kind = %s", code)


def test_a_list_is_uploaded_checked_and_becomes_a_draft(agent: gate.Actor) -> None:
    browser = browser_of(agent)
    person = agents.identity(people.CHUNMEI)
    head = "姓名,身份证号码,月工资\r\n"
    good = f"{head}{person['worker_name']},{person['worker_id']},7000\r\n"
    wrong = upload(browser, f"{good}某某,{person['worker_id']},7000\r\n无,1,2\r\n".encode("gb18030"))
    assert wrong.status_code == 422
    for sentence in (
        "第 3 行：和第 2 行是同一个人。",
        "第 4 行：身份证号码不对，请照证件核对。",
        "名单一行也没收",
    ):
        assert sentence in text(wrong)
    assert kept("base-declaration") == [("withdrawn", False)], "the refused list is not kept"
    assert "申报职工的缴费工资" not in text(browser.get("/cases/"))
    right = upload(browser, ("\ufeff" + good).encode())
    assert right.status_code == 302
    assert sorted(kept("base-declaration")) == [("draft", True), ("withdrawn", False)]
    assert browser.get(right["Location"], follow=True).status_code == 200
    assert browser.get("/employer/bases.csv").status_code == 200


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_like_a_list(agent: gate.Actor) -> None:
    person = agents.identity(7)
    head = ("姓名", "身份证号码", "入职日期", "月工资")
    row = (person["worker_name"], person["worker_id"], date(2026, 11, 2), 6500)
    good = upload(browser_of(agent), workbook(head, row), "joiners", "list.xlsx")
    assert good.status_code == 302, text(good)
    rounded = workbook(head, (person["worker_name"], int(person["worker_id"][:17] + "0"), "2026-11-02", 6500))
    assert "第 2 行：号码被表格改短了" in text(upload(browser_of(agent), rounded, "joiners", "list.xlsx"))


def bent(content: bytes, old: bytes, new: bytes) -> bytes:
    """A workbook with other words in its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(out, "w") as other:
        for part in whole.namelist():
            other.writestr(part, whole.read(part).replace(old, new))
    return out.getvalue()


def test_a_workbook_that_claims_a_row_far_away_is_refused_at_once(agent: gate.Actor) -> None:
    """A file of a few hundred bytes whose only row is number two thousand million would keep a process for hours."""
    person = agents.identity(7)
    small = workbook((person["worker_name"], person["worker_id"], "2026-11-02", 6500))
    far = bent(bent(small, b'<row r="1"', b'<row r="2000000000"'), b'ref="A1:D1"', b'ref="A1:D2000000000"')
    started = time.monotonic()
    answer = upload(browser_of(agent), far, "joiners", "list.xlsx")
    assert answer.status_code == 422 and "表格超过 20000 行" in text(answer)
    assert time.monotonic() - started < 30


def test_a_workbook_that_says_too_little_of_its_size_loses_no_line(agent: gate.Actor) -> None:
    """Some programs write a wrong size; a line left out in silence would be a person left out."""
    person = agents.identity(7)
    good = (person["worker_name"], person["worker_id"], "2026-11-02", 6500)
    short = bent(workbook(good, ("某某", "1", "2026-11-02", 6500)), b'ref="A1:D2"', b'ref="A1:D1"')
    answer = upload(browser_of(agent), short, "joiners", "list.xlsx")
    assert answer.status_code == 422 and "第 2 行：身份证号码不对，请照证件核对。" in text(answer)


@pytest.mark.parametrize(
    ("value", "kept_as"),
    [
        ("", ""), (None, ""), ("-12.50", "-12.50"), ("=1+1", "'=1+1"), ("＝1+1", "'＝1+1"), ("+8613900000000", "'+8613900000000"),
        ("@SUM(A1)", "'@SUM(A1)"), ("\n=1", "'\n=1"), ("--1", "'--1"), ("-", "'-"), ("买买提·吐尔逊", "买买提·吐尔逊"),
    ],
)  # fmt: skip
def test_a_cell_is_never_a_formula_and_an_empty_one_stays_empty(value: object, kept_as: str) -> None:
    assert cell(value) == kept_as


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "这个文件是空的，请换填好的名单。"),
        (b" \r\n", "这个文件是空的，请换填好的名单。"),
        (b"PK\x03\x04 broken", "表格打不开，请另存为 CSV 再传。"),
        (b"\xd0\xcf\x11\xe0 old", "老格式的表格打不开，请另存为 XLSX 或 CSV。"),
        (b"\xff\xfe\x00a\x00", "文件打不开，请另存为 CSV 再传。"),
        (b"x" * 400_001, "文件太大了，一份最多 400 KB，请分开报。"),
        ("姓名,身份证号码,离职日期,离职原因".encode(), "名单里还没有人，请先填。"),
        ("某某,1".encode(), "第 1 行：要写四栏：姓名、身份证号码、离职日期、离职原因。"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(agent: gate.Actor, content: bytes, sentence: str) -> None:
    answered = upload(browser_of(agent), content, "leavers")
    assert answered.status_code == 422
    assert sentence in text(answered)


def test_nothing_chosen_is_said_too(agent: gate.Actor) -> None:
    answered: HttpResponse = browser_of(agent).post("/employer/leavers/", {})
    assert "还没有选文件。" in text(answered)


def test_one_worker_is_found_by_number_and_only_she_is_looked_at(agent: gate.Actor) -> None:
    number = agents.identity(people.CHUNMEI)["worker_id"]
    stranger = agents.identity(people.QINGHE)["worker_id"]
    before = [len(people.entries(one, "employer.worker")) for one in (people.CHUNMEI, people.QINGHE)]
    browser = browser_of(agent)
    assert "何*梅" in text(browser.post("/employer/roster/", {"q": number}))
    assert "名册上没有这个人" in text(browser.post("/employer/roster/", {"q": stranger}))
    assert "身份证号码不完整" in text(browser.post("/employer/roster/", {"q": "12"}))
    after = [len(people.entries(one, "employer.worker")) for one in (people.CHUNMEI, people.QINGHE)]
    assert after == [before[0] + 1, before[1]]


def test_the_bill_says_how_it_was_reckoned(agent: gate.Actor) -> None:
    shown = text(browser_of(agent).get("/employer/bill/?month=202610", follow=True))
    assert "怎么算的" in shown
    assert re.search(r"<dt>养老</dt><dd>基数合计 [\d,.]+ 元。单位 16%，个人 8%。</dd>", shown)


def test_an_agent_is_offered_the_employers_business_only(agent: gate.Actor) -> None:
    shown = text(browser_of(agent).get("/items/"))
    assert "用名单给一批新职工办参保" in shown
    assert '/items/hardship-retirement/"' in shown and '/items/retirement/"' not in shown


def test_an_agent_hands_her_role_on_or_gives_it_up(agent: gate.Actor) -> None:
    other = agents.agent(agents.employer_of(people.YUANSHAN)[1])
    browser = browser_of(other)
    assert "交给同事" in text(browser.get("/employer/agent/", follow=True))
    person = agents.identity(people.CHUNMEI)
    sent = {"name": person["worker_name"], "id_number": person["worker_id"]}
    assert "交接码" in text(browser.post("/employer/agent/hand", sent))
    assert "有一个交接码在外面" in text(browser.get("/employer/agent/"))
    assert browser.post("/employer/agent/take-back").status_code == 302
    assert "有一个交接码在外面" not in text(browser.get("/employer/agent/"))
    wrong = browser.post("/employer/agent/hand", sent | {"name": "某某"})
    assert "没有和登记对上" in text(wrong)
    assert "停用我的账号" in text(browser.get("/employer/agent/end"))
    assert "您不再是经办人" in text(browser.post("/employer/agent/end"))
    assert browser.get("/employer/").status_code in (401, 403)
