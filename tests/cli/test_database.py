"""What the roles of an installation can and cannot do on a bare database."""

import json
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from shebao.cli import database
from shebao.cli.binaries import ServerProblem
from shebao.cli.cluster import Cluster
from shebao.cli.database import APP, KEYS, LOGIN, OWNER, ROLES, RUNTIME, Access


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        with Cluster.ephemeral(Path(folder, "home")) as cluster:
            yield cluster


@pytest.fixture(scope="module")
def access(cluster: Cluster) -> Access:
    return database.prepare("shebao_test", admin=cluster.superuser_dsn(), home=cluster.home, embedded=True)


def test_every_role_reaches_its_own_database(access: Access) -> None:
    for role in ROLES:
        with psycopg.connect(access.dsn(role)) as connection:
            assert connection.info.user == role


@pytest.mark.parametrize("role", RUNTIME)
def test_a_runtime_role_owns_nothing_and_bypasses_nothing(access: Access, role: str) -> None:
    with psycopg.connect(access.dsn(role)) as connection:
        powers = connection.execute(
            "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication"
            " from pg_roles where rolname = current_user"
        ).fetchone()
        owned = connection.execute(
            "select (select count(*) from pg_class where pg_get_userbyid(relowner) = current_user)"
            " + (select count(*) from pg_database where pg_get_userbyid(datdba) = current_user)"
        ).fetchone()
        member = connection.execute(
            "select count(*) from pg_auth_members where member = current_user::regrole"
        ).fetchone()

    assert (powers, owned, member) == ((False,), (0,), (0,))


@pytest.mark.parametrize("role", RUNTIME)
@pytest.mark.parametrize(
    "statement",
    [
        "create table public.mine (x int)",
        "create schema mine",
        "create function public.mine() returns int language sql as 'select 1'",
        "create database mine",
        "create role mine",
        "set role shebao_owner",
        "alter role shebao_app bypassrls",
    ],
)
def test_a_runtime_role_creates_nothing(access: Access, role: str, statement: str) -> None:
    with (
        psycopg.connect(access.dsn(role), autocommit=True) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


@pytest.mark.parametrize("role", [APP, LOGIN])
def test_a_request_makes_no_temporary_table(access: Access, role: str) -> None:
    with psycopg.connect(access.dsn(role)) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("create temporary table mine (x int)")


@pytest.mark.parametrize("role", [OWNER, *RUNTIME])
def test_only_the_keys_role_reaches_the_keys(access: Access, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(access.dsn(role, access.keys_name))


@pytest.mark.parametrize("role", [KEYS])
def test_the_keys_role_reaches_nothing_else(access: Access, role: str) -> None:
    for name in (access.name, "postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(access.dsn(role, name))


def test_the_owner_creates_what_the_application_then_sees_only_by_grant(access: Access) -> None:
    with psycopg.connect(access.dsn(OWNER)) as owner:
        owner.execute("create table thing (x int)")
    with psycopg.connect(access.dsn(APP)) as application, pytest.raises(errors.InsufficientPrivilege):
        application.execute("select * from thing")


def test_a_statement_that_hangs_is_ended(access: Access) -> None:
    for role in (APP, LOGIN):
        with psycopg.connect(access.dsn(role)) as connection:
            assert connection.execute("show statement_timeout").fetchone() == ("15s",)


def test_preparing_again_changes_no_password(cluster: Cluster, access: Access) -> None:
    again = database.prepare("shebao_test", admin=cluster.superuser_dsn(), home=cluster.home, embedded=True)

    assert again == access == database.load(cluster.home)


def test_only_the_owner_of_the_folder_reads_the_passwords(cluster: Cluster, access: Access) -> None:
    file = cluster.home / "database.json"

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(json.loads(file.read_text())["passwords"]) == set(ROLES)


def test_a_clone_has_the_rows_and_the_same_rights(cluster: Cluster, access: Access) -> None:
    admin = cluster.superuser_dsn()
    with psycopg.connect(access.dsn(OWNER)) as owner:
        owner.execute("create table copied as select 7 as x")

    database.clone("shebao_test", "shebao_copy", admin=admin)

    with psycopg.connect(access.dsn(OWNER, "shebao_copy")) as owner:
        assert owner.execute("select x from copied").fetchone() == (7,)
    with (
        psycopg.connect(access.dsn(APP, "shebao_copy"), autocommit=True) as application,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        application.execute("create temporary table mine (x int)")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(access.dsn(APP, "shebao_copy_keys"))

    database.drop("shebao_copy", admin=admin)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(access.dsn(OWNER, "shebao_copy"))


def test_another_installation_on_the_server_is_not_overwritten(
    cluster: Cluster, access: Access, tmp_path: Path
) -> None:
    with pytest.raises(ServerProblem, match=r"已经有一套社保平台"):
        database.prepare("shebao_other", admin=cluster.superuser_dsn(), home=tmp_path)


def test_two_installations_may_share_a_server_and_its_passwords(
    cluster: Cluster, access: Access, tmp_path: Path
) -> None:
    admin = cluster.superuser_dsn()

    second = database.prepare("shebao_second", admin=admin, home=tmp_path, passwords=access.passwords)

    for each in (access, second):
        psycopg.connect(each.dsn(APP)).close()
    database.drop("shebao_second", admin=admin)


def test_a_server_account_without_superuser_is_enough(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        with Cluster.ephemeral(Path(folder, "home")) as cluster:
            with psycopg.connect(cluster.superuser_dsn(), autocommit=True) as connection:
                connection.execute("create role dba login createdb createrole password 'dba-password'")
            address = cluster.address
            admin = make_conninfo(
                host=address.host, port=address.port, user="dba", password="dba-password", dbname="postgres"
            )

            access = database.prepare("shebao_real", admin=admin, home=tmp_path)
            database.prepare("shebao_real", admin=admin, home=tmp_path)

            with psycopg.connect(access.dsn(OWNER)) as owner:
                owner.execute("create table thing (x int)")
            with psycopg.connect(access.dsn(KEYS)) as keys:
                keys.execute("create table key (x int)")


def test_an_unreachable_server_is_refused_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(ServerProblem) as refusal:
        database.prepare("x", admin="postgresql://someone:hidden-word@127.0.0.1:1/x", home=tmp_path)

    assert "hidden-word" not in str(refusal.value)
    assert "DATABASE_URL" in str(refusal.value)
