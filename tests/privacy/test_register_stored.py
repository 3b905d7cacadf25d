"""The register in the database: both-way comparison with the real tables, versions, and what the gate makes of it."""

import copy
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from typer.testing import CliRunner

from shebao.base.refusal import Refusal
from shebao.cli import register as command
from shebao.privacy import consent, gate, install, policy, register
from shebao.privacy.book import Register
from shebao.privacy.declared import RegisterError
from tests.privacy import sessions

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)
PAIR = ("jilin", "guangxi")


@pytest.fixture
def owner(shebao: Any) -> Iterator[Any]:
    with connections["owner"].cursor() as cursor:
        yield cursor


def next_version(**changed: Any) -> dict[str, Any]:
    """The body of the register in force under the next version number."""
    body = copy.deepcopy(register.current().body())
    body["register"] |= {"version": "2026.3"} | changed
    return body


def row(body: dict[str, Any], kind: str, code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in body[kind] if one["code"] == code)
    return found


def sync(cursor: Any, body: dict[str, Any], now: datetime = NOON) -> str:
    return register.sync(cursor, register.accept(Register.from_body(body)), now=now, today=TODAY)


def announced(book: Register) -> policy.Document:
    """Publishes the policy text of jilin with the lists of this register."""
    source = (settings.PROFILES / "jilin" / "policy.zh.md").read_text("utf-8")
    source = source.replace('version = "2026.2"', 'version = "2026.3"').replace(
        "effective_on = 2026-11-21", "effective_on = 2026-12-24"
    )
    text = policy.compose(source, book)
    policy.publish(text, now=NOON, by="个人信息保护负责人", register=book)
    return text


def yes(actor: gate.Actor, code: str, at: datetime) -> None:
    told = consent.notice(register.current(), code)
    consent.give(actor, code, method="consents-page", notice_hash=told.hash, now=at)


@pytest.mark.profile("ebao")
def test_every_column_that_exists_is_declared_and_the_other_way_round(owner: Any) -> None:
    assert register.check(register.current(), register.columns_of(owner)) == []
    assert register.active_version(owner) == register.current().version


@pytest.mark.clause("JL-1-02", "GX-1.1-01")
@pytest.mark.parametrize(
    "profile",
    [name if name == "jilin" else pytest.param(name, marks=pytest.mark.profile(name)) for name in PAIR],
)
def test_a_new_column_without_an_entry_stops_the_build(profile: str, owner: Any) -> None:
    book = register.load(profile)
    owner.execute("alter table registry_person add column shoe_size int")
    found = register.check(book, register.columns_of(owner))
    assert [(problem.code, problem.where) for problem in found] == [
        ("column_undeclared", "registry_person.shoe_size")
    ]
    assert CliRunner().invoke(command.app, ["check"]).exit_code == 1
    owner.execute("alter table registry_person drop column shoe_size")
    assert CliRunner().invoke(command.app, ["check"]).exit_code == 0

    owner.execute("alter table privacy_session add column canvas_fingerprint text")
    session = book.tables["privacy_session"]
    wrong = type(session)(
        session.name, session.label_zh, "", {**session.columns, "canvas_fingerprint": "system"}
    )
    labelled = Register.from_body(book.body(), {**book.tables, "privacy_session": wrong})
    found = register.check(labelled, register.columns_of(owner))
    assert [problem.code for problem in found] == ["device_is_personal"]


@pytest.mark.clause("GX-1.2-01")
@pytest.mark.profile("guangxi")
def test_a_table_called_non_personal_may_hold_no_account_key(owner: Any) -> None:
    book = register.current()
    owner.execute("create table visit_count (page text, account_id bigint)")
    table = type(book.tables["privacy_entry"])
    visits = table("visit_count", "访问量", "", {"page": "system", "account_id": "system"})
    labelled = Register.from_body(book.body(), {**book.tables, "visit_count": visits})
    found = register.check(labelled, register.columns_of(owner))
    assert [(problem.code, problem.where) for problem in found] == [
        ("key_is_personal", "visit_count.account_id")
    ]


@pytest.mark.clause("JL-1-08")
def test_health_and_ethnicity_stay_sensitive(owner: Any) -> None:
    book = register.current()
    owner.execute("alter table registry_claim add column diagnosis text, add column ethnicity text")
    claim = book.tables["registry_claim"]
    columns = {**claim.columns, "diagnosis": "person.basic", "ethnicity": "system"}
    ordinary = type(claim)(claim.name, claim.label_zh, claim.item, columns)
    labelled = Register.from_body(book.body(), {**book.tables, "registry_claim": ordinary})
    found = register.check(labelled, register.columns_of(owner))
    assert [problem.code for problem in found] == ["never_ordinary", "never_ordinary"]

    lower = next_version()
    row(lower, "item", "contribution.record")["sensitivity"] = "none"
    with pytest.raises(RegisterError, match="class_lowered"):
        sync(owner, lower)
    lower["lowered"] = [{"item": "contribution.record", "approver": "", "reason": "统计需要"}]
    with pytest.raises(RegisterError, match="class_lowered"):
        sync(owner, lower)
    lower["lowered"][0]["approver"] = "安全负责人"
    assert sync(owner, lower) == "active"


def test_a_version_once_written_keeps_its_content(owner: Any) -> None:
    assert register.sync(owner, register.current(), now=NOON, today=TODAY) == "unchanged"
    body = copy.deepcopy(register.current().body())
    row(body, "process", "enquiry.home")["rate"] = "7/m"
    with pytest.raises(RegisterError, match="version_is_written"):
        sync(owner, body)


def test_a_later_version_waits_for_its_day(owner: Any) -> None:
    body = next_version(effective_on="2026-12-24", updated_on="2026-11-22")
    assert sync(owner, body) == "upcoming"
    assert register.active_version(owner) == "2026.2"
    book = Register.from_body(body)
    assert register.sync(owner, book, now=NOON, today=date(2026, 12, 24)) == "active"
    assert register.active_version(owner) == "2026.3"


def test_the_hash_of_a_version_stands_in_the_ledger(owner: Any) -> None:
    owner.execute("select reason from privacy_entry where kind = 'register' and case_no = '2026.2'")
    assert owner.fetchall() == [(register.current().sha256(),)]


@pytest.mark.clause("JL-3.1.1-01")
def test_an_unlisted_purpose_reads_no_phone_number(owner: Any) -> None:
    citizen = sessions.start()
    with (
        pytest.raises(Refusal, match="purpose_not_allowed"),
        gate.open(citizen, "notice.marketing", items=("person.phone",)),
    ):
        pytest.fail("opened")
    assert sessions.outcomes(citizen, "notice.marketing") == ["purpose_not_allowed"]
    with (
        pytest.raises(Refusal, match="field_not_declared"),
        gate.open(citizen, "enquiry.contribution", items=("person.phone",)),
    ):
        pytest.fail("opened")


@pytest.mark.clause("GX-1.3-01", "GX-1.3.7-01", "GX-1.1-14")
@pytest.mark.profile("guangxi")
@pytest.mark.parametrize("purpose", ["market.research", "other", ""])
def test_only_the_seven_uses_of_guangxi_open_anything(owner: Any, purpose: str) -> None:
    clauses = [use.clause for use in register.current().use.values()]
    assert clauses == [f"GX-1.3.{number}-01" for number in range(1, 8)]
    citizen = sessions.start()
    with (
        pytest.raises(Refusal, match="purpose_not_allowed"),
        gate.open(citizen, purpose, items=("person.basic",)),
    ):
        pytest.fail("opened")
    assert sessions.outcomes(citizen, purpose) == ["purpose_not_allowed"]
    with connections["default"].cursor() as cursor:
        cursor.execute("select count(*) from registry_person")
        assert cursor.fetchone() == (0,)


@pytest.mark.clause("EB-2.1-01")
@pytest.mark.profile("ebao")
def test_identifiable_data_serves_no_statistical_purpose(owner: Any) -> None:
    citizen = sessions.start()
    for purpose in ("research.health", "report.advertiser", "feature.new"):
        with (
            pytest.raises(Refusal, match="purpose_not_allowed"),
            gate.open(citizen, purpose, items=("contribution.record",)),
        ):
            pytest.fail("opened")


@pytest.mark.clause("GX-2-02")
@pytest.mark.profile("guangxi")
def test_a_sensitive_item_without_a_legal_basis_is_never_read(owner: Any) -> None:
    body = next_version()
    row(body, "process", "enquiry.spending")["legal_basis"] = ""
    with pytest.raises(RegisterError, match="no_basis"):
        sync(owner, body)
    del body["process"][[one["code"] for one in body["process"]].index("enquiry.spending")]
    sync(owner, body)
    citizen = sessions.start()
    with (
        pytest.raises(Refusal, match="purpose_not_allowed"),
        gate.open(citizen, "enquiry.spending", items=("claim.record",)),
    ):
        pytest.fail("opened")


@pytest.mark.clause("JL-3.1.1.5-01")
def test_a_new_purpose_asks_first_and_a_no_leaves_the_rest(
    owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = sessions.start()
    body = next_version()
    body["process"].append({**row(body, "process", "service.personalise"), "code": "service.reminders"})
    sync(owner, body)
    monkeypatch.setattr(register, "current", lambda: Register.from_body(body))
    with (
        pytest.raises(Refusal, match="consent_required"),
        gate.open(citizen, "service.reminders", items=("search.record",)),
    ):
        pytest.fail("opened")
    told = consent.notice(Register.from_body(body), "service.reminders")
    consent.refuse(citizen, "service.reminders", method="dialog", notice_hash=told.hash, now=NOON)
    with (
        pytest.raises(Refusal, match="consent_required"),
        gate.open(citizen, "service.reminders", items=("search.record",)),
    ):
        pytest.fail("opened")
    for code in ("enquiry.contribution", "enquiry.account", "certificate.issue"):
        process = register.current().process[code]
        with gate.open(citizen, code, items=process.items):
            pass


@pytest.mark.clause("EB-5-05")
@pytest.mark.profile("ebao")
def test_going_on_is_no_consent_to_a_change(owner: Any) -> None:
    citizen = sessions.start()
    early = datetime(2026, 11, 20, tzinfo=UTC)
    for code in ("location.nearby", "notice.marketing"):
        yes(citizen, code, early)
    body = next_version()
    row(body, "process", "location.nearby")["items"] = ["person.basic"]
    sync(owner, body)
    with pytest.raises(Refusal, match="consent_required"), gate.open(citizen, "location.nearby"):
        pytest.fail("opened")
    assert [one.process for one in consent.waiting(citizen)] == ["location.nearby"]
    owner.execute(
        "select count(*) from privacy_consentevent where process = 'location.nearby' and subject_id = %s",
        [citizen.subject_id],
    )
    assert owner.fetchone() == (1,)
    owner.execute("select material_since from privacy_process where code = 'notice.marketing' and in_force")
    assert owner.fetchone() == (None,)
    owner.execute("select count(*) from privacy_acceptance where actor_id = %s", [citizen.actor_id])
    assert owner.fetchone() == (0,)


@pytest.mark.clause("JL-3.7-06")
def test_a_new_main_recipient_needs_a_new_version_and_a_new_yes(owner: Any) -> None:
    citizen = sessions.start()
    yes(citizen, "service.personalise", datetime(2026, 11, 20, tzinfo=UTC))
    with gate.open(citizen, "service.personalise", items=("search.record",)):
        pass
    body = copy.deepcopy(register.current().body())
    agreement = {"number": "2026-7", "signed_on": "2026-11-01", "valid_until": "2027-11-01"}
    row(body, "sharing", "share.alipay").update(in_force=True, agreement=agreement)
    row(body, "party", "alipay")["statement_url"] = "/privacy/shares/"
    row(body, "process", "service.personalise")["recipients"] = ["share.alipay"]
    with pytest.raises(RegisterError, match="version_is_written"):
        sync(owner, body)
    body["register"]["version"] = "2026.3"
    announced(Register.from_body(body))
    assert sync(owner, body) == "active"
    with (
        pytest.raises(Refusal, match="consent_required"),
        gate.open(citizen, "service.personalise", items=("search.record",)),
    ):
        pytest.fail("opened")


@pytest.mark.clause("JL-3.3.1-13")
def test_a_partner_goes_live_with_a_published_list_only(owner: Any) -> None:
    body = copy.deepcopy(register.current().body())
    agreement = {"number": "2026-7", "signed_on": "2026-11-01", "valid_until": "2027-11-01"}
    row(body, "sharing", "share.baidu").update(in_force=True, agreement=agreement)
    row(body, "party", "baidu")["statement_url"] = "/privacy/shares/"
    with pytest.raises(RegisterError, match="version_is_written"):
        sync(owner, body)
    body["register"]["version"] = "2026.3"
    with pytest.raises(RegisterError, match="list_unpublished"):
        sync(owner, body)
    assert register.active_version(owner) == "2026.2"
    book = Register.from_body(body)
    text = announced(book)
    assert policy.upcoming(policy.stored(), "policy", TODAY) == text
    share = book.sharing["share.baidu"]
    assert f"| 百度地图 | {share.purpose_zh} | {share.fields_zh} | 单独同意 | 给出 |" in text.text
    assert sync(owner, body) == "active"


@pytest.mark.clause("EB-2.3-02")
@pytest.mark.profile("ebao")
def test_nothing_is_sold_and_staff_export_nobody_in_bulk(owner: Any) -> None:
    body = next_version()
    row(body, "sharing", "share.cardsource")["payment"] = True
    with pytest.raises(RegisterError, match="sale"):
        sync(owner, body)
    clerk = sessions.start("clerk", level=2)
    for purpose in ("privacy.export", "data.load", "run.statistics"):
        with (
            pytest.raises(Refusal, match="purpose_not_allowed"),
            gate.open(clerk, purpose, items=("contribution.record",)),
        ):
            pytest.fail("opened")
    with (
        pytest.raises(Refusal, match="out_of_reach"),
        gate.open(clerk, "desk.case", items=("contribution.record",), subject=sessions.start().subject_id),
    ):
        pytest.fail("opened")


@pytest.mark.clause("GX-0-02")
@pytest.mark.profile("guangxi")
@pytest.mark.parametrize(
    "line", ['name = "广西医保（经办机构名称由部署单位登记）"', 'contact = "电话以部署单位公布为准"']
)
def test_without_a_complete_handler_nothing_starts(
    owner: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    profiles = tmp_path / "profiles"
    shutil.copytree(settings.PROFILES, profiles)
    file = profiles / "guangxi" / "register.toml"
    assert line in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(line, line.partition("=")[0] + '= ""', 1), "utf-8")
    monkeypatch.setattr(settings, "PROFILES", profiles)
    with pytest.raises(RegisterError, match="handler_incomplete"):
        install.run()


@pytest.mark.clause("JL-3.7-05")
def test_the_handler_is_renamed_by_the_policy_alone(owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = copy.deepcopy(settings.DEPLOYMENT)
    renamed["handler"]["name"] = "另一家单位"
    with monkeypatch.context() as patch:
        patch.setattr(settings, "DEPLOYMENT", renamed)
        with pytest.raises(RegisterError, match="handler_by_policy"):
            register.current()
    body = next_version()
    row(body, "party", "jl.bureau")["name"] = "另一家单位"
    assert register.changes.diff(register.current(), Register.from_body(body)).material


@pytest.mark.clause("JL-3.7-07")
def test_the_hotline_is_changed_by_the_policy_alone(shebao: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    edited = copy.deepcopy(settings.DEPLOYMENT)
    edited["contact"]["hotline"] = "另一个号码"
    monkeypatch.setattr(settings, "DEPLOYMENT", edited)
    with pytest.raises(RegisterError, match="shebao policy publish"):
        register.current()


@pytest.mark.clause("EB-1.1-15")
@pytest.mark.profile("ebao")
def test_spending_has_its_own_consent(owner: Any) -> None:
    citizen = sessions.start()
    owner.execute(
        "select privacy.grant_reach(%s, %s, 'linked', '', %s, 60)",
        [citizen.actor_id, citizen.subject_id, citizen.actor_id],
    )
    yes(citizen, "enquiry.enrolment", NOON)
    with gate.open(citizen, "enquiry.enrolment", items=("enrolment.record",)):
        pass
    with (
        pytest.raises(Refusal, match="consent_required"),
        gate.open(citizen, "enquiry.spending", items=("claim.record",)),
    ):
        pytest.fail("opened")
    owner.execute("select privacy.revoke_reach(%s, null, 'linked', '')", [citizen.actor_id])
    with (
        pytest.raises(Refusal, match="card_not_linked"),
        gate.open(citizen, "enquiry.enrolment", items=("enrolment.record",)),
    ):
        pytest.fail("opened")


def test_the_commands_teach_and_export(shebao: Any, tmp_path: Any) -> None:
    runner = CliRunner()
    checked = runner.invoke(command.app, ["check"])
    assert checked.exit_code == 0
    assert register.current().sha256() in checked.output
    file = tmp_path / "register.jsonld"
    assert runner.invoke(command.app, ["export", "--out", str(file)]).exit_code == 0
    assert json.loads(file.read_text())["cn:digestSha256"] == register.current().sha256()
    same = runner.invoke(command.app, ["diff", str(settings.PROFILES)])
    assert (same.exit_code, "两版内容相同" in same.output) == (0, True)
