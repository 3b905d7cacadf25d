"""月度核定: who owes what for a month, and why; nothing is assessed twice."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shebao.base.refusal import Refusal
from shebao.batch import actions, catalogue
from shebao.batch.kinds import latefee, tariff
from shebao.batch.kinds.tariff import EMPLOYEE, FLEXIBLE, Group, Known
from shebao.rules import bases, collection
from tests.batch.conftest import content, owner

MONTH = 202611
KNOWN = Known(date(2026, 11, 22), allow_demo=True)
GROUPS = [
    Group(MONTH, region, insurance, kind, industry if insurance == 410 else 0)
    for region in ("220100", "222400", "450100")
    for insurance, kind in [(code, EMPLOYEE) for code in tariff.MONTHLY] + [(110, FLEXIBLE), (310, FLEXIBLE)]
    for industry in ((1, 8) if insurance == 410 else (0,))
]


@given(st.sampled_from(GROUPS), st.lists(st.integers(0, bases.LARGEST_WAGE_FEN), min_size=1, max_size=30))
def test_one_person_and_a_column_of_people_owe_the_same(group, wages):
    column = tariff.amounts(group, np.array(wages, dtype=np.int64), KNOWN)

    for place, wage in enumerate(wages):
        one = tariff.amounts(group, wage, KNOWN)
        assert (one.base, one.employer, one.person) == (
            column.base[place], column.employer[place], column.person[place],
        )  # fmt: skip


@given(st.integers(0, 10**9), st.sampled_from([200106, 201106, 202005, 202609, 202611]))
@settings(max_examples=40)
def test_a_late_fee_is_the_rule_s(principal, month):
    until = date(2026, 11, 22)

    days, fee = latefee.fee(np.array([principal]), month, until)

    told = collection.late_fee(principal_fen=principal, due=latefee.due_date(month), paid=until).value
    assert (days, int(fee[0])) == (told.days, told.fee)


def forget_month(month: int = MONTH) -> None:
    owner("delete from registry_contribution where month = %s", month)


def month_rows(month: int = MONTH, seq: int = 0) -> dict[tuple[int, int], tuple[str, str, int, int, int]]:
    return {
        (subject, insurance): tuple(rest)
        for subject, insurance, *rest in owner(
            "select subject_id, insurance, kind, state, base_fen, employer_fen, person_fen"
            " from registry_contribution where month = %s and seq = %s",
            month,
            seq,
        )
    }


def test_the_month_comes_out_as_the_province_had_it(shebao, run):
    before = {
        key: row[2:] for key, row in month_rows().items() if row[0] == "normal" and key[1] in tariff.MONTHLY
    }
    forget_month()

    summary = run("assessment", MONTH)

    after = month_rows()
    assert {key: row[2:] for key, row in after.items()} == before
    assert {row[:2] for row in after.values()} == {("normal", "paying")}
    assert summary.totals["110.rows"] == sum(insurance == 110 for _, insurance in after)
    assert summary.totals["110.person_fen"] == sum(row[4] for key, row in after.items() if key[1] == 110)


def test_a_second_run_of_the_month_adds_nothing(shebao, run):
    forget_month()
    run("assessment", MONTH)
    once = content("registry_contribution")

    again = run("assessment", MONTH)

    assert content("registry_contribution") == once
    assert again.totals["rows_out"] == 0


def test_a_declared_wage_counts_inside_floor_and_ceiling(shebao, run):
    forget_month()
    (subject,) = owner(
        "select subject_id from registry_enrolment where insurance = 110 and state = 'active'"
        " and person_type = 'employee' order by 1 limit 1"
    )[0]
    limits = bases.bounds(month=MONTH, region="220000")
    owner(
        "insert into batch_declaration (subject_id, insurance, month, wage_fen) values (%s, 110, %s, %s)",
        subject,
        MONTH,
        limits.ceiling + 500_00,
    )

    run("assessment", MONTH)

    base, employer, person = month_rows()[subject, 110][2:]
    assert base == limits.ceiling
    assert (employer, person) == (limits.ceiling * 16 // 100, limits.ceiling * 8 // 100)


def test_an_employer_that_did_not_declare_owes_110_percent_of_last_month(shebao, run, operator):
    forget_month()
    (employer,) = owner(
        "select employer_id from registry_enrolment where state = 'active' and person_type = 'employee' limit 1"
    )[0]
    assert actions.note_missed(month=MONTH, employers=[employer], by=operator) == 1

    summary = run("assessment", MONTH)

    theirs = owner(
        "select c.kind, c.employer_fen, c.person_fen, l.employer_fen, l.person_fen, c.base_fen = l.base_fen"
        "  from registry_contribution c join lateral (select * from registry_contribution l"
        "    where l.subject_id = c.subject_id and l.insurance = c.insurance and l.month < c.month"
        "    order by l.month desc limit 1) l on true"
        " where c.month = %s and c.employer_id = %s",
        MONTH,
        employer,
    )
    assert theirs
    for kind, by_employer, by_person, last_employer, last_person, same_base in theirs:
        assert kind == "assessed" and same_base
        assert (by_employer, by_person) == tuple(
            collection.undeclared(amount) for amount in (last_employer, last_person)
        )
    assert summary.totals["undeclared"] == len(theirs)


def test_a_wage_declared_late_is_settled_by_a_difference(shebao, run, operator):
    owner("delete from registry_contribution where month >= 202610")
    (subject, employer) = owner(
        "select subject_id, employer_id from registry_enrolment where insurance = 110 and state = 'active'"
        " and person_type = 'employee' and since < 202601 order by 1 limit 1"
    )[0]
    actions.note_missed(month=202610, employers=[employer], by=operator)
    run("assessment", 202610)
    owner(
        "insert into batch_declaration (subject_id, insurance, month, wage_fen) values (%s, 110, 202610, 650000)",
        subject,
    )

    run("assessment", MONTH, since=202610)

    (total,) = owner(
        "select array[sum(base_fen), sum(employer_fen), sum(person_fen)] from registry_contribution"
        " where subject_id = %s and insurance = 110 and month = 202610",
        subject,
    )
    assert [int(number) for number in total[0]] == [650000, 104000, 52000]
    assert month_rows(202610, seq=1)[subject, 110][0] == "difference"


def test_a_parameter_published_later_is_made_up_once(shebao, run):
    owner("delete from registry_contribution where month >= 202607")
    (low,) = owner(
        "select subject_id from registry_enrolment where insurance = 110 and state = 'active'"
        " and person_type = 'employee' and since < 202601 order by 1 limit 1"
    )[0]
    owner(
        "insert into batch_declaration (subject_id, insurance, month, wage_fen) values (%s, 110, 202601, 100000)",
        low,
    )
    early = date(2026, 8, 20)
    for month in (202607, 202608):
        run("assessment", month, as_of=early)
    old, new = (
        bases.bounds(month=202607, region="220000", as_of=day, provisional=True).floor
        for day in (early, date(2026, 11, 22))
    )
    assert new > old and month_rows(202607)[low, 110][2] == old

    summary = run("assessment", 202609, since=202607)
    more = month_rows(202607, seq=1)[low, 110]

    assert more[0] == "difference"
    assert more[2:] == (new - old, *(collected(new, rate) - collected(old, rate) for rate in (16, 8)))
    assert summary.totals["difference.rows"] > 0
    assert run("assessment", 202610, since=202607).totals["difference.rows"] == 0


def collected(base: int, percent: int) -> int:
    return int(base * Fraction(percent, 100) + Fraction(1, 2))


def test_months_in_arrears_bear_a_late_fee_of_the_employer(shebao, run):
    owner(
        "update registry_contribution set state = 'arrears', paid_on = null where month = 202609 and subject_id = 1"
    )
    owed = {
        insurance: employer + person
        for (subject, insurance), (_, _, _, employer, person) in month_rows(202609).items()
        if subject == 1
    }

    run("assessment", MONTH)

    fees = owner(
        "select insurance, principal_fen, days, fee_fen, due from batch_latefee where subject_id = 1 and month = 202609"
    )
    assert {insurance: principal for insurance, principal, *_ in fees} == owed
    for _, principal, days, fee, due in fees:
        assert (due, days) == (date(2026, 9, 30), 53)
        assert fee == collection.late_fee(principal_fen=principal, due=due, paid=date(2026, 11, 22)).value.fee
    assert run("assessment", MONTH).totals["late_fee.rows"] == 0


def test_nobody_s_base_is_guessed(shebao, run):
    forget_month()
    (subject,) = owner(
        "select subject_id from registry_enrolment where insurance = 110 and state = 'active'"
        " and person_type = 'employee' order by 1 limit 1"
    )[0]
    owner("delete from registry_contribution where subject_id = %s", subject)

    summary = run("assessment", MONTH)

    assert not [key for key in month_rows() if key[0] == subject]
    assert summary.totals["without_base"] >= 1


def test_an_invented_parameter_is_refused_for_real_people(shebao, run):
    forget_month()

    with pytest.raises(Refusal) as refused:
        run("assessment", MONTH, allow_demo=False)

    assert "演示数" in refused.value.message
    assert not month_rows()


@pytest.mark.parametrize(
    "period, since", [(202612, 0), (201912, 0), (202613, 0), (202611, 202611), (202611, 202401)]
)
def test_a_month_that_cannot_be_assessed_is_refused(shebao, operator, period, since):
    with pytest.raises(Refusal):
        actions.prepare(kind="assessment", period=period, as_of=date(2026, 11, 22), since=since, by=operator)


def test_every_kind_has_a_purpose_in_every_register():
    from shebao.privacy import register

    for profile in ("jilin", "ebao", "guangxi"):
        book = register.load(profile)
        for kind in catalogue.KINDS.values():
            process = book.process[kind.process]
            assert process.row_rule == "bulk" and process.approval == "two_person"
            assert set(kind.items) <= set(process.items) and set(kind.writes) <= set(process.writes)
