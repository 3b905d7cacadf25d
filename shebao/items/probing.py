"""Health probes (健康探测): what each service needs to answer, tried for real. No answer holds a person's value."""

import http.client
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connections
from django.urls import Resolver404, resolve

from shebao.privacy.directory import Service

SECONDS = 3


def problem(service: Service) -> str:
    """What keeps a service from answering, in a few words; empty when it answers."""
    try:
        for path in service.paths:
            if not _leads_somewhere(path):
                return f"没有 {path} 这个地址"
        closed = _closed(service)
        if closed:
            return f"用途没有启用：{'、'.join(closed)}"
        for need in service.probe:
            kind, _, name = need.partition(":")
            found = PROBES[kind](name)
            if found:
                return found
    except DatabaseError as error:
        return f"数据库没有回答（{type(error).__name__}）"
    return ""


def _leads_somewhere(path: str) -> bool:
    """Whether the address, or one below it, has a page or a call behind it."""
    below = path.rstrip("/")
    for tried in (path, f"{below}/", f"{below}/x", f"{below}/x/"):
        try:
            resolve(tried)
        except Resolver404:
            continue
        return True
    return False


def _closed(service: Service) -> list[str]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select u from unnest(%s::text[]) u where not exists (select 1 from privacy_process p"
            " where p.code = u and p.in_force and p.ceased_at is null)",
            [list(service.purposes)],
        )
        return [code for (code,) in cursor.fetchall()]


def _database(_: str) -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("select count(*) from privacy_process where in_force")
        (count,) = cursor.fetchone()
    return "" if count else "没有生效的登记册"


def _keys(_: str) -> str:
    with connections["keys"].cursor() as cursor:
        cursor.execute("select 1")
        cursor.fetchone()
    return ""


def _function(name: str) -> str:
    schema, _, function = name.partition(".")
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
            " where n.nspname = %s and p.proname = %s",
            [schema, function],
        )
        return "" if cursor.fetchone() else f"数据库里没有 {name}"


def _table(name: str) -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("select to_regclass(%s) is not null", [f"public.{name}"])
        (there,) = cursor.fetchone()
    return "" if there else f"数据库里没有 {name}"


def _file(name: str) -> str:
    return "" if (Path(settings.HOME) / name).is_file() else f"缺少文件 {Path(name).name}"


def _adapter(name: str) -> str:
    """A system of a partner that has to be reached over the network."""
    address = urlsplit(ADAPTERS[name]())
    connection = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=SECONDS)
    try:
        connection.connect()
    except OSError:
        return f"{PARTNERS[name]}没有回答"
    finally:
        connection.close()
    return ""


PROBES: dict[str, Callable[[str], str]] = {
    "database": _database,
    "keys": _keys,
    "function": _function,
    "table": _table,
    "file": _file,
    "adapter": _adapter,
}
ADAPTERS: dict[str, Callable[[], str]] = {"card_source": lambda: str(settings.CARD_SOURCE)}
PARTNERS = {"card_source": "社保卡来源"}
