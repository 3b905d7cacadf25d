"""Rows on enquiry: what a person sees is what the registry holds, and only her own."""

import html
import re

import pytest

from shebao.base import money
from shebao.base import month as months
from shebao.cases import writing
from shebao.cases.models import Case
from shebao.registry.models import Contribution
from tests import people
from tests.clauses import doors
from tests.conftest import Installation

PAID = "paid"
OTHERS = (people.YUANSHAN, people.QINGHE, people.CHANGHE)


def held(subject: int, insurance: int = 110) -> list[Contribution]:
    """Contributions as the registry holds them."""
    return list(
        Contribution.objects.using("owner")
        .filter(subject_id=subject, insurance=insurance)
        .order_by("month", "seq")
    )


def spells(subject: int) -> list[tuple[object, ...]]:
    return doors.rows(
        "select e.insurance, e.state, e.since, e.until, m.name from registry_enrolment e"
        " left join registry_employer m on m.id = e.employer_id"
        " where e.subject_id = %s order by e.insurance, e.since desc",
        subject,
    )


@pytest.mark.clause("JL-3.1.1.1-02")
def test_every_insurance_is_shown_as_registered_and_nobody_elses(standing: Installation) -> None:
    hers = spells(people.CHUNMEI)
    assert len({row[0] for row in hers}) >= 2
    actor = people.citizen()
    answer = doors.api(actor, "/me/enrolments").json()["enrolments"]
    assert [(r["insurance"], r["state"], r["since"], r["until"], r["employer"]) for r in answer] == hers
    page = doors.browser_of(actor).get("/me/enrolment")
    for row in answer:
        assert row["insurance_name"] in page.text
        assert row["months"] == len(
            {paid.month for paid in held(people.CHUNMEI, row["insurance"]) if paid.state == PAID}
        )
    for other in OTHERS:
        refused = doors.api(actor, "/me/enrolments", subject=other)
        assert refused.status_code == 403 and "enrolments" not in refused.json()
        for *_, employer in spells(other):
            assert employer is None or employer in {row[-1] for row in hers} or str(employer) not in page.text


@pytest.mark.clause("JL-3.1.1.1-04")
def test_one_year_shows_its_rows_and_sums_and_an_empty_year_says_so(standing: Installation) -> None:
    actor = people.citizen()
    year = [row for row in held(people.CHUNMEI) if row.month // 100 == 2022]
    answer = doors.api(actor, "/me/contributions", since=202201, until=202212).json()
    assert answer["count"] == len(answer["rows"]) == len(year) > 0
    assert answer["person_fen"] == sum(row.person_fen for row in year if row.state == PAID)
    assert answer["employer_fen"] == sum(row.employer_fen for row in year if row.state == PAID)
    page = doors.browser_of(actor).get("/me/contributions?year=2022")
    table = page.page.split('id="months"')[1].split("</section>")[0]
    assert "2022年每个月" in table and table.count("<tr>") - 1 == len(year)
    for row in year:
        assert money.yuan(row.person_fen) in table and money.yuan(row.base_fen) in table
    empty = doors.browser_of(actor).get("/me/contributions?year=2005")
    assert "2005年没有缴费记录" in empty.text
    assert doors.api(actor, "/me/contributions", since=200501, until=200512).json()["rows"] == []


@pytest.mark.clause("JL-4.1.1-01")
def test_each_enquiry_equals_the_registry_and_another_person_is_refused(standing: Installation) -> None:
    actor = people.citizen()
    today = doors.rows(
        "select extract(year from max(served_on))::int from registry_claim where subject_id = 1"
    )[0][0]
    enrolled = doors.api(actor, "/me/enrolments").json()["enrolments"]
    assert [(r["insurance"], r["state"], r["since"], r["until"], r["employer"]) for r in enrolled] == spells(
        1
    )
    paid = doors.api(actor, "/me/contributions").json()["rows"]
    assert [(r["month"], r["base_fen"], r["person_fen"], r["employer_fen"], r["kind"]) for r in paid] == [
        (r.month, r.base_fen, r.person_fen, r.employer_fen, r.kind) for r in held(1)
    ]
    accounts = doors.api(actor, "/me/account").json()["accounts"]
    assert [(a["kind"], a["balance_fen"], len(a["years"])) for a in accounts] == doors.rows(
        "select kind, balance_fen, (select count(*) from registry_accountyear y where y.subject_id = a.subject_id"
        " and y.kind = a.kind) from registry_account a where subject_id = 1 order by kind desc"
    )
    claims = doors.api(actor, "/me/spending", year=today).json()["claims"]
    assert {(c["id"], c["total_fen"], c["fund_fen"], c["cash_fen"]) for c in claims} == set(
        doors.rows(
            "select id, total_fen, fund_fen, cash_fen from registry_claim where subject_id = 1"
            " and extract(year from served_on) = %s",
            today,
        )
    )
    for path, more in (("enrolments", {}), ("contributions", {}), ("contributions/gaps", {}), ("account", {}),
                       ("spending", {"year": today})):  # fmt: skip
        assert doors.api(actor, f"/me/{path}", subject=1, **more).status_code == 200
        for other in (*OTHERS, 10**9):
            refused = doors.api(actor, f"/me/{path}", subject=other, **more)
            assert (refused.status_code, refused.json()["code"]) == (403, "out_of_reach")
    told = {process for process, outcome, _ in people.entries(people.QINGHE) if outcome == "out_of_reach"}
    assert told == {f"enquiry.{name}" for name in ("enrolment", "contribution", "account", "spending")}


def test_the_months_of_a_gap_are_those_between_two_employers(standing: Installation) -> None:
    (gap,) = doors.api(people.citizen(), "/me/contributions/gaps").json()["gaps"]
    known = {row.month for row in held(1)}
    missing = [m for m in months.between(min(known), max(known)) if m not in known]
    assert (gap["since"], gap["until"], gap["months"]) == (missing[0], missing[-1], len(missing))


@pytest.mark.clause("JL-4.1.4-03")
@pytest.mark.parametrize(
    ("path", "what"),
    [("/me/enrolment", "enrolment"), ("/me/contributions", "contribution"), ("/me/account", "account"),
     ("/me/spending", "claim")],
)  # fmt: skip
def test_every_enquiry_names_its_source_and_time_and_a_line_of_it_opens_a_case(
    standing: Installation, path: str, what: str
) -> None:
    browser = doors.citizen()
    page = browser.get(path).page
    assert "来自经办机构的登记" in page and re.search(r"数据更新到[^。]*\d", browser.text)
    lines = re.findall(r'href="(/me/wrong\?[^"]+)"', page)
    shown = {"/me/enrolment": "chip", "/me/spending": 'class="amt"'}.get(path)
    assert lines and (shown is None or len(lines) >= page.count(shown) // 2)
    asked = html.unescape(lines[0])
    browser.get(asked).post(asked, text="这一条和我的工资条不一样")
    assert browser.status == 200 and "已收到" in browser.text
    ((no, state),) = doors.rows(
        "select no, state from cases_case where kind = 'record-dispute' order by opened_at desc, no desc limit 1"
    )
    assert state == "submitted" and no in browser.page
    said = writing.answers(Case.objects.using("owner").get(no=no))
    month = re.search(r"month=(\d+)", asked)
    assert (said["what"], said["since"]) == (what, month[1] if month else "")


def test_a_line_of_the_address_that_is_none_of_ours_opens_nothing_else(standing: Installation) -> None:
    browser = doors.citizen()
    page = browser.get("/me/wrong?what=benefit&month=999999&ref=12").text
    assert "缴费记录" in page and "编号" not in page
