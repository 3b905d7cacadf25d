"""Medical filings (备案、认定、参保、转移): what each writes in the registry, and every sentence it refuses with."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from shebao.cases import assigning
from shebao.documents.codes import ALPHABET
from shebao.items import handling, office, progress
from shebao.items.certificates import actions as certificates
from shebao.privacy import gate, vault
from tests import people
from tests.cases.test_engine import refused as other_refusal
from tests.conftest import Installation
from tests.documents import pdf
from tests.items.business import (
    ACCOUNT,
    NOW,
    apply,
    decided,
    draft,
    filings,
    newborn,
    number_of,
    opened,
    paid,
    refused,
    rows,
    unsent,
)

PROFILE = "guangxi"
CODE = re.compile(f"([{ALPHABET}]{{4}}-){{4}}[{ALPHABET}]{{4}}")
PHONE = {"phone": "13900000000"}
STAY = {"to": "310000", "proof": "promise", **PHONE}
CHRONIC = {"illness": "M01600", "hospital": "测试医院", "since": "2026-10-08"}
OUTPATIENT = {
    "care": "chronic", "cause": "illness", "hospital": "测试医院", "level": "2", "total": "1200.00", "own": "0",
    "account": ACCOUNT,
}  # fmt: skip


def spells(subject: int, insurance: int) -> list[tuple]:
    return rows(
        "select state, since, until from registry_enrolment where subject_id = %s and insurance = %s"
        " order by since", subject, insurance,
    )  # fmt: skip


class TestRemote:
    """异地就医备案: four kinds and the way back."""

    def test_who_lives_elsewhere_files_with_a_promise_and_takes_it_back(self, standing: Installation) -> None:
        by = people.citizen(people.CHUNMEI)
        receipt = apply("remote-resident", STAY, by=by)
        assert receipt.state == "done" and "上海市" in receipt.effect.text
        assert filings(people.CHUNMEI, "remote") == [
            ("active", date(2026, 11, 23), None, {"type": "long_term_resident", "to": "310000"}, None)
        ]
        field, said = refused(handling.start, "remote-referral", now=NOW, by=by)
        assert field == "already_filed" and said.startswith("您已有一项异地就医备案，先取消才能换。")
        done = apply("remote-cancel", {"why": "change"}, by=by)
        assert "重新备案" in done.effect.lines[0]
        assert filings(people.CHUNMEI, "remote")[0][0] == "ended"
        assert refused(handling.start, "remote-cancel", now=NOW, by=by)[0] == "not_filed"
        assert apply("remote-worker", STAY, by=by).state == "done"
        apply("remote-cancel", {"why": "back"}, by=by)

    def test_a_promise_replaces_the_paper_and_the_paper_the_promise(self, standing: Installation) -> None:
        by = people.citizen(people.CHUNMEI)
        no = handling.start("remote-resident", now=NOW, by=by)
        handling.answer(no, STAY | {"proof": "paper"}, now=NOW, by=by)
        missing = other_refusal("invalid_input", handling.submit, no, now=NOW, by=by)
        assert missing.field == "residence" and missing.message == "还差「居住证明」。"
        handling.answer(no, {"proof": "promise"}, now=NOW, by=by)
        assert handling.submit(no, now=NOW, by=by).state == "done"
        apply("remote-cancel", {"why": "back"}, by=by)

    def test_a_referral_needs_the_hospitals_word_and_ends_after_six_months(
        self, standing: Installation
    ) -> None:
        by = people.citizen(people.QINGHE)
        answers = {"to": "110000", "hospital": "测试医院", **PHONE}
        no = handling.start("remote-referral", now=NOW, by=by)
        handling.answer(no, answers, now=NOW, by=by)
        assert other_refusal("invalid_input", handling.submit, no, now=NOW, by=by).field == "referral"
        handling.withdraw(no, now=NOW, by=by)
        receipt = apply("remote-referral", answers, by=by)
        assert filings(people.QINGHE, "remote")[0][:3] == ("active", date(2026, 11, 23), date(2027, 5, 23))
        assert receipt.effect.lines[0] == "有效到 2027年5月23日。"
        later = NOW + timedelta(days=190)
        assert handling.precheck("remote-referral", now=later, by=by).may_start

    def test_a_pensioner_files_for_good_and_others_are_sent_to_their_kind(
        self, standing: Installation
    ) -> None:
        pensioner = people.citizen(people.CHANGHE)
        assert (
            apply("remote-retired", {"to": "460000", "promise": "promise", **PHONE}, by=pensioner).state
            == "done"
        )
        assert filings(people.CHANGHE, "remote")[0][2] is None
        worker, flexible = people.citizen(people.WANQING), people.citizen(people.QINGHE)
        assert refused(handling.start, "remote-retired", now=NOW, by=worker) == (
            "not_retired", "您还没有退休，请办长期居住备案。（医保发〔2022〕22号）"
        )  # fmt: skip
        field, said = refused(handling.start, "remote-worker", now=NOW + timedelta(days=190), by=flexible)
        assert field == "no_employer" and said.startswith("单位没有给您参保，请办长期居住备案。")

    def test_the_own_city_and_people_without_cover_are_refused(self, standing: Installation) -> None:
        by = people.citizen(people.WANQING)
        field, said = unsent("remote-resident", STAY | {"to": "450100"}, by=by)
        assert field == "same_region" and said.startswith("那里就是您参保的市，看病不用备案。")
        child = newborn(people.citizen(people.WANQING), date(2026, 11, 20))
        assert refused(handling.start, "remote-resident", now=NOW, by=child)[0] == "not_enrolled"


@pytest.mark.clause("GX-1.3.1-01")
def test_an_order_is_accepted_worked_on_delivered_activated_and_its_document_verified(
    standing: Installation, tmp_path: Path
) -> None:
    by = people.citizen(people.YUANSHAN)
    no = apply("chronic-disease", CHRONIC, by=by).no
    case, _ = opened(no)
    assert case.verdict.granted and not filings(people.YUANSHAN, "chronic")
    clerk = people.staff("clerk")
    other_refusal("out_of_reach", office.decide, no, granted=True, text="已经通过认定。", now=NOW, by=clerk)
    holder = case_holder(no)
    office.decide(no, granted=True, text=case.draft_text, now=NOW, by=holder)
    view = progress.view(no, now=NOW, by=by)
    assert [step.act for step in view.steps] == ["submit", "accept", "decide", "deliver"]
    assert all(step.at == NOW for step in view.steps) and view.line.state == "done"
    told = rows("select template from notices_message where case_no = %s order by id", no)
    assert [template for (template,) in told] == ["case.submitted", "case.accepted", "case.decided"]
    assert [row[0] for row in filings(people.YUANSHAN, "chronic")] == ["granted"]

    served = OUTPATIENT | {"served": "2026-11-23"}
    field, said = unsent("outpatient-claim", served, by=by)
    assert field == "no_entitlement" and said.startswith("那天您还没有启用慢特病待遇，请改按普通门诊报。")
    done = apply("chronic-activate", {"hospital": "测试社区医院"}, by=by)
    assert done.state == "done" and done.effect.text == "已启用。今天起在测试社区医院按慢特病报销。"
    ((state, since, until, detail, _),) = filings(people.YUANSHAN, "chronic")
    assert (state, since, until, detail) == ("active", date(2026, 11, 23), date(2028, 11, 23), {})
    assert apply("outpatient-claim", served, by=by).state == "submitted"

    newest = certificates.own_list(by)[0]
    assert newest.serial in done.effect.lines[1]
    text = pdf.text(certificates.own_file(newest.id, by).content, tmp_path)
    code = CODE.search(text).group()  # type: ignore[union-attr]
    form = {"code": code, "last4": number_of(people.YUANSHAN)[-4:]}
    said = Client().post("/verify/", form).content.decode()
    assert "这份证明真实有效" in said and newest.serial in said
    assert "没有这份证明" in Client().post("/verify/", form | {"last4": "0000"}).content.decode()


def case_holder(no: str) -> gate.Actor:
    """The clerk who holds the case, in a new session."""
    ((actor,),) = rows("select holder_id from cases_case where no = %s", no)
    return people.logged_in(actor, 2)


class TestChronic:
    """门诊慢特病: the illness stays where only the holder of the case reads it."""

    def test_no_table_and_no_list_holds_the_illness(self, standing: Installation) -> None:
        by = people.citizen(people.QINGHE)
        no = apply("chronic-disease", CHRONIC | {"illness": "other", "illness_name": "甲亢测试"}, by=by).no
        case, _ = opened(no)
        assert case.answers["illness_name"] == "甲亢测试"
        office.decide(no, granted=True, text=case.draft_text, now=NOW, by=case_holder(no))
        apply("chronic-activate", {"hospital": "测试社区医院"}, by=by)
        tables = rows("select table_name from information_schema.tables where table_schema = 'public'")
        for (table,) in tables:
            ((found,),) = rows(f'select count(*) from "{table}" t where t::text like %s', "%甲亢测试%")
            assert found == 0, table
        for line in progress.mine(now=NOW, by=by):
            assert "甲亢" not in f"{line.name}{line.state_word}"
        assert "甲亢" not in progress.view(no, now=NOW, by=by).effect.text

    def test_what_is_refused(self, standing: Installation) -> None:
        by = people.citizen(people.WANQING)
        assert refused(handling.start, "chronic-activate", now=NOW, by=by) == (
            "nothing_granted", "您没有等着启用的慢特病认定，先申请认定。（医保发〔2020〕18号）"
        )  # fmt: skip
        decided(apply("chronic-disease", CHRONIC, by=by).no)
        field, said = refused(handling.start, "chronic-disease", now=NOW, by=by)
        assert field == "waiting" and said.startswith("您有一项认定还没有启用，先去启用。")
        late = apply("chronic-disease", CHRONIC, by=people.citizen(people.XIAOMAN)).no
        _, clerk = opened(late)
        reasons = [("not_met", "病历里没有达到标准的检查结果。", "")]
        office.decide(late, granted=False, reasons=reasons, text="没有通过认定。", now=NOW, by=clerk)
        view = progress.view(late, now=NOW, by=people.citizen(people.XIAOMAN))
        assert view.granted is False and view.decision["reasons"][0][2] == "社会保险法第二十八条"
        assert filings(people.XIAOMAN, "chronic") == []
        child = newborn(people.citizen(people.WANQING), date(2026, 11, 20))
        for code in ("chronic-disease", "chronic-activate"):
            assert refused(handling.start, code, now=NOW, by=child)[0] == "not_enrolled"


class TestEnrolment:
    """城乡居民参保登记."""

    @pytest.mark.parametrize(
        ("born", "since", "said"),
        [
            (date(2026, 11, 1), 202611, "已登记。从出生那天起就能报销。"),
            (date(2026, 6, 1), 202702, "已登记。从 2027年2月23日起能报销。"),
        ],
    )
    def test_a_newborn_is_enrolled_by_her_mother(
        self, standing: Installation, born: date, since: int, said: str
    ) -> None:
        mother = newborn(people.citizen(people.WANQING), born)
        receipt = apply("resident-medical-enrolment", PHONE, by=mother)
        assert receipt.effect.text == said
        assert spells(mother.person_id, 390) == [("active", since, None)]
        field, told = refused(handling.start, "resident-medical-enrolment", now=NOW, by=mother)
        assert field == "already_enrolled" and told.startswith("已经在参加居民医保，不用再登记。")

    @pytest.mark.parametrize(("month", "since", "wait"), [(11, 202701, "不用等"), (5, 202605, "3 个月")])
    def test_an_adult_without_a_break(
        self, standing: Installation, month: int, since: int, wait: str
    ) -> None:
        grown = newborn(people.citizen(people.WANQING), date(2000, 1, 2))
        receipt = apply("resident-medical-enrolment", PHONE, by=grown, now=NOW.replace(month=month))
        assert spells(grown.person_id, 390) == [("active", since, None)] and wait in receipt.effect.lines[0]

    def test_who_has_cover_is_refused(self, standing: Installation) -> None:
        field, said = refused(
            handling.start, "resident-medical-enrolment", now=NOW, by=people.citizen(people.CHUNMEI)
        )
        assert field == "employee_cover" and said.startswith("已经在参加职工医保，不用再参加居民医保。")
        field, _ = refused(handling.start, "resident-medical-enrolment", now=NOW, by=people.citizen(7))
        assert field == "already_enrolled"


class TestRecord:
    """查等待期、开凭证、转移."""

    def test_everybody_sees_what_waiting_would_follow(self, standing: Installation) -> None:
        by = people.citizen(people.CHUNMEI)
        receipt = apply("waiting-period", {"repaired": "0"}, by=by)
        assert receipt.effect.text == "您在参加职工医保，没有断缴，不用等。"
        assert (
            "按时缴费就不用等" in apply("waiting-period", {"repaired": "0"}, by=people.citizen(7)).effect.text
        )
        field, said = unsent("waiting-period", {"repaired": "2"}, by=by)
        assert field == "too_many" and said.startswith("您断保 0 年，补缴的年数不能比它多。")

    def test_a_broken_year_waits_and_paying_back_saves_it(self, standing: Installation) -> None:
        grown = newborn(people.citizen(people.WANQING), date(2000, 1, 2))
        rows(
            "insert into registry_contribution (subject_id, insurance, month, kind, state, base_fen, employer_fen,"
            " person_fen) values (%s, 390, 202401, 'resident_year', 'paid', 0, 0, 38000) returning 1",
            grown.person_id,
        )
        now = NOW.replace(month=6)
        assert "要等 4 个月" in apply("waiting-period", {"repaired": "0"}, by=grown, now=now).effect.text
        assert "要等 3 个月" in apply("waiting-period", {"repaired": "1"}, by=grown, now=now).effect.text
        told = apply("resident-medical-enrolment", PHONE, by=grown, now=now).effect
        assert told.lines[0] == "要等 4 个月才能报销。"

    def test_a_proof_is_sealed_and_listed(self, standing: Installation) -> None:
        by = people.citizen(7)
        receipt = apply("medical-enrolment-proof", {"span": "all"}, by=by)
        mine = certificates.own_list(by)
        assert len(mine) == 1 and mine[0].serial in receipt.effect.text
        assert mine[0].period_from == 202001 and mine[0].period_until == 202611
        child = newborn(people.citizen(people.WANQING), date(2026, 11, 20))
        field, said = refused(handling.start, "medical-enrolment-proof", now=NOW, by=child)
        assert field == "never_enrolled" and said.startswith("没有查到您参加过医保，开不出凭证。")

    def test_a_transfer_runs_between_offices(self, standing: Installation) -> None:
        by = people.citizen(people.CHUNMEI)
        assert unsent("medical-transfer", {"from": "450100"}, by=by)[0] == "same_region"
        months = {"from": "440300", "since": "202001", "until": "201912"}
        field, said = unsent("medical-transfer", months, by=by)
        assert field == "months" and said.startswith("开始的月份不能晚于结束的月份，请检查。")
        decided(apply("medical-transfer", {"from": "440300"}, by=by).no)
        assert rows(
            "select insurance, direction, region, stage, due_on from registry_transfer where subject_id = %s",
            people.CHUNMEI,
        ) == [(310, "in", "440300", "requested", date(2026, 12, 14))]
        field, said = refused(handling.start, "medical-transfer", now=NOW, by=by)
        assert field == "under_way" and said.startswith("您有一件医保转移正在办，不用再申请。")
        field, said = refused(handling.start, "medical-transfer", now=NOW, by=people.citizen(7))
        assert field == "not_enrolled" and said.startswith("您还没有在这里参加职工医保，先参保再转。")


class TestWithdrawal:
    """个人账户一次性支取: two people decide."""

    def test_an_emigrant_gets_the_balance(self, standing: Installation) -> None:
        gone = newborn(people.citizen(people.YUANSHAN), date(1980, 1, 2))
        answers = {"why": "emigrated", "account": ACCOUNT}
        rows(
            "insert into privacy_vault (subject_id, item, key_class, ciphertext) values (%s, %s, %s, %s) returning 1",
            gone.person_id, "person.bank_account", vault.key_class("person.bank_account"),
            vault.seal(gone.person_id or 0, "person.bank_account", ACCOUNT),
        )  # fmt: skip
        assert unsent("account-withdrawal", answers, by=_alone(gone))[0] == "no_account"
        rows(
            "insert into registry_account (subject_id, kind, opened, balance_fen, balance_on)"
            " values (%s, 'medical', 201001, 123456, '2026-11-01') returning 1",
            gone.person_id,
        )
        no = apply("account-withdrawal", answers, by=_alone(gone)).no
        case, clerk = opened(no)
        assert case.verdict.amount_fen == 123456 and case.needs_second
        other_refusal(
            "precondition_unmet", office.decide, no, granted=True, text=case.draft_text, now=NOW, by=clerk
        )
        office.propose(no, granted=True, text=case.draft_text, amount_fen=123456, now=NOW, by=clerk)
        boss = people.staff("supervisor")
        assigning.take(no, by=boss)
        office.confirm(no, now=NOW, by=boss)
        assert paid(no) == [("account_withdrawal", 123456, 202611)]
        field, said = unsent("account-withdrawal", answers, by=_alone(gone))
        assert field == "already_paid" and said.startswith("账户里的钱已经支取过。")

    def test_who_still_uses_the_account_is_refused_and_an_heir_learns_nothing(
        self, standing: Installation
    ) -> None:
        by = people.citizen(people.CHUNMEI)
        field, said = unsent("account-withdrawal", {"why": "emigrated", "account": ACCOUNT}, by=by)
        assert field == "still_enrolled" and said.startswith("您还在参加职工医保，账户要接着用，不能取。")
        heir = {"why": "heir", "holder_name": "查无此人", "holder_id": number_of(7), "relation": "child",
                "promise": "promise", "account": ACCOUNT}  # fmt: skip
        no = apply("account-withdrawal", heir, by=by).no
        case, clerk = opened(no)
        assert [reason.code for reason in case.verdict.reasons] == ["unknown"]
        office.propose(no, granted=False, reasons=[("unknown", "没有对上参保登记。", "")], text="没有查到登记。",
                       now=NOW, by=clerk)  # fmt: skip
        known = heir | {
            "holder_name": "罗青禾",
            "holder_id": number_of(people.QINGHE),
            "died_on": "2026-11-01",
        }
        whose = (people.QINGHE,)
        rows("delete from registry_account where subject_id = %s and kind = 'medical' returning 1", *whose)
        rows(
            "insert into registry_account (subject_id, kind, opened, balance_fen, balance_on)"
            " values (%s, 'medical', 201001, 50000, '2026-11-01') returning 1",
            *whose,
        )
        other = people.citizen(people.CHANGHE)
        case = decided(apply("account-withdrawal", known, by=other).no)
        assert case.other_id == people.QINGHE and paid(case.no) == [("account_withdrawal", 50000, 202611)]
        assert rows(
            "select balance_fen from registry_account where subject_id = %s and kind = 'medical'", *whose
        ) == [(0,)]
        assert rows("select died_on::text from registry_person where subject_id = %s", *whose) == [
            ("2026-11-01",)
        ]


def _alone(actor: gate.Actor) -> gate.Actor:
    """Acting by mandate instead of guardianship: the item is not for guardians."""
    rows("update privacy_reach set rule = 'mandate' where subject_id = %s returning 1", actor.person_id)
    return gate.actor_of(actor.token)


def test_a_draft_that_may_not_start_leaves_nothing(standing: Installation) -> None:
    before = rows("select count(*) from cases_case where subject_id = 7")
    refused(handling.start, "medical-transfer", now=NOW, by=people.citizen(7))
    assert rows("select count(*) from cases_case where subject_id = 7") == before
    assert draft("waiting-period", {"repaired": "0"}, by=people.citizen(7))
