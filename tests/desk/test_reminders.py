"""工作提醒: at 70 % the holder, at 100 % the unit's supervisors, each once, at the desk and by mail; no person in it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.conf import settings

from shebao.base.clock import CHINA
from shebao.cases import assigning
from shebao.items import clocks, office
from shebao.notices import reminders
from shebao.notices.channels.email import Email
from shebao.privacy import gate
from tests import people
from tests.clauses import doors
from tests.clauses.test_crawl import client_of, values_of
from tests.conftest import Installation
from tests.desk.matters import sent
from tests.fakes.mail import mail_server

UNIT = "城西经办处"


def of(no: str, column: str) -> date:
    ((day,),) = doors.rows(f"select {column} from cases_case where no = %s", no)
    return day


def morning(day: date) -> datetime:
    return datetime.combine(day, time(9), CHINA).astimezone(UTC)


def staff(role: str, number: str) -> gate.Actor:
    actor = people.staff(role, unit=UNIT)
    doors.run("update privacy_actor set staff_no = %s where id = %s", number, actor.actor_id)
    return gate.actor_of(actor.token)


def told(by: gate.Actor) -> list[tuple[str, int]]:
    return [(one.case_no, one.level) for one in reminders.unread(by=by)]


def begun(subject: int) -> str:
    no = sent(people.citizen(subject))
    doors.run("update cases_case set unit = %s where no = %s", UNIT, no)
    return no


def test_the_holder_then_the_supervisor_each_once(standing: Installation) -> None:
    no, free = begun(people.CHUNMEI), begun(people.YUANSHAN)
    clerk, colleague, boss = staff("clerk", "002001"), staff("clerk", "002002"), staff("supervisor", "002003")
    stranger = people.staff("supervisor", unit="城东经办处")
    assigning.take(no, by=clerk)
    warned, due = of(no, "warn_on"), of(no, "due_on")
    doors.run("update cases_case set held_until = %s where no = %s", morning(due), no)

    clocks.run(now=morning(warned - timedelta(days=1)))
    assert told(clerk) == told(boss) == []
    for _ in range(2):
        clocks.run(now=morning(warned))
        assert told(clerk) == [(no, 70)] and told(boss) == [(free, 70)] and told(colleague) == []
    for _ in range(2):
        clocks.run(now=morning(due + timedelta(days=1)))
        assert sorted(told(boss)) == sorted([(no, 100), (free, 100), (free, 70)])
        assert told(clerk) == [(no, 70)] and told(colleague) == told(stranger) == []

    page = doors.browser_of(clerk).get("/desk/")
    assert "1 条提醒" in page.text and "用了七成时限" in page.text and no in page.text
    assert not [value for value in values_of(False, people.CHUNMEI) if value in page.page]
    assert 'class="count">3<' in doors.browser_of(boss).get("/desk/work/").page

    assigning.hand_over(no, to="002002", reason="我明天休假", by=clerk)
    assert told(clerk) == [] and told(colleague) == [(no, 70)]
    number = reminders.unread(by=colleague)[0].id
    for other in (clerk, stranger, boss):
        assert client_of(other).post(f"/desk/reminders/{number}/read").status_code == 404
    browser = doors.browser_of(colleague)
    browser.get("/desk/")
    browser.send(f"/desk/reminders/{number}/read")
    assert "提醒收起来了" in browser.text and told(colleague) == []

    assigning.take(free, by=colleague)
    office.decline(
        free, reason="不是本人的票据，不能受理。", now=morning(due + timedelta(days=1)), by=colleague
    )
    assert told(boss) == [(no, 100)], "a case that ended reminds nobody"
    reminders.heard(0, by=boss)
    assert told(boss) == []


def test_a_mail_without_a_word_about_anybody_and_never_twice(
    standing: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = begun(people.QINGHE)
    holder = staff("clerk", "003001")
    assigning.take(no, by=holder)
    doors.run("update cases_case set held_until = %s where no = %s", morning(of(no, "due_on")), no)
    doors.run("update notices_reminder set mail = 'none'")
    addresses = {"003001": "clerk@office.example", UNIT: "boss@office.example"}
    monkeypatch.setitem(settings.DEPLOYMENT["staff"], "mail", addresses)
    with mail_server() as sink:
        channel = Email(sink.url, "no-reply@example.org")
        warned, late = morning(of(no, "warn_on")), morning(of(no, "due_on") + timedelta(days=1))
        clocks.run(now=warned)
        assert [reminders.mail(channel, now=late) for _ in range(2)] == [1, 0]
        clocks.run(now=late)
        sink.refuse = "451 later"
        assert [reminders.mail(channel, now=late) for _ in range(2)] == [1, 0]
        sink.refuse = ""
        assert reminders.mail(channel, now=late + timedelta(minutes=5)) == 1
        assert sink.to == ["clerk@office.example", "boss@office.example"]
        text = " ".join(f"{mail['Subject']} {mail.get_content()}" for mail in sink.mail)
        assert "用了七成时限" in text and "超过了期限" in text
        assert not [value for value in (*values_of(False, people.QINGHE), no, "住院") if value in text]
        assert doors.rows("select mail from notices_reminder where case_no = %s order by level", no) == [
            ("sent",), ("sent",)
        ]  # fmt: skip

        # The worker was killed with the mail in its hands: it is not sent again, and the record says so.
        doors.run("update notices_reminder set mail = 'sending', next_at = %s where case_no = %s", late, no)
        assert reminders.mail(channel, now=late + timedelta(minutes=9)) == 0 and len(sink.mail) == 2
        assert doors.rows("select distinct mail from notices_reminder where case_no = %s", no) == [
            ("unknown",)
        ]


def test_mark_and_reminder_exist_together_or_not_at_all(
    standing: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = begun(people.CHANGHE)
    with monkeypatch.context() as broken:
        broken.setattr(reminders, "post", lambda **more: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            clocks.run(now=morning(of(no, "warn_on")))
    assert doors.rows("select escalated from cases_case where no = %s", no) == [(0,)]
    clocks.run(now=morning(of(no, "warn_on")))
    assert doors.rows("select level from notices_reminder where case_no = %s", no) == [(70,)]
