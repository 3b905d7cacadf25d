"""Rows on enquiry by social-security card: what the card opens, who asks, what stays closed."""

import html
import re

import pytest

from shebao.base import clock, money
from shebao.base.refusal import Refusal
from shebao.cases import writing
from shebao.cases.models import Case
from shebao.identity.methods import card, card_simulator
from shebao.privacy import gate, register
from tests import people
from tests.clauses import doors
from tests.conftest import Installation
from tests.fakes import card_source

PROFILE = "ebao"
ALL = ("enquiry.enrolment", "enquiry.contribution", "enquiry.account", "enquiry.spending")


def told(subject: int, process: str) -> list[str]:
    return [outcome for _, outcome, _ in people.entries(subject, process)]


@pytest.mark.clause("EB-1.1-07")
def test_a_linked_person_sees_what_her_card_stands_for_and_nothing_is_fetched_unasked(
    standing: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = card_simulator.known_cards(standing.home)
    ((number,),) = doors.rows("select id from privacy_subject where id = %s", people.QINGHE)
    actor = people.citizen(people.QINGHE)
    own = next(one for one, who in cards.items() if who["name"] == "罗青禾")
    with card_source.card_source(monkeypatch, cards) as source:
        assert source.calls == [] and told(number, "enquiry.enrolment") == []
        browser = doors.browser_of(actor).get("/account/card/")
        offered = [part.split('"')[0] for part in browser.page.split('name="agree" value="')[1:]]
        wanted = [offered[0], next(one for one in offered if one.startswith("enquiry.enrolment"))]
        password = cards[own]["password"]
        browser.send("/account/card/", card_number=own, password=password, agree=wanted)
        assert source.calls == [(own, ("enquiry.enrolment",))]
        assert told(number, "enquiry.enrolment") == []
        page = browser.get("/me/enrolment")
    registered = doors.rows(
        "select insurance, state, since from registry_enrolment where subject_id = %s order by insurance, since desc",
        number,
    )
    answer = doors.api(actor, "/me/enrolments").json()["enrolments"]
    assert [(one["insurance"], one["state"], one["since"]) for one in answer] == registered
    assert all(one["insurance_name"] in page.text for one in answer if one["until"] is None)
    assert told(number, "enquiry.enrolment") == ["allowed", "allowed"] and len(source.calls) == 1


@pytest.mark.clause("EB-1.1-08")
def test_twelve_payments_of_a_year_and_nobody_elses_history(standing: Installation) -> None:
    actor = people.citizen()
    doors.agree(actor, *ALL)
    paid = doors.rows(
        "select month, person_fen, employer_fen from registry_contribution where subject_id = 1 and insurance = 110"
        " and state = 'paid' and month between 202201 and 202212 order by month"
    )
    assert len(paid) == 12
    answer = doors.api(actor, "/me/contributions", since=202201, until=202212).json()
    assert [row["month"] for row in answer["rows"]] == [row[0] for row in paid]
    assert answer["person_fen"] == sum(row[1] for row in paid)
    assert answer["employer_fen"] == sum(row[2] for row in paid)
    browser = doors.browser_of(actor)
    browser.client.cookies["amounts"] = "shown"
    table = browser.get("/me/contributions?year=2022").page.split('id="months"')[1].split("</section>")[0]
    assert table.count("<tr>") - 1 == 12 and money.yuan(paid[0][1]) in table
    refused = doors.api(actor, "/me/contributions", subject=people.YUANSHAN)
    assert (refused.status_code, refused.json()["code"]) == (403, "out_of_reach")


def test_amounts_are_left_out_until_they_are_asked_for_and_again_in_a_new_browser(
    standing: Installation,
) -> None:
    actor = people.citizen()
    doors.agree(actor, "enquiry.home", *ALL)
    browser = doors.browser_of(actor)
    for path in ("/", "/me/account", "/me/spending", "/me/contributions"):
        assert not re.findall(r"[\d,]+\.\d\d\b", browser.get(path).text), path
    ((balance,),) = doors.rows(
        "select balance_fen from registry_account where subject_id = 1 and kind = 'pension'"
    )
    browser.get("/me/account")
    assert "/amounts/show?next=/me/account" in browser.page
    browser.get("/amounts/show?next=/me/account")
    assert money.yuan(balance) in browser.text
    cookie = browser.client.cookies["amounts"]
    assert cookie.value == "shown" and cookie["max-age"] == "" and cookie["expires"] == ""
    assert money.yuan(balance) not in doors.browser_of(actor).get("/me/account").text


@pytest.mark.clause("EB-1.1-11")
def test_years_count_each_month_once_and_a_dispute_gets_a_number(standing: Installation) -> None:
    held = doors.rows(
        "select month, state, employer_id from registry_contribution where subject_id = 1 and insurance = 110"
    )
    months = {month for month, state, _ in held if state == "paid"}
    first, last = min(months), max(months)
    assert len(months) < (last // 100 - first // 100) * 12 + last % 100 - first % 100 + 1
    other = next(one for (one,) in doors.rows("select id from registry_employer") if one != held[0][2])
    for month in sorted(months)[10:14]:
        doors.run(
            "insert into registry_contribution (subject_id, insurance, month, seq, kind, state, base_fen,"
            " employer_fen, person_fen, employer_id) values (1, 110, %s, 1, 'normal', 'paid', 100, 16, 8, %s)",
            month,
            other,
        )
    actor = people.citizen()
    doors.agree(actor, *ALL)
    browser = doors.browser_of(actor)
    page = browser.get("/me/contributions")
    years, rest = divmod(len(months), 12)
    assert f"共 {len(months)} 个月" in page.text and "有 5 个月没有缴费" in page.text
    figure = re.sub(r"\s", "", page.text)
    assert f"{years}年{rest}个月" in figure if rest else f"{years}年" in figure
    answer = doors.api(actor, "/me/contributions").json()
    assert answer["months_total"] == len(months) and answer["count"] == len(held) + 4
    path = f"/privacy/who-looked/{answer['entry']}/question"
    browser.get(path)
    browser.post(path, text="那四个月我只在一家单位")
    assert re.search(r"编号 YW\d{6}-\d+", browser.text)
    ((entry, state),) = doors.rows("select entry_id, state from privacy_question where subject_id = 1")
    assert (entry, state) == (answer["entry"], "open")


@pytest.mark.clause("EB-1.1-17")
def test_expense_data_is_refused_to_an_advertising_job_and_each_view_is_on_record(
    standing: Installation,
) -> None:
    actor = people.citizen()
    doors.agree(actor, "enquiry.spending")
    marketing = people.staff("system", unit="推广任务")
    for purpose in ("offer.expense", "advert.expense", "enquiry.spending", "enquiry.spending_detail"):
        with (
            pytest.raises(Refusal) as refused,
            gate.open(marketing, purpose, items=("claim.record",), subject=1),
        ):
            pytest.fail("opened")
        assert refused.value.code == "purpose_not_allowed"
    with (
        pytest.raises(Refusal, match="field_not_declared"),
        gate.open(marketing, "notice.marketing", items=("claim.record",), subject=1),
    ):
        pytest.fail("opened")
    before = told(1, "enquiry.spending").count("allowed")
    page = doors.browser_of(actor).get("/me/spending")
    assert page.status == 200
    assert told(1, "enquiry.spending").count("allowed") == before + 1
    looked = doors.browser_of(actor).get("/privacy/who-looked/?who=self")
    assert "医保结算" in looked.text


@pytest.mark.clause("EB-1.1-16")
def test_the_list_of_deductions_is_the_registrys_and_an_unknown_one_opens_a_case_with_its_reference(
    standing: Installation,
) -> None:
    actor = people.citizen()
    doors.agree(actor, "enquiry.spending")
    held = doors.rows(
        "select id, served_on::text, total_fen, account_fen from registry_claim where subject_id = 1"
        " and state = 'settled' and extract(year from served_on) = (select max(extract(year from served_on))"
        " from registry_claim where subject_id = 1 and state = 'settled') order by id"
    )
    year = held[0][1][:4]
    told = doors.api(actor, "/me/spending", year=year).json()
    listed = [one for one in told["claims"] if one["state"] == "settled"]
    assert sorted((one["id"], one["on"], one["total_fen"], one["account_fen"]) for one in listed) == held
    assert told["totals"]["total_fen"] == sum(row[2] for row in held)
    assert told["totals"]["account_fen"] == sum(row[3] for row in held)
    browser = doors.browser_of(actor)
    browser.client.cookies["amounts"] = "shown"
    page = browser.get(f"/me/spending?year={year}").page
    links = [html.unescape(one) for one in re.findall(r'href="(/me/wrong\?[^"]+)"', page)]
    assert links and all("ref=" in one for one in links)
    row, link = next((one, at) for at in links for one in held if at.endswith(f"ref={one[0]}"))
    number = str(row[0])
    assert f"编号 {number}" in browser.text and money.yuan(row[2]) in browser.text
    browser.get(link).post(link, text="这一笔不是我本人用的")
    assert "已收到" in browser.text
    ((no,),) = doors.rows("select no from cases_case where kind = 'record-dispute' and state = 'submitted'")
    said = writing.answers(Case.objects.using("owner").get(no=no))
    assert (said["what"], said["reference"]) == ("claim", number)


@pytest.mark.clause("EB-2.1.5-01")
def test_a_purpose_of_terms_never_accepted_waits_for_a_new_yes(standing: Installation) -> None:
    actor = people.citizen(people.CHANGHE)
    asked = [one for one in register.current().process.values() if one.in_force and one.consent_kind]
    assert {one.code for one in asked} >= {"notice.marketing", "enquiry.account", "service.history"}
    for process in asked:
        if "citizen" in process.roles and process.min_level <= actor.level:
            with pytest.raises(Refusal) as no, gate.open(actor, process.code, items=process.items[:1]):
                pytest.fail(process.code)
            assert no.value.code in ("consent_required", "card_not_linked"), process.code
    doors.agree(actor, "service.history")
    with gate.open(actor, "service.history"):
        pass
    try:
        doors.run(
            "update privacy_process set material_since = now() where code = 'service.history' and in_force"
        )
        with pytest.raises(Refusal) as again, gate.open(actor, "service.history"):
            pytest.fail("a new text without a new yes")
        assert again.value.code == "consent_required"
    finally:
        doors.run(
            "update privacy_process set material_since = null where code = 'service.history' and in_force"
        )
    with pytest.raises(Refusal) as unknown, gate.open(actor, "terms.elsewhere"):
        pytest.fail("no such text")
    assert unknown.value.code == "purpose_not_allowed"


@pytest.mark.clause("EB-1.1-14")
def test_a_holder_of_thirteen_needs_a_guardian_and_no_greeting_uses_a_birthday(
    standing: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, cards = people.citizen(people.XIAOMAN), card_simulator.known_cards(standing.home)
    own = next((one for one, who in cards.items() if who["name"] == "苏小满"), None)
    assert own is not None
    card.unlink(actor, now=clock.now())
    with card_source.card_source(monkeypatch, cards):
        browser = doors.browser_of(actor).get("/account/card/")
        offered = [part.split('"')[0] for part in browser.page.split('name="agree" value="')[1:]]
        browser.send("/account/card/", card_number=own, password=cards[own]["password"], agree=offered)
    assert "监护人" in browser.text
    assert (
        doors.rows("select 1 from privacy_blind where purpose = 'card' and subject_id = %s", people.XIAOMAN)
        == []
    )
    for purpose in ("notice.birthday", "notice.marketing"):
        with (
            pytest.raises(Refusal) as no,
            gate.open(
                people.staff("system", unit="问候"), purpose, items=("person.basic",), subject=people.XIAOMAN
            ),
        ):
            pytest.fail(purpose)
        assert no.value.code in ("purpose_not_allowed", "field_not_declared")
