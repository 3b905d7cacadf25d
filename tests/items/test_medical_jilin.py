"""吉林: maternity and claims run there too; the medical filings and the family pool do not."""

import pytest
from django.test import Client

from shebao.base.refusal import Refusal
from shebao.items import catalogue, handling, office, opinion, progress
from shebao.privacy import gate
from shebao.registry.contributions import queries as contributions
from shebao.registry.enrolments import queries as enrolments
from shebao.rules.maternity import allowance
from tests import people
from tests.conftest import Installation
from tests.items.business import ACCOUNT, NOW, average_of_unit, decided, draft, opened, paid, rows

PROFILE = "jilin"
LEAVE = {"kind": "normal", "babies": "1", "born": "2026-10-12", "account": ACCOUNT}
PRENATAL = {"served": "2026-09-08", "count": "9", "total": "1200.00", "own": "0", "account": ACCOUNT}
HERE = {
    "outpatient-claim",
    "prenatal-claim",
    "maternity-medical-claim",
    "family-planning-claim",
    "maternity-allowance",
}
ELSEWHERE = {
    "remote-resident",
    "chronic-disease",
    "family-pool",
    "medical-transfer",
    "resident-medical-enrolment",
}


def test_the_catalogue_has_what_the_bureau_handles(standing: Installation) -> None:
    offered = {item.code for item in catalogue.offered()}
    assert offered >= HERE and not offered & ELSEWHERE


def test_the_allowance_is_paid_from_the_merged_fund(standing: Installation) -> None:
    by = people.citizen(people.WANQING)
    no = draft("maternity-allowance", LEAVE, by=by)
    handling.submit(no, now=NOW, by=by)
    decided(no)
    amount = allowance.allowance(
        employer_average_fen=average_of_unit(people.WANQING, 2025), kind="normal", babies=1
    ).value
    assert amount.days == 98 and paid(no) == [("maternity_allowance", amount.amount, 202610)]


def test_a_unit_without_last_years_wages_is_left_to_the_clerk(standing: Installation) -> None:
    by = people.citizen(people.WANQING)
    rows(
        "update registry_contribution set seq = 9 where insurance = 310 and month / 100 = 2025"
        " and employer_id in (select employer_id from registry_enrolment"
        "                     where subject_id = %s and insurance = 310) returning 1",
        people.WANQING,
    )
    no = draft("maternity-allowance", LEAVE | {"born": "2026-09-12"}, by=by)
    handling.submit(no, now=NOW, by=by)
    case, clerk = opened(no)
    assert ("单位月平均工资", "2025 年没有申报，先在经办意见里填") in [
        line[:2] for line in case.verdict.figures
    ]
    assert case.verdict.amount_fen == 0
    opinion.enter(no, {"average": "9000.00"}, now=NOW, by=clerk)
    case = office.open_case(no, now=NOW, by=clerk)
    amount = allowance.allowance(employer_average_fen=900000, kind="normal", babies=1).value.amount
    office.decide(
        no, granted=True, text=case.draft_text, amount_fen=case.verdict.amount_fen, now=NOW, by=clerk
    )
    assert paid(no) == [("maternity_allowance", amount, 202609)]


def test_the_average_of_a_unit_opens_only_to_its_own_people(standing: Installation) -> None:
    item, items = catalogue.item("maternity-allowance"), ("contribution.record", "enrolment.record")
    other = rows("select id from registry_employer where id not in (select employer_id from registry_enrolment"
                 " where subject_id = %s and employer_id is not null) limit 1", people.CHUNMEI)[0][0]  # fmt: skip
    with gate.open(people.citizen(people.CHUNMEI), item.purpose, items=items) as grant:
        assert contributions.unit_average(grant, other, 2024) is None
        own = [one.employer_id for one in enrolments.spells(grant) if one.employer_id]
    assert own
    with gate.open(people.citizen(people.CHUNMEI), item.purpose, items=("person.basic",)) as grant:
        assert contributions.unit_average(grant, own[0], 2024) is None


def test_a_condition_that_ends_between_form_and_sending_stops_the_sending(standing: Installation) -> None:
    by = people.citizen(people.CHUNMEI)
    no = draft("prenatal-claim", PRENATAL, by=by)
    assert handling.precheck("prenatal-claim", now=NOW, by=by).may_start
    ended = "update registry_enrolment set state = 'terminated', until = 202608 where subject_id = 1 and until is null"
    rows(f"{ended} returning 1")
    with pytest.raises(Refusal) as caught:
        handling.submit(no, now=NOW, by=by)
    assert (caught.value.code, caught.value.status, caught.value.field) == (
        "precondition_unmet",
        409,
        "not_enrolled",
    )
    assert caught.value.message == "那天您没有参加医疗保险。（社会保险法第二十八条）"
    assert progress.view(no, now=NOW, by=by).line.state == "draft" and paid(no) == []
    browser = Client()
    assert by.token is not None
    browser.cookies["sb_session"] = by.token.hex()
    page = browser.post(f"/cases/{no}/submit", {"key": "again"})
    assert page.status_code in (404, 409, 422)
