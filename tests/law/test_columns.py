"""A column of people is treated like each of them: the same function, the same fen."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shebao.base.money import ROUNDINGS, rounding
from shebao.rules import bases, collection, columns, monthly
from shebao.rules.contribution import Scope
from shebao.rules.injury import benefit as injury
from shebao.rules.maternity import allowance as maternity
from shebao.rules.medical import reimbursement, resident
from shebao.rules.pension import account, adjustment, amount, annuity, flexible, retirement, survivors
from shebao.rules.pension import index as pension_index
from shebao.rules.resident_pension import pension as resident_pension
from shebao.rules.unemployment import benefit as unemployment

FEN = st.integers(0, 50_000_00)
BALANCE = st.integers(0, 2_000_000_00)
BIRTHS = st.builds(lambda year, month: year * 100 + month, st.integers(1930, 2010), st.integers(1, 12))
SCOPES = [Scope(202508, "220100"), Scope(202511, "450200"), Scope(202412, "450100", allow_demo=True)]


def column(values: list[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """An int64 column."""
    return np.array(values, dtype=np.int64)


def same(rule: Callable[..., Any], *people: list[int]) -> None:
    """The rule on columns equals the rule on each person."""
    found = rule(*(column(values) for values in people))
    one_by_one = [rule(*each) for each in zip(*people, strict=True)]
    assert np.asarray(found).astype(np.int64).tolist() == [int(value) for value in one_by_one]


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.region)
@given(wages=st.lists(FEN, min_size=1, max_size=30))
def test_five_insurances(scope: Scope, wages: list[int]) -> None:
    many = monthly.assess(declared_fen=column(wages), scope=scope).value
    each = [monthly.assess(declared_fen=wage, scope=scope).value for wage in wages]
    assert many.base.tolist() == [one.base for one in each]
    assert many.employer.tolist() == [one.employer for one in each]
    assert many.employee.tolist() == [one.employee for one in each]
    for position, part in enumerate(many.parts):
        assert part.employer.tolist() == [one.parts[position].employer for one in each]
        assert part.employee.tolist() == [one.parts[position].employee for one in each]


@pytest.mark.parametrize("category", retirement.CATEGORIES)
@given(births=st.lists(BIRTHS, min_size=1, max_size=40))
def test_retirement(category: str, births: list[int]) -> None:
    for name in ("delay_months", "age_months", "month", "original_month", "minimum_months", "affected"):
        same(lambda birth, name=name: getattr(retirement.statutory(birth, category), name), births)
    same(lambda birth: flexible.earliest(retirement.statutory(birth, category)), births)
    same(lambda birth: flexible.latest(retirement.statutory(birth, category)), births)


@given(people=st.lists(st.tuples(BIRTHS, st.integers(0, 2)), min_size=1, max_size=40))
def test_retirement_of_mixed_categories(people: list[tuple[int, int]]) -> None:
    births, positions = ([person[side] for person in people] for side in (0, 1))
    same(lambda birth, position: retirement.statutory(birth, position).month, births, positions)


FACTS = st.tuples(
    st.integers(400_000, 3_000_000),
    st.integers(1500, 5000),
    st.integers(0, 1500),
    st.integers(0, 2_000_000_00),
    st.integers(40 * 12, 70 * 12 + 11),
)


@pytest.mark.parametrize(("region", "month"), [("220100", 202602), ("220500", 202508), ("450100", 202505)])
@given(people=st.lists(FACTS, min_size=1, max_size=20))
def test_pensions(region: str, month: int, people: list[tuple[int, ...]]) -> None:
    terms = amount.terms_of(region=region, month=month)

    def facts(index: Any, years: Any, deemed: Any, balance: Any, age: Any) -> amount.Facts:
        return amount.Facts(index, years, deemed, account_fen=balance, annuity_tenths=annuity.tenths(age))

    sides = [list(side) for side in zip(*people, strict=True)]
    for name in ("basic", "extra", "transitional", "account_pension", "total"):
        same(lambda *given, name=name: getattr(amount.compute(terms, facts(*given)), name), *sides)


@given(ages=st.lists(st.integers(40 * 12, 70 * 12), min_size=1, max_size=40))
def test_annuity_months_in_both_modes(ages: list[int]) -> None:
    for mode in annuity.MODES:
        same(lambda age, mode=mode: annuity.tenths(age, mode), ages)


@given(
    people=st.lists(st.tuples(BALANCE, BALANCE, BALANCE), min_size=1, max_size=30),
    rate=st.sampled_from([Fraction(15, 1000), Fraction(831, 10_000), Fraction(0)]),
)
def test_account_years(people: list[tuple[int, int, int]], rate: Fraction) -> None:
    sides = [list(side) for side in zip(*people, strict=True)]

    def closing(opening: Any, credit: Any, product: Any) -> Any:
        return account.close_year(opening=opening, credit=credit, product=product, rate=rate).closing

    same(closing, *sides)


@given(people=st.lists(st.tuples(BALANCE, st.integers(0, 4000)), min_size=1, max_size=30))
def test_late_fees_and_assessed_amounts(people: list[tuple[int, int]]) -> None:
    sides = [list(side) for side in zip(*people, strict=True)]
    same(lambda owed, days: collection.late_fee_at(owed, days, Fraction(1, 2000)), *sides)
    same(collection.undeclared, sides[0])


@given(people=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 24)), min_size=1, max_size=40))
def test_unemployment_months(people: list[tuple[int, int]]) -> None:
    same(unemployment.longest_months, *[list(side) for side in zip(*people, strict=True)])


@given(
    people=st.lists(st.tuples(st.integers(1, 10), FEN, st.integers(1, 15_000_00)), min_size=1, max_size=30)
)
def test_injury(people: list[tuple[int, int, int]]) -> None:
    grades, wages, averages = ([person[side] for person in people] for side in (0, 1, 2))
    same(injury.lump_sum, grades, wages)
    same(injury.own_wage, wages, averages)
    same(lambda grade, wage: injury.allowance((grade - 1) % 6 + 1, wage), grades, wages)


@given(people=st.lists(st.tuples(st.integers(0, 45), st.integers(0, 30), FEN), min_size=1, max_size=30))
def test_survivors_waiting_and_adjustment(people: list[tuple[int, int, int]]) -> None:
    years, drawn, fen = ([person[side] for person in people] for side in (0, 1, 2))
    same(survivors.pension_months, years)
    same(lambda paid, taken: survivors.pension_months(paid, retired=True, years_drawn=taken), years, drawn)
    same(
        lambda broken, repaired: (
            resident.waiting(
                in_window=broken < 9, broken_years=broken, repaired_years=repaired
            ).value.total_months
        ),
        years,
        drawn,
    )
    same(
        lambda pension, paid, age: (
            adjustment.increase(
                pension_fen=pension,
                paid_years=paid,
                age_years=age,
                year=2025,
                region="220000",
                allow_demo=True,
            ).value
        ),
        fen,
        years,
        [each + 50 for each in drawn],
    )


@given(people=st.lists(st.tuples(FEN, st.integers(1, 20_000_00), BALANCE), min_size=1, max_size=30))
def test_index_resident_pension_and_maternity(people: list[tuple[int, int, int]]) -> None:
    wages, averages, balances = ([person[side] for person in people] for side in (0, 1, 2))
    same(pension_index.month_index, wages, averages)
    same(resident_pension.account_pension, balances)
    same(
        lambda wage: maternity.allowance(employer_average_fen=wage, kind="difficult", babies=2).value.amount,
        wages,
    )


@given(people=st.lists(st.tuples(BALANCE, FEN, FEN, FEN), min_size=1, max_size=30))
def test_reimbursement(people: list[tuple[int, int, int, int]]) -> None:
    terms = reimbursement.demo_terms(
        scheme="resident", care="inpatient", level=3, month=202605, region="450100", allow_demo=True
    )

    def cash(total: Any, outside: Any, first: Any, balance: Any) -> Any:
        bill = reimbursement.Bill(total, outside, first)
        return reimbursement.settle(bill, terms, account_balance=balance).cash

    same(cash, *[list(side) for side in zip(*people, strict=True)])


@settings(max_examples=30)
@given(values=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20))
def test_every_rounding_of_every_ratio(values: list[int]) -> None:
    for name in ROUNDINGS:
        if name != "fen_to_jiao_up" or min(values) >= 0:
            same(lambda value, name=name: columns.ratio(value, 77, 1000, rounding(name)), values)
    many = columns.shares(column(values), (Fraction(77, 1000), Fraction(0), Fraction(1, 200)))
    for position, rate in enumerate((Fraction(77, 1000), Fraction(0), Fraction(1, 200))):
        assert many[position].tolist() == [columns.share(value, rate) for value in values]


def test_a_column_that_could_overflow_is_refused_and_never_wraps() -> None:
    huge = column([2**62])
    with pytest.raises(OverflowError):
        columns.ratio(huge, 3, 100)
    with pytest.raises(OverflowError):
        columns.product(huge, huge)
    with pytest.raises(OverflowError):
        columns.shares(huge, (Fraction(3, 100),))


def test_an_empty_column_is_assessed_to_an_empty_column() -> None:
    found = monthly.assess(declared_fen=column([]), scope=SCOPES[0]).value
    assert found.base.size == 0
    assert found.employer.size == 0


def test_a_base_may_be_rounded_to_whole_yuan() -> None:
    limits = bases.bounds(month=202508, region="220000")
    assert bases.determine(5000_50, limits, "yuan_half_up") == 5001_00
    assert bases.determine(5000_01, limits, "yuan_up") == 5001_00
    assert bases.determine(column([5000_49]), limits, "yuan_half_up").tolist() == [5000_00]
