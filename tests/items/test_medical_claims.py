"""Medical claims (报销、津贴、救助): what is paid, to the fen by the rules, and every sentence they refuse with."""

from datetime import date, timedelta

import pytest

from shebao.base.refusal import Refusal
from shebao.items import handling, office, opinion, progress
from shebao.rules.maternity import allowance, medical
from shebao.rules.medical import reimbursement
from shebao.rules.medical.reimbursement import Bill
from tests import people
from tests.cases.test_engine import refused as other_refusal
from tests.conftest import Installation
from tests.items.business import (
    ACCOUNT,
    NOW,
    apply,
    average_of_unit,
    decided,
    filings,
    newborn,
    opened,
    paid,
    refused,
    rows,
    unsent,
)

PROFILE = "guangxi"
RESIDENT = 7
MONEY = {"total": "1200.00", "own": "0", "account": ACCOUNT}
OUTPATIENT = MONEY | {
    "care": "common", "cause": "illness", "hospital": "测试医院", "level": "2", "served": "2026-11-02",
}  # fmt: skip
PRENATAL = MONEY | {"served": "2026-09-08", "count": "9"}
BIRTH = MONEY | {
    "born": "2026-10-12",
    "hospital": "测试妇幼医院",
    "level": "2",
    "total": "9800.00",
    "own": "300.00",
}
PLANNING = MONEY | {"kind": "iud", "served": "2026-08-04"}
LEAVE = {"kind": "difficult", "babies": "2", "born": "2026-10-12", "account": ACCOUNT}
AID = MONEY | {"category": "subsistence", "served": "2026-10-12", "hospital": "测试医院", "own": "1200.00"}
CODES = {
    "outpatient-claim": OUTPATIENT, "prenatal-claim": PRENATAL, "maternity-medical-claim": BIRTH,
    "family-planning-claim": PLANNING, "medical-aid-claim": AID,
}  # fmt: skip


def settled(subject: int, kind: str, day: str) -> None:
    """A settlement at the counter."""
    rows(
        "insert into registry_claim (subject_id, kind, served_on, settled_on, state, total_fen, eligible_fen, fund_fen,"
        " account_fen, cash_fen) values (%s, %s, %s, %s, 'settled', 10000, 10000, 5000, 0, 5000) returning 1",
        subject, kind, day, day,
    )  # fmt: skip


class TestOutpatient:
    """门诊费用手工报销."""

    def test_is_paid_by_the_terms_of_the_level(self, standing: Installation) -> None:
        no = apply("outpatient-claim", OUTPATIENT, by=people.citizen(people.CHUNMEI)).no
        case = decided(no)
        fund = rows(
            "select coalesce(sum(fund_fen), 0)::bigint from registry_claim where subject_id = 1 and kind = 'outpatient'"
            " and state = 'settled' and extract(year from served_on) = 2026"
        )[0][0]
        told = reimbursement.explain(
            Bill(120000, 0), scheme="employee", care="outpatient", level=2, month=202611, region="450100",
            paid_this_year_fen=fund, allow_demo=True,
        )  # fmt: skip
        assert paid(no) == [("outpatient_claim", told.value.pool, 202611)] and told.value.pool > 0
        assert [line[0] for line in case.verdict.figures][:2] == ["目录内费用", "统筹支付"]
        view = progress.view(no, now=NOW, by=people.citizen(people.CHUNMEI))
        assert view.line.state == "decided" and view.effect.text.endswith("打到尾号 0000 的账户。")

    def test_a_second_person_looks_above_ten_thousand(self, standing: Installation) -> None:
        item = opened(apply("outpatient-claim", OUTPATIENT, by=people.citizen(people.YUANSHAN)).no)[0].item
        assert item.needs_second(1000001) and not item.needs_second(1000000)

    @pytest.mark.parametrize(
        ("who", "change", "field", "said"),
        [
            (1, {"cause": "work"}, "not_payable", "工作中受的伤，用工伤保险报销。（社会保险法第三十条）"),
            (1, {"cause": "third_party"}, "not_payable",
             "别人造成的伤，先由对方出。对方不付或者找不到人，医保可以先付。（社会保险法第三十条）"),
            (1, {"own": "1200.00"}, "sums", "扣除自费以后，没有能报的钱。请检查两个金额。（社会保险法第二十八条）"),
            (1, {"care": "chronic"}, "no_entitlement",
             "那天您还没有启用慢特病待遇，请改按普通门诊报。（社会保险法第二十八条）"),
            (7, {}, "level", "居民医保的普通门诊，只报一级和社区的。当地标准没有查实，仅供参考。（社会保险法第二十八条）"),
            (2, {"served": "2011-05-04"}, "not_enrolled", "那天您没有参加医疗保险。（社会保险法第二十八条）"),
        ],
    )  # fmt: skip
    def test_what_is_refused(
        self, standing: Installation, who: int, change: dict[str, str], field: str, said: str
    ) -> None:
        assert unsent("outpatient-claim", OUTPATIENT | change, by=people.citizen(who)) == (field, said)

    def test_what_was_settled_at_the_counter_is_refused(self, standing: Installation) -> None:
        settled(people.WANQING, "outpatient", "2026-11-03")
        by = people.citizen(people.WANQING)
        field, said = unsent("outpatient-claim", OUTPATIENT | {"served": "2026-11-03"}, by=by)
        assert (field, said) == (
            "already_settled",
            "那天的费用已经直接结算过，不能再报。（社会保险法第二十九条）",
        )

    def test_below_the_deductible_the_clerk_is_told_to_refuse(self, standing: Installation) -> None:
        by = people.citizen(people.WANQING)
        no = apply("outpatient-claim", OUTPATIENT | {"total": "150.00"}, by=by).no
        case, clerk = opened(no)
        assert not case.verdict.granted and case.verdict.reasons[0].code == "below_line"
        other_refusal(
            "precondition_unmet",
            office.decide,
            no,
            granted=True,
            text="核定报销。",
            amount_fen=1,
            now=NOW,
            by=clerk,
        )
        reasons = [(case.verdict.reasons[0].code, case.verdict.reasons[0].text, "")]
        office.decide(no, granted=False, reasons=reasons, text=case.draft_text, now=NOW, by=clerk)
        assert paid(no) == [] and progress.view(no, now=NOW, by=by).granted is False


class TestMaternity:
    """产检、生育、计划生育、津贴."""

    @pytest.mark.parametrize(
        ("code", "kind", "month"),
        [
            ("prenatal-claim", "prenatal_claim", 202609),
            ("maternity-medical-claim", "maternity_medical_claim", 202610),
            ("family-planning-claim", "family_planning_claim", 202608),
        ],
    )
    def test_an_employee_gets_what_lies_in_the_catalogue_once(
        self, standing: Installation, code: str, kind: str, month: int
    ) -> None:
        by, answers = people.citizen(people.WANQING), CODES[code]
        no = apply(code, answers, by=by).no
        case = decided(no)
        total, own = (int(float(answers[key]) * 100) for key in ("total", "own"))
        assert paid(no) == [(kind, medical.covered(total_fen=total, own_fen=own).value, month)]
        assert case.verdict.provisional and case.verdict.figures[-1][1] == "没有填，按目录内费用付"
        field, said = unsent(code, answers, by=by)
        assert (field, said) == ("already_paid", "这个月的已经核定过，不能再领。（社会保险经办条例第二十条）")

    @pytest.mark.parametrize(("ceiling", "amount"), [("800.00", 80000), ("5000.00", 120000)])
    def test_the_local_ceiling_that_the_clerk_enters_holds(
        self, standing: Installation, ceiling: str, amount: int
    ) -> None:
        by = people.citizen(people.CHUNMEI if amount == 80000 else people.WANQING)
        no = apply("prenatal-claim", PRENATAL | {"served": "2026-08-03"}, by=by).no
        case = decided(no, entries={"ceiling": ceiling})
        assert paid(no) == [("prenatal_claim", amount, 202608)]
        assert case.verdict.figures[-1][0] == "当地限额"

    def test_it_holds_for_a_resident_mother_too(self, standing: Installation) -> None:
        no = apply("maternity-medical-claim", BIRTH | {"born": "2026-08-12"}, by=people.citizen(RESIDENT)).no
        decided(no, entries={"ceiling": "1000.00"})
        assert paid(no) == [("maternity_medical_claim", 100000, 202608)]

    def test_a_resident_mother_by_the_terms_of_a_stay(self, standing: Installation) -> None:
        no = apply("maternity-medical-claim", BIRTH, by=people.citizen(RESIDENT)).no
        case = decided(no)
        assert 0 < case.verdict.amount_fen < 950000 and paid(no)[0][1] == case.verdict.amount_fen
        low = BIRTH | {"total": "310.00", "own": "20.00", "born": "2026-07-12"}
        case, _ = opened(apply("maternity-medical-claim", low, by=people.citizen(RESIDENT)).no)
        assert [reason.code for reason in case.verdict.reasons] == ["below_line"]

    @pytest.mark.parametrize("code", ["prenatal-claim", "family-planning-claim"])
    def test_a_resident_is_sent_to_the_outpatient_claim(self, standing: Installation, code: str) -> None:
        with pytest.raises(Refusal) as caught:
            handling.start(code, now=NOW, by=people.citizen(RESIDENT))
        assert caught.value.field == "not_covered" and caught.value.next_url == "/items/outpatient-claim/"
        assert (
            caught.value.message == "参加职工医保才有这项待遇，居民医保按门诊报销。（社会保险法第五十四条）"
        )

    @pytest.mark.parametrize(
        ("code", "kind", "day"),
        [
            ("maternity-medical-claim", "inpatient", "2026-06-12"),
            ("family-planning-claim", "outpatient", "2026-06-13"),
        ],
    )
    def test_what_was_settled_at_the_counter_is_refused(
        self, standing: Installation, code: str, kind: str, day: str
    ) -> None:
        settled(people.QINGHE, kind, day)
        change = {"born": day} if "born" in CODES[code] else {"served": day}
        assert unsent(code, CODES[code] | change, by=people.citizen(people.QINGHE))[0] == "already_settled"

    def test_the_allowance_follows_days_and_the_units_average(self, standing: Installation) -> None:
        by = people.citizen(people.WANQING)
        no = apply("maternity-allowance", LEAVE, by=by).no
        view = progress.view(no, now=NOW, by=by)
        assert view.limit_days == 10
        case = decided(no)
        amount = allowance.allowance(
            employer_average_fen=average_of_unit(people.WANQING, 2025), kind="difficult", babies=2
        ).value
        assert amount.days == 128 and paid(no) == [("maternity_allowance", amount.amount, 202610)]
        assert ("产假天数", "128 天") in [line[:2] for line in case.verdict.figures]
        field, said = unsent("maternity-allowance", LEAVE, by=by)
        assert (field, said) == ("already_paid", "这个月的已经核定过，不能再领。（社会保险经办条例第二十条）")

    @pytest.mark.parametrize(
        ("who", "field", "said"),
        [
            (people.YUANSHAN, "not_mother", "生育津贴只发给休产假的女职工。（社会保险法第五十六条）"),
            (people.QINGHE, "no_employer", "单位没有给您缴生育保险，不能领津贴。（社会保险法第五十四条）"),
            (RESIDENT, "no_employer", "单位没有给您缴生育保险，不能领津贴。（社会保险法第五十四条）"),
        ],
    )
    def test_who_gets_no_allowance(self, standing: Installation, who: int, field: str, said: str) -> None:
        assert refused(handling.start, "maternity-allowance", now=NOW, by=people.citizen(who)) == (
            field,
            said,
        )


class TestAid:
    """医疗救助: the list and the amount are the office's, two people decide."""

    def test_the_amount_is_the_offices_at_most_the_own_share(self, standing: Installation) -> None:
        by = people.citizen(RESIDENT)
        no = apply("medical-aid-claim", AID, by=by).no
        case = decided(no, entries={"listed": "yes", "aid": "720.00"})
        assert case.item.second == "always" and paid(no) == [("medical_aid", 72000, 202610)]
        assert "720.00 元" in case.draft_text
        assert unsent("medical-aid-claim", AID, by=by)[0] == "already_paid"
        more = apply("medical-aid-claim", AID | {"served": "2026-09-12", "own": "500.00"}, by=by).no
        decided(more, entries={"listed": "yes", "aid": "720.00"})
        assert paid(more) == [("medical_aid", 50000, 202609)]

    def test_nothing_is_granted_before_the_office_has_entered_its_part(self, standing: Installation) -> None:
        no = apply("medical-aid-claim", AID | {"served": "2026-08-12"}, by=people.citizen(RESIDENT)).no
        _, clerk = opened(no)
        for entries, missing in (({}, "listed"), ({"listed": "yes"}, "aid")):
            if entries:
                opinion.enter(no, entries, now=NOW, by=clerk)
            with pytest.raises(Refusal) as caught:
                office.propose(no, granted=True, text="您申请的医疗救助已经通过。", now=NOW, by=clerk)
            assert (caught.value.code, caught.value.field) == ("invalid_input", missing)
        assert paid(no) == []

    def test_what_is_refused(self, standing: Installation) -> None:
        by = people.citizen(people.CHANGHE)
        assert unsent("medical-aid-claim", AID | {"own": "1300.00"}, by=by) == (
            "sums", "自己付的不能多于总费用，请检查。（国办发〔2021〕42号）"
        )  # fmt: skip
        no = apply("medical-aid-claim", AID, by=by).no
        _, clerk = opened(no)
        opinion.enter(no, {"listed": "no"}, now=NOW, by=clerk)
        verdict = office.open_case(no, now=NOW, by=clerk).verdict
        assert [(one.code, one.text) for one in verdict.reasons] == [
            ("not_object", "民政部门没有登记您是救助对象。")
        ]
        office.propose(
            no, granted=False, reasons=[("not_object", "民政部门没有登记您是救助对象。", "")], text="没有通过救助。",
            now=NOW, by=clerk,
        )  # fmt: skip
        assert paid(no) == []


@pytest.mark.parametrize("code", CODES)
def test_nobody_without_cover_gets_anything(standing: Installation, code: str) -> None:
    child = newborn(people.citizen(people.WANQING), date(2026, 11, 20))
    field, said = refused(handling.start, code, now=NOW, by=child)
    assert field == "not_enrolled" and said.startswith("您现在没有参加医疗保险。")


def test_a_chronic_claim_is_payable_from_the_day_of_activation(standing: Installation) -> None:
    by = people.citizen(people.YUANSHAN)
    decided(
        apply(
            "chronic-disease", {"illness": "M03900", "hospital": "测试医院", "since": "2026-10-08"}, by=by
        ).no
    )
    apply("chronic-activate", {"hospital": "测试社区医院"}, by=by)
    assert [row[0] for row in filings(people.YUANSHAN, "chronic")] == ["active"]
    chronic = OUTPATIENT | {"care": "chronic"}
    assert unsent("outpatient-claim", chronic | {"served": "2026-11-22"}, by=by)[0] == "no_entitlement"
    later = NOW + timedelta(days=3)
    no = apply("outpatient-claim", chronic | {"served": "2026-11-24"}, by=by, now=later).no
    assert decided(no, now=later).verdict.amount_fen > 0
