"""失业: registration, benefit, subsidy, transfer; the effect in the registry, every refusal with its sentence."""

from shebao.cases import assigning
from shebao.items import office
from shebao.privacy import gate
from shebao.rules.unemployment import benefit
from tests import people
from tests.conftest import Installation
from tests.items.doing import NOW, done, granted, owned, refused, sent

ACCOUNT = "6222020000000000000"
LEFT = {"reason": "contract_expired", "left": "2026-10-30", "seeking": "yes"}
CLAIM = {"tier": "2", "seeking": "yes", "account": ACCOUNT}
TRAINED = {
    "occupation": "电工",
    "level": "4",
    "issued": "2026-03-02",
    "number": "2622001234567",
    "account": ACCOUNT,
}


def jobless(subject: int, *, until: int = 202610) -> gate.Actor:
    """The employer has ended the spells of a person."""
    owned("update registry_enrolment set until = %s, state = 'terminated' where subject_id = %s and until is null"
          " and person_type = 'employee' returning 1", until, subject)  # fmt: skip
    owned(
        "update registry_contribution set state = 'paid' where subject_id = %s and month > %s returning 1",
        subject,
        until,
    )
    owned(
        "delete from registry_contribution where subject_id = %s and month > %s returning 1", subject, until
    )
    return people.citizen(subject)


def test_who_has_work_or_a_pension_is_not_registered(standing: Installation) -> None:
    assert refused("unemployment-registration", people.citizen(people.YUANSHAN)) == (
        "employed", "还有单位在给您参保，请单位先办停保。单位不办的，可以投诉。（失业保险条例第十六条）",
    )  # fmt: skip
    assert refused("unemployment-registration", people.citizen(people.XIAOMAN))[0] == "too_young"
    assert refused("unemployment-registration", people.citizen(people.CHANGHE))[0] == "draws_pension"
    by = people.citizen(7)
    assert refused("unemployment-registration", by, {"reason": "never", "seeking": "no"})[0] == "not_seeking"


def test_from_the_registration_to_the_monthly_payment(standing: Installation) -> None:
    by = jobless(people.CHUNMEI)
    assert refused("unemployment-claim", by)[0] == "not_registered"
    assert done("unemployment-registration", by, LEFT).text == "已登记失业，从今天起算。"
    assert refused("unemployment-registration", by, LEFT)[0] == "registered"
    assert refused("unemployment-claim", by, CLAIM | {"seeking": "no"})[0] == "not_seeking_work"
    no = sent("unemployment-claim", by, CLAIM)
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    case = office.open_case(no, now=NOW, by=clerk)
    assert case.verdict.provisional and case.verdict.amount_fen == 181800
    assert ("最多领几个月", "24 个月", "社会保险法第四十六条") in case.verdict.figures
    assert "仅供参考" in [line[0] for line in case.verdict.figures]
    assigning.release(no, by=clerk)
    assert granted(no).text == "每月 1,818.00 元，从 2026年11月起，最多 24 个月。"
    assert owned("select kind, amount_fen, monthly, since, until from registry_payable where case_no = %s", no) == [
        ("unemployment_benefit", 181800, True, 202611, 202811)]  # fmt: skip
    assert refused("unemployment-claim", by)[0] == "already_claimed"


def test_a_claim_needs_a_year_and_no_will_of_ones_own(standing: Installation) -> None:
    by = jobless(people.WANQING)
    done("unemployment-registration", by, LEFT | {"reason": "resigned"})
    assert refused("unemployment-claim", by) == (
        "voluntary",
        "本人自愿离职的，不能领失业金。（社会保险法第四十五条）",
    )
    owned("delete from registry_contribution where subject_id = %s and insurance = 210 and month < 202605 returning 1",
          people.WANQING)  # fmt: skip
    assert refused("unemployment-claim", by)[0] == "min_contribution"
    assert refused("unemployment-claim", people.citizen(people.CHANGHE))[0] == "pensioner"
    assert refused("unemployment-claim", people.citizen(people.YUANSHAN))[0] == "reemployed"


def test_where_the_standard_is_not_established_the_claim_says_so(standing: Installation) -> None:
    subject = int(owned("select subject_id from registry_enrolment where insurance = 210 and state = 'active'"
                        " and subject_id > 7 order by 1 limit 1")[0][0])  # fmt: skip
    by = jobless(subject)
    owned("update registry_person set region = '450100' where subject_id = %s returning 1", subject)
    done("unemployment-registration", by, LEFT)
    field, said = refused("unemployment-claim", by, CLAIM)
    assert field == "no_standard" and "还没有查实" in said


def test_a_subsidy_is_paid_once_for_a_certificate_of_a_year(standing: Installation) -> None:
    by = people.citizen(people.YUANSHAN)
    assert refused("training-subsidy", by, TRAINED | {"issued": "2025-10-08"})[0] == "too_late"
    no = sent("training-subsidy", by, TRAINED)
    assert granted(no).text == "核定补贴 1,500.00 元，打到尾号 0000 的账户。"
    assert owned("select amount_fen, monthly, reason from registry_payable where case_no = %s", no) == [
        (150000, False, "电工4级")]  # fmt: skip
    assert refused("training-subsidy", by, TRAINED) == (
        "already_paid", "同一职业、同一等级已经领过，不能再领。（人社部发〔2017〕40号）",
    )  # fmt: skip
    assert refused("training-subsidy", people.citizen(people.XIAOMAN))[0] == "min_contribution"


def test_the_insurance_moves_with_the_person(standing: Installation) -> None:
    by = people.citizen(people.YUANSHAN)
    assert refused("unemployment-transfer", by, {"direction": "in", "region": "220200"})[0] == "same_region"
    assert (
        refused("unemployment-transfer", by, {"direction": "out", "region": "310000"})[0] == "still_enrolled"
    )
    assert (
        refused("unemployment-transfer", people.citizen(7), {"direction": "in", "region": "310000"})[0]
        == "not_enrolled"
    )
    assert (
        refused("unemployment-transfer", people.citizen(7), {"direction": "out", "region": "310000"})[0]
        == "nothing_paid"
    )
    no = sent("unemployment-transfer", by, {"direction": "in", "region": "310000"})
    assert granted(no).text == "失业保险已经发起转移，最晚 2026年12月7日办完。"
    assert owned("select insurance, direction, region, stage from registry_transfer where case_no = %s", no) == [
        (210, "in", "310000", "requested")]  # fmt: skip
    assert refused("unemployment-transfer", by)[0] == "under_way"


def test_an_old_spell_of_benefit_counts() -> None:
    paid = (
        [201000 + n for n in range(1, 13)]
        + [201100 + n for n in range(1, 13)]
        + [201300 + n for n in range(1, 13)]
    )
    assert benefit.after_claims(paid, [(201201, 201205)]) == (12, 8)
    assert benefit.after_claims(paid, []) == (36, 0)
    assert benefit.first_month(202611, 202611) == 202612
