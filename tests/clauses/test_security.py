"""Rows on security, audit and operations: performed on a running installation and on its bytes."""

import json
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from shebao.base.clock import CHINA
from shebao.base.refusal import Refusal
from shebao.cli.binaries import locate
from shebao.cli.database import drop
from shebao.privacy import audit, controls, gate, ledger, questions, vault
from shebao.registry.contributions import queries as contributions
from tests import people
from tests.privacy.test_gate import dsn
from tests.stage import Stage

SECRETS = ("person.id_number", "person.phone", "person.bank_account", "person.card_number")


def browser(actor: gate.Actor | None = None, **extra) -> Client:
    client = Client(**extra)
    if actor:
        client.cookies["sb_session"] = actor.token.hex()
    return client


def known_values(subjects: range) -> list[str]:
    """Sensitive values of the province, decrypted as only the installation can."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select subject_id, item, ciphertext from privacy_vault where item = any(%s) and subject_id = any(%s)",
            [list(SECRETS), list(subjects)],
        )
        return [vault.unseal(subject, item, bytes(sealed)) for subject, item, sealed in cursor.fetchall()]


def dump(alias: str = "owner") -> bytes:
    """Every row of every table as bytes, the way a stolen file would hold them."""
    out = BytesIO()
    with psycopg.connect(dsn(alias), autocommit=True) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        for (table,) in tables:
            with connection.cursor().copy(f'copy "{table}" to stdout (format binary)') as copy:
                for block in copy:
                    out.write(block)
    return out.getvalue()


def disk(home: Path) -> bytes:
    return b"".join(
        file.read_bytes()
        for folder in ("log", "ledger")
        for file in (home / folder).rglob("*")
        if file.is_file()
    )


def use_everything(client: Client) -> None:
    for path in ("/", "/me/contributions", "/me/enrolment", "/me/account", "/me/spending", "/privacy/who-looked/",
                 "/certificates/", "/api/v1/me/enrolments", "/account/"):  # fmt: skip
        assert client.get(path).status_code == 200, path


@pytest.mark.clause("JL-1-03", "EB-4-04")
def test_no_sensitive_value_stands_in_clear_text_in_any_table_or_log(shebao):
    actor = people.citizen()
    use_everything(browser(actor))
    ledger.sequence_once()
    values = known_values(range(1, 61))
    assert len(values) > 150
    stolen = dump() + disk(shebao.home)
    assert [value for value in values if value.encode() in stolen] == []


@pytest.mark.clause("JL-3.1.1.2-27")
def test_no_log_holds_the_value_of_a_cookie(shebao):
    actor = people.citizen()
    use_everything(browser(actor))
    assert actor.token.hex().encode() not in dump() + disk(shebao.home)


@pytest.mark.clause("JL-3.1.1.2-26", "GX-1.1-04")
def test_the_page_log_has_the_template_and_not_the_number_in_the_address(shebao):
    client = browser(people.citizen())
    client.get("/verify/110101199001011237", {"id_number": "110101199001011237"})
    client.get("/certificates/987654321")
    lines = [
        json.loads(line)
        for file in (shebao.home / "log").glob("access-*")
        for line in file.read_text().splitlines()
    ]
    assert {line["route"] for line in lines} >= {"verify/<str:code>", "certificates/<int:identity>"}
    assert b"110101199001011237" not in disk(shebao.home) and b"987654321" not in disk(shebao.home)
    assert set(lines[0]) == {"at", "request", "route", "method", "status", "ms", "purpose", "who", "chain"}


@pytest.mark.clause("JL-3.1.2-06")
@pytest.mark.parametrize(
    "forgery",
    [
        "update privacy_entry set outcome = 'allowed', reason = '改' where id = {entry}",
        "delete from privacy_entry where id = {entry}",
        "update privacy_leaf set leaf = leaf || ' '::bytea where entry_id = {entry}",
    ],
)
def test_an_altered_audit_row_is_found_at_its_place(shebao, forgery):
    actor = people.citizen()
    for _ in range(5):
        contributions.contributions(actor)
    while ledger.sequence_once():
        pass
    assert audit.first_broken() is None
    with connections["owner"].cursor() as cursor:
        cursor.execute("select index, entry_id from privacy_leaf order by index desc offset 2 limit 1")
        index, entry = cursor.fetchone()
        cursor.execute(forgery.format(entry=entry))
    assert audit.first_broken().index == index


@pytest.mark.clause("JL-3.1.2-06")
@pytest.mark.parametrize("alias", ["default", "login", "worker"])
@pytest.mark.parametrize("verb", ["update privacy_entry set reason = ''", "delete from privacy_entry"])
def test_no_runtime_role_changes_or_deletes_audit_rows(shebao, alias, verb):
    with psycopg.connect(dsn(alias)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(verb)


@pytest.mark.clause("JL-3.4-01", "GX-3.1-01")
def test_each_named_harm_has_its_control(shebao, tmp_path):
    # loss: a dump restores what was deleted
    tool, file = locate().tool, str(tmp_path / "backup")
    name = connections["default"].settings_dict["NAME"]
    admin = Stage.here().admin
    subprocess.run(
        [tool("pg_dump"), "-Fc", "-f", file, psycopg.conninfo.make_conninfo(admin, dbname=name)], check=True
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from registry_benefit")
        (before,) = cursor.fetchone()
        cursor.execute("delete from registry_benefit")
    with psycopg.connect(
        psycopg.conninfo.make_conninfo(admin, dbname="postgres"), autocommit=True
    ) as connection:
        connection.execute(f"create database {name}_restored")
    try:
        restored = psycopg.conninfo.make_conninfo(admin, dbname=f"{name}_restored")
        subprocess.run([tool("pg_restore"), "-d", restored, file], check=True, capture_output=True)
        with psycopg.connect(restored) as connection:
            assert connection.execute("select count(*) from registry_benefit").fetchone() == (before,)
    finally:
        drop(f"{name}_restored", admin=admin)
    # unauthorised access, disclosure
    with pytest.raises(Refusal, match="out_of_reach"):
        contributions.contributions(people.citizen(), subject=people.YUANSHAN)
    # tampering
    while ledger.sequence_once():
        pass
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update privacy_entry set outcome = 'x' where id = (select max(entry_id) from privacy_leaf)"
        )
    assert audit.first_broken() is not None
    # misuse, mass export
    with psycopg.connect(dsn("default"), autocommit=True) as connection:
        assert connection.execute("select count(*) from registry_contribution").fetchone() == (0,)


@pytest.mark.clause("EB-4-02")
def test_plain_http_is_refused_in_production_and_the_strict_header_is_sent(shebao, settings_patch):
    settings_patch("PRODUCTION", True)
    plain = browser(people.citizen()).post(
        "/api/v1/login", data='{"login": "x"}', content_type="application/json"
    )
    assert plain.status_code == 403 and "https" in plain.content.decode()
    settings_patch("SECURE_PROXY_SSL_HEADER", ("HTTP_X_FORWARDED_PROTO", "https"))
    secure = browser().get("/", headers={"x-forwarded-proto": "https"})
    assert secure.status_code == 200
    assert secure["Strict-Transport-Security"] == settings.STRICT_TRANSPORT


@pytest.mark.clause("GX-5-08")
@pytest.mark.parametrize("path", ["/logout", "/account/freeze/", "/desk/"])
def test_a_change_without_the_anti_forgery_token_is_refused(shebao, path):
    actor = people.citizen()
    client = browser(actor, enforce_csrf_checks=True)
    answer = client.post(path)
    assert answer.status_code in (403, 422) and "没有送出" in answer.content.decode()
    assert not gate.actor_of(actor.token).is_visitor


@pytest.mark.clause("JL-4.3.4-01")
def test_a_deadline_follows_china_time_and_the_mainland_calendar(shebao):
    actor = people.citizen()
    contributions.contributions(actor)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select max(id) from privacy_entry where subject_id = 1")
        (entry,) = cursor.fetchone()
    late_evening_in_london = datetime(2026, 9, 29, 17, 30, tzinfo=UTC)
    asked = questions.ask(entry_id=entry, text="", now=late_evening_in_london, by=actor)
    assert late_evening_in_london.astimezone(CHINA).date().isoformat() == "2026-09-30"
    # 15 working days after 9月30日, over the holiday of 10月1日 to 10月7日 and the make-up Saturday 10月10日
    assert asked.due_on.isoformat() == "2026-10-27"


@pytest.mark.clause("JL-3.7-05")
def test_a_handler_name_that_differs_from_the_policy_fails_the_start(shebao, settings_patch):
    settings_patch(
        "DEPLOYMENT",
        settings.DEPLOYMENT | {"handler": settings.DEPLOYMENT["handler"] | {"name": "另一个单位"}},
    )
    failed = controls.failing(controls.run(now=datetime.now(UTC)))
    assert "handler" in [result.control.code for result in failed]


@pytest.mark.clause("JL-0-07", "GX-0-06")
@pytest.mark.parametrize("profile", ["jilin"])
def test_a_fresh_browser_is_asked_to_accept_first_and_leaves_nothing(shebao, profile):
    client = browser(
        headers={"sec-fetch-mode": "navigate", "user-agent": "canary-browser-7f3a", "accept-language": "zh"}
    )
    for path in (
        "/api/v1/me/enrolments",
        "/api/v1/me/contributions",
        "/api/v1/certificates",
        "/api/v1/me/sessions",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "consent_required"), path
    for path in ("/me/contributions", "/certificates/", "/account/"):
        answer = client.get(path)
        assert answer.status_code == 403 and "/welcome" in answer.content.decode()
    before = people_rows("select count(*) from privacy_acceptance")
    for path in ("/", "/offices/", "/verify/", "/privacy/policy/"):
        assert client.get(path).status_code == 200
    assert people_rows("select count(*) from privacy_acceptance") == before
    assert b"canary-browser-7f3a" not in dump() + disk(shebao.home)


def people_rows(query: str):
    with connections["owner"].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


@pytest.mark.clause("EB-2.2.2-01")
def test_metrics_hold_no_value_of_a_person(shebao):
    client = browser(people.citizen())
    use_everything(client)
    client.get("/me/contributions", {"insurance": "110", "name": "何春梅"})
    text = client.get("/metrics").content.decode()
    assert 'route="me/contributions"' in text
    assert not any(value in text for value in (*known_values(range(1, 61)), "何春梅"))


def test_a_clone_of_the_data_does_not_open_in_another_cluster_by_old_entries(shebao):
    """Entries open rows only in their own transaction: same id and same time."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into privacy_entry (kind, process, register_version, basis, actor_role, actor_unit, subject_id,"
            " items, writes, case_no, reason, outcome, at) values ('read', 'x', '', '', 'citizen', '', 1,"
            " '{contribution.record}', '{}', '', '', 'allowed', now() - interval '1 day')"
        )
        cursor.execute("select privacy.visible_subjects('contribution.record')")
        assert cursor.fetchone() == ([],)
