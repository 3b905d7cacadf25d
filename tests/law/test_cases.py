"""The worked cases of the law, run through the public table. High and medium are hard; low is what was recorded."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from shebao.rules import cases
from shebao.rules.refusals import RuleRefusal

FILE = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", FILE["cases"], ids=[case["id"] for case in FILE["cases"]])
def test_a_worked_case_comes_out_as_written(case: dict[str, Any]) -> None:
    answer = cases.run(case["function"], case["input"])
    told = {name: answer.get(name) for name in case["expected"]}
    assert told == case["expected"], f"{case['confidence']}: {FILE['sources'][case['source']]}"


def test_the_annuity_table_is_the_printed_one() -> None:
    printed = FILE["tables"]["annuity_months"]
    assert cases.run("annuity_months_by_age", {"ages": list(printed)}) == {"months": printed}


def test_every_function_of_the_file_is_published() -> None:
    assert {case["function"] for case in FILE["cases"]} <= set(cases.names())


@pytest.mark.parametrize(
    ("function", "given"),
    [
        ("no_such_rule", {}),
        ("statutory_retirement", {}),
        ("statutory_retirement", {"birth": "1970-13", "category": "male60"}),
        ("statutory_retirement", {"birth": "1970-01", "category": "astronaut"}),
        ("minimum_contribution_months", {"year": "soon"}),
        ("minimum_contribution_months", {"year": 1900}),
        ("annuity_months_by_age", {"ages": [39]}),
        ("annuity_months_by_age", {"ages": [71]}),
        ("annuity_months", {"age_years": 70, "age_months": 1, "mode": "month_interpolated"}),
        ("annuity_months", {"age_years": 60, "age_months": 12}),
        ("monthly_contribution", {"region": "220000", "month": "2025-08", "insurance": "999"}),
        (
            "monthly_contribution",
            {"region": "110000", "month": "2025-08", "insurance": "110", "declared_wage": "1"},
        ),
        (
            "monthly_contribution",
            {"region": "220000", "month": "2019-08", "insurance": "110", "declared_wage": "1"},
        ),
        (
            "monthly_contribution",
            {"region": "220200", "month": "2025-08", "insurance": "310", "declared_wage": "1"},
        ),
        (
            "monthly_contribution",
            {"region": "220000", "month": "2025-08", "insurance": "110", "declared_wage": "-1"},
        ),
        ("flexible_contribution", {"region": "220000", "contribution_year": "2025", "index": "0.5"}),
        ("flexible_contribution", {"region": "220000", "contribution_year": "2025", "index": "3.01"}),
        ("work_injury_contribution", {"class": 9, "payroll": "1"}),
        ("unemployment_benefit_amount", {"region": "450000", "month": "2026-01", "minimum_wage": "2000"}),
        ("unemployment_benefit_amount", {"region": "220000", "month": "2025-11", "minimum_wage": "2230"}),
        ("unemployment_benefit_amount", {"region": "220000", "month": "2026-01", "minimum_wage": "2000"}),
        ("unemployment_eligible", {"contribution_months": 60, "reason": "bored", "registered": True}),
        ("work_injury_lump_sum", {"grade": 0, "own_wage": "5000"}),
        ("work_injury_lump_sum", {"grade": 11, "own_wage": "5000"}),
        ("disability_allowance", {"grade": 7, "own_wage": "5000"}),
        ("work_death_lump_sum", {"accident_year": 2027}),
        ("resident_medical_funding", {"notice_year": 2018}),
        ("late_fee_rate", {"date": "1990-01-01"}),
        ("late_fee", {"principal": "x", "due_date": "2025-01-01", "paid_date": "2025-01-02"}),
        ("handling_deadline", {"item": "moon_landing"}),
        ("transfer_steps", {"scheme": "999"}),
        ("derive_social_security_number", {"number": "E12345678", "doc_type": "08"}),
        ("upgrade_identity_number", {"number": "130503671301001"}),
        ("maternity_allowance", {"employer_avg_monthly_wage": "6000", "type": "adoption"}),
        ("pension_amount", {"formula": "lunar", "base": "1", "index": "1", "years": "1"}),
        ("resident_long_years_supplement", {"region": "450000", "years": [16]}),
        ("account_rate", {"years": [2010]}),
    ],
)
def test_what_the_law_does_not_cover_is_refused_with_a_reason(function: str, given: dict[str, Any]) -> None:
    with pytest.raises(RuleRefusal) as refusal:
        cases.run(function, given)
    assert refusal.value.message.endswith("。")
    assert refusal.value.cause


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        ("miscarriage_under_4_months", 15),
        ("miscarriage_over_4_months", 42),
        ("流产未满4个月", 15),
        ("流产满4个月", 42),
        ("miscarriage_early", 15),
        ("miscarriage_late", 42),
    ],
)
def test_a_miscarriage_is_told_from_its_words(kind: str, days: int) -> None:
    given = {"employer_avg_monthly_wage": "6000", "type": kind}
    assert cases.run("maternity_allowance", given)["days"] == days


@pytest.mark.parametrize(("months", "days"), [(1, 15), (3, 15), (4, 42), (6, 42)])
def test_a_miscarriage_is_told_from_the_months(months: int, days: int) -> None:
    given = {"employer_avg_monthly_wage": "6000", "type": "miscarriage", "pregnancy_months": months}
    assert cases.run("maternity_allowance", given)["days"] == days


def test_a_year_without_an_announced_rate_says_it_is_provisional() -> None:
    assert cases.run("account_rate", {"year": 2026}) == {
        "rates": {2026: "0.0150"},
        "rate": "0.0150",
        "provisional": True,
    }


def test_a_deadline_beyond_the_calendar_says_it_is_provisional() -> None:
    found = cases.run("add_working_days", {"received": "2026-12-25", "days": 10})
    assert found["provisional"] is True


ODD = (None, "", "abc", "-1", -1, 0, 10**12, 1.5, [], {}, [None], True, "2026-99", "9" * 400)


@pytest.mark.parametrize("case", FILE["cases"], ids=[case["id"] for case in FILE["cases"]])
def test_odd_input_is_answered_or_refused_and_never_crashes(case: dict[str, Any]) -> None:
    for name in case["input"]:
        for odd in ODD:
            try:
                answer = cases.run(case["function"], {**case["input"], name: odd})
            except RuleRefusal as refusal:
                assert refusal.message
            else:
                assert isinstance(answer, dict)


@pytest.mark.parametrize(
    ("function", "given"),
    [
        ("assessed_contribution", {"last_month_amount": "-1"}),
        ("pension_amount", {"formula": "jilin", "base": "7000", "index": "1"}),
        ("pension_amount", {"formula": "jilin", "base": "7000", "index": "1", "years": "30", "account": "1"}),
        ("pension_amount", {"formula": "national", "base": "7000", "index": "11", "years": "30"}),
        (
            "pension_amount",
            {"formula": "national", "base": "1", "index": "1", "years": "5", "deemed_years": "2"},
        ),
        ("late_fee", {"principal": "-1", "due_date": "2025-01-01", "paid_date": "2025-01-02"}),
        ("account_interest", {"opening": "0", "monthly_credit": "1", "months": "0-13", "rate": "0.01"}),
        ("work_injury_rate", {"float": "100%"}),
        ("resident_pension", {"base_pension": "154", "account": "1000", "years": 14}),
        ("jilin_extra_pension", {"actual_years": "30", "total_years": "20"}),
        ("late_fee_bearer", {"payer": "neighbour"}),
        ("overpayment_recovery", {"lump_sum_possible": "perhaps"}),
    ],
)
def test_what_is_missing_or_impossible_is_not_filled_in(function: str, given: dict[str, Any]) -> None:
    with pytest.raises(RuleRefusal):
        cases.run(function, given)
