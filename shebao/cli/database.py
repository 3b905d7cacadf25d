"""Roles, databases and their rights on any PostgreSQL server from 15 on; the embedded one or the operator's."""

import contextlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from shebao.cli.binaries import OLDEST, ServerProblem
from shebao.cli.files import write_private

OWNER, APP, LOGIN, WORKER, KEYS = (
    "shebao_owner",  # migrations and installation; no request ever uses it
    "shebao_app",  # requests; owns nothing, row-level security applies
    "shebao_login",  # the only role that may start a session
    "shebao_worker",  # periodic jobs
    "shebao_keys",  # the separate database of wrapped person keys
)
ROLES = (OWNER, APP, LOGIN, WORKER, KEYS)
RUNTIME = (APP, LOGIN, WORKER)
KEPT_OPTIONS = (
    "hostaddr",
    "sslmode",
    "sslrootcert",
    "sslnegotiation",
    "channel_binding",
    "target_session_attrs",
)
# A request that hangs gives its rows back; long work runs as the owner, which has no such limit.
LIMITS: dict[LiteralString, str] = {
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
}

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Access:
    """`database.json` (0600): how this installation reaches its databases. Never printed."""

    host: str
    port: int
    name: str
    passwords: dict[str, str]
    options: dict[str, str]
    embedded: bool

    @property
    def keys_name(self) -> str:
        return f"{self.name}_keys"

    def dsn(self, role: str, name: str | None = None) -> str:
        """The connection of one role; `shebao_keys` has its own database."""
        chosen = name or (self.keys_name if role == KEYS else self.name)
        return make_conninfo(
            host=self.host,
            port=self.port,
            dbname=chosen,
            user=role,
            password=self.passwords[role],
            connect_timeout=10,
            **self.options,
        )


def load(home: Path) -> Access | None:
    """What `prepare` left in the data folder, if anything."""
    try:
        return Access(**json.loads((home / "database.json").read_text()))
    except FileNotFoundError:
        return None


def prepare(
    name: str, *, admin: str, home: Path, embedded: bool = False, passwords: Mapping[str, str] | None = None
) -> Access:
    """Roles, databases `<name>` and `<name>_keys`, rights. Idempotent.

    `admin` is a DSN that may create them; `passwords` those of another installation on the same server.
    """
    known = load(home)
    passwords = dict(known.passwords if known else passwords or {})
    with _admin(admin) as connection:
        _require_version(connection)
        _refuse_foreign_roles(connection, name, passwords)
        for role in ROLES:
            passwords.setdefault(role, secrets.token_urlsafe(32))
            _role(connection, role, passwords[role])
        for database, owner in ((name, OWNER), (f"{name}_keys", KEYS)):
            _create_database(connection, database, owner)
        _grant_connect(connection, name)
        if embedded:
            _close_maintenance_databases(connection)
    for database in (name, f"{name}_keys"):
        with psycopg.connect(_on(admin, database), autocommit=True) as connection:
            connection.execute("revoke all on schema public from public")
            if database == name:
                connection.execute(
                    sql.SQL("grant usage on schema public to {}").format(
                        sql.SQL(", ").join(map(sql.Identifier, RUNTIME))
                    )
                )
    access = Access(**_server(admin), name=name, passwords=passwords, embedded=embedded)
    write_private(home / "database.json", json.dumps(asdict(access), indent=1))
    return access


def drop(name: str, *, admin: str) -> None:
    """Removes both databases, sessions included. The roles stay."""
    with _admin(admin) as connection:
        for database in (name, f"{name}_keys"):
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database))
            )


def clone(template: str, new: str, *, admin: str) -> None:
    """Copies both databases with their rights; nobody may be connected to the template. For tests."""
    with _admin(admin) as connection:
        for suffix, owner in (("", OWNER), ("_keys", KEYS)):
            connection.execute(
                sql.SQL("create database {} owner {} template {} strategy file_copy").format(
                    sql.Identifier(new + suffix), sql.Identifier(owner), sql.Identifier(template + suffix)
                )
            )
        _grant_connect(connection, new)


def name_in(url: str, default: str) -> str:
    """The database that DATABASE_URL names; the maintenance databases do not count."""
    given = conninfo_to_dict(url).get("dbname")
    return str(given) if given and given not in ("postgres", "template1") else default


@contextlib.contextmanager
def _admin(dsn: str) -> Iterator[Connection]:
    """A session on a database that certainly exists."""
    try:
        connection = psycopg.connect(_on(dsn, "postgres"), autocommit=True)
    except psycopg.OperationalError as problem:
        reason = str(problem).strip().splitlines()[-1]
        raise ServerProblem(f"连不上数据库服务器：{reason}。请检查 DATABASE_URL。") from problem
    with connection:
        yield connection


def _on(dsn: str, database: str) -> str:
    return make_conninfo(dsn, dbname=database)


def _server(dsn: str) -> dict[str, Any]:
    parts = conninfo_to_dict(dsn)
    return {
        "host": str(parts.get("host") or "localhost"),
        "port": int(str(parts.get("port") or 5432)),
        "options": {key: str(parts[key]) for key in KEPT_OPTIONS if parts.get(key)},
    }


def _require_version(connection: Connection) -> None:
    if connection.info.server_version < OLDEST * 10000:
        raise ServerProblem(f"数据库服务器太旧，需要 PostgreSQL {OLDEST} 或更新的版本。")


def _refuse_foreign_roles(connection: Connection, name: str, passwords: dict[str, str]) -> None:
    """Roles are one per server: another installation's passwords are not overwritten."""
    if passwords:
        return
    other = connection.execute(
        "select datname from pg_database where pg_get_userbyid(datdba) = %s and datname <> %s limit 1",
        [OWNER, name],
    ).fetchone()
    if other is not None:
        raise ServerProblem(
            f"这台服务器上已经有一套社保平台（数据库 {other[0]}）。"
            "请把它的 database.json 复制到 SHEBAO_HOME，再运行一次。"
        )


def _role(connection: Connection, role: str, password: str) -> None:
    identifier = sql.Identifier(role)
    exists = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
    verb = sql.SQL("alter role") if exists else sql.SQL("create role")
    connection.execute(
        sql.SQL("{} {} login nocreatedb nocreaterole password {}").format(
            verb, identifier, sql.Literal(password)
        )
    )
    dangerous = connection.execute(
        "select rolsuper or rolbypassrls or rolreplication from pg_roles where rolname = %s", [role]
    ).fetchone()
    if dangerous is None or dangerous[0]:
        raise ServerProblem(f"数据库角色 {role} 的权限过大，没有继续。请收回它的超级权限。")
    if role in (APP, LOGIN):
        for setting, value in LIMITS.items():
            connection.execute(
                sql.SQL("alter role {} set {} = {}").format(
                    identifier, sql.Identifier(setting), sql.Literal(value)
                )
            )
    if role in (OWNER, KEYS) and not _is_superuser(connection):
        connection.execute(sql.SQL("grant {} to current_user").format(identifier))


def _is_superuser(connection: Connection) -> bool:
    row = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    return row is not None and bool(row[0])


def _create_database(connection: Connection, database: str, owner: str) -> None:
    found = connection.execute(
        "select pg_get_userbyid(datdba), pg_encoding_to_char(encoding) from pg_database where datname = %s",
        [database],
    ).fetchone()
    if found is None:
        connection.execute(
            sql.SQL("create database {} owner {} template template0 encoding 'UTF8'").format(
                sql.Identifier(database), sql.Identifier(owner)
            )
        )
        return
    if found[1] != "UTF8":
        raise ServerProblem(f"数据库 {database} 的编码不是 UTF8，不能使用。请换一个数据库。")
    if found[0] != owner:
        connection.execute(
            sql.SQL("alter database {} owner to {}").format(sql.Identifier(database), sql.Identifier(owner))
        )


def _grant_connect(connection: Connection, name: str) -> None:
    """Only the named roles connect; only the worker makes temporary tables. These rights are not cloned."""
    for database, users in ((name, RUNTIME), (f"{name}_keys", ())):
        connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(database)))
        for user in users:
            connection.execute(
                sql.SQL("grant connect on database {} to {}").format(
                    sql.Identifier(database), sql.Identifier(user)
                )
            )
    connection.execute(
        sql.SQL("grant temporary on database {} to {}").format(sql.Identifier(name), sql.Identifier(WORKER))
    )


def _close_maintenance_databases(connection: Connection) -> None:
    """On a server of our own, the application's roles have no business in `postgres` and `template1`."""
    for database in ("postgres", "template1"):
        connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(database)))


def admin_url() -> str | None:
    """DATABASE_URL, if the operator runs a server; empty counts as unset."""
    return os.environ.get("DATABASE_URL") or None
