"""The calculator pages and their API: public, storing nothing; a person's record only when asked for."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shebao.items.calculators.catalogue import CALCULATORS
from tests import people
from tests.conftest import Installation

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # static files are not collected in tests
CODES = [calculator.code for calculator in CALCULATORS]
WOMAN = {"region": "220100", "birth": "1978年5月", "category": "female50", "paid_months": "207",
         "base": "5,460.00", "account": "78,214.36"}  # fmt: skip
ASKED = {"region": "220100", "birth": 197805, "category": "female50", "paid_months": 207, "base_fen": 546000,
         "account_fen": 7821436}  # fmt: skip
PERSONAL = ("enquiry.enrolment", "enquiry.contribution", "enquiry.account")


def text(response: HttpResponse) -> str:
    return bytes(response.content).decode("utf-8")


def words(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "\n", re.sub(r"(?s)<svg.*?</svg>|<head>.*?</head>", " ", html)))


def counts() -> dict[str, int]:
    """How many rows each table has."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'public'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f"select count(*) from {table}")
            found[table] = cursor.fetchone()[0]
    return found


@pytest.fixture(scope="module")
def visitor(standing: Installation) -> Iterator[Client]:
    yield Client()


def signed_in(subject: int, **more: bool) -> Client:
    actor = people.citizen(subject)
    assert actor.token is not None
    browser = Client(**more)
    browser.cookies["sb_session"] = actor.token.hex()
    return browser


def test_the_list_names_every_calculator(visitor: Client) -> None:
    html = text(visitor.get("/calculators/"))
    for name in ("养老金测算", "缴费测算", "失业金测算", "生育津贴测算", "居民医保等待期"):
        assert name in html
    assert visitor.get("/calculators/nothing/").status_code == 404


@pytest.mark.parametrize("elder", ["", "1"], ids=["standard", "elder"])
@pytest.mark.parametrize("code", CODES)
def test_a_page_leads_with_an_answer_marked_as_example(visitor: Client, code: str, elder: str) -> None:
    visitor.cookies["elder"] = elder
    response = visitor.get(f"/calculators/{code}/")
    html = text(response)
    assert response.status_code == 200 and not response.cookies
    assert "这是举例" in html
    assert html.index("仅供参考") < html.index('id="questions"') < html.index('id="working"')
    assert 3 <= int(re.findall(r"(\d) 个问题", html)[0]) <= 5
    for section in ("每一步怎么算", "哪些还说不准", "法律定了什么", "以经办机构核定为准"):
        assert section in html
    assert html.count("weui-btn_primary") == 0
    visitor.cookies["elder"] = ""


def test_an_answer_of_ones_own_is_no_example(visitor: Client) -> None:
    html = text(visitor.get("/calculators/pension/", WOMAN))
    assert "这是举例" not in html
    assert "2030年2月退休" in html and "51 岁 9 个月" in html and "国发〔2005〕38号附件" in html
    assert "待核实，仅供参考" in html and "较可靠，仅供参考" in html
    printed = text(
        visitor.get("/calculators/pension/" + unescape(re.findall(r'href="([^"]+)" data-print', html)[0]))
    )
    assert (
        "已缴 207 个月" in printed
        and printed.count("<details open>") >= len(re.findall(r'id="s-', printed)) - 1
    )
    later = text(visitor.get("/calculators/pension/", WOMAN | {"option": "latest"}))
    assert "2033年2月退休" in later and 'name="option" value="latest"' in later


def test_faults_are_marked_said_and_kept(visitor: Client) -> None:
    response = visitor.get("/calculators/pension/", WOMAN | {"birth": "七八年", "category": ""})
    html = text(response)
    assert response.status_code == 422
    assert "<title>有错误：" in html and "有 2 处要改" in html
    assert (
        'href="#f-birth"' in html
        and 'id="f-birth"' in html
        and 'aria-describedby="f-birth-h f-birth-e"' in html
    )
    assert 'value="七八年"' in html and 'value="207"' in html and 'value="78,214.36"' in html
    assert "每一步怎么算" not in html


@pytest.mark.parametrize(
    ("code", "given", "says"),
    [
        ("pension", WOMAN | {"region": "110000"}, "北京市2026年"),
        ("employee", {"region": "220100", "month": "203001", "wage": "6500"}, "2030年1月"),
    ],
)
def test_what_the_rules_refuse_is_refused_with_their_reason(
    visitor: Client, code: str, given: dict[str, str], says: str
) -> None:
    response = visitor.get(f"/calculators/{code}/", given)
    html = text(response)
    assert response.status_code == 409
    assert "还算不了" in html and says in html and "还没有查实，我们不猜" in html
    assert 'value="203001"' in html or 'value="1978年5月"' in html


def test_a_turning_part_gets_its_faults_without_an_error_status(visitor: Client) -> None:
    response = visitor.get("/calculators/pension/", WOMAN | {"birth": "x"}, headers={"HX-Request": "true"})
    assert response.status_code == 200 and "有 1 处要改" in text(response)


def compute_all(visitor: Client, **headers: str) -> None:
    for code in CODES:
        visitor.get(f"/calculators/{code}/", headers=headers)
        visitor.get(f"/calculators/{code}/", WOMAN | {"wage": "1", "month": "2026-11"}, headers=headers)
    visitor.get("/api/v1/calculators", headers=headers)
    visitor.get("/api/v1/calculators/pension", ASKED, headers=headers)


def test_a_public_call_of_one_who_objects_to_counting_writes_nothing_at_all(visitor: Client) -> None:
    before = counts()
    compute_all(visitor, **{"Sec-GPC": "1"})
    assert counts() == before
    assert not visitor.cookies.get("sb_csrf") and not visitor.cookies.get("sb_session")


def test_a_public_call_leaves_at_most_a_count_of_its_page(visitor: Client) -> None:
    before = counts()
    compute_all(visitor)
    after = counts()
    assert {table for table in after if after[table] != before[table]} <= {"public.privacy_visit"}
    with connections["owner"].cursor() as cursor:
        cursor.execute("select page from privacy_visit where page like '%%calculators%%'")
        counted = {page for (page,) in cursor.fetchall()}
    assert counted and not any("?" in page or WOMAN["region"] in page for page in counted)


ANY = st.one_of(
    st.text(alphabet="0123456789.,-%年月 一x０²<&\"'\u0661", max_size=50),
    st.sampled_from([*WOMAN.values(), "110000", "203001", "yes", "no", "60", "1", "earliest", "latest"]),
)
NAMES = ["region", "birth", "category", "paid_months", "base", "account", "index", "deemed_months", "option", "month",
         "wage", "industry_class", "tier", "count", "grade", "years", "reason", "registered", "unused_months",
         "average", "kind", "babies", "in_window", "broken_years", "repaired_years", "print"]  # fmt: skip


@settings(
    deadline=None,
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(code=st.sampled_from(CODES), given=st.dictionaries(st.sampled_from(NAMES), ANY, max_size=8))
def test_no_input_breaks_a_page(visitor: Client, code: str, given: dict[str, str]) -> None:
    response = visitor.get(f"/calculators/{code}/", given)
    assert response.status_code in (200, 409, 422)
    html = text(response)
    assert not re.search(r"\b(None|NaN)\b", words(html))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(code=st.sampled_from(CODES), given=st.dictionaries(
    st.sampled_from([*NAMES, "base_fen", "account_fen", "wage_fen", "grade_fen", "average_fen", "index_e6"]),
    st.one_of(ANY, st.integers(-(10**13), 10**13).map(str)), max_size=8))  # fmt: skip
def test_no_input_breaks_the_api(visitor: Client, code: str, given: dict[str, str]) -> None:
    response = visitor.get(f"/api/v1/calculators/{code}", ASKED | given)
    assert response.status_code in (200, 409, 422)
    assert response.json()


def test_the_api_tells_the_steps_of_the_page(visitor: Client) -> None:
    html = text(visitor.get("/calculators/pension/", WOMAN))
    address = unescape(re.findall(r'href="(/api/v1/calculators/pension[^"]*)"', html)[0])
    document = visitor.get(address).json()
    assert document == visitor.get("/api/v1/calculators/pension", ASKED).json()
    assert [(step["name"], step["result"]) for step in document["steps"]] == re.findall(
        r'<div class="hd"><b>([^<]+)</b><b class="amount">([^<]+)</b>', html
    )
    assert document["confidence"] == "low" and "吉人社联〔2026〕74号" in document["laws"]
    assert all(law in html for law in document["laws"])
    refused = visitor.get("/api/v1/calculators/pension", ASKED | {"region": "110000"})
    assert refused.status_code == 409 and "我们不猜" in refused.json()["title"]
    offered = {one["code"]: one for one in visitor.get("/api/v1/calculators").json()}
    assert list(offered) == CODES and len(offered["pension"]["questions"]) == 8


def test_a_record_is_read_only_when_the_person_asks(standing: Installation) -> None:
    browser = signed_in(people.CHUNMEI)
    before = people.entries(people.CHUNMEI)
    page = text(browser.get("/calculators/pension/"))
    assert 'name="fill" value="1"' in page
    assert people.entries(people.CHUNMEI) == before
    response = browser.post("/calculators/pension/", {"fill": "1"})
    html = text(response)
    assert response.status_code == 200
    assert [(process, outcome) for process, outcome, _ in people.entries(people.CHUNMEI)[len(before) :]] == [
        (process, "allowed") for process in PERSONAL
    ]
    for source in ("来自参保登记，", "来自缴费记录，", "来自个人账户，"):
        assert source in html
    assert "还差 1 项" in html and 'href="#f-category"' in html
    assert "<title>有错误" not in html and "checked" in html


def test_a_filled_page_keeps_the_record_out_of_addresses(standing: Installation) -> None:
    browser = signed_in(people.CHUNMEI)
    html = text(browser.post("/calculators/pension/", {"fill": "1"}))
    values = dict(re.findall(r'<input id="f-(\w+)"[^>]*?value="([^"]+)"', html))
    assert set(values) == {"birth", "paid_months", "base", "account"}
    addresses = " ".join(re.findall(r'(?:href|action|hx-get)="([^"]*)"', html))
    assert not any(value in addresses for value in values.values())
    assert 'id="questions" method="post"' in html and "hx-get" not in html
    again = browser.post("/calculators/pension/", values | {"region": "220100", "category": "female50"})
    assert again.status_code == 200 and "每一步怎么算" in text(again)
    assert "/api/v1/calculators" not in text(again)


def test_each_calculator_reads_only_what_it_needs(standing: Installation) -> None:
    browser = signed_in(people.YUANSHAN)
    for code, needed in (
        ("unemployment", PERSONAL[:2]),
        ("employee", PERSONAL[:2]),
        ("resident", PERSONAL[:1]),
    ):
        before = len(people.entries(people.YUANSHAN))
        assert browser.post(f"/calculators/{code}/", {"fill": "1"}).status_code == 200
        assert tuple(process for process, _, _ in people.entries(people.YUANSHAN)[before:]) == needed


def test_nobody_fills_without_a_session_or_from_another_site(standing: Installation) -> None:
    assert Client().post("/calculators/pension/", {"fill": "1"}).status_code == 401
    foreign = signed_in(people.CHUNMEI, enforce_csrf_checks=True)
    before = people.entries(people.CHUNMEI)
    assert foreign.post("/calculators/pension/", {"fill": "1"}).status_code in (403, 422)
    assert people.entries(people.CHUNMEI) == before


@pytest.mark.parametrize("code", CODES)
def test_texts_follow_the_guide(visitor: Client, code: str) -> None:
    said = words(text(visitor.get(f"/calculators/{code}/")))
    assert re.findall(r"[\u4e00-\u9fff][,:;!?()]|[,;!?()][\u4e00-\u9fff]", said) == []
    assert "！" not in said and "¥" not in said
    lengths = sorted(
        len(re.sub(r"\s", "", sentence))
        for line in said.splitlines()
        for sentence in re.split(r"[。？；]", line)
        if re.search(r"[\u4e00-\u9fff]", sentence)
    )
    assert lengths[int(len(lengths) * 0.9) - 1] <= 25
