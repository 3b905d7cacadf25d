"""养老关系: transfers, the switch between schemes, duplicates; effect in the registry, every refusal."""

from datetime import date

from shebao.items import exchanging
from shebao.privacy import gate
from shebao.rules.pension import transfer
from shebao.rules.resident_pension import overlap
from tests import people
from tests.conftest import Installation
from tests.items.doing import NOW, granted, owned, refused, sent
from tests.items.test_retirement import born

ACCOUNT = "6222020000000000000"


def both(subject: int, *, since: int = 201501) -> gate.Actor:
    """A person of one pension insurance, with an open spell as a resident too."""
    owned("insert into registry_enrolment (subject_id, insurance, person_type, state, since) values"
          " (%s, 170, 'resident', 'active', %s) returning 1", subject, since)  # fmt: skip
    return people.citizen(subject)


def test_years_come_from_another_province_in_three_steps(standing: Installation) -> None:
    by, code = people.citizen(people.CHUNMEI), "pension-transfer"
    assert refused(code, by, {"region": "220200", "household": "yes"}) == (
        "same_region", "两边都在吉林省，不用转，年限自动一起算。（社会保险法第十九条）",
    )  # fmt: skip
    assert refused(code, people.citizen(7))[0] == "not_enrolled"
    assert refused(code, people.citizen(people.CHANGHE))[0] == "draws_pension"
    old = born(people.WANQING, "1966-09-21")
    assert refused(code, old, {"region": "310000", "household": "no"})[0] == "temporary"
    effect = granted(sent(code, by, {"region": "310000", "household": "no"}))
    assert effect.text.startswith("企业职工基本养老保险已经发起转移，最晚 2027年")
    assert effect.lines[0] == "一共 3 步，每步最多 15 个工作日。"
    assert owned("select insurance, direction, region from registry_transfer where subject_id = 1") == [
        (110, "in", "310000")
    ]
    assert refused(code, by)[0] == "under_way"


def test_a_temporary_account_depends_on_age_and_sex() -> None:
    assert transfer.temporary(date(1970, 5, 1), male=True, began=202005)
    assert not transfer.temporary(date(1970, 6, 1), male=True, began=202005)
    assert transfer.temporary(date(1980, 5, 1), male=False, began=202005)


def test_fifteen_years_decide_which_way_the_schemes_join(standing: Installation) -> None:
    code = "scheme-switch"
    assert refused(code, people.citizen(people.YUANSHAN))[0] == "not_both"
    assert refused(code, people.citizen(people.CHANGHE))[0] == "drawing"
    by = both(people.YUANSHAN)
    told = {"post": "male60", "direction": "resident"}
    assert refused(code, by, told)[0] == "too_early"
    born(people.YUANSHAN, "1966-03-16")
    assert refused(code, by, told | {"post": "female50"})[0] == "wrong_post"
    assert refused(code, by, told)[0] == "long_enough"
    owned(
        "delete from registry_contribution where subject_id = 2 and insurance = 110 and month < 201511 returning 1"
    )
    assert refused(code, by, told | {"direction": "employee"})[0] == "min_contribution"
    paid = owned("select count(distinct month) from registry_contribution where subject_id = 2 and insurance = 110"
                 " and state = 'paid'")[0][0]  # fmt: skip
    granted(sent(code, by, told))
    assert owned("select insurance, months, account_fen > 0 from registry_transfer where subject_id = 2") == [
        (170, paid, True)
    ]
    assert refused(code, by, told)[0] == "under_way"
    while exchanging.run(now=NOW):
        pass
    assert owned("select stage, done_on is not null from registry_transfer where subject_id = 2") == [
        ("merged", True)
    ]
    assert owned("select count(distinct month), min(kind) from registry_contribution where subject_id = 2"
                 " and insurance = 170 and state = 'paid'") == [(paid, "transfer")]  # fmt: skip
    assert owned("select count(*) from registry_contribution where subject_id = 2 and insurance = 110"
                 " and state = 'paid'") == [(0,)]  # fmt: skip
    assert owned("select distinct insurance, state from registry_enrolment where subject_id = 2 and insurance in (110, 170)"
                 " order by 1") == [(110, "terminated"), (170, "active")]  # fmt: skip
    assert refused(code, by, told)[0] == "not_both"


def test_the_residents_pension_follows_the_household(standing: Installation) -> None:
    by, code = people.citizen(7), "resident-pension-transfer"
    here = owned("select region from registry_person where subject_id = 7")[0][0]
    assert refused(code, by, {"region": here, "household": "yes"})[0] == "same_region"
    assert refused(code, by, {"region": "450100", "household": "no"})[0] == "not_moved"
    drawn = int(
        owned(
            "select subject_id from registry_enrolment where insurance = 170 and state = 'retired' limit 1"
        )[0][0]
    )
    assert refused(code, people.citizen(drawn))[0] == "draws_pension"
    assert granted(sent(code, by, {"region": "450100", "household": "yes"})).lines[0] == "最多 15 个工作日。"
    assert owned("select insurance, region from registry_transfer where subject_id = 7") == [(170, "450100")]
    assert refused(code, by)[0] == "under_way"


def test_of_two_insurances_one_stays_and_money_goes_back(standing: Installation) -> None:
    code = "duplicate-enrolment"
    assert refused(code, people.citizen(people.WANQING))[0] == "no_duplicate"
    by = both(people.QINGHE, since=202401)
    owned("insert into registry_contribution (subject_id, insurance, month, seq, kind, state, base_fen, employer_fen,"
          " person_fen, subsidy_fen) values (3, 170, 202403, 0, 'resident_year', 'paid', 120000, 0, 120000, 3000)"
          " returning 1")  # fmt: skip
    assert refused(code, by, {"keep": "120", "account": ACCOUNT})[0] == "not_yours"
    no = sent(code, by, {"keep": "110", "account": ACCOUNT})
    effect = granted(no)
    assert effect.pays and effect.lines == ("重复缴的 1,200.00 元退给您。",)
    assert owned("select kind, amount_fen from registry_payable where case_no = %s", no) == [
        ("duplicate_refund", 120000)
    ]
    assert owned("select state, until from registry_enrolment where subject_id = 3 and insurance = 170") == [
        ("terminated", 202611)
    ]
    hired = both(people.WANQING)
    assert refused(code, hired, {"keep": "170", "account": ACCOUNT})[0] == "must_keep"


def test_only_the_months_paid_twice_go_back() -> None:
    assert overlap.refund({2024: 120000, 2025: 100000}, [202401, 202402, 202402, 202301]).value == 20000
    assert overlap.refund({2024: 10000}, [202311]).value == 0
