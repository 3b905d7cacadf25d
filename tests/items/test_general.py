"""登记、异议、投诉、资格认证: effect in the registry, and every refusal with its sentence."""

import pytest

from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.items import handling
from shebao.privacy import gate, vault
from tests import people
from tests.conftest import Installation
from tests.items.doing import NOW, done, granted, owned, refused, sent

ACCOUNT = "6222020000000000000"


def kept(subject: int, item: str) -> str:
    by = people.citizen(subject)
    with gate.open(by, "handle.change", items=(item,), subject=subject) as grant:
        return vault.read(grant, (item,)).get(item, "")


def test_the_flexible_stop_and_start_again(standing: Installation) -> None:
    by = people.citizen(people.QINGHE)
    assert done("stop-enrolment", by, {"until": "this"}).text == "从 2026年11月起停保。"
    assert refused("stop-enrolment", by)[0] == "not_flexible"
    assert done("flexible-enrolment", by, {"since": "next"}).text == "已登记。从 2026年12月起缴费。"
    rows = owned(
        "select state, since, until from registry_enrolment where subject_id = %s and insurance = 110 order by id desc"
        " limit 2", people.QINGHE,
    )  # fmt: skip
    assert rows[0] == ("active", 202612, None) and rows[1][::2] == ("suspended", 202611)
    assert refused("stop-enrolment", people.citizen(people.CHUNMEI))[0] == "not_flexible"
    assert refused("flexible-enrolment", people.citizen(people.CHANGHE))[0] == "draws_pension"
    assert refused("flexible-enrolment", people.citizen(people.XIAOMAN))[0] == "too_young"


def test_resident_pension_is_for_those_without_another(standing: Installation) -> None:
    assert refused("resident-pension-enrolment", people.citizen(people.CHUNMEI))[0] == "already_enrolled"
    assert refused("resident-pension-enrolment", people.citizen(people.XIAOMAN))[0] == "too_young"
    assert refused("resident-pension-enrolment", people.citizen(people.CHANGHE))[0] == "too_old"
    newcomer = int(owned(
        "select p.subject_id from registry_person p where p.birth_date between '1985-01-01' and '2005-01-01'"
        " and not exists (select 1 from registry_enrolment e where e.subject_id = p.subject_id and e.until is null"
        " and e.insurance in (110, 120, 170) and e.state in ('active', 'retired')) limit 1")[0][0])  # fmt: skip
    by = people.citizen(newcomer)
    assert refused("resident-pension-enrolment", by, {"school": "yes"})[0] == "in_school"
    done("resident-pension-enrolment", by, {"school": "no"})
    assert owned("select person_type from registry_enrolment where subject_id = %s and insurance = 170 and until is null",
                 newcomer) == [("resident",)]  # fmt: skip


def test_address_and_account_change_at_once_and_not_to_the_same(standing: Installation) -> None:
    by = people.citizen(people.YUANSHAN)
    answers = {"what": "address", "address": "测试路 8 号 3 单元"}
    done("detail-change", by, answers)
    assert kept(people.YUANSHAN, "person.address") == "测试路 8 号 3 单元"
    assert refused("detail-change", by, answers) == (
        "same",
        "和登记的一样，不用改。（社会保险经办条例第十条）",
    )
    assert refused("benefit-account-change", by, {"account": ACCOUNT, "own": "no"})[0] == "not_own"
    assert "尾号 0000" in done("benefit-account-change", by, {"account": ACCOUNT, "own": "yes"}).text
    assert kept(people.YUANSHAN, "person.bank_account") == ACCOUNT
    assert refused("benefit-account-change", by, {"account": ACCOUNT, "own": "yes"})[0] == "same"


def test_a_wrong_number_is_refused_with_its_field(standing: Installation) -> None:
    by = people.citizen(people.CHUNMEI)
    no = handling.start("benefit-account-change", now=NOW, by=by)
    with pytest.raises(Refusal) as caught:
        handling.answer(no, {"account": "6222020000000000001"}, now=NOW, by=by)
    assert (caught.value.code, caught.value.field) == ("invalid_input", "account")
    with pytest.raises(Refusal) as caught:
        handling.answer(no, {"amount": "1"}, now=NOW, by=by)
    assert caught.value.code == "field_not_declared"


def test_a_birth_date_is_corrected_by_two_people_and_only_to_the_id_number(standing: Installation) -> None:
    by = people.citizen(people.CHUNMEI)
    wrong = {"what": "birth_date", "birth_date": "1979-03-12", "why": "登记时写错了"}
    assert refused("key-detail-change", by, wrong, "proof")[0] == "id_differs"
    assert refused("key-detail-change", by, wrong | {"birth_date": "1979-03-02"}, "proof")[0] == "same"
    owned_before = owned(
        "update registry_person set birth_date = '1979-03-20' where subject_id = 1 returning 1"
    )
    assert owned_before
    no = sent("key-detail-change", by, wrong | {"birth_date": "1979-03-02"}, "proof")
    assert granted(no).text == "出生日期已更正。"
    assert str(owned("select birth_date from registry_person where subject_id = 1")[0][0]) == "1979-03-02"


def test_disputes_and_complaints_are_answered_in_writing(standing: Installation) -> None:
    by = people.citizen(people.WANQING)
    answers = {"what": "contribution", "since": "202301", "text": "少了一个月的缴费"}
    assert refused("record-dispute", by, answers | {"since": "202701"})[0] == "future"
    assert granted(sent("record-dispute", by, answers)).text == "核查属实，记录会更正。"
    told = {"whom": "employer", "text": "单位三个月没有给我缴费", "transfer": "yes"}
    no = sent("complaint", by, told)
    clerk = people.staff("clerk")
    from_queue = [line.no for line in assigning.queue(by=clerk)]
    assert no in from_queue
    assert granted(no).text == "投诉已经处理，答复在决定里。"


def test_certification_asks_the_data_first(standing: Installation) -> None:
    assert refused("pension-certification", people.citizen(people.CHUNMEI))[0] == "no_pension"
    by = people.citizen(people.CHANGHE)
    last = owned("select max(served_on) from registry_claim where subject_id = %s", people.CHANGHE)[0][0]
    owned("update registry_claim set served_on = '2026-10-15' where subject_id = %s and served_on = %s returning 1",
          people.CHANGHE, last)  # fmt: skip
    assert refused("pension-certification-visit", by, {"way": "office"})[0] == "matched"
    assert done("pension-certification", by).text == "认证好了，有效到 2027年11月23日。"
    assert refused("pension-certification", by)[0] == "certified"


def test_who_is_not_in_the_data_is_met_in_person(standing: Installation) -> None:
    retired = int(owned(
        "select e.subject_id from registry_enrolment e where e.state = 'retired' and e.insurance = 110 and e.until is null"
        " and e.subject_id > 10 limit 1")[0][0])  # fmt: skip
    owned("update registry_claim set served_on = '2025-01-01' where subject_id = %s returning 1", retired)
    by = people.citizen(retired)
    field, said = refused("pension-certification", by)
    assert field == "no_match" and said.startswith("近半年没有查到您的就医记录，要换一种办法认证。")
    no = sent("pension-certification-visit", by, {"way": "home", "address": "测试路 9 号"})
    assert granted(no).text.startswith("认证好了")
    assert owned("select detail->>'way' from registry_filing where subject_id = %s", retired) == [("home",)]
