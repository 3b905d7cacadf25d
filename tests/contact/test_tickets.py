"""Tickets: numbered, with owner and last day; masked; answered, closed, reopened once, rated once, ended."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base import clock, workdays
from shebao.base.refusal import Refusal
from shebao.cases import tickets, tickets_clock, tickets_office
from shebao.cases.tickets_text import conceal
from shebao.privacy import gate
from shebao.registry.accounts import queries as accounts
from shebao.registry.benefits import queries as benefits
from tests import people
from tests.clauses import doors
from tests.conftest import Installation

ID = "11010519491231002X"
CARD = "6222 0212 3456 7890 128"
PRIVACY = {"about": "谁看过我的信息"}


def refused(code: str, call: Any, *args: Any, **more: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*args, **more)
    assert caught.value.code == code, (caught.value.code, caught.value.message)
    return caught.value


def asked(
    by: gate.Actor, kind: str = "privacy", text: str = "为什么查我的缴费", **more: Any
) -> tickets.Opened:
    fields = {"privacy": PRIVACY, "login": {"trouble": "忘了密码"}, "technical": {"device": "安卓手机"}}.get(
        kind, {}
    )
    fields = more.pop("fields", fields)
    return tickets.ask(kind=kind, fields=fields, text=text, now=clock.now(), by=by, **more)


def call(by: gate.Actor, subject: int = people.CHUNMEI, **more: Any) -> str:
    given = {"kind": "privacy", "fields": PRIVACY, "text": "来电问谁看过", "announced": True} | more
    return tickets_office.log_call(
        id_number=doors.value(subject, "person.id_number"), now=clock.now(), by=by, **given
    )


def inbox(subject: int = people.CHUNMEI) -> list[str]:
    return [code for (code,) in doors.rows(
        "select template from notices_message where subject_id = %s order by id", subject
    )]  # fmt: skip


@given(
    st.text(alphabet="0123456789 -Xx姓名卡号", max_size=40),
    st.from_regex(r"[1-9][0-9]{14,18}", fullmatch=True),
)
def test_a_long_number_never_survives(around: str, number: str) -> None:
    kept = conceal(f"{around}，{number}。")
    assert number not in kept and number[:-4] not in kept


@pytest.mark.parametrize(
    "text",
    [f"我的身份证是{ID}", f"卡号 {CARD}", "电话138-0000-0000", "１３８００００００００"],
)  # fmt: skip
def test_numbers_in_free_text_are_masked(text: str) -> None:
    kept = conceal(text)
    assert "尾号" in kept and sum(sign.isdigit() for sign in kept) <= 8


def test_amounts_days_and_case_numbers_stay() -> None:
    text = "2026年10月缴了 13,009.42 元，办件 BJ261122-000123，错误码 E10234，从20261001起"
    assert conceal(text) == text


@pytest.mark.clause("EB-6-01", "GX-7-04")
def test_a_question_has_a_number_a_last_day_and_an_owner_and_the_reply_reaches_the_person(
    shebao: Installation,
) -> None:
    by, officer = people.citizen(), people.staff("privacy_officer")
    ticket = asked(by, key="k1")
    assert asked(by, key="k1").no == ticket.no and len(tickets.mine(by)) == 1
    assert (
        ticket.owner and ticket.due_on == workdays.add_working_days(clock.today_in_china(clock.now()), 15).day
    )
    assert inbox()[-1] == "contact.received"
    (line,) = tickets_office.queue(officer)
    assert line.no == ticket.no
    assert tickets_office.queue(people.staff("clerk")) == []
    tickets_office.take(ticket.no, by=officer)
    tickets_office.reply(ticket.no, text="已经查清，是窗口核对。", now=clock.now(), by=officer)
    assert inbox()[-1] == "contact.answered"
    said = tickets.one(ticket.no, by=by).notes[-1]
    assert said.kind == "reply" and said.is_advice and "窗口核对" in said.text
    refused("out_of_reach", tickets.one, ticket.no, by=people.citizen(people.YUANSHAN))


@pytest.mark.clause("JL-3.1.1.2-23")
def test_a_ticket_is_closed_only_with_plan_and_result_which_the_person_sees(shebao: Installation) -> None:
    by, officer = people.citizen(), people.staff("privacy_officer")
    no = asked(by).no
    tickets_office.take(no, by=officer)
    end = {"plan": "查登记和账本", "result": "没有异常，已说明"}
    for lacking in end:
        told = len(inbox())
        refused(
            "precondition_unmet",
            tickets_office.close,
            no,
            **(end | {lacking: " "}),
            now=clock.now(),
            by=officer,
        )
        assert tickets.one(no, by=by).state == "open" and len(inbox()) == told
    tickets_office.close(no, **end, now=clock.now(), by=officer)
    seen = tickets.one(no, by=by)
    assert (seen.state, seen.plan, seen.result) == ("closed", end["plan"], end["result"])
    assert [note.kind for note in seen.notes] == ["said", "plan", "result"]
    assert inbox()[-1] == "contact.answered"
    refused("conflict", tickets_office.add, no, text="再写一句", now=clock.now(), by=officer)
    with (
        pytest.raises(Refusal),
        gate.open(officer, "contact.privacy", items=("ticket.text",), subject=people.CHUNMEI, case=no),
    ):
        pass


@pytest.mark.clause("JL-3.8-02")
def test_a_logged_privacy_call_has_type_clock_and_owner_and_is_answered_after_the_identity_check(
    shebao: Installation,
) -> None:
    by, clerk = people.citizen(), people.staff("clerk")
    no = call(clerk)
    ticket = tickets.one(no, by=by)
    assert ticket.kind.code == "privacy" and ticket.channel == "phone" and ticket.owner
    assert ticket.due_on == workdays.add_working_days(clock.today_in_china(clock.now()), 15).day
    refused("precondition_unmet", tickets_office.reply, no, text="您的缴费是…", now=clock.now(), by=clerk)
    assert tickets_office.open_ticket(no, by=clerk).name == ""
    tickets_office.check_identity(no, method="回拨登记的手机号", now=clock.now(), by=clerk)
    assert tickets_office.open_ticket(no, by=clerk).name == "何*梅"
    tickets_office.reply(no, text="窗口查过一次，已说明。", now=clock.now(), by=clerk)
    assert inbox()[-1] == "contact.answered"
    assert "窗口查过一次" in tickets.one(no, by=by).notes[-1].text
    late = clock.now() + timedelta(days=(ticket.due_on - clock.today_in_china(clock.now())).days)
    assert tickets_clock.tick(now=late) == (0, 0)
    assert tickets_clock.tick(now=late + timedelta(days=1)) == (1, 0)
    assert tickets.one(no, by=by).escalated
    (line,) = tickets_office.queue(people.staff("supervisor"))
    assert line.escalated and line.owner == "科长"


@pytest.mark.clause("JL-3.1.1.2-21")
@pytest.mark.parametrize("channel", ["chat", "phone"])
def test_the_recording_notice_comes_first_and_the_content_ends_while_the_count_stays(
    shebao: Installation, channel: str
) -> None:
    by, clerk = people.citizen(), people.staff("clerk")
    if channel == "chat":
        no = asked(by, "login", channel="chat").no
        tickets_office.take(no, by=clerk)
    else:
        refused("precondition_unmet", call, clerk, announced=False)
        no = call(clerk, identity="当面看证件")
    first = tickets.one(no, by=by).notes[0]
    assert first.kind == "recording" and "记录" in first.text
    tickets_office.close(no, plan="核对登记", result="已经说明白", now=clock.now(), by=clerk)
    until = tickets.one(no, by=by).keep_until
    assert until is not None
    days = (until - clock.today_in_china(clock.now())).days
    assert tickets_clock.tick(now=clock.now() + timedelta(days=days)) == (0, 0)
    assert len(tickets.one(no, by=by).notes) == 4
    assert tickets_clock.tick(now=clock.now() + timedelta(days=days + 1)) == (0, 1)
    gone = tickets.one(no, by=by)
    assert gone.erased and gone.notes == () and gone.fields == () and gone.plan == gone.result == ""
    assert doors.rows("select count(*) from cases_ticket") == [(1,)]
    assert doors.rows("select count(*) from cases_ticketnote") == [(0,)]


@pytest.mark.clause("JL-3.1.1.2-22")
def test_a_second_number_stays_in_its_ticket_and_goes_with_it(shebao: Installation) -> None:
    by, officer = people.citizen(), people.staff("privacy_officer")
    before = doors.rows("select * from privacy_vault where subject_id = %s order by item", people.CHUNMEI)
    no = asked(by, fields=PRIVACY | {"second_phone": "010-5555 0100"}).no
    assert ("另外一个电话", "010-5555 0100") in tickets.one(no, by=by).fields
    assert (
        doors.rows("select * from privacy_vault where subject_id = %s order by item", people.CHUNMEI)
        == before
    )
    ((sealed,),) = doors.rows("select fields from cases_ticket where no = %s", no)
    assert b"5555" not in bytes(sealed)
    tickets_office.take(no, by=officer)
    tickets_office.close(no, plan="查登记账本", result="已经说明白", now=clock.now(), by=officer)
    tickets_clock.tick(now=clock.now() + timedelta(days=4 * 365))
    assert doors.rows("select fields from cases_ticket where no = %s", no) == [(None,)]


@pytest.mark.clause("EB-1.1-21", "GX-1.1-10")
def test_what_staff_and_chat_write_is_kept_masked_and_shown_to_the_person(shebao: Installation) -> None:
    by, clerk = people.citizen(), people.staff("clerk")
    no = asked(by, "login", text=f"登录不了，身份证{ID}", channel="chat").no
    tickets_office.take(no, by=clerk)
    tickets_office.add(no, text=f"对方报了卡号 {CARD}", now=clock.now(), by=clerk)
    (document,) = tickets.documents(by)
    text = str(document)
    assert ID not in text and CARD not in text and "2345" not in text
    assert "尾号 002X" in text and "尾号 0128" in text
    refused("field_not_declared", asked, by, fields=PRIVACY | {"id_number": ID})


@pytest.mark.clause("EB-2.1.1-03")
def test_who_answers_a_login_ticket_gets_no_treatment_and_no_balance(shebao: Installation) -> None:
    by, clerk = people.citizen(), people.staff("clerk")
    no = asked(by, "login").no
    refused("out_of_reach", tickets_office.open_ticket, no, by=clerk)
    tickets_office.take(no, by=clerk)
    opened = tickets_office.open_ticket(no, by=clerk)
    assert opened.shows == ("person.name",) and opened.name == "何*梅"
    for item in ("account.balance", "claim.record", "enrolment.record", "person.id_number"):
        with (
            pytest.raises(Refusal) as error,
            gate.open(clerk, "contact.login", items=(item,), subject=people.CHUNMEI, case=no),
        ):
            pass
        assert error.value.code == "field_not_declared"
    refused(
        "field_not_declared",
        accounts.accounts,
        clerk,
        subject=people.CHUNMEI,
        case=no,
        process="contact.login",
    )
    assert benefits is not None
    tickets_office.reply(no, text="可以用短信重置密码。", now=clock.now(), by=clerk)
    assert inbox()[-1] == "contact.answered"


@pytest.mark.clause("GX-1.3.1-03")
def test_a_technical_ticket_takes_device_and_error_and_opens_no_insured_data(shebao: Installation) -> None:
    by, clerk = people.citizen(), people.staff("clerk")
    no = asked(by, "technical", fields={"device": "鸿蒙手机", "error_code": "E-503"}).no
    refused("invalid_input", asked, by, "technical", fields={"device": "张三的手机"})
    tickets_office.take(no, by=clerk)
    opened = tickets_office.open_ticket(no, by=clerk)
    assert dict(opened.ticket.fields) == {"用什么设备": "鸿蒙手机", "错误编号": "E-503"}
    assert opened.shows == () and opened.name == ""
    seen = doors.rows(
        "select distinct unnest(items) from privacy_entry where case_no = %s and outcome = 'allowed'", no
    )
    assert seen == [("ticket.text",)]
    tickets_office.reply(no, text="请升级到新版本再试。", now=clock.now(), by=clerk)
    assert inbox()[-1] == "contact.answered"


@pytest.mark.clause("GX-7-05")
def test_a_late_ticket_goes_to_the_person_in_charge_and_a_closed_one_opens_again_once(
    shebao: Installation,
) -> None:
    by, officer = people.citizen(), people.staff("privacy_officer")
    no = asked(by).no
    tickets_clock.tick(now=clock.now() + timedelta(days=60))
    assert tickets.one(no, by=by).escalated and tickets.one(no, by=by).owner == "科长"
    assert [line.no for line in tickets_office.queue(people.staff("supervisor")) if line.escalated] == [no]
    refused("conflict", tickets.reopen, no, text="还没有答", now=clock.now(), by=by)
    refused("conflict", tickets.rate, no, stars=5, by=by)

    def end() -> None:
        tickets_office.take(no, by=officer)
        tickets_office.close(no, plan="查登记账本", result="已经说明白", now=clock.now(), by=officer)

    end()
    tickets.reopen(no, text="没有说清楚", now=clock.now(), by=by)
    again = tickets.one(no, by=by)
    assert again.state == "open" and again.reopened and not again.escalated and again.keep_until is None
    end()
    refused("conflict", tickets.reopen, no, text="还是不清楚", now=clock.now(), by=by)
    tickets.rate(no, stars=4, by=by)
    refused("conflict", tickets.rate, no, stars=5, by=by)
    (row,) = tickets_office.ratings()
    assert (row["total"], row["rated"], row["stars"]) == (1, 1, 4)


@pytest.mark.profile("ebao")
def test_a_letter_is_queued_with_its_clock_and_seen_after_matching(shebao: Installation) -> None:
    by, clerk = people.citizen(), people.staff("clerk")
    today = clock.today_in_china(clock.now())
    no = tickets_office.register_letter(topic="个人信息", received_on=today, now=clock.now(), by=clerk)
    supervisor = people.staff("supervisor")
    (line,) = tickets_office.queue(supervisor)
    assert line.no == no and line.kind.code == "letter" and not line.matched
    assert line.due_on == workdays.add_working_days(today, 15).day
    assert tickets.mine(by) == []
    refused("precondition_unmet", tickets_office.take, no, by=supervisor)
    number = doors.value(people.CHUNMEI, "person.id_number")
    tickets_office.match_letter(no, id_number=number, text="问为什么查卡", now=clock.now(), by=clerk)
    (seen,) = tickets.mine(by)
    assert seen.no == no and seen.channel_name == "来信" and seen.due_on == line.due_on
    refused(
        "conflict",
        tickets_office.match_letter,
        no,
        id_number=number,
        text="再来一次",
        now=clock.now(),
        by=clerk,
    )


def test_nobody_answers_a_ticket_of_another_team_or_of_her_own(shebao: Installation) -> None:
    no = asked(people.citizen()).no
    for role in ("clerk", "operator", "auditor"):
        refused("out_of_reach", tickets_office.take, no, by=people.staff(role))
    refused("out_of_reach", tickets_office.take, no, by=people.citizen())
    refused("purpose_not_allowed", tickets_office.register_letter, topic="别的",
            received_on=clock.today_in_china(clock.now()), now=clock.now(), by=people.citizen())  # fmt: skip
