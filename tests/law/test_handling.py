"""Handling: statutory limits with their articles, regional calendars, duties."""

from datetime import date

import pytest

from shebao.base.refusal import Refusal
from shebao.rules import cases, codes
from shebao.rules.handling import calendars, deadlines, duties


@pytest.mark.parametrize(
    ("item", "limit", "article"),
    [
        ("individual_registration", 10, "第六条"),
        ("pension_claim", 20, "第十八条"),
        ("medical_manual_reimbursement", 30, "第二十条"),
        ("maternity_allowance", 10, "第二十条"),
        ("work_injury_manual_reimbursement", 20, "第二十二条"),
        ("unemployment_claim", 10, "第二十四条"),
        ("loss_of_entitlement_report", 20, "第二十五条"),
    ],
)
def test_a_limit_names_its_article(item: str, limit: int, article: str) -> None:
    answer = cases.run("handling_deadline", {"item": item})
    assert (answer["working_days"], answer["article"]) == (limit, article)


@pytest.mark.parametrize(
    ("item", "limit"),
    [
        ("work_injury_application_employer", 30),
        ("work_injury_application_worker", 365),
        ("work_injury_decision", 60),
        ("work_injury_decision_simple", 15),
        ("labour_capacity_reappraisal_request", 15),
        ("leaver_list", 15),
        ("employer_registration", 30),
        ("employee_registration", 30),
    ],
)
def test_calendar_limits(item: str, limit: int) -> None:
    assert cases.run("handling_deadline_calendar", {"item": item})["calendar_days"] == limit


def test_a_deadline_runs_from_the_day_after_receipt_and_stops_in_pauses() -> None:
    assert deadlines.deadline("pension_claim", date(2026, 2, 13)).day == date(2026, 3, 19)
    pause = (date(2026, 2, 25), date(2026, 3, 4))
    assert deadlines.deadline("pension_claim", date(2026, 2, 13), pauses=[pause]).day == date(2026, 3, 27)


def test_an_appraisal_may_be_extended_by_thirty_days() -> None:
    plain = deadlines.deadline("labour_capacity_appraisal", date(2026, 3, 2))
    longer = deadlines.deadline("labour_capacity_appraisal", date(2026, 3, 2), extended=True)
    assert (plain.raw, longer.raw) == (date(2026, 5, 1), date(2026, 5, 31))


def test_a_year_ends_on_the_same_day_of_the_next_year() -> None:
    found = deadlines.deadline("work_injury_application_worker", date(2025, 3, 14))
    assert found.raw == date(2026, 3, 14)


def test_a_province_with_its_own_holiday_counts_it_and_others_do_not() -> None:
    received = date(2024, 4, 10)
    here = deadlines.deadline("pension_claim", received, region="450100")
    there = deadlines.deadline("pension_claim", received, region="220100")
    assert (there.day, here.day) == (date(2024, 5, 10), date(2024, 5, 13))
    assert here.provisional
    assert not there.provisional
    assert calendars.of("222401").holidays


def test_unknown_items_and_schemes_are_refused() -> None:
    with pytest.raises(Refusal):
        deadlines.limit("moon_landing")
    with pytest.raises(Refusal):
        deadlines.transfer_steps("999")
    assert deadlines.transfer_steps("310") == (15,)


def test_dues_must_be_settled_before_a_registration_is_cancelled() -> None:
    assert duties.cancel_registration(arrears_fen=0).allowed
    assert not duties.cancel_registration(arrears_fen=0, fine_fen=1).allowed
    with pytest.raises(Refusal):
        duties.cancel_registration(arrears_fen=-1)


def test_a_material_needs_a_legal_basis() -> None:
    assert not duties.require_material(material="居住证明", legal_basis=None).allowed
    assert duties.require_material(material="病历", legal_basis="社会保险经办条例第二十条").allowed


def test_asking_about_oneself_is_free_and_too_much_paid_can_be_returned_in_parts() -> None:
    assert duties.record_query_fee() == 0
    assert duties.overpayment_recovery(lump_sum_possible=True) == ("lump_sum",)
    assert "instalment_agreement" in duties.overpayment_recovery(lump_sum_possible=False)
    assert duties.over_paid(100, 80) == 20


def test_a_code_is_read_within_its_own_list() -> None:
    assert codes.name("insurance_social", 410) == "工伤保险"
    assert codes.name("insurance_medical", 410) == "长期护理保险"
    assert codes.name("ethnic_group", "08") == "壮"
    assert len(codes.lists()["ethnic_group"].codes) == 58
    with pytest.raises(Refusal):
        codes.name("ethnic_group", "57")
    with pytest.raises(Refusal):
        codes.name("planet", "3")
