"""居民养老、病残津贴和工伤费用: effect in the registry, every refusal with its sentence."""

from datetime import UTC, datetime

import pytest

from shebao.rules.pension import disability
from shebao.rules.resident_pension import pension
from tests import people
from tests.conftest import Installation
from tests.items.doing import done, granted, owned, refused, sent
from tests.items.test_injury import appraised, recognised
from tests.items.test_retirement import born, worker
from tests.items.test_survivors import died, grounds, named, seen

ACCOUNT = "6222020000000000000"
PAPERS = ("receipt", "list", "diagnosis", "record")
BILL = {
    "first": "2026-10-02", "last": "2026-10-09",
    "total": "6200.50", "own": "200.50", "account": ACCOUNT,
}  # fmt: skip


def test_at_sixty_a_resident_draws_the_pension(standing: Installation) -> None:
    by, code = born(7, "1966-10-30"), "resident-pension-claim"
    assert refused(code, people.citizen(people.XIAOMAN))[0] == "not_enrolled"
    assert refused(code, people.citizen(people.CHANGHE))[0] == "draws_pension"
    assert refused(code, by)[0] == "min_contribution"
    owned("insert into registry_contribution (subject_id, insurance, month, seq, kind, state, base_fen, employer_fen,"
          " person_fen, subsidy_fen) select 7, 170, y * 100 + 3, 0, 'resident_year', 'paid', 0, 0, 20000, 0"
          " from generate_series(2011, 2014) y returning 1")  # fmt: skip
    assert refused(code, by, now=datetime(2027, 2, 1, tzinfo=UTC))[0] == "no_standard"
    no = sent(code, by, {"account": ACCOUNT})
    case = seen(no)
    assert case.needs_second and case.verdict.provisional and case.verdict.amount_fen > 15400
    assert granted(no).text.endswith("元，从 2026年11月起发。")
    assert owned("select kind, monthly, since from registry_payable where case_no = %s", no) == [
        ("resident_pension", True, 202611)
    ]
    assert owned(
        "select state from registry_enrolment where subject_id = 7 and insurance = 170 and until is null"
    ) == [("retired",)]
    assert refused(code, by)[0] == "draws_pension"


def test_a_resident_waits_for_sixty_and_for_the_years(standing: Installation) -> None:
    code = "resident-pension-claim"
    some = [int(row[0]) for row in owned("select subject_id from registry_enrolment where insurance = 170 and state ="
            " 'active' and subject_id > 7 order by 1 limit 1")]  # fmt: skip
    assert refused(code, born(some[0], "1967-02-03")) == (
        "too_young", "您到 2027年2月满 60 岁，到时再来申请。（国发〔2014〕8号第七条）",
    )  # fmt: skip
    by = born(some[0], "1966-02-03")
    owned(
        "delete from registry_contribution where subject_id = %s and insurance = 170 and month > 202001 returning 1",
        some[0],
    )
    assert refused(code, by)[0] == "min_contribution"


@pytest.mark.parametrize(("birth", "years"), [(195001, 0), (196101, 9), (196612, 15), (199001, 15)])
def test_who_was_older_when_it_began_needs_fewer_years(birth: int, years: int) -> None:
    assert pension.least_years(birth) == years


def test_the_family_of_a_resident(standing: Installation) -> None:
    by, code = people.citizen(people.CHUNMEI), "resident-funeral"
    whom = int(owned("select subject_id from registry_enrolment where insurance = 170 and state = 'retired'"
                     " and subject_id > 7 order by 1 limit 1")[0][0])  # fmt: skip
    told = {"relation": "child", "other_grant": "no", "account": ACCOUNT} | named(whom)
    assert refused(code, by, told | {"other_grant": "yes"})[0] == "one_only"
    assert refused(code, by, told | named(1))[0] == "self"
    assert grounds(code, by, told | {"dead_name": "别人"}) == ["unknown"]
    assert grounds(code, by, told) == ["no_death"]
    died(whom, "2024-10-05")
    assert grounds(code, by, told) == ["no_standard"]
    died(whom, "2026-10-05")
    left = owned("select balance_fen from registry_account where subject_id = %s and kind = 'pension'", whom)
    balance = int(left[0][0]) if left else 0
    no = sent(code, by, told)
    assert granted(no).pays
    assert owned("select subject_id, amount_fen from registry_payable where case_no = %s", no) == [
        (1, 4 * 15400 + balance)
    ]
    assert grounds(code, by, told) == ["already_paid"]
    died(people.CHANGHE, "2026-10-05")
    assert grounds(code, by, told | named(people.CHANGHE)) == ["not_enrolled"]


def test_who_cannot_work_any_more_draws_an_allowance(standing: Installation) -> None:
    code, told = "disability-allowance", {"post": "male60", "account": ACCOUNT}
    by = born(worker(0), "1970-03-04")
    assert refused(code, by, told)[0] == "no_conclusion"
    appraised(worker(0), None, total=True, on="2025-09-01")
    assert refused(code, by, told)[0] == "expired"
    appraised(worker(0), None, on="2026-08-01")
    assert refused(code, by, told)[0] == "not_total"
    appraised(worker(0), None, total=True, on="2026-09-01")
    assert refused(code, by, told | {"post": "female50"})[0] == "wrong_post"
    assert refused(code, people.citizen(people.CHANGHE))[0] == "draws_pension"
    assert refused(code, people.citizen(people.XIAOMAN))[0] == "not_enrolled"
    assert refused(code, born(worker(1), "1966-03-04"), told)[0] == "of_age"
    no = sent(code, by, told)
    case = seen(no)
    assert case.needs_second and case.verdict.provisional
    assert "按基本养老金计发" in {line[0]: line[1] for line in case.verdict.figures}["每月津贴"]
    assert granted(no).text.endswith("从 2026年12月起发。")
    assert owned("select monthly, since, until from registry_payable where case_no = %s", no) == [
        (True, 202612, 203107)
    ]
    assert refused(code, by, told)[0] == "already_claimed"
    owned("update registry_person set region = '310100' where subject_id = %s returning 1", people.YUANSHAN)
    appraised(people.YUANSHAN, None, total=True)
    assert refused(code, people.citizen(people.YUANSHAN), told)[0] == "no_standard"


def test_few_years_are_paid_for_a_time() -> None:
    assert [disability.payable_months(paid) for paid in (12, 60, 61, 72, 73)] == [12, 12, 15, 15, 18]


def test_the_bills_of_an_injury_are_paid_once(standing: Installation) -> None:
    by, code = people.citizen(people.CHUNMEI), "injury-claim"
    assert refused(code, by) == ("not_recognised", "没有查到工伤认定，请先申请认定。（工伤保险条例第三十条）")
    recognised(people.CHUNMEI, "2024-01-09")
    assert refused(code, by, BILL, *PAPERS)[0] == "not_insured"
    recognised(people.CHUNMEI, "2026-10-01", bears="2026-10-01")
    assert refused(code, by, BILL | {"first": "2026-10-01"}, *PAPERS) == (
        "employer_bears", "单位申请认定晚了，到 2026年10月1日的费用由单位出。请只报以后的。（工伤保险条例第十七条）"
    )  # fmt: skip
    assert refused(code, by, BILL | {"last": "2026-09-30"}, *PAPERS)[0] == "dates"
    assert refused(code, by, BILL | {"own": "6200.50"}, *PAPERS)[0] == "no_amount"
    no = sent(code, by, BILL, *PAPERS)
    assert granted(no).text == "核定报销 6,000.00 元，打到尾号 0000 的账户。"
    assert owned("select kind, amount_fen from registry_payable where case_no = %s", no) == [
        ("injury_claim", 600000)
    ]
    assert refused(code, by, BILL, *PAPERS)[0] == "already_paid"


def test_treatment_elsewhere_is_filed_at_once(standing: Installation) -> None:
    by, code = people.citizen(people.CHUNMEI), "injury-remote"
    told = {"why": "lives", "region": "450100"}
    assert refused(code, people.citizen(people.XIAOMAN))[0] == "not_insured"
    assert refused(code, people.citizen(people.YUANSHAN))[0] == "not_recognised"
    assert refused(code, by, told | {"region": "220200"})[0] == "same_region"
    assert done(code, by, told).text == "已备案，可以在南宁市治工伤。"
    assert owned(
        "select detail->>'region' from registry_filing where subject_id = 1 and kind = 'injury_remote'"
    ) == [("450100",)]
    assert refused(code, by, told)[0] == "filed"
