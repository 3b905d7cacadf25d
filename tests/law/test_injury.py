"""工伤待遇核定: worked cases of a grade, a death and a device; the family never draws more than the wage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base.refusal import Refusal
from shebao.rules.injury import benefit, settlement

JILIN = "220100"
WAGES = [500_000] * 12
AREA = 748_150


def settled(
    grade: int, care: str = "", *, wages: list[int] = WAGES, lump_due: bool = True
) -> settlement.Disability:
    return settlement.disability(
        grade, care, wages=wages, accident=202610, month=202611, region=JILIN, lump_due=lump_due
    ).value


@pytest.mark.parametrize(
    ("grade", "care", "lump", "allowance", "payer", "nursing"),
    [
        (1, "full", 500_000 * 27, 450_000, "fund", 374_075),
        (4, "", 500_000 * 21, 375_000, "fund", 0),
        (5, "part", 500_000 * 18, 350_000, "employer", 224_445),
        (6, "", 500_000 * 16, 300_000, "employer", 0),
        (7, "", 500_000 * 13, 0, "", 0),
        (10, "", 500_000 * 7, 0, "", 0),
        (0, "part", 0, 0, "", 224_445),
    ],
)
def test_a_grade_and_the_need_of_care_give_their_amounts(
    grade: int, care: str, lump: int, allowance: int, payer: str, nursing: int
) -> None:
    assert settled(grade, care) == settlement.Disability(lump, allowance, payer, nursing)


def test_the_wage_is_the_average_of_the_months_there_are_within_its_bounds() -> None:
    assert settled(10, wages=[500_000, 600_000]).lump == 550_000 * 7
    assert settled(10, wages=[500_000] * 12 + [9_000_000] * 12).lump == 500_000 * 7
    assert settled(10, wages=[100_000]).lump == AREA * 60 // 100 * 7
    assert settled(10, wages=[9_000_000]).lump == AREA * 3 * 7
    with pytest.raises(Refusal):
        settled(10, wages=[])


def test_an_old_wound_has_no_lump_sum_and_every_figure_its_mark() -> None:
    assert settled(3, lump_due=False).lump == 0
    worked = settlement.disability(3, "", wages=WAGES, accident=202610, month=202611, region=JILIN)
    assert worked.confidence != "high" and settlement.STAND_IN in worked.notices


def dead(
    relative: tuple[str, bool] | None, *others: tuple[str, bool], year: int = 2025, **more: bool
) -> settlement.Death:
    flags = {"once": True, "at_work": True} | more
    return settlement.death(
        died=year * 100 + 10,
        accident=year * 100 + 10,
        wages=WAGES,
        region=JILIN,
        relative=relative,
        others=others,
        **flags,
    ).value


def test_a_death_gives_the_grants_once_and_each_dependant_a_share() -> None:
    assert dead(("spouse", False)) == settlement.Death(732_200 * 6, 5_418_800 * 20, 200_000)
    assert dead(("child", False), ("spouse", False), once=False) == settlement.Death(0, 0, 150_000)
    assert dead(("child", True), once=False).monthly == 200_000
    assert dead(None, at_work=False) == settlement.Death(732_200 * 6, 0, 0)
    assert (
        dead(("child", False), ("spouse", False), ("child", False), ("child", False), once=False).monthly == 0
    )


def test_an_income_not_yet_established_is_carried_on_and_marked() -> None:
    worked = benefit.death_lump_sum(2026, provisional=True)
    assert worked.value == 5_418_800 * 20 and worked.confidence == "low"
    with pytest.raises(Refusal):
        benefit.death_lump_sum(2026)


RELATIVE = st.tuples(st.sampled_from(["spouse", "child", "parent"]), st.booleans())


@given(relatives=st.lists(RELATIVE, min_size=1, max_size=6), wage=st.integers(450_000, 2_000_000))
def test_the_family_never_draws_more_than_the_wage(relatives: list[tuple[str, bool]], wage: int) -> None:
    paid = [
        settlement.death(died=202510, accident=202510, wages=[wage], region=JILIN, relative=one,
                         others=relatives[:at], once=False, at_work=True).value.monthly
        for at, one in enumerate(relatives)
    ]  # fmt: skip
    own = int(benefit.own_wage(wage, 732_200))
    assert all(amount >= 0 for amount in paid)
    assert sum(paid) == benefit.dependants(own, relatives).total <= own


@given(price=st.integers(1, 10**8), ceiling=st.integers(1, 10**8))
def test_a_device_is_paid_up_to_the_ceiling(price: int, ceiling: int) -> None:
    assert settlement.device(price, ceiling) == min(price, ceiling)
