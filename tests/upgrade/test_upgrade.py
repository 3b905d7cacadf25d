"""An upgrade from an earlier state equals a fresh installation, happens whole or not at all, and asks again."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from shebao.base import clock
from shebao.cli import install as command
from shebao.cli.binaries import ServerProblem
from shebao.notices.models import Announcement
from shebao.privacy import install, policy, register
from tests.upgrade import catalogue

EARLIER = """
create function privacy.whoami(p_token bytea, p_when timestamptz default now()) returns bigint
    language sql as 'select 1::bigint';
drop function notices.policy_unseen(bytea, date);
create function notices.policy_unseen(who bytea, day date) returns setof text language sql as 'select null::text';
create function registry.person_card(p_subject bigint) returns setof registry_person
    language sql security definer as 'select * from registry_person where subject_id = p_subject';
grant execute on function registry.person_card(bigint) to public;
create function public.anyone() returns int language sql as 'select 1';
create aggregate registry.together(text) (sfunc = textcat, stype = text, initcond = '');
create schema portal authorization shebao_owner;
create function portal.look() returns trigger language plpgsql as 'begin return new; end';
create trigger looked before update on registry_person for each row execute function portal.look();
create view privacy.all_cells as select * from privacy_vault;
grant select on privacy.all_cells to shebao_app;
create policy everyone on registry_person using (true);
drop policy see on registry_claim;
alter table registry_account disable row level security;
alter table django_migrations enable row level security;
grant all on privacy_vault, privacy_session to shebao_app with grant option;
grant select (ciphertext) on privacy_vault to shebao_worker;
grant select on registry_person to public;
grant usage on sequence privacy_entry_id_seq to shebao_app;
grant create on schema privacy to shebao_worker;
revoke select on registry_claim from shebao_app;
alter default privileges in schema public grant select on tables to shebao_app;
"""
CHANGED = {
    *("functions", "rights to functions", "rights to tables", "rights to columns", "rights to schemas"),
    *("rights to come", "row policies", "guarded tables", "triggers", "views", "schemas", "migrations"),
}
AS_2025 = """
update privacy_register set version = '2025.9', hash = 'older';
update privacy_process set register_version = '2025.9';
update privacy_policy set version = '2025.9', effective_on = '2025-09-01', updated_on = '2025-08-01',
       text = replace(text, 'version = "' || version || '"', 'version = "2025.9"')
 where register_version <> '';
update privacy_acceptance set version = '2025.9';
"""


@pytest.fixture
def owner(shebao: Any) -> Iterator[Any]:
    with connections["owner"].cursor() as cursor:
        yield cursor


def run(script: str) -> None:
    connections["owner"].ensure_connection()
    connections["owner"].connection.execute(script.encode())


def test_an_upgrade_from_an_earlier_state_equals_a_fresh_installation(owner: Any) -> None:
    fresh, data = catalogue.of(owner), persons(owner)
    call_command("migrate", "registry", "0004", database="owner", verbosity=0)
    run(EARLIER + AS_2025)
    before = catalogue.of(owner)
    assert {part for part in fresh if before[part] != fresh[part]} >= CHANGED
    following = install.run()

    after = catalogue.of(owner)
    assert [part for part in fresh if after[part] != fresh[part]] == []
    assert persons(owner) == data
    version = register.current().version
    assert register.active_version(owner) == version
    owner.execute("select distinct register_version from privacy_process where in_force")
    assert owner.fetchall() == [(version,)]
    assert [(one.head.part, one.head.version) for one in following] == [
        ("policy", current("policy").head.version),
        ("agreement", current("agreement").head.version),
    ]
    assert install.run() == ()


def test_a_refused_upgrade_changes_nothing(owner: Any) -> None:
    run(EARLIER + "update privacy_register set hash = 'something else'")
    before = catalogue.of(owner)
    with pytest.raises(ServerProblem, match=r"version_is_written.*原来的数据没有动。请换版本号"):
        command._install()
    assert catalogue.of(owner) == before


def test_in_production_a_text_that_follows_another_is_published_with_its_notice_first(
    owner: Any, settings_patch: Any
) -> None:
    run(AS_2025)
    settings_patch("PRODUCTION", True)
    with pytest.raises(ServerProblem, match=r"not_announced.*要公示 7 天，生效以后再升级。"):
        command._install()
    assert register.active_version(owner) == "2025.9"

    with transaction.atomic(using="owner"):
        settings_patch("PRODUCTION", False)
        policy.install(register=register.current(), now=clock.now())
        settings_patch("PRODUCTION", True)
    command._install()
    assert register.active_version(owner) == register.current().version


def test_in_a_demonstration_people_are_told_about_a_text_that_follows_another(
    owner: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    run(AS_2025)
    command._install()
    text = current("policy").head
    assert f"{text.title}换成了 {text.version} 版" in capsys.readouterr().out
    assert Announcement.objects.using("owner").filter(title__contains=text.title).exists()


def current(part: str) -> policy.Document:
    found = policy.in_force(policy.stored("owner"), part, clock.today_in_china(clock.now()))
    assert found is not None and found.head.effective_on > date(2025, 9, 1)
    return found


def persons(owner: Any) -> Any:
    owner.execute(
        "select (select count(*) from registry_person), (select count(*) from privacy_vault),"
        " (select sum(person_fen) from registry_contribution), (select count(*) from privacy_entry where kind <> 'register')"
    )
    return owner.fetchone()
