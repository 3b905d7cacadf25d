"""Processing register (处理活动登记册): read, judged, compared with the database, written for the gate."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from shebao.privacy import changes, chapters, judge
from shebao.privacy.book import Register
from shebao.privacy.declared import Problem, Process, RegisterError, Table

SYSTEM = "system"
CONTACT_WAYS = {"line": "电话", "form": "网上留言的地址", "answer_workdays": "答复期限"}
DEVICE = re.compile(
    r"imei|imsi|android_?id|device_?id|idfa|oaid|fingerprint|canvas|webgl|mac_address|phone_identifier"
)
ACCOUNT_KEYS = frozenset({"subject_id", "actor_id", "account_id"})


def read_dictionary(profiles: Path) -> tuple[list[dict[str, Any]], dict[str, Table]]:
    """Items and tables of the shared data dictionary (数据字典)."""
    raw = chapters.dictionary(profiles)
    items = []
    for code, entry in raw["item"].items():
        rest = {key: value for key, value in entry.items() if key != "class"}
        items.append({"code": code, "level": entry["class"], **rest})
    tables = {
        name: Table(name, entry["name"], entry["item"], dict(entry["columns"]))
        for name, entry in raw["table"].items()
    }
    return items, tables


def read(profiles: Path, profile: str) -> Register:
    """The register of a profile as written, not yet judged."""
    items, tables = read_dictionary(profiles)
    body = chapters.register(profiles, profile)
    return Register.from_body({**body, "item": items}, tables)


def accept(register: Register) -> Register:
    """The register itself; raises RegisterError with every reason against it."""
    found = tuple(judge.problems(register))
    if found:
        raise RegisterError(found)
    return register


def load(profile: str, profiles: Path | None = None) -> Register:
    """The accepted register of a profile."""
    return _load(profile, profiles or settings.PROFILES)


@cache
def _load(profile: str, profiles: Path) -> Register:
    return accept(read(profiles, profile))


def current() -> Register:
    """The accepted register of this deployment. Refuses settings that name another handler or hotline."""
    register = load(settings.PROFILE)
    found = tuple(_deployment(register, settings.DEPLOYMENT))
    if found:
        raise RegisterError(found)
    return register


def _deployment(register: Register, deployment: Mapping[str, Any]) -> Iterator[Problem]:
    where = f"{register.profile}/profile.toml"
    if deployment["handler"]["name"] != register.handler.name:
        yield Problem("handler_by_policy", where, "处理者只能随政策的重大变更改名：shebao policy publish")
    contact = deployment.get("contact", {})
    for key, word in CONTACT_WAYS.items():
        if not contact.get(key):
            yield Problem("contact_missing", where, f"没有写明怎样联系：缺{word}")
    if contact.get("hotline", "") not in register.handler.contact:
        yield Problem("contact_by_policy", where, "联系电话只能随政策的重大变更改：shebao policy publish")


def check(register: Register, columns: Mapping[str, set[str]]) -> list[Problem]:
    """Compares the register with the tables that exist, both ways."""
    found = [
        Problem("table_undeclared", name, "数据库有这张表，字典里没有")
        for name in sorted(columns.keys() - register.tables)
    ]
    for name, table in register.tables.items():
        if name not in columns:
            found.append(Problem("table_missing", name, "字典里有这张表，数据库没有"))
            continue
        found += [
            Problem("column_undeclared", f"{name}.{column}", "数据库有这一列，字典里没有")
            for column in sorted(columns[name] - table.columns.keys())
        ]
        found += [
            Problem("column_missing", f"{name}.{column}", "字典里有这一列，数据库没有")
            for column in sorted(table.columns.keys() - columns[name])
        ]
        found += _columns(register, table)
    return found + list(_usage(register))


def _columns(register: Register, table: Table) -> Iterator[Problem]:
    keyed = ACCOUNT_KEYS & table.columns.keys()
    for column, item in table.columns.items():
        where = f"{table.name}.{column}"
        if item != SYSTEM and item not in register.items:
            yield Problem("unknown_item", where, f"字典里没有 {item}")
        ordinary = item == SYSTEM or (item in register.items and register.items[item].sensitivity == "none")
        if ordinary and judge.NEVER_ORDINARY.search(column):
            yield Problem("never_ordinary", where, "健康、民族一类的信息只能按敏感信息登记")
        if item == SYSTEM and keyed and DEVICE.search(column):
            yield Problem("device_is_personal", where, "和账号放在一起的设备标识是个人信息")
        if item == SYSTEM and column in ACCOUNT_KEYS:
            yield Problem("key_is_personal", where, "连着人的键是个人信息，不能登记成技术数据")


def _usage(register: Register) -> Iterator[Problem]:
    used = {item for process in register.process.values() for item in process.data}
    stored = {item for table in register.tables.values() for item in table.columns.values()}
    vault = next((table for table in register.tables.values() if table.item == "vault"), None)
    cells = set(vault.columns.values()) if vault else set()
    for code in register.items:
        if code not in used and code not in cells:
            yield Problem("item_unused", code, "没有哪个用途用到这一项")
        if code not in stored and not (vault and code.startswith("person.")):
            yield Problem("item_not_stored", code, "没有哪一列存放这一项")


def columns_of(cursor: Any) -> dict[str, set[str]]:
    """Tables and columns that exist in the public schema."""
    cursor.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'public'"
    )
    found: dict[str, set[str]] = {}
    for table, column in cursor.fetchall():
        found.setdefault(table, set()).add(column)
    return found


def sync(cursor: Any, register: Register, *, now: datetime, today: date) -> str:
    """Writes this version for the gate as the owner; returns active, upcoming or unchanged.

    Refuses other content under a version already written (版本不可改). A process with a material change
    needs consent again from `now`; the others keep theirs.
    """
    cursor.execute("select hash, active from privacy_register where version = %s", [register.version])
    row = cursor.fetchone()
    if row and row[0] != register.sha256():
        raise RegisterError(
            [
                Problem(
                    "version_is_written",
                    f"register {register.version}",
                    "这一版已经登记，内容不能改，请换版本号",
                )
            ]
        )
    starts = register.effective_on <= today
    if row and (row[1] or not starts):
        return "unchanged"
    change = _change(cursor, register)
    if starts:
        _require_published_list(cursor, register, change)
    if not row:
        _record(cursor, register)
    if not starts:
        return "upcoming"
    cursor.execute(
        "select code, material_since from privacy_process where in_force and material_since is not null"
    )
    since: dict[str, datetime] = dict(cursor.fetchall())
    cursor.execute("select code, ceased_at from privacy_process where in_force and ceased_at is not null")
    ceased: dict[str, datetime] = dict(cursor.fetchall())
    if change is not None:
        since |= dict.fromkeys(change.processes, now)
    cursor.execute("update privacy_register set active = (version = %s)", [register.version])
    cursor.execute("delete from privacy_process where register_version = %s", [register.version])
    cursor.execute("update privacy_process set in_force = false where in_force")
    for process in register.process.values():
        _write_process(cursor, register, process, since.get(process.code), ceased.get(process.code))
    return "active"


def _change(cursor: Any, register: Register) -> changes.Diff | None:
    """What this version changes against the active one. Refuses a lowered class that nobody approved."""
    cursor.execute("select body from privacy_register where active")
    row = cursor.fetchone()
    if row is None:
        return None
    body = json.loads(row[0]) if isinstance(row[0], str) else row[0]
    change = changes.diff(Register.from_body(body), register)
    lowered = [one.subject for one in change.changes if one.kind == "sensitivity_lower"]
    unapproved = [item for item in lowered if item not in register.lowered]
    if unapproved:
        raise RegisterError(
            [
                Problem("class_lowered", f"item {item}", "降低敏感等级要有安全负责人批准和理由")
                for item in unapproved
            ]
        )
    return change


def _require_published_list(cursor: Any, register: Register, change: changes.Diff | None) -> None:
    """A new recipient goes live only after a policy text that lists it was published (JL-3.3.1-13)."""
    kinds = {"recipient_added", "recipient_changed"}
    if change is None or not any(one.kind in kinds for one in change.changes):
        return
    cursor.execute(
        "select count(*) from privacy_policy where part = 'policy' and profile = %s and register_version = %s",
        [register.profile, register.version],
    )
    if cursor.fetchone() == (0,):
        raise RegisterError(
            [Problem("list_unpublished", f"register {register.version}", "先公布写明新接收方的政策，再启用")]
        )


def _record(cursor: Any, register: Register) -> None:
    body = json.dumps(register.body(), ensure_ascii=False)
    cursor.execute(
        "insert into privacy_register (version, hash, body, effective_on, active)"
        " values (%s, %s, %s, %s, false)",
        [register.version, register.sha256(), body, register.effective_on],
    )
    cursor.execute(
        "select privacy.write_entry('register', 'register', null, 'system', '', null, '{}', '{}', %s, %s,"
        " 'allowed', null)",
        [register.version, register.sha256()],
    )


def _write_process(
    cursor: Any, register: Register, process: Process, since: datetime | None, ceased: datetime | None
) -> None:
    count, seconds = process.rate_limit()
    values = {
        "register_version": register.version,
        "code": process.code,
        "name": process.name,
        "plain_zh": process.plain_zh,
        "basis": process.legal_basis,
        "legal_reference": process.basis_text(),
        "roles": list(process.roles),
        "items": list(process.items),
        "writes": list(process.writes),
        "row_rule": process.row_rule,
        "consent_kind": process.consent_kind,
        "rate_count": count,
        "rate_seconds": seconds,
        "min_level": process.min_level,
        "in_force": process.in_force,
        "material_since": since,
        "ceased_at": ceased,
    }
    names, places = ", ".join(values), ", ".join(["%s"] * len(values))
    cursor.execute(f"insert into privacy_process ({names}) values ({places})", list(values.values()))


def active_version(cursor: Any) -> str | None:
    """Version the gate follows now."""
    cursor.execute("select version from privacy_register where active")
    row = cursor.fetchone()
    return str(row[0]) if row else None
