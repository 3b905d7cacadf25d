"""Installs an installation from any earlier state: tables, functions, row policies, rights, register, policy texts.

Runs as shebao_owner in one transaction: it happens whole or not at all. Functions, triggers, row policies and
rights are taken away and made anew, so an upgraded installation equals a fresh one; data is never touched.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction

from shebao.base import clock
from shebao.privacy import chapters, clearing, policy, register

ROOMS = ("privacy", "registry", "identity", "documents", "appointments", "notices", "cases", "batch")
FIRST = ("gate.sql", "looked.sql")
VAULT = "privacy_vault"
RUNTIME = "shebao_app, shebao_login, shebao_worker"
PATIENCE = "30s"
RIGHTS = {"r": "select", "a": "insert", "w": "insert, update", "d": "delete"}


def dictionary() -> dict[str, Any]:
    """The data dictionary (数据字典): tables, columns, items; shared by all profiles."""
    return chapters.dictionary(settings.PROFILES)


def run() -> tuple[policy.Document, ...]:
    """Installs or upgrades; returns the texts that follow an earlier version, for people to be told.

    Raises RegisterError or PolicyError when a fixed text is not the same any more; then nothing has changed.
    """
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(f"set local lock_timeout = '{PATIENCE}'")
        clearing.clear(cursor, rooms=ROOMS)
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        cursor.execute("set constraints all immediate")
        cursor.execute("alter default privileges revoke execute on functions from public")
        for room in ROOMS:
            cursor.execute(f"create schema if not exists {room}")
            cursor.execute(f"grant usage on schema {room} to {RUNTIME}")
        for file in _sql_files():
            _script(cursor, file)
        for name, table in dictionary()["table"].items():
            _rights(cursor, name, table)
            if name != VAULT and "subject_id" in table["columns"] and table.get("item"):
                _row_policies(cursor, name, table["item"])
        _vault_policies(cursor)
        moment = clock.now()
        following = policy.install(register=register.current(), now=moment)
        register.sync(cursor, register.current(), now=moment, today=clock.today_in_china(moment))
    with transaction.atomic(using="keys"), connections["keys"].cursor() as cursor:
        clearing.clear(cursor, rooms=())
        _script(cursor, Path(__file__).parent / "keys.sql")
    return following


def _sql_files() -> list[Path]:
    here = Path(__file__).parent
    files = [here / name for name in FIRST]
    for room in ROOMS:
        files += [
            f for f in sorted((here.parent / room).rglob("*.sql")) if f not in files and f.name != "keys.sql"
        ]
    return files


def _script(cursor: Any, file: Path) -> None:
    cursor.connection.execute(file.read_text("utf-8").encode())


def _rights(cursor: Any, name: str, table: dict[str, Any]) -> None:
    for role in ("app", "login", "worker"):
        rights = ", ".join(RIGHTS[letter] for letter in table.get(role, ""))
        if rights:
            cursor.execute(f"grant {rights} on {name} to shebao_{role}")
            if "insert" in rights and "id" in table["columns"]:
                cursor.execute("select pg_get_serial_sequence(%s, 'id')", [name])
                (sequence,) = cursor.fetchone()
                if sequence:
                    cursor.execute(f"grant usage on sequence {sequence} to shebao_{role}")


def _row_policies(cursor: Any, name: str, item: str) -> None:
    _policies(
        cursor,
        name,
        f"subject_id = any((select privacy.visible_subjects('{item}'))::bigint[])"
        f" or (subject_id >= (select privacy.bulk_low('{item}', false))"
        f" and subject_id < (select privacy.bulk_high('{item}', false)))",
        f"subject_id = any((select privacy.writable_subjects('{item}'))::bigint[])"
        f" or (subject_id >= (select privacy.bulk_low('{item}', true))"
        f" and subject_id < (select privacy.bulk_high('{item}', true)))",
    )


def _vault_policies(cursor: Any) -> None:
    see, change = (
        f"(subject_id, item) in (select c.subject_id, c.item from privacy.visible_cells({write}) c)"
        f" or item = any((select privacy.bulk_items({write}))::text[])"
        for write in ("false", "true")
    )
    _policies(cursor, VAULT, see, change)


def _policies(cursor: Any, name: str, see: str, change: str) -> None:
    cursor.execute(f"alter table {name} enable row level security")
    cursor.execute(f"create policy see on {name} for select using ({see})")
    cursor.execute(f"create policy add on {name} for insert with check ({change})")
    cursor.execute(f"create policy change on {name} for update using ({change}) with check ({change})")
    cursor.execute(f"create policy remove on {name} for delete using ({change})")
