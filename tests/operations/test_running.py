"""Windows, ceasing, outages: what is closed answers so, rights stay open, deadlines and drafts survive."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from typer.testing import CliRunner

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cli import health
from shebao.cli import operations as verb
from shebao.items import directory as catalogue
from shebao.items import handling
from shebao.privacy import availability, gate, outages, questions
from shebao.registry.contributions import queries as contributions
from tests import people
from tests.clauses import doors
from tests.conftest import Installation

OPEN = ("/contact/", "/privacy/policy/", "/privacy/agreement/", "/status", "/services/", "/login", "/welcome")
RIGHTS = ("/privacy/", "/privacy/rights/", "/privacy/export", "/privacy/who-looked/", "/privacy/consents/")
CLOSED = ("/", "/me/contributions", "/me/account", "/certificates/", "/verify/", "/items/", "/offices/")


def announced(service: str, start: timedelta, length: timedelta, *, reason: str = "升级数据库") -> int:
    """A window that was announced two days ago and begins (or began) at `start` from now."""
    number = availability.announce(
        service=service,
        starts_at=clock.now() + timedelta(days=30),
        ends_at=clock.now() + timedelta(days=31),
        reason=reason,
        directory=catalogue.current(),
        by=people.staff("operator"),
    )
    doors.run(
        "update privacy_window set announced_at = now() - interval '2 days', starts_at = now() + %s,"
        " ends_at = now() + %s where id = %s",
        start,
        start + length,
        number,
    )
    availability.forget()
    return number


def ended(number: int) -> None:
    doors.run("update privacy_window set ends_at = now() - interval '1 second' where id = %s", number)
    availability.forget()


@pytest.mark.clause("JL-4.1.1-07")
@pytest.mark.parametrize("service", ["", "contribution"], ids=["whole", "one"])
def test_in_a_window_services_answer_503_with_reason_and_end_and_rights_stay_up(
    shebao: Installation, service: str
) -> None:
    actor = people.citizen()
    announced(service, -timedelta(minutes=5), timedelta(hours=2))
    own = doors.browser_of(actor)
    for path in CLOSED if not service else ("/me/contributions", "/me/contributions?insurance=110"):
        answer = own.client.get(path)
        page = answer.content.decode()
        assert answer.status_code == 503, path
        assert "升级数据库" in page and "恢复" in page and 'href="/contact/"' in page
        assert 6880 < int(answer["Retry-After"]) < 7000
    call = doors.api(actor, "/me/contributions")
    assert call.status_code == 503 and call.json()["code"] == "under_maintenance"
    assert call.json()["reason"] == "升级数据库"
    assert datetime.fromisoformat(call.json()["until"]) > clock.now()
    for path in OPEN:
        assert Client().get(path).status_code == 200, path
    for path in RIGHTS:
        assert own.get(path).status == 200, path
    if service:
        assert own.get("/me/account").status == 200
    listed = {entry["code"]: entry["state"] for entry in Client().get("/api/v1/services").json()}
    assert listed["contribution"] == "maintenance" and listed["export"] == "online"
    assert (listed["account"] == "maintenance") == (not service)


def test_a_window_is_announced_in_time_by_the_right_people_with_a_reason(shebao: Installation) -> None:
    now, own = clock.now(), catalogue.current()

    def tried(role: str, start: timedelta, reason: str = "升级数据库", service: str = "account") -> str:
        try:
            availability.announce(
                service=service, starts_at=now + start, ends_at=now + start + timedelta(hours=1), reason=reason,
                directory=own, by=people.staff(role),
            )  # fmt: skip
        except Refusal as refusal:
            return refusal.code
        return "announced"

    assert tried("operator", timedelta(hours=23)) == "precondition_unmet"
    assert tried("operator", timedelta(hours=25), reason="") == "precondition_unmet"
    assert tried("operator", timedelta(hours=25), service="export") == "conflict"
    assert tried("clerk", timedelta(hours=25)) == "purpose_not_allowed"
    assert tried("supervisor", timedelta(hours=25)) == "announced"
    strip = Client().get("/login").content.decode()
    assert "个人账户将在" in strip and "维护" in strip
    assert "升级数据库" in Client().get("/status").content.decode()


def asked(actor: gate.Actor) -> questions.Asked:
    entry = contributions.contributions(actor)["entry"]
    return questions.ask(entry_id=entry, text="为什么查", now=clock.now(), by=actor)


def test_a_last_day_inside_a_window_moves_past_its_end(shebao: Installation) -> None:
    actor = people.citizen()
    before = asked(actor)
    midday = datetime.combine(before.due_on, datetime.min.time(), clock.CHINA) + timedelta(hours=12)
    announced("account", midday - clock.now(), timedelta(hours=8))
    assert questions.mine(actor)[0].due_on == before.due_on
    number = announced("", midday - clock.now(), timedelta(days=2))
    (touching,) = availability.windows_between(midday, midday + timedelta(hours=1), service="case")
    assert touching.id == number
    after = questions.mine(actor)[0].due_on
    assert after > clock.today_in_china(touching.ends_at) > before.due_on
    page = doors.browser_of(actor).get("/privacy/who-looked/")
    assert page.status == 200


@pytest.mark.clause("JL-4.1.1-08")
def test_when_the_window_ends_the_call_succeeds_the_draft_is_there_and_the_last_day_has_moved(
    shebao: Installation,
) -> None:
    actor, now = people.citizen(), clock.now()
    draft = handling.start("inpatient-claim", now=now, by=actor)
    handling.answer(draft, {"hospital": "测试医院", "cause": "illness"}, now=now, by=actor)
    question = asked(actor)
    doors.run("update privacy_question set due_on = %s", clock.today_in_china(now))
    number = announced("", -timedelta(minutes=5), timedelta(hours=30))
    last = clock.today_in_china(now + timedelta(hours=30))
    own = doors.browser_of(actor)
    assert own.client.get("/me/contributions").status_code == 503
    assert questions.mine(actor)[0].due_on > last
    ended(number)
    page = own.get("/me/contributions")
    assert page.status == 200 and "全部服务已恢复" in page.page
    assert "刚刚恢复" in Client().get("/status").content.decode()
    assert handling.draft(draft, now=clock.now(), by=actor).answers["hospital"] == "测试医院"
    after = questions.mine(actor)[0]
    assert after.no == question.no and after.due_on > clock.today_in_china(clock.now())


@pytest.mark.clause("JL-3.1.1.5-02")
def test_a_ceased_service_collects_nothing_more_and_rights_and_export_stay_open(shebao: Installation) -> None:
    actor, operator = people.citizen(), people.staff("operator")
    own = doors.browser_of(actor)
    assert own.get("/certificates/").status == 200
    call = {"kind": "enrolment"}
    token = {"Authorization": f"Bearer {(actor.token or b'').hex()}"}
    made = Client().post("/api/v1/certificates", call, "application/json", headers=token)
    assert made.status_code in (200, 201), made.content
    before = doors.rows("select count(*) from documents_certificate")
    availability.cease(
        service="certificate", reason="业务并入省平台", directory=catalogue.current(), by=operator
    )
    again = Client().post("/api/v1/certificates", call, "application/json", headers=token)
    assert again.status_code == 410 and again.json()["code"] == "service_ceased"
    page = own.get("/certificates/")
    assert page.status == 410 and "业务并入省平台" in page.text
    with (
        pytest.raises(Refusal) as error,
        gate.open(actor, "certificate.issue", items=("certificate.record",)),
    ):
        pass
    assert error.value.code == "service_ceased"
    assert doors.rows("select count(*) from documents_certificate") == before
    assert people.entries(people.CHUNMEI, "certificate.issue")[-1][1] == "service_ceased"
    for path in RIGHTS:
        assert own.get(path).status == 200, path
    taken = own.client.get("/me/contributions.json")
    assert taken.status_code == 200 and "attachment" in taken["Content-Disposition"]
    availability.reopen(service="certificate", reason="恢复办理", directory=catalogue.current(), by=operator)
    assert own.get("/certificates/").status == 200


@pytest.mark.clause("JL-3.1.1.5-02")
def test_when_the_whole_platform_has_ceased_only_rights_remain(shebao: Installation) -> None:
    actor, operator = people.citizen(), people.staff("operator")
    own = doors.browser_of(actor)
    availability.cease(service="every", reason="平台停止运营", directory=catalogue.current(), by=operator)
    closed = {code for (code,) in doors.rows("select code from privacy_process where ceased_at is not null")}
    assert {"identity.register", "enquiry.contribution", "device.protect"} <= closed
    assert not {"privacy.export", "privacy.who_looked", "privacy.consent", "identity.login"} & closed
    kept = (
        doors.rows("select count(*) from privacy_subject"),
        doors.rows("select count(*) from privacy_vault"),
    )
    for path in ("/register", "/me/contributions", "/api/v1/me/signals", "/"):
        assert own.client.get(path).status_code == 410, path
    assert own.client.put("/api/v1/me/permissions/location", "{}", "application/json").status_code in (
        401,
        403,
        422,
    )
    assert kept == (
        doors.rows("select count(*) from privacy_subject"), doors.rows("select count(*) from privacy_vault")
    )  # fmt: skip
    for path in (*RIGHTS, *OPEN, "/me/contributions.csv", "/me/enrolment.json", "/me/account.json"):
        assert own.get(path).status == 200, path


def test_a_ceased_item_takes_no_application_while_others_of_its_purpose_go_on(shebao: Installation) -> None:
    actor, now = people.citizen(), clock.now()
    availability.cease(
        service="item.inpatient-claim", reason="改由省平台办", directory=catalogue.current(),
        by=people.staff("operator"),
    )  # fmt: skip
    with pytest.raises(Refusal) as error:
        handling.start("inpatient-claim", now=now, by=actor)
    assert error.value.code == "service_ceased" and "改由省平台办" in error.value.message
    assert Client().get("/items/inpatient-claim/").status_code == 410
    assert Client().get("/items/").status_code == 200
    assert doors.rows("select count(*) from cases_case where kind = 'inpatient-claim'") == [(0,)]


def test_only_operators_and_supervisors_change_states_and_some_services_never_close(
    shebao: Installation,
) -> None:
    own = catalogue.current()
    for role in ("clerk", "privacy_officer", "auditor"):
        with pytest.raises(Refusal):
            availability.cease(service="account", reason="试一试停办", directory=own, by=people.staff(role))
    with pytest.raises(Refusal):
        availability.cease(service="account", reason="试一试停办", directory=own, by=people.citizen())
    for service in ("export", "policy", "contact", "nothing"):
        with pytest.raises(Refusal):
            availability.cease(
                service=service, reason="试一试停办", directory=own, by=people.staff("operator")
            )
    assert doors.rows("select count(*) from privacy_servicestate") == [(0,)]


def test_a_purpose_that_another_service_needs_stays_open() -> None:
    own = catalogue.load("jilin", catalogue.settings.PROFILES)
    assert "identity.login" not in own.closed_purposes({"inbox"})
    assert own.closed_purposes({"certificate"}) == ("certificate.issue",)


@pytest.mark.clause("JL-4.1.4-02")
def test_a_minute_of_failing_probes_is_an_outage_until_the_recovery(shebao: Installation) -> None:
    start = clock.now() - timedelta(minutes=30)
    health.keep(dict.fromkeys(catalogue.current().by_code, ""), now=start - timedelta(minutes=1))
    assert "没有中断" in Client().get("/status").content.decode()
    doors.run("alter function registry.accounts rename to accounts_gone")
    for seconds in (0, 30, 59):
        health.keep(
            Client().get("/healthz/services").json()["services"], now=start + timedelta(seconds=seconds)
        )
        assert Client().get("/api/v1/status").json()["outages"] == []
    health.keep(Client().get("/healthz/services").json()["services"], now=start + timedelta(seconds=61))
    (outage,) = Client().get("/api/v1/status").json()["outages"]
    assert outage["service"] == "account" and outage["ended_at"] is None
    assert datetime.fromisoformat(outage["started_at"]) == start.replace(
        microsecond=start.microsecond // 1000 * 1000
    )
    page = Client().get("/status").content.decode()
    assert "现在有 1 项服务出了故障" in page and "正在处理" in page
    doors.run("alter function registry.accounts_gone rename to accounts")
    health.keep(Client().get("/healthz/services").json()["services"], now=start + timedelta(minutes=10))
    (outage,) = Client().get("/api/v1/status").json()["outages"]
    assert outage["ended_at"] is not None and outage["cause"] == "unknown"
    page = Client().get("/status").content.decode()
    assert "服务都正常" in page and "10 分钟" in page and "中断 1 次" in page


def test_a_silent_server_is_an_outage_of_everything(shebao: Installation) -> None:
    start = clock.now() - timedelta(minutes=5)
    assert health.ask("http://127.0.0.1:1") is None
    health.keep(None, now=start)
    health.keep(None, now=start + timedelta(seconds=61))
    assert len(Client().get("/api/v1/status").json()["outages"]) == len(catalogue.current().services)


@pytest.mark.clause("JL-4.3.1-01")
def test_an_outage_without_an_announced_window_is_never_maintenance(shebao: Installation) -> None:
    operator, now = people.staff("operator"), clock.now()
    outages.observe("account", "没有回答", now=now - timedelta(minutes=10))
    outages.observe("account", "没有回答", now=now - timedelta(minutes=8))
    outages.observe("account", "", now=now - timedelta(minutes=6))
    ((number,),) = doors.rows("select id from privacy_outage")

    def classed(cause: str) -> str:
        try:
            outages.classify(outage=number, cause=cause, evidence="值班记录 12", by=operator)
        except Refusal as refusal:
            return refusal.code
        return str(doors.rows("select cause from privacy_outage where id = %s", number)[0][0])

    assert classed("maintenance") == "precondition_unmet"
    announced("spending", -timedelta(hours=1), timedelta(hours=2))
    assert classed("maintenance") == "precondition_unmet"
    late = announced("account", -timedelta(minutes=9), timedelta(hours=2))
    assert classed("maintenance") == "precondition_unmet"
    doors.run("update privacy_window set starts_at = now() - interval '1 hour' where id = %s", late)
    doors.run("update privacy_window set announced_at = now() - interval '7 minutes' where id = %s", late)
    assert classed("maintenance") == "precondition_unmet"
    doors.run("update privacy_window set announced_at = now() - interval '2 days' where id = %s", late)
    assert classed("maintenance") == "maintenance"
    assert classed("network") == "network"
    with pytest.raises(Exception, match="privacy_outage_announced"):
        doors.run("update privacy_outage set cause = 'maintenance', window_id = null")


def test_in_a_window_a_failure_is_no_outage(shebao: Installation) -> None:
    announced("account", -timedelta(hours=1), timedelta(hours=3))
    now = clock.now()
    for minutes in (0, 2, 4):
        health.keep({"account": "没有回答"}, now=now + timedelta(minutes=minutes))
    assert doors.rows("select count(*) from privacy_outage") == [(0,)]


def test_the_operator_does_all_of_it_on_the_desk(shebao: Installation) -> None:
    desk = doors.browser_of(people.staff("operator"))
    desk.get("/desk/operations/")
    assert desk.status == 200
    starts = clock.china(clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    ends = clock.china(clock.now() + timedelta(days=2, hours=1)).strftime("%Y-%m-%dT%H:%M")
    desk.send("/desk/operations/window", service="account", starts_at=starts, ends_at="x", reason="换服务器")
    assert desk.status == 422 and "时间要填全" in desk.text
    desk.send("/desk/operations/window", service="account", starts_at=starts, ends_at=ends, reason="换服务器")
    assert desk.status == 200 and "换服务器" in desk.text and "取消" in desk.text
    ((number,),) = doors.rows("select id from privacy_window")
    desk.send(f"/desk/operations/window/{number}/end")
    assert "没有安排维护" in desk.text
    desk.send("/desk/operations/state", service="calculators", state="ceased", reason="参数在核对")
    assert Client().get("/calculators/").status_code == 410
    assert doors.browser_of(people.staff("clerk")).get("/desk/operations/").status == 403


def test_the_command_ceases_opens_and_announces(shebao: Installation) -> None:
    run = CliRunner()
    assert "能用" in run.invoke(verb.app, ["list"]).output
    assert run.invoke(verb.app, ["check"]).exit_code == 0
    assert run.invoke(verb.app, ["cease", "account", "--reason", "账户数据核对"]).exit_code == 0
    assert doors.api(people.citizen(), "/me/account").status_code == 410
    assert run.invoke(verb.app, ["cease", "export", "--reason", "账户数据核对"]).exit_code == 1
    assert run.invoke(verb.app, ["open", "account", "--reason", "核对完了"]).exit_code == 0
    assert doors.api(people.citizen(), "/me/account").status_code == 200
    late = ["window", "every", "--start", "2020-01-01T00:00:00", "--minutes", "5", "--reason", "升级数据库"]
    assert run.invoke(verb.app, late).exit_code == 1
