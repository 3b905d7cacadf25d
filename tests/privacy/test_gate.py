"""The gate, tried from a SQL prompt with the application's own credentials and from Python."""

import psycopg
import pytest
from django.db import connections
from psycopg import sql

from shebao.base.refusal import Refusal
from shebao.privacy import gate, install, vault
from shebao.registry.contributions import queries as contributions
from shebao.registry.models import Contribution
from tests import people

PUBLIC = "registry_employer"  # public facts of a unit; its key is no person
PERSONAL = sorted(
    name
    for name, table in install.dictionary()["table"].items()
    if "subject_id" in table["columns"] and table.get("app") and name != PUBLIC
)
CLOSED = sorted(
    name for name, table in install.dictionary()["table"].items() if not table.get("app") and table["name"]
)


@pytest.fixture
def prompt(shebao):
    """A SQL prompt with the web server's credentials."""
    with psycopg.connect(dsn("default"), autocommit=True) as connection:
        yield connection


def dsn(alias: str) -> str:
    at = connections[alias].settings_dict
    return psycopg.conninfo.make_conninfo(
        host=at["HOST"], port=at["PORT"], dbname=at["NAME"], user=at["USER"], password=at["PASSWORD"]
    )


def count(connection, table: str) -> int:
    return connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone()[0]


@pytest.mark.parametrize("table", PERSONAL)
def test_a_prompt_without_a_session_sees_no_row_of_any_personal_table(prompt, table):
    assert count(prompt, table) == 0


def test_the_owner_sees_that_those_tables_are_not_empty(shebao):
    with psycopg.connect(dsn("owner"), autocommit=True) as connection:
        assert count(connection, "registry_contribution") > 1000
        assert count(connection, "privacy_vault") > 100


@pytest.mark.parametrize("table", CLOSED)
def test_tables_of_keys_sessions_and_ledger_are_closed_to_the_prompt(prompt, table):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        count(prompt, table)


@pytest.mark.parametrize(
    "forgery",
    [
        "insert into privacy_entry (kind, process, register_version, basis, actor_role, actor_unit, subject_id,"
        " items, writes, case_no, reason, outcome) values ('read', 'enquiry.contribution', '1', '', 'citizen', '',"
        " 1, '{contribution.record}', '{}', '', '', 'allowed')",
        "select privacy.write_entry('read', 'enquiry.contribution', null, 'citizen', '', 1,"
        " '{contribution.record}', '{}', '', '', 'allowed', null)",
        "update privacy_entry set outcome = 'allowed'",
        "delete from privacy_entry",
        "insert into privacy_session (digest, actor_id, level, method, expires_at)"
        " values ('x', 1, 2, 'password', now())",
        "select privacy.start_session(1, 'x', 2, 'password', '', 60)",
        "select privacy.grant_reach(1, 2, 'case', 'BJ1', 1, 60)",
        "select privacy.make_actor('clerk', null, 'x', 'x')",
        "select privacy.find_subject('id_number', 'x')",
        "select * from identity_credential",
        "create temp table shadow (id bigint)",
        "create function public.peek() returns int language sql as 'select 1'",
        "set role shebao_owner",
        "alter table registry_contribution disable row level security",
    ],
)
def test_nothing_can_be_forged_from_the_prompt(prompt, forgery):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        prompt.execute(forgery)


def test_a_mass_export_from_the_prompt_is_empty(prompt):
    with prompt.cursor().copy("copy (select * from registry_contribution) to stdout") as copy:
        assert b"".join(copy) == b""


@pytest.mark.parametrize(
    "setting", ["app.person", "shebao.subject", "row_security", "session_authorization", "role"]
)
def test_no_setting_opens_a_row(prompt, setting):
    try:
        prompt.execute(
            "select set_config(%s, %s, false)", [setting, "off" if setting == "row_security" else "1"]
        )
    except psycopg.Error:
        return
    try:
        assert count(prompt, "registry_contribution") == 0
    except psycopg.errors.InsufficientPrivilege:
        assert setting == "row_security"


def test_a_valid_session_opens_its_own_rows_and_no_one_elses(prompt):
    actor = people.citizen(people.CHUNMEI)
    with prompt.transaction():
        _, outcome, subject = opened(prompt, actor, None)
        assert (outcome, subject) == ("allowed", people.CHUNMEI)
        seen = prompt.execute("select distinct subject_id from registry_contribution").fetchall()
        assert seen == [(people.CHUNMEI,)]
        assert count(prompt, "registry_claim") == 0
        assert count(prompt, "privacy_vault") == 0
    assert count(prompt, "registry_contribution") == 0


def test_another_persons_rows_stay_shut_and_the_attempt_is_her_entry(prompt):
    actor = people.citizen(people.CHUNMEI)
    with prompt.transaction():
        assert opened(prompt, actor, people.YUANSHAN)[1] == "out_of_reach"
        assert count(prompt, "registry_contribution") == 0
    assert ("enquiry.contribution", "out_of_reach", "citizen") in people.entries(people.YUANSHAN)


def opened(prompt, actor, subject, process="enquiry.contribution", items=("contribution.record",)):
    return prompt.execute(
        "select * from privacy.open(%s, %s, %s, %s)", [actor.token, process, subject, list(items)]
    ).fetchone()


@pytest.mark.clause("JL-3.1.1-01", "GX-1.3-01", "GX-1.1-14")
@pytest.mark.parametrize(
    ("process", "items", "code"),
    [
        ("marketing.call", ("person.phone",), "purpose_not_allowed"),
        ("enquiry.contribution", ("person.phone",), "field_not_declared"),
        ("desk.case", ("contribution.record",), "purpose_not_allowed"),
    ],
)
def test_an_unlisted_purpose_or_field_is_refused_and_recorded(shebao, process, items, code):
    actor = people.citizen()
    with pytest.raises(Refusal) as refusal, gate.open(actor, process, items=items):
        pytest.fail("opened")
    assert refusal.value.code == code
    assert (process, code, "citizen") in people.entries(people.CHUNMEI)


def test_the_refusal_is_committed_although_the_block_never_ran(shebao):
    before = len(people.entries(people.YUANSHAN))
    with (
        pytest.raises(Refusal),
        gate.open(
            people.citizen(), "enquiry.contribution", items=("contribution.record",), subject=people.YUANSHAN
        ),
    ):
        pytest.fail("opened")
    assert len(people.entries(people.YUANSHAN)) == before + 1


def test_a_grant_does_not_outlive_its_transaction(shebao):
    with gate.open(people.citizen(), "enquiry.contribution", items=("contribution.record",)):
        assert Contribution.objects.exists()
    assert not Contribution.objects.exists()


def test_an_ended_session_opens_nothing_at_the_next_statement(shebao):
    actor = people.citizen()
    assert contributions.contributions(actor)["count"] > 0
    with connections["default"].cursor() as cursor:
        cursor.execute("select privacy.end_session(%s, %s)", [actor.token, actor.session_id])
    with pytest.raises(Refusal, match="login_required"):
        contributions.contributions(actor)


def test_an_inactive_account_opens_nothing_at_the_next_statement(shebao):
    actor = people.citizen()
    with connections["owner"].cursor() as cursor:
        cursor.execute("update privacy_actor set active = false where id = %s", [actor.actor_id])
    with pytest.raises(Refusal, match="account_suspended"):
        contributions.contributions(actor)


def test_each_purpose_has_its_rate(shebao):
    actor = people.citizen()
    with connections["owner"].cursor() as cursor:
        cursor.execute("update privacy_process set rate_count = 3 where code = 'enquiry.contribution'")
    for _ in range(3):
        contributions.contributions(actor)
    with pytest.raises(Refusal, match="rate_limited"):
        contributions.contributions(actor)


def test_the_vault_opens_cell_by_cell(shebao):
    actor = people.citizen()
    with gate.open(actor, "certificate.issue", items=("person.name",)) as grant:
        assert vault.read(grant, ("person.name", "person.id_number")) == {"person.name": "何春梅"}


def test_writing_needs_a_declared_write(shebao):
    actor = people.citizen()
    with (
        pytest.raises(Exception) as refused,
        gate.open(actor, "enquiry.contribution", items=("contribution.record",)) as grant,
    ):
        Contribution.objects.filter(subject_id=grant.subject_id).update(state="paid", base_fen=1)
    assert "permission denied" in str(refused.value)


@pytest.mark.clause("GX-3.1-04")
def test_a_clerk_reaches_nobody_without_a_case_and_the_attempt_is_kept(shebao):
    clerk = people.staff("clerk")
    for case in ("", "BJ000000-000000"):
        with (
            pytest.raises(Refusal) as refusal,
            gate.open(clerk, "desk.case", items=("contribution.record",), subject=people.CHUNMEI, case=case),
        ):
            pytest.fail("opened")
        assert (refusal.value.code, refusal.value.status) == ("out_of_reach", 403)
    assert ("desk.case", "out_of_reach", "clerk") in people.entries(people.CHUNMEI)


def test_an_entry_that_only_records_opens_no_row(shebao):
    with psycopg.connect(dsn("owner")) as connection:
        connection.execute(
            "select privacy.write_entry('search', 'desk.search', null, 'clerk', '', %s, '{person.id_number}',"
            " '{}', '', '', 'allowed', null)",
            [people.CHUNMEI],
        )
        seen = connection.execute("select privacy.visible_subjects('person.id_number')").fetchone()[0]
        cells = connection.execute("select count(*) from privacy.visible_cells(false)").fetchone()[0]
        assert (seen, cells) == ([], 0)
