"""家人去世、停发和恢复: the deceased is looked up by the clerk alone; every refusal with its sentence."""

from shebao.cases import assigning
from shebao.items import handling, office
from shebao.items.office import DeskCase
from shebao.privacy import gate, vault
from tests import people
from tests.conftest import Installation
from tests.items.doing import NOW, done, granted, owned, refused, sent
from tests.items.test_unemployment import CLAIM, LEFT, jobless

ACCOUNT = "6222020000000000000"


def named(subject: int) -> dict[str, str]:
    """Number and name of a person, as her family knows them."""
    items = ("person.name", "person.id_number")
    with gate.open(people.citizen(subject), "handle.change", items=items, subject=subject) as grant:
        values = vault.read(grant, items)
    return {"dead_id": values["person.id_number"], "dead_name": values["person.name"]}


def died(subject: int, day: str | None) -> None:
    owned("update registry_person set died_on = %s where subject_id = %s returning 1", day, subject)


def seen(no: str) -> DeskCase:
    """The case as a clerk sees it, given back to the queue."""
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    case = office.open_case(no, now=NOW, by=clerk)
    assigning.release(no, by=clerk)
    return case


def grounds(code: str, by: gate.Actor, answers: dict[str, str], *papers: str) -> list[str]:
    """What the clerk finds against an application; it is withdrawn again."""
    no = sent(code, by, answers, *papers)
    case = seen(no)
    handling.withdraw(no, now=NOW, by=by)
    assert not case.verdict.granted
    return [reason.code for reason in case.verdict.reasons]


def test_the_family_of_an_insured_person_is_paid_once(standing: Installation) -> None:
    by, code = people.citizen(people.CHUNMEI), "survivor-benefit"
    told = {"relation": "child", "cause": "illness", "other_grant": "no", "account": ACCOUNT} | named(
        people.CHANGHE
    )
    assert refused(code, by, told | {"other_grant": "yes"})[0] == "one_only"
    assert refused(code, by, told | {"cause": "work"}) == (
        "at_work",
        "因工去世的，由工伤保险付。（社会保险法第十七条）",
    )
    assert refused(code, by, told | named(people.CHUNMEI))[0] == "self"
    assert grounds(code, by, told | {"dead_name": "没有这个人"}) == ["unknown"]
    assert grounds(code, by, told) == ["no_death"]
    died(people.CHANGHE, "2025-11-02")
    assert grounds(code, by, told) == ["no_standard"]
    died(people.CHANGHE, "2026-11-02")
    no = sent(code, by, told)
    case = seen(no)
    assert case.needs_second and case.verdict.provisional
    figures = {line[0]: line[1] for line in case.verdict.figures}
    assert (
        figures["抚恤金月数"] == "9 个月" and figures["丧葬补助金"] == "6,802.83 元" and "仅供参考" in figures
    )
    assert case.verdict.amount_fen == 3_741_558
    assert granted(no).text == "核定 37,415.58 元，打到尾号 0000 的账户。"
    assert owned("select subject_id, kind from registry_payable where case_no = %s", no) == [
        (1, "survivor_benefit")
    ]
    assert owned("select subject_id, other_id from registry_filing where case_no = %s", no) == [
        (people.CHANGHE, 1)
    ]
    assert ("desk.decide", "allowed", "supervisor") in people.entries(people.CHANGHE)
    assert grounds(code, people.citizen(people.YUANSHAN), told) == ["already_paid"]
    died(people.XIAOMAN, "2026-11-01")
    assert grounds(code, by, told | named(people.XIAOMAN)) == ["not_enrolled"]
    died(people.XIAOMAN, None)


def test_before_the_desk_nobody_learns_who_is_on_file(standing: Installation) -> None:
    by = people.citizen(people.QINGHE)
    told = {"relation": "other", "cause": "illness", "other_grant": "no", "account": ACCOUNT}
    for whom in (named(people.WANQING), {"dead_id": named(people.WANQING)["dead_id"], "dead_name": "别人"}):
        no = sent("survivor-benefit", by, told | whom)
        handling.withdraw(no, now=NOW, by=by)
    assert not [entry for entry in people.entries(people.WANQING, "handle.pension") if entry[2] != "citizen"]


def test_the_account_goes_to_the_heir(standing: Installation) -> None:
    by, code = people.citizen(people.QINGHE), "account-lump-sum"
    told = {"why": "heir", "account": ACCOUNT} | named(people.YUANSHAN)
    assert refused(code, by, told | named(people.QINGHE), "heir")[0] == "self"
    assert grounds(code, by, told | {"dead_name": "别人"}, "heir") == ["unknown"]
    assert grounds(code, by, told, "heir") == ["no_death"]
    died(people.YUANSHAN, "2026-10-20")
    balance = owned("select balance_fen from registry_account where subject_id = 2 and kind = 'pension'")[0][
        0
    ]
    no = sent(code, by, told, "heir")
    assert granted(no).pays
    assert owned("select subject_id, amount_fen from registry_payable where case_no = %s", no) == [
        (3, balance)
    ]
    assert grounds(code, by, told, "heir") == ["already_paid"]
    died(people.XIAOMAN, "2026-11-01")
    assert grounds(code, by, told | named(people.XIAOMAN), "heir") == ["no_balance"]
    died(people.XIAOMAN, None)


def test_the_account_is_kept_unless_the_end_is_confirmed(standing: Installation) -> None:
    by, code = people.citizen(people.WANQING), "account-lump-sum"
    told = {"why": "nationality", "understood": "yes", "account": ACCOUNT}
    assert refused(code, by, told | {"understood": "no"}, "nationality")[0] == "kept"
    assert refused(code, people.citizen(people.XIAOMAN), told, "nationality")[0] == "not_enrolled"
    assert refused(code, people.citizen(people.CHANGHE), told, "nationality")[0] == "draws_pension"
    granted(sent(code, by, told, "nationality"))
    assert owned("select state from registry_enrolment where subject_id = %s and insurance = 110 and until = 202611",
                 people.WANQING) == [("terminated",)]  # fmt: skip


def test_a_benefit_stops_after_it_was_verified_and_goes_on(standing: Installation) -> None:
    retired = int(owned("select subject_id from registry_enrolment where insurance = 110 and state = 'retired'"
                        " and subject_id > 7 order by 1 limit 1")[0][0])  # fmt: skip
    by, code = people.citizen(retired), "benefit-stop"
    told = {"what": "pension", "cause": "jailed", "day": "2026-09-10"}
    assert refused("benefit-resume", by) == (
        "not_suspended", "您的养老金没有停发，不用申请。（社会保险经办条例第二十五条）",
    )  # fmt: skip
    assert refused(code, by, told | {"what": "resident_pension"})[0] == "nothing"
    no = sent(code, by, told)
    figures = {line[0]: line[1] for line in seen(no).verdict.figures}
    assert "报告晚了" in figures["最晚报告日"] and "多发 2 个月" in figures
    effect = granted(no)
    assert effect.text == "职工养老金从 2026年10月起停发。" and "多发 2 个月" in effect.lines[0]
    assert refused(code, by, told)[0] == "stopped"
    again = {"what": "pension", "why": "certified"}
    owned("delete from registry_filing where subject_id = %s and kind = 'certification' returning 1", retired)
    assert refused("benefit-resume", by, again)[0] == "not_certified"
    no = sent("benefit-resume", by, {"what": "pension", "why": "mistake", "text": "不是我，弄错了"})
    assert granted(no).text == "职工养老金从 2026年10月起恢复发放。"
    assert owned(
        "select state from registry_filing where subject_id = %s and kind = 'suspended_pension'", retired
    ) == [("ended",)]


def test_a_found_job_ends_the_unemployment_benefit(standing: Installation) -> None:
    subject = int(owned("select subject_id from registry_enrolment where insurance = 210 and state = 'active' and"
                        " since < 202501 and subject_id > 7 order by 1 limit 1")[0][0])  # fmt: skip
    by = jobless(subject)
    done("unemployment-registration", by, LEFT)
    claim = sent("unemployment-claim", by, CLAIM)
    granted(claim)
    granted(
        sent("benefit-stop", by, {"what": "unemployment_benefit", "why": "reemployed", "day": "2026-11-20"})
    )
    assert owned("select until, state from registry_payable where case_no = %s", claim) == [
        (202612, "stopped")
    ]


def test_a_death_is_reported_by_the_family_and_checked(standing: Installation) -> None:
    retired = int(owned("select subject_id from registry_enrolment where insurance = 170 and state = 'retired'"
                        " order by 1 limit 1")[0][0])  # fmt: skip
    by = people.citizen(7)
    told = {"what": "resident_pension", "cause": "died", "day": "2026-10-11"} | named(retired)
    assert refused("benefit-stop", by, told | named(7))[0] == "self"
    assert grounds("benefit-stop", by, told | {"dead_name": "别人"}) == ["unknown"]
    assert grounds("benefit-stop", by, told) == ["no_death"]
    died(retired, "2026-10-12")
    assert granted(sent("benefit-stop", by, told)).text == "居民养老金从 2026年11月起停发。"
    assert owned("select kind from registry_filing where subject_id = %s and state = 'active'", retired) == [
        ("suspended_resident_pension",)]  # fmt: skip
