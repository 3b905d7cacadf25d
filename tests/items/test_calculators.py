"""Calculators: figures are the rules' own, refusals are said, every step names its document."""

import json
import re
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base.money import round_half_up
from shebao.base.refusal import Refusal
from shebao.items.calculators import places
from shebao.items.calculators.answer import MARKS, Answer
from shebao.items.calculators.catalogue import BY_CODE, CALCULATORS
from shebao.items.calculators.questions import Faults
from shebao.rules import monthly
from shebao.rules.contribution import Scope
from shebao.rules.maternity.allowance import allowance
from shebao.rules.medical.resident import waiting
from shebao.rules.pension import contribution, estimate, flexible, retirement
from shebao.rules.refusals import RuleRefusal
from shebao.rules.resident_pension.contribution import yearly
from shebao.rules.unemployment.benefit import monthly_amount

TODAY = date(2026, 11, 22)
HOME = "220000"
WOMAN = {
    "region": "220100",
    "birth": "1978年5月",
    "category": "female50",
    "paid_months": "207",
    "base": "5,460.00",
    "account": "78,214.36",
}


def ask(code: str, **given: str) -> Answer:
    return BY_CODE[code].answer(given, home=HOME, today=TODAY)


def examples(code: str) -> dict[str, str]:
    asked = BY_CODE[code].questions(region="", home=HOME, today=TODAY)
    return {question.name: question.example for question in asked}


def person(**changes: object) -> estimate.Person:
    known = {
        "birth": 197805,
        "category": "female50",
        "region": "220100",
        "now": 202611,
        "paid_months": 207,
        "deemed_months": 0,
        "index_e6": round_half_up(546000 * 10**6, 748150),
        "account_fen": 7821436,
        "base_fen": 546000,
    }
    return estimate.Person(**(known | changes))


def step(answer: Answer, code: str):
    return next(step for step in answer.steps if step.code == code)


@pytest.mark.parametrize("option", ["earliest", "statutory", "latest"])
def test_a_pension_is_the_estimate_of_the_rules(option: str) -> None:
    answer = ask("pension", **WOMAN, option=option)
    rule = [one.value for one in estimate.scenarios(person(), option)]
    assert [one.fen for one in answer.scenarios] == [one.pension.total for one in rule]
    assert answer.fen == rule[1].pension.total == sum(part.size for part in answer.parts)
    assert {one.code: one.fen for one in answer.options} == {
        code: estimate.estimate(person(), option=code).value.pension.total for code in estimate.OPTIONS
    }
    assert [one.code for one in answer.options if one.chosen] == [option]


def test_the_months_of_retirement_are_those_of_the_law() -> None:
    answer = ask("pension", **WOMAN)
    found = retirement.statutory(197805, "female50")
    months = {one.code: one.month for one in answer.options}
    assert months["statutory"] == found.month == 203002
    assert (months["earliest"], months["latest"]) == (flexible.earliest(found), flexible.latest(found))
    assert step(answer, "least").result == "15 年 6 个月"
    assert "2028年2月" in " ".join(limit.words for limit in answer.limits)


def test_the_formula_on_the_page_gives_the_amount_on_the_page() -> None:
    shown = next(words for words in step(ask("pension", **WOMAN), "basic").words if "×" in words)
    city, province, index, years = (Fraction(number.replace(",", "")) for number in re.findall(
        r"基数 ([\d,.]+) \+ 省基数 ([\d,.]+) × 指数 ([\d.]+)）÷ 2 × ([\d.]+) 年", shown)[0])  # fmt: skip
    exact = (city + province * index) / 2 * years
    assert step(ask("pension", **WOMAN), "basic").result == f"{float(round(exact)) / 100:,.2f} 元"


def test_deemed_years_and_an_own_index_are_used() -> None:
    answer = ask("pension", **WOMAN, index="0.9", deemed_months="24")
    rule = estimate.estimate(person(index_e6=900_000, deemed_months=24)).value
    assert answer.fen == rule.pension.total
    assert {part.code: part.size for part in answer.parts}["transitional"] == rule.pension.transitional
    assert step(answer, "transitional").used[0].value.key.startswith("transition_rate")


def test_too_few_months_are_said_before_the_amount() -> None:
    answer = ask("pension", **(WOMAN | {"paid_months": "60"}))
    lacking = step(answer, "least").words[-1]
    assert "还差" in answer.title and lacking in ("到时还差 87 个月。",)
    assert "才能按月领" in answer.subs[0]


def test_an_age_already_reached_counts_from_now() -> None:
    answer = ask("pension", **(WOMAN | {"birth": "1966-02", "category": "male60", "paid_months": "300"}))
    assert answer.title == "现在退休，每月约"
    assert answer.subs[0] == "2026年6月就到年龄了。"


def test_who_reached_the_age_before_2025_has_no_choice() -> None:
    answer = ask("pension", **(WOMAN | {"birth": "1963-02", "category": "male60", "paid_months": "300"}))
    assert [one.code for one in answer.options] == ["statutory"]
    with pytest.raises(RuleRefusal, match="invalid_input"):
        ask("pension", **(WOMAN | {"birth": "1963-02", "category": "male60"}), option="latest")


def test_an_employee_pays_what_the_rules_assess() -> None:
    answer = ask("employee", region="220100", month="202611", wage="6500")
    rule = monthly.assess(
        declared_fen=650000, scope=Scope(202611, "220100"), insurances=("110", "310", "210", "410")
    ).value
    assert answer.fen == rule.employee == 66950
    assert [part.size for part in answer.parts] == [rule.employee, rule.employer]
    assert not answer.missing


def test_a_rate_that_is_not_established_is_left_out_and_said() -> None:
    answer = ask("employee", region="220200", month="202611", wage="6500")
    assert [one.name for one in answer.missing] == ["职工基本医疗保险（含生育）"]
    assert "不能用来计算" in answer.missing[0].why
    assert answer.subs[0].startswith("不含")
    assert all("310" not in step.code for step in answer.steps)


@pytest.mark.parametrize(("wage", "base"), [("100", "4,488.90 元"), ("99999", "22,444.50 元")])
def test_wages_outside_the_bounds_are_brought_inside_and_said(wage: str, base: str) -> None:
    first = ask("employee", region="220100", month="2026-11", wage=wage).steps[0]
    assert first.result == base
    assert "限" in first.words[0]


def test_a_flexible_worker_pays_the_tier() -> None:
    answer = ask("flexible", region="220000", month="202611", tier="100", count="12")
    rule = contribution.flexible(index=Fraction(1), month=202611, region="220000", count=12).value
    assert answer.fen == rule.monthly
    assert sum(part.size for part in answer.parts) == rule.monthly
    assert step(answer, "total").result == "17,955.60 元"


def test_a_resident_pays_the_grade_and_the_cover() -> None:
    answer = ask("resident", region="220000", grade="500", years="15")
    rule = yearly(grade_fen=50000, on=TODAY, region="220000").value
    assert answer.fen == 50000 + 40000
    assert step(answer, "account").result == "560.00 元" and rule.to_account == 56000
    assert "要缴满 15 年" in ask("resident", region="220000", grade="500", years="9").subs[0]
    with pytest.raises(RuleRefusal):
        ask("resident", region="220000", grade="123", years="15")


def test_unemployment_benefit_of_one_tier_and_of_an_unknown_one() -> None:
    given = {"region": "220000", "paid_months": "96", "reason": "dismissed", "registered": "yes"}
    rule = monthly_amount(minimum_wage_fen=223000, month=202611, region="220000").value
    assert ask("unemployment", **given, tier="1").fen == rule == 200700
    unknown = ask("unemployment", **given, tier="unknown")
    assert unknown.fen is None and unknown.figure == "1,683.00 到 2,007.00 元"
    assert "最多 18 个月" in unknown.title


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"paid_months": "9"}, "还差 3 个月"),
        ({"reason": "resigned"}, "不算自愿"),
        ({"registered": "no"}, "办了失业登记"),
    ],
)
def test_why_not_and_what_then(change: dict[str, str], says: str) -> None:
    given = {"region": "220000", "paid_months": "96", "reason": "dismissed", "registered": "yes", "tier": "1"}
    answer = ask("unemployment", **(given | change))
    assert answer.refused and answer.title == "还不能领"
    assert says in "".join(answer.subs)


def test_months_stand_where_the_amount_is_not_established() -> None:
    given = {"region": "450000", "paid_months": "130", "reason": "dismissed", "registered": "yes"}
    answer = ask("unemployment", **given)
    assert answer.figure == "24 个月"
    assert "还没有查实" in answer.missing[0].why


@pytest.mark.parametrize("kind", ["normal", "difficult", "miscarriage_early", "miscarriage_late"])
def test_maternity_allowance_is_that_of_the_rules(kind: str) -> None:
    rule = allowance(employer_average_fen=720000, kind=kind, babies=2).value
    answer = ask("maternity", average="7200", kind=kind, babies="2")
    assert (answer.fen, step(answer, "days").result) == (rule.amount, f"{rule.days} 天")


@given(st.booleans(), st.integers(0, 12), st.integers(0, 12))
def test_waiting_is_that_of_the_rules(in_window: bool, broken: int, repaired: int) -> None:
    given = {"in_window": "yes" if in_window else "no", "broken_years": str(broken)}
    if repaired > broken:
        with pytest.raises(RuleRefusal):
            ask("waiting", **given, repaired_years=str(repaired))
        return
    rule = waiting(in_window=in_window, broken_years=broken, repaired_years=repaired).value
    answer = ask("waiting", **given, repaired_years=str(repaired))
    assert answer.figure == f"{rule.total_months} 个月"
    assert [part.size for part in answer.parts] == [rule.fixed_months, rule.variable_months]


@pytest.mark.parametrize(
    ("code", "change", "place"),
    [
        ("pension", {"region": "110000"}, "北京市"),
        ("employee", {"region": "110000"}, "北京市"),
        ("employee", {"month": "203001"}, "2030年1月"),
        ("flexible", {"month": "199901"}, "1999年1月"),
    ],
)
def test_unknown_places_and_dates_are_refused_with_the_reason(
    code: str, change: dict[str, str], place: str
) -> None:
    with pytest.raises(RuleRefusal) as refused:
        ask(code, **(examples(code) | change))
    assert place in refused.value.message
    assert refused.value.cause in ("not_established", "only_demo")
    assert refused.value.next_step


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(Faults) as faults:
        ask("pension", **(WOMAN | {"birth": "78", "paid_months": "很多", "category": "", "region": "999"}))
    assert {name for name, _ in faults.value.faults} == {"birth", "paid_months", "category", "region"}
    assert all("请" in says or "没有" in says or "例如" in says for _, says in faults.value.faults)


@pytest.mark.parametrize("written", ["1978-05", "197805", "１９７８年５月", "1978.5", " 1978 年 5 月 "])
def test_months_are_read_as_people_write_them(written: str) -> None:
    assert ask("pension", **(WOMAN | {"birth": written})).fen == ask("pension", **WOMAN).fen


@pytest.mark.parametrize("calculator", CALCULATORS, ids=lambda one: one.code)
def test_every_explanation_names_its_documents_and_is_data(calculator) -> None:
    answer = ask(calculator.code, **examples(calculator.code))
    document = json.loads(json.dumps(answer.as_json(), ensure_ascii=False))
    assert [row["name"] for row in document["steps"]] == [step.name for step in answer.steps]
    assert document["laws"] == list(answer.laws) and answer.laws
    for one in answer.steps:
        assert one.words
        assert all(used.value.law in "；".join(one.laws) or set(used.value.law.split("；")) <= set(one.laws)
                   for used in one.used)  # fmt: skip
    assert any("〔" in law or "条" in law for law in answer.laws)
    assert answer.unsure and answer.limits
    assert all(limit.law for limit in answer.limits)
    assert "仅供参考" in document["disclaimer"]


def test_a_carried_value_is_marked_and_said() -> None:
    answer = ask("pension", **WOMAN)
    marks = {used.value.key: used.mark for used in answer.used}
    assert marks["city_base"] == MARKS["low"] == "待核实，仅供参考"
    assert answer.confidence == "low"
    assert any("新标准还没有公布" in words for words in answer.unsure)


def test_no_calculator_uses_an_invented_value() -> None:
    for calculator in CALCULATORS:
        for region in ("220100", "220200", "450100", "450000"):
            try:
                answer = ask(calculator.code, **(examples(calculator.code) | {"region": region}))
            except Refusal:
                continue
            assert "demo" not in {used.value.confidence for used in answer.used}


def test_places_are_those_with_figures_and_home_comes_first() -> None:
    offered = places.choices(frozenset({"450000", "220100", "220000"}), "220000")
    assert [choice.value for choice in offered] == ["220100", "220000", "450000"]
    assert offered[1].word.endswith("其他地方")
    assert places.settled("220102", offered) == "220100"
    assert places.settled("222400", offered) == "220000"


TEXT = st.one_of(
    st.text(alphabet="0123456789.,-%/年月 一x０²\u0000\u0661", max_size=24),
    st.integers(-10, 10**9).map(str),
    st.sampled_from(
        ["220100", "110000", "1978年5月", "203001", "5,460.00", "yes", "no", "60", "unknown", "1", "0.8"]
    ),
)


@given(st.sampled_from(sorted(BY_CODE)), st.data())
def test_any_text_is_answered_or_refused(code: str, data: st.DataObject) -> None:
    given = examples(code)
    for name in data.draw(st.sets(st.sampled_from([*given, "option"]), max_size=4)):
        given[name] = data.draw(TEXT)
    try:
        answer = ask(code, **given)
    except Refusal as refusal:
        assert refusal.message
        return
    assert answer.steps and (answer.fen is not None or answer.figure)


@given(
    birth=st.integers(1957 * 12, 2009 * 12).map(lambda at: at // 12 * 100 + at % 12 + 1),
    category=st.sampled_from(retirement.CATEGORIES),
    paid=st.integers(0, 500),
    base=st.integers(0, 5_000_000),
    account=st.integers(0, 10**8),
    option=st.sampled_from(["earliest", "statutory", "latest"]),
    region=st.sampled_from(["220100", "220000", "450000"]),
)
def test_any_person_is_answered_or_refused(**values: int | str) -> None:
    given = {
        "region": values["region"],
        "birth": values["birth"],
        "category": values["category"],
        "paid_months": values["paid"],
        "base": values["base"],
        "account": values["account"],
        "option": values["option"],
    }
    try:
        answer = BY_CODE["pension"].explain(given, home=HOME, today=TODAY)
    except Refusal as refusal:
        assert refusal.message
        return
    assert answer.fen == sum(part.size for part in answer.parts)
    assert step(answer, "total").result == f"{answer.fen / 100:,.2f} 元"
    assert sorted(one.month for one in answer.options) == [one.month for one in answer.options]
